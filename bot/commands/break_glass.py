"""`break glass`: a recharge goes ahead before anybody approved it, where the money is about to run out."""

from bot.commands.context import Command, Context, Press, answer
from bot.domain.errors import Refusal
from bot.domain.people import Right
from bot.domain.requests import Kind, Request, State
from bot.ports.collections import REQUESTS
from bot.ports.turn import Reply
from bot.usecases.break_glass import break_glass, check_break
from bot.usecases.change_request import load_request
from bot.usecases.keep_card import keep_pressed_card
from bot.views.request import draw_request, viewer_of
from cards.actions import Verb
from cards.break_glass import BreakGlassValues, WhichBreakValues, break_glass_card, which_break_card
from cards.request_values import Viewer

MOST = 6  # buttons that a card shows


async def say(context: Context, arguments: str) -> Reply:
    """The form, where one recharge waits in which the actor has a part; else the question which one."""
    waiting = await _waiting(context)
    if len(waiting) == 1:
        return await _form(context, waiting[0])
    may = context.settings.can_buy and (await context.standing()).may(Right.PROPOSE_RECHARGE)
    values = WhichBreakValues(tuple(waiting[:MOST]), may_recharge=may)
    return answer(which_break_card(values, context.reader, context.buttons))


async def open_form(context: Context, press: Press) -> Reply:
    """Of what was seen: of anything else the present card."""
    request = await _load(context, press)
    if request.state is not State.PENDING or request.revision != press.button.revision:
        return await _shown(context, request)
    return await _form(context, request)


async def break_now(context: Context, press: Press) -> Reply:
    """Pressed again, or on what was decided meanwhile: the present card."""
    request, reason = await _load(context, press), press.input("reason")
    if request.revision != press.button.revision:
        return await _shown(context, request)
    by = (context.actor, context.turn.actor.name)
    try:
        request = await break_glass(
            context.outside, context.house.standings, context.tenant, request.id, by, reason, seen=request.revision
        )
    except Refusal as refusal:
        if refusal.code == "break_reason_short":
            return await _form(context, request, typed=reason, error=context.reader.refusal(refusal))
        if not refusal.has_moved_on:
            raise
        request = await _load(context, press)
    await keep_pressed_card(context.outside.store, context.turn, press.pressed, request)
    return await _shown(context, request)


COMMAND = Command(
    name="break_glass",
    say=say,
    right=Right.VIEW,
    buttons={Verb.BREAK_OPEN: open_form, Verb.BREAK_GLASS: break_now},
    menu=False,
)


async def _load(context: Context, press: Press) -> Request:
    """Raises Refusal("not_an_approver") for who has no part in it."""
    request = (await load_request(context.outside.store, context.tenant, press.request_id)).body
    if request.kind is not Kind.RECHARGE or (request.state is State.DRAFT and request.requester != context.actor):
        raise Refusal("request_unknown")
    if await _is_stranger(context, request):
        raise Refusal("not_an_approver")
    return request


async def _is_stranger(context: Context, request: Request) -> bool:
    return await viewer_of(context.house, context.tenant, request, context.actor) is Viewer.ANYBODY


async def _waiting(context: Context) -> list[Request]:
    page = await context.outside.store.find(
        REQUESTS,
        context.tenant,
        where={"state": State.PENDING.value, "kind": Kind.RECHARGE.value},
        order_by="created_at",
        newest_first=True,
    )
    waiting = [document.body for document in page.documents]
    return [request for request in waiting if not await _is_stranger(context, request)]


async def _form(context: Context, request: Request, *, typed: str = "", error: str = "") -> Reply:
    """Raises Refusal as `check_break`: there is no form for what is no emergency."""
    found = await check_break(context.outside.store, context.outside.clock, context.tenant, request)
    values = BreakGlassValues(request, found.emergency, found.cap, typed, error)
    return answer(break_glass_card(values, context.reader, context.buttons))


async def _shown(context: Context, request: Request) -> Reply:
    return answer(await draw_request(context.house, context.tenant, request, context.actor, context.reader))
