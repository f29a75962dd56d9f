"""`runway`: when the money runs out, how sure that is, and why. In a channel only the state word."""

from bot.commands.context import Command, Context, Press, answer
from bot.domain.alerts import Level, worst
from bot.domain.people import Right
from bot.ports.turn import Reply
from bot.views.budget import month_values
from bot.views.runway import runway_values
from cards.actions import Verb
from cards.budget import month_card
from cards.runway import RunwayValues, runway_card
from cards.state_word import StateWordValues, state_word_line


async def say(context: Context, arguments: str) -> Reply:
    """Where a monthly budget takes the wallet's place, its runway."""
    standing = await context.require(Right.VIEW)
    budget = await month_values(context.outside, context.tenant, context.settings, standing)
    if budget is not None:
        return answer(month_card(budget, context.reader, context.buttons))
    return answer(runway_card(await _values(context), context.reader, context.buttons))


async def show(context: Context, press: Press) -> Reply:
    return await say(context, "")


async def state_word(context: Context, sent_privately: bool) -> str:
    standing = await context.require(Right.VIEW)
    budget = await month_values(context.outside, context.tenant, context.settings, standing)
    if budget is not None:
        return state_word_line(StateWordValues(budget.level, sent_privately), context.reader)
    values = await _values(context)
    level = worst(wallet.level for wallet in values.wallets) if values.wallets else Level.UNKNOWN
    return state_word_line(StateWordValues(level, sent_privately), context.reader)


async def _values(context: Context) -> RunwayValues:
    standing = await context.require(Right.VIEW)
    may_recharge = standing.may(Right.PROPOSE_RECHARGE) and context.settings.can_buy
    return await runway_values(context.outside, context.tenant, context.settings, may_recharge=may_recharge)


COMMAND = Command(
    name="runway", say=say, right=Right.VIEW, buttons={Verb.RUNWAY_SHOW: show}, said_here=state_word, menu=False
)
