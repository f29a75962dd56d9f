"""`requests`: what waits for whom; and the buttons of a request: look, decide, take back, ratify, withdraw."""

from bot.commands.context import Command, Context, Press, answer
from bot.commands.denied import note_denied
from bot.commands.present import draw, is_old, load, present, shown, shown_as_it_is
from bot.commands.share import share
from bot.domain.errors import Refusal
from bot.domain.events import Approve, Ratify, Reject, Retract
from bot.domain.people import DEFAULT_RIGHTS, Right, Role
from bot.domain.requests import Ratification, Request, State
from bot.domain.voices import DECIDING_RIGHT, ratifiable, taken_back
from bot.ports.collections import REQUESTS
from bot.ports.turn import Reply
from bot.usecases.converse import say_about
from bot.usecases.decide_request import ConfirmFirst, decide_request
from bot.usecases.delegate import delegation_of
from bot.usecases.propose_recharge import withdraw_request
from bot.usecases.voice import delegations_to
from bot.views.request import Aside, may_ratify, viewer_of
from cards.actions import Verb
from cards.request_values import Told, Viewer
from cards.requests_list import RequestLine, RequestsValues, requests_list_card

SHOWN = 10  # requests in one list
LOOKED_AT = 100  # of the actor's own, among which are drafts
NEVER_SENT = frozenset({State.DRAFT, State.EXPIRED})


async def say(context: Context, arguments: str) -> Reply:
    lines = await _lines(context)
    if not context.personal:
        await share(context, tuple(one.request for one in lines if one.request.open))
    return await _list(context, lines)


async def show_list(context: Context, press: Press) -> Reply:
    return await _list(context, await _lines(context))


async def show(context: Context, press: Press) -> Reply:
    """The present card. A card's own refresh comes here too, and never writes."""
    return await shown(context, press, await load(context, press))


async def approve(context: Context, press: Press) -> Reply:
    return await _decide(context, press, Approve(press.input("comment"), _gone(press)))


async def reject(context: Context, press: Press) -> Reply:
    return await _decide(context, press, Reject(press.input("comment")))


async def ratify(context: Context, press: Press) -> Reply:
    return await _decide(context, press, Ratify(press.input("comment"), _sum(press)))


async def retract(context: Context, press: Press) -> Reply:
    """Take one's approval back. The same click again, even after another approval, takes nothing back."""
    request = await load(context, press)
    if is_old(request, press) or _gone(press) != taken_back(request, context.actor):
        return await shown_as_it_is(context, press, request)
    outside, who = context.outside, (context.actor, context.turn.actor.name)
    try:
        request = await say_about(
            outside.store, outside.clock, context.house.standings, context.tenant, request.id, who, Retract()
        )
    except Refusal as refusal:
        return await shown(context, press, await present(context, press, refusal))
    return await shown(context, press, request, Aside(told=Told.RETRACTED))


async def withdraw(context: Context, press: Press) -> Reply:
    """A button of an older revision withdraws nothing: it shows what is asked for now."""
    outside = context.outside
    request = await load(context, press)
    if is_old(request, press) and request.state is State.PENDING:
        return await shown_as_it_is(context, press, request)
    try:
        request = await withdraw_request(outside.store, outside.clock, context.tenant, request.id, context.by)
    except Refusal as refusal:
        request = await present(context, press, refusal)
    return await shown(context, press, request)


COMMAND = Command(
    name="requests",
    say=say,
    buttons={
        Verb.REQUESTS_SHOW: show_list,
        Verb.REQUEST_SHOW: show,
        Verb.REQUEST_APPROVE: approve,
        Verb.REQUEST_REJECT: reject,
        Verb.REQUEST_RETRACT: retract,
        Verb.REQUEST_RATIFY: ratify,
        Verb.REQUEST_WITHDRAW: withdraw,
    },
)


def _gone(press: Press) -> int:
    """How many voices of the presser had been taken back when the button was drawn."""
    return press.count("taken_back")


def _sum(press: Press) -> int:
    """The sum that the presser saw, in micros."""
    told = press.input("amount", limit=20)
    return int(told) if told.isdecimal() else 0


def _is_open_to(request: Request, verdict: Approve | Reject | Ratify) -> bool:
    """What came is more than the button says: the present card says how much."""
    if isinstance(verdict, Ratify):
        return request.ratification is Ratification.UNRATIFIED and verdict.amount == ratifiable(request)
    return request.state is State.PENDING


async def _decide(context: Context, press: Press, verdict: Approve | Reject | Ratify) -> Reply:
    """Decide on what was seen: a button of an older revision, or of a request that is decided, shows the present
    card and decides nothing."""
    request = await load(context, press)
    if is_old(request, press) or not _is_open_to(request, verdict):
        return await shown_as_it_is(context, press, request)
    outside = context.outside
    who = (context.actor, context.turn.actor.name)
    try:
        request = await decide_request(
            outside.store,
            outside.clock,
            context.house.standings,
            context.tenant,
            request.id,
            who,
            verdict,
            confirmed=press.input("confirmed", limit=4) == "yes",
            seen=press.button.revision,
        )
    except ConfirmFirst as asked:
        return answer(await draw(context, asked.request, Aside(confirm=True, typed=verdict.comment)))
    except Refusal as refusal:
        if refusal.code == "activate_role":
            await note_denied(context, refusal)
            return answer(await draw(context, request, Aside(inactive_role=await _inactive_role(context, request))))
        request = await present(context, press, refusal)
    return await (shown_as_it_is if is_old(request, press) else shown)(context, press, request)


async def _inactive_role(context: Context, request: Request) -> Role | None:
    right = DECIDING_RIGHT[request.kind]
    standing = await context.standing()
    return next((role for role in Role if role in standing.dormant and right in DEFAULT_RIGHTS[role]), None)


async def _may_recharge(context: Context) -> bool:
    return context.settings.can_buy and (await context.standing()).may(Right.PROPOSE_RECHARGE)


async def _lines(context: Context) -> tuple[RequestLine, ...]:
    """Requests that concern the actor: their own, and of all others those that are open or went ahead without the
    approvals that they take. Newest first."""
    found: dict[str, Request] = {}
    for where in ({"open": True}, {"requester": context.actor}, {"ratification": Ratification.UNRATIFIED.value}):
        page = await context.outside.store.find(
            REQUESTS, context.tenant, where={**where}, order_by="created_at", newest_first=True, limit=LOOKED_AT
        )
        found |= {document.body.id: document.body for document in page.documents}
    seen = [
        (request, await viewer_of(context.house, context.tenant, request, context.actor))
        for request in sorted(found.values(), key=lambda request: request.created_at, reverse=True)
        if request.state not in NEVER_SENT
    ]
    return tuple(
        RequestLine(request, viewer, to_ratify=may_ratify(context.house, request, viewer, context.actor))
        for request, viewer in seen
        if viewer is not Viewer.ANYBODY
    )


async def _list(context: Context, lines: tuple[RequestLine, ...]) -> Reply:
    outside = context.outside
    values = RequestsValues(
        lines[:SHOWN],
        may_recharge=not lines and await _may_recharge(context),
        handed_on=await delegation_of(outside, context.tenant, context.actor),
        decides_for=tuple(await delegations_to(outside.store, outside.clock, context.tenant, context.actor)),
    )
    return answer(requests_list_card(values, context.reader, context.buttons))
