"""Change a request for licences that waits for approval: other people, and a new revision of the request."""

from bot.commands.context import Context, Press, answer
from bot.commands.present import draw, is_old, load, shown, shown_as_it_is
from bot.domain.errors import Refusal
from bot.domain.people import PersonId, Right
from bot.domain.requests import Kind, Request, Seat, State
from bot.ports.errors import PortError
from bot.ports.turn import Message, Reply
from bot.usecases.converse import edit_request
from bot.usecases.plan_licenses import Match, find_people, plan_licenses
from bot.views.request import Aside
from cards.license_plan import LicensePlanValues, license_plan_card
from cards.licenses_form import LicensesFormValues, Question, licenses_form_card
from cards.request_values import Told


async def open_change(context: Context, press: Press) -> Reply:
    """The form, with those whom it is for now."""
    request = await _own(context, press)
    await context.require(Right.PROPOSE_LICENSES)
    if request.state is not State.PENDING:
        return answer(await draw(context, request))
    typed = ", ".join(await _addresses(context, request))
    values = LicensesFormValues(request.id, revision=request.revision, waits=True, typed=typed)
    return answer(licenses_form_card(values, context.reader, context.buttons))


async def change(context: Context, press: Press) -> Reply:
    """The form came back. What is no longer as the form knew it is shown first, and nothing is changed."""
    request = await _own(context, press)
    await context.require(Right.PROPOSE_LICENSES)
    picked = [*_split(press.input("chosen")), *_split(press.input("people"))]
    picked += [press.input(name) for name in sorted(press.data) if name.startswith("who_")]
    matches = await find_people(context.outside, context.tenant, _split(press.input("typed")))
    chosen = [*filter(None, picked), *(match.people[0].id for match in matches if len(match.people) == 1)]
    asked = _asked_again(request, press, chosen, matches)
    if asked is not None:
        return answer(licenses_form_card(asked, context.reader, context.buttons))
    return await _change(context, press, request, [PersonId(one) for one in chosen])


def _asked_again(
    request: Request, press: Press, chosen: list[str], matches: list[Match]
) -> LicensesFormValues | None:
    """None where it is settled who is meant."""
    several = tuple(Question(match.text, match.people) for match in matches if len(match.people) > 1)
    nobody = tuple(match.text for match in matches if not match.people)
    if chosen and not several and not nobody:
        return None
    settled = tuple(PersonId(one) for one in dict.fromkeys(chosen))
    return LicensesFormValues(request.id, several, settled, nobody, press.button.revision, waits=True)


async def _change(context: Context, press: Press, request: Request, people: list[PersonId]) -> Reply:
    """Those who cannot be assigned are left out, and named. The form that is sent again finds what it made."""
    lines = await plan_licenses(context.outside, context.tenant, people)
    seats = tuple(Seat(one.person.id, one.person.name) for one in lines if one.fitness.assignable)
    edited = Aside(told=Told.EDITED)
    if request.state is State.PENDING and seats == request.seats:
        return await shown(context, press, request, edited)
    if is_old(request, press) or request.state is not State.PENDING:
        return await shown_as_it_is(context, press, request)
    if not seats:
        return answer(license_plan_card(LicensePlanValues(tuple(lines)), context.reader, context.buttons))
    outside = context.outside
    request = await edit_request(outside.store, outside.clock, context.tenant, request.id, context.by, seats)
    reply = await shown(context, press, request, edited)
    unfit = [one.person.name for one in lines if not one.fitness.assignable]
    left_out = (Message(text=context.reader.text("licenses.left_out", names=unfit)),) if unfit else ()
    return Reply(here=(*reply.here, *left_out))


async def _own(context: Context, press: Press) -> Request:
    request = await load(context, press)
    if request.kind is not Kind.LICENSES or request.state is State.DRAFT:
        raise Refusal("request_unknown")
    if context.actor not in request.askers:
        raise Refusal("not_the_requester", requester=request.asker_name)
    return request


async def _addresses(context: Context, request: Request) -> list[str]:
    """What names exactly one person; where the directory does not answer, their names."""
    ids = [str(seat.person) for seat in request.seats]
    try:
        found = await context.outside.directory.look_up(context.tenant, ids)
    except PortError:
        found = {}
    return [found[seat.person].address if seat.person in found else seat.name for seat in request.seats]


def _split(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.replace(";", ",").split(",")) if part]
