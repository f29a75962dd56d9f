"""`ask more …`: what people say to each other about a request; and its buttons: ask, answer, comment, remind, ask
somebody else."""

from bot.commands.context import Command, Context, Press, answer
from bot.commands.present import draw, is_old, load, present, shown, shown_as_it_is
from bot.commands.whom import one_person
from bot.domain.errors import Refusal
from bot.domain.events import Answer, AskMore, Comment, Remind
from bot.domain.people import Person
from bot.domain.requests import Request, State
from bot.domain.settings import NamedPerson
from bot.ports.collections import CONTACTS, REQUESTS
from bot.ports.turn import Reply
from bot.usecases.converse import Said, reassign, say_about
from bot.views.request import Aside, viewer_of
from cards.actions import Verb
from cards.reassign_form import ReassignValues, reassign_form_card
from cards.request_values import Told, Viewer

LOOKED_AT = 100  # open requests
LONGEST = 1_000  # characters


async def say(context: Context, arguments: str) -> Reply:
    """The card of what waits for the writer's word, with what they typed in its text field: a button sends it."""
    request = await _newest(context)
    if request is None:
        raise Refusal("nothing_to_say")
    return answer(await draw(context, request, Aside(typed=arguments[:LONGEST])))


async def comment(context: Context, press: Press) -> Reply:
    return await _say(context, press, Comment(press.input("comment"), press.count("said")), Told.COMMENTED)


async def ask(context: Context, press: Press) -> Reply:
    return await _say(context, press, AskMore(press.input("comment"), press.count("said")), Told.ASKED)


async def reply(context: Context, press: Press) -> Reply:
    return await _say(context, press, Answer(press.input("comment"), press.count("said")), Told.ANSWERED)


async def remind(context: Context, press: Press) -> Reply:
    """The same click again reminds nobody again."""
    request = await load(context, press)
    at = request.reminded_at.isoformat() if request.reminded_at else ""
    if request.state is State.PENDING and press.input("reminded", limit=40) != at:
        return await shown(context, press, request, Aside(told=Told.REMINDED))
    return await _say(context, press, Remind(), Told.REMINDED)


async def open_form(context: Context, press: Press) -> Reply:
    """Only for whoever has a part in it: its title tells a sum."""
    request = await load(context, press)
    viewer = await viewer_of(context.house, context.tenant, request, context.actor)
    if is_old(request, press) or request.state is not State.PENDING or viewer is Viewer.ANYBODY:
        return await shown_as_it_is(context, press, request)
    return _form(context, ReassignValues(request))


async def hand_over(context: Context, press: Press) -> Reply:
    request = await load(context, press)
    viewer = await viewer_of(context.house, context.tenant, request, context.actor)
    if viewer is Viewer.ANYBODY:
        raise Refusal("not_an_approver")  # who is called how is not theirs to find out here
    if is_old(request, press) or request.state is not State.PENDING:
        return await shown_as_it_is(context, press, request)
    try:
        picked = press.input("who", limit=100) or press.input("people", limit=100)
        typed = press.input("typed", limit=200)
        found = await one_person(context.outside, context.tenant, picked, typed, missing="reassign_missing")
        if len(found) > 1:
            return _form(context, ReassignValues(request, found))
        if _has_asked(request, press, found[0]):
            return await shown_as_it_is(context, press, request)
        request = await _ask_too(context, request, found[0])
    except Refusal as refusal:
        return await _refused(context, press, request, refusal)
    return await shown(context, press, request, Aside(told=Told.REASSIGNED))


COMMAND = Command(
    name="ask",
    say=say,
    buttons={
        Verb.REQUEST_COMMENT: comment,
        Verb.REQUEST_ASK: ask,
        Verb.REQUEST_ANSWER: reply,
        Verb.REQUEST_REMIND: remind,
        Verb.REQUEST_REASSIGN_OPEN: open_form,
        Verb.REQUEST_REASSIGN: hand_over,
    },
    menu=False,
)


async def _say(context: Context, press: Press, event: Said, told: Told) -> Reply:
    """About what is asked for now: what was said of something else is typed again, if it still holds."""
    request = await load(context, press)
    if is_old(request, press):
        return await shown_as_it_is(context, press, request)
    outside, who = context.outside, (context.actor, context.turn.actor.name)
    try:
        request = await say_about(
            outside.store, outside.clock, context.house.standings, context.tenant, request.id, who, event
        )
    except Refusal as refusal:
        return await shown(context, press, await present(context, press, refusal))
    return await shown(context, press, request, Aside(told=told))


async def _ask_too(context: Context, request: Request, person: Person) -> Request:
    """Whoever cannot be told is not asked. Raises Refusal("reassign_unreachable")."""
    contact = await context.outside.store.get(CONTACTS.key(context.tenant, person.id))
    if contact is None or not contact.body.installed:
        raise Refusal("reassign_unreachable", name=person.name)
    who, to = (context.actor, context.turn.actor.name), NamedPerson(person.id, person.name)
    return await reassign(context.outside, context.house.standings, context.tenant, request.id, who, to)


def _has_asked(request: Request, press: Press, person: Person) -> bool:
    """Since the form was drawn somebody else was asked: it may have been sent already, before them."""
    asked = request.reassigned_to.id if request.reassigned_to else ""
    return asked not in {press.input("asked", limit=100), person.id}


async def _refused(context: Context, press: Press, request: Request, refusal: Refusal) -> Reply:
    """What is wrong with the person is said in the form; anything else as such."""
    if refusal.code in {"reassign_missing", "reassign_unreachable", "person_unknown", "not_eligible"}:
        return _form(context, ReassignValues(request, error=context.reader.refusal(refusal)))
    return await shown(context, press, await present(context, press, refusal))


def _form(context: Context, values: ReassignValues) -> Reply:
    return answer(reassign_form_card(values, context.reader, context.buttons))


async def _newest(context: Context) -> Request | None:
    """The newest that waits for the writer: their own with an open question first, then what they may decide, then
    their own."""
    page = await context.outside.store.find(
        REQUESTS,
        context.tenant,
        where={"open": True},
        order_by="created_at",
        newest_first=True,
        limit=LOOKED_AT,
    )
    waiting = [document.body for document in page.documents if document.body.state is State.PENDING]
    own = [request for request in waiting if context.actor in request.askers]
    for request in own:
        if request.question is not None:
            return request
    for request in waiting:
        if await viewer_of(context.house, context.tenant, request, context.actor) is Viewer.APPROVER:
            return request
    return own[0] if own else None
