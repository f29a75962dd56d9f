"""`advice`: what to recharge for some months, from which sum on, what will be forfeited, how long minutes last."""

from bot.commands.context import Command, Context, Press, answer
from bot.domain.advice import DEFAULT_MONTHS, MOST_MONTHS
from bot.domain.people import Right
from bot.ports.turn import Reply
from bot.views.advice import advice_values
from cards.actions import Verb
from cards.advice import advice_card


async def say(context: Context, arguments: str) -> Reply:
    """`arguments`: a number of months; what is none is taken for the usual one."""
    standing = await context.require(Right.VIEW)
    months = int(arguments) if arguments.isascii() and arguments.isdigit() and len(arguments) < 3 else DEFAULT_MONTHS
    months = min(max(months, 1), MOST_MONTHS)
    values = await advice_values(context.outside, context.tenant, context.settings, standing, months)
    return answer(advice_card(values, context.reader, context.buttons))


async def show(context: Context, press: Press) -> Reply:
    return await say(context, press.input("months", limit=2))


COMMAND = Command(name="advice", say=say, right=Right.VIEW, buttons={Verb.ADVICE_SHOW: show}, menu=False)
