"""What the buttons of a request have in common: which request it is, and its card in the place of the pressed one."""

from bot.commands.context import Context, Press, answer
from bot.domain.errors import Refusal
from bot.domain.requests import Request, State
from bot.ports.turn import Card, Reply
from bot.usecases.change_request import load_request
from bot.usecases.keep_card import keep_pressed_card
from bot.views.request import PLAIN, Aside, draw_request


async def load(context: Context, press: Press) -> Request:
    """Of a draft nobody but its requester knows. Raises Refusal("request_unknown")."""
    request = (await load_request(context.outside.store, context.tenant, press.request_id)).body
    if request.state is State.DRAFT and request.requester != context.actor:
        raise Refusal("request_unknown")
    return request


def is_old(request: Request, press: Press) -> bool:
    """The button was drawn for something else than what is asked for now."""
    return request.revision != press.button.revision


async def draw(context: Context, request: Request, aside: Aside = PLAIN) -> Card:
    return await draw_request(context.house, context.tenant, request, context.actor, context.reader, aside)


async def shown(context: Context, press: Press, request: Request, aside: Aside = PLAIN) -> Reply:
    """The request's card in the place of the pressed one, which is remembered so that it changes with the request."""
    if not press.pressed.automatic:
        await keep_pressed_card(context.outside.store, context.turn, press.pressed, request)
    return answer(await draw(context, request, aside))


async def shown_as_it_is(context: Context, press: Press, request: Request) -> Reply:
    """The present card, and what of it is something else than what was pressed."""
    return await shown(context, press, request, Aside(seen=press.button.revision))


async def present(context: Context, press: Press, refusal: Refusal) -> Request:
    """Too late, or pressed again: the present card is the answer. Any other refusal is said as such."""
    if not refusal.has_moved_on:
        raise refusal
    return await load(context, press)
