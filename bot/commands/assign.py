"""`assign licence to Ana, Luis`: plan first, then send it to the approvers. Anybody may ask for their own."""

from bot.commands.arguments import SELF
from bot.commands.change_licenses import change, open_change
from bot.commands.context import Command, Context, Press, answer
from bot.commands.ids import derived_id, minted_id
from bot.domain.errors import Refusal
from bot.domain.people import PersonId, Right
from bot.domain.requests import Request, State
from bot.ports.turn import Reply, Said
from bot.usecases.change_request import load_request
from bot.usecases.keep_card import keep_pressed_card
from bot.usecases.plan_licenses import Match, find_people, plan_licenses, propose_licenses
from bot.usecases.propose_recharge import submit_request
from bot.views.approvers import approvers_shown
from bot.views.request import draw_request
from cards.actions import Verb
from cards.license_plan import LicensePlanValues, license_plan_card
from cards.licenses_form import LicensesFormValues, Question, licenses_form_card


async def say(context: Context, arguments: str) -> Reply:
    names = _split(arguments)
    if not names:
        return await _form_for_all(context, derived_id(context.turn))
    return await _resolve(context, derived_id(context.turn), [], names)


async def open_form(context: Context, press: Press) -> Reply:
    return await _form_for_all(context, minted_id())


async def choose(context: Context, press: Press) -> Reply:
    """The form came back: people that were picked, and names or addresses that were typed."""
    picked = [PersonId(id_) for id_ in _split(press.input("chosen")) + _split(press.input("people"))]
    picked += [PersonId(press.input(name)) for name in sorted(press.data) if name.startswith("who_")]
    return await _resolve(context, press.request_id, [id_ for id_ in picked if id_], _split(press.input("typed")))


async def send(context: Context, press: Press) -> Reply:
    outside = context.outside
    request = (await load_request(outside.store, context.tenant, press.request_id)).body
    if request.state is State.DRAFT:
        request = await _submit(context, press, request)
    return answer(await draw_request(context.house, context.tenant, request, context.actor, context.reader))


COMMAND = Command(
    name="assign",
    say=say,
    buttons={
        Verb.LICENSES_OPEN: open_form,
        Verb.LICENSES_CHOOSE: choose,
        Verb.LICENSES_SEND: send,
        Verb.LICENSES_EDIT: open_change,
        Verb.LICENSES_CHANGE: change,
    },
)


def _split(text: str) -> list[str]:
    return [part for part in (part.strip() for part in text.replace(";", ",").split(",")) if part]


async def _form_for_all(context: Context, request_id: str) -> Reply:
    """Whoever may propose picks people; everybody else is asked for nobody but themselves."""
    standing = await context.standing()
    if not standing.may(Right.PROPOSE_LICENSES):
        return await _plan(context, request_id, [context.actor])
    return answer(licenses_form_card(LicensesFormValues(request_id), context.reader, context.buttons))


async def _resolve(context: Context, request_id: str, picked: list[PersonId], names: list[str]) -> Reply:
    """From names to people; what is open is asked."""
    if any(name != SELF for name in names) or any(person != context.actor for person in picked):
        await context.require(Right.PROPOSE_LICENSES)
    known, unknown = await _known(context, names)
    matches = await find_people(context.outside, context.tenant, unknown)
    chosen = picked + known + [match.people[0].id for match in matches if len(match.people) == 1]
    several = tuple(Question(match.text, match.people) for match in matches if len(match.people) > 1)
    nobody = _nobody(matches)
    if several or not chosen:
        values = LicensesFormValues(request_id, several, tuple(dict.fromkeys(chosen)), nobody)
        return answer(licenses_form_card(values, context.reader, context.buttons))
    return await _plan(context, request_id, chosen, nobody)


async def _known(context: Context, names: list[str]) -> tuple[list[PersonId], list[str]]:
    """The writer themselves, and people who were mentioned; what remains are names to look up."""
    event = context.turn.event
    mentions = {mention.name: mention for mention in event.mentions} if isinstance(event, Said) else {}
    known, unknown = [], []
    for name in names:
        person = context.actor if name == SELF else None
        if name in mentions:
            person = await context.outside.messenger.person_of(
                context.tenant, context.turn.address, mentions[name].teams_id
            )
        known += [person] if person else []
        unknown += [] if person else [name]
    return known, unknown


def _nobody(matches: list[Match]) -> tuple[str, ...]:
    return tuple(match.text for match in matches if not match.people)


async def _plan(context: Context, request_id: str, people: list[PersonId], not_found: tuple[str, ...] = ()) -> Reply:
    lines = await plan_licenses(context.outside, context.tenant, people)
    request = await propose_licenses(context.outside, context.tenant, request_id, context.by, lines)
    if request and (request.requester != context.actor or request.state is not State.DRAFT):
        return answer(await draw_request(context.house, context.tenant, request, context.actor, context.reader))
    values = LicensePlanValues(
        lines=tuple(lines),
        request_id=request.id if request else "",
        revision=request.revision if request else 0,
        approvers=await approvers_shown(context.house, context.tenant, Right.APPROVE_LICENSES, context.actor),
        not_found=not_found,
        may_choose=(await context.standing()).may(Right.PROPOSE_LICENSES),
    )
    return answer(license_plan_card(values, context.reader, context.buttons))


async def _submit(context: Context, press: Press, request: Request) -> Request:
    """Only what was seen is sent: a button of an older revision changes nothing."""
    if request.requester != context.actor:
        raise Refusal("not_the_requester", requester=request.asker_name)
    if press.button.revision != request.revision:
        return request
    if any(seat.person != context.actor for seat in request.seats):
        await context.require(Right.PROPOSE_LICENSES)
    outside = context.outside
    try:
        sent = await submit_request(
            outside.store, outside.clock, context.tenant, request.id, context.by, seen=request.revision
        )
    except Refusal as refusal:
        if not refusal.has_moved_on:
            raise
        return (await load_request(outside.store, context.tenant, request.id)).body
    await keep_pressed_card(outside.store, context.turn, press.pressed, sent)
    return sent
