"""`requests`: what waits for whom; and the buttons of a request: approve, reject, withdraw, look."""

from bot.commands.context import Command, Context, Press, answer
from bot.commands.denied import note_denied
from bot.domain.errors import Refusal
from bot.domain.events import Approve, Reject
from bot.domain.people import DEFAULT_RIGHTS, Right, Role
from bot.domain.requests import Request, State
from bot.domain.voices import DECIDING_RIGHT
from bot.ports.collections import REQUESTS
from bot.ports.turn import Card, Reply
from bot.usecases.change_request import load_request
from bot.usecases.decide_request import ConfirmFirst, decide_request
from bot.usecases.keep_card import keep_pressed_card
from bot.usecases.propose_recharge import withdraw_request
from bot.views.request import draw_confirmation, draw_request, viewer_of
from cards.actions import Verb
from cards.request import Viewer
from cards.requests_list import RequestLine, RequestsValues, requests_list_card

SHOWN = 10  # requests in one list
LOOKED_AT = 100  # of the actor's own, among which are drafts
NEVER_SENT = frozenset({State.DRAFT, State.EXPIRED})


async def say(context: Context, arguments: str) -> Reply:
    return answer(await _list(context))


async def show_list(context: Context, press: Press) -> Reply:
    return answer(await _list(context))


async def show(context: Context, press: Press) -> Reply:
    """The present card. A card's own refresh comes here too, and never writes."""
    request = await _load(context, press)
    if request.state is State.DRAFT and request.requester != context.actor:
        raise Refusal("request_unknown")
    return await _shown(context, press, request)


async def approve(context: Context, press: Press) -> Reply:
    gone = press.input("taken_back", limit=4)
    return await _decide(context, press, Approve(press.input("comment"), int(gone) if gone.isdecimal() else 0))


async def reject(context: Context, press: Press) -> Reply:
    return await _decide(context, press, Reject(press.input("comment")))


async def withdraw(context: Context, press: Press) -> Reply:
    outside = context.outside
    request = await _load(context, press)
    try:
        request = await withdraw_request(outside.store, outside.clock, context.tenant, request.id, context.by)
    except Refusal as refusal:
        request = await _present(context, press, refusal)
    return await _shown(context, press, request)


COMMAND = Command(
    name="requests",
    say=say,
    buttons={
        Verb.REQUESTS_SHOW: show_list,
        Verb.REQUEST_SHOW: show,
        Verb.REQUEST_APPROVE: approve,
        Verb.REQUEST_REJECT: reject,
        Verb.REQUEST_WITHDRAW: withdraw,
    },
)


async def _decide(context: Context, press: Press, verdict: Approve | Reject) -> Reply:
    """Decide on what was seen: a button of an older revision, or of a request that is decided, shows the present
    card and decides nothing."""
    if press.pressed.automatic:
        return await show(context, press)
    request = await _load(context, press)
    if request.revision != press.button.revision or request.state is not State.PENDING:
        return answer(await _draw(context, request))
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
        )
    except ConfirmFirst as asked:
        return answer(
            await draw_confirmation(
                context.house, context.tenant, asked.request, context.actor, context.reader, verdict.comment
            )
        )
    except Refusal as refusal:
        if refusal.code == "activate_role":
            await note_denied(context, refusal)
            return answer(await _draw(context, request, await _inactive_role(context, request)))
        request = await _present(context, press, refusal)
    return await _shown(context, press, request)


async def _shown(context: Context, press: Press, request: Request) -> Reply:
    """The request's card in the place of the pressed one, which is remembered so that it changes with the request."""
    if not press.pressed.automatic:
        await keep_pressed_card(context.outside.store, context.turn, press.pressed, request)
    return answer(await _draw(context, request))


async def _present(context: Context, press: Press, refusal: Refusal) -> Request:
    """Too late, or pressed again: the present card is the answer. Any other refusal is said as such."""
    if not refusal.code.startswith("state_"):
        raise refusal
    return await _load(context, press)


async def _inactive_role(context: Context, request: Request) -> Role | None:
    right = DECIDING_RIGHT[request.kind]
    standing = await context.standing()
    return next((role for role in Role if role in standing.dormant and right in DEFAULT_RIGHTS[role]), None)


async def _load(context: Context, press: Press) -> Request:
    return (await load_request(context.outside.store, context.tenant, press.request_id)).body


async def _draw(context: Context, request: Request, inactive_role: Role | None = None) -> Card:
    return await draw_request(
        context.house, context.tenant, request, context.actor, context.reader, inactive_role=inactive_role
    )


async def _may_recharge(context: Context) -> bool:
    account = context.settings.account
    return (account is None or account.can_buy) and (await context.standing()).may(Right.PROPOSE_RECHARGE)


async def _list(context: Context) -> Card:
    """Open requests that concern the actor: their own, and those that they may decide. Newest first."""
    page = await context.outside.store.find(
        REQUESTS, context.tenant, where={"open": True}, order_by="created_at", newest_first=True, limit=100
    )
    own = await context.outside.store.find(
        REQUESTS,
        context.tenant,
        where={"requester": context.actor},
        order_by="created_at",
        newest_first=True,
        limit=LOOKED_AT,
    )
    found = {document.body.id: document.body for document in (*page.documents, *own.documents)}
    shown = [
        (request, await viewer_of(context.house, context.tenant, request, context.actor))
        for request in sorted(found.values(), key=lambda request: request.created_at, reverse=True)
        if request.state not in NEVER_SENT
    ]
    lines = tuple(RequestLine(request, viewer) for request, viewer in shown if viewer is not Viewer.ANYBODY)
    may_recharge = not lines and await _may_recharge(context)
    return requests_list_card(RequestsValues(lines[:SHOWN], may_recharge), context.reader, context.buttons)
