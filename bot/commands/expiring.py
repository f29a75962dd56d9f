"""`expiring`: what expires next, and how much of it will be left then."""

from bot.commands.context import Command, Context, answer
from bot.domain.people import Right
from bot.ports.turn import Reply
from bot.views.lots import lots_values
from cards.lots import expiring_card


async def say(context: Context, arguments: str) -> Reply:
    await context.require(Right.VIEW)
    values = await lots_values(context.outside, context.tenant)
    return answer(expiring_card(values, context.reader, context.buttons))


COMMAND = Command(name="expiring", say=say, right=Right.VIEW, menu=False)
