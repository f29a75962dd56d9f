"""`lots`: every purchase, what is left of it, and what became of it."""

from bot.commands.context import Command, Context, answer
from bot.domain.people import Right
from bot.ports.turn import Reply
from bot.views.lots import lots_values
from cards.lots import lots_card


async def say(context: Context, arguments: str) -> Reply:
    await context.require(Right.VIEW)
    values = await lots_values(context.outside, context.tenant)
    return answer(lots_card(values, context.reader, context.buttons))


COMMAND = Command(name="lots", say=say, right=Right.VIEW, menu=False)
