"""`balance`: what is left. In a channel only the state word; the figures in private."""

from datetime import UTC
from functools import lru_cache

from bot.commands.context import Command, Context, Press, answer
from bot.commands.moments import day_of
from bot.domain.alerts import Level, worst
from bot.domain.errors import Refusal
from bot.domain.people import Right
from bot.ports.reader import Reader
from bot.ports.turn import Card, Reply
from bot.usecases.read_balance import read_balance
from bot.views.balance import balance_values
from bot.views.budget import month_values
from cards.actions import Buttons, Verb
from cards.balance import BalanceValues, balance_card
from cards.balance_on import BalanceOnValues, balance_on_card
from cards.budget import BudgetValues, month_card
from cards.state_word import StateWordValues, state_word_line


async def say(context: Context, arguments: str) -> Reply:
    """`arguments`: a code of `day_in`, or none for today."""
    if arguments:
        return await _on(context, arguments)
    budget = await _budget(context)
    if budget is not None:
        return answer(month_card(budget, context.reader, context.buttons))
    values = await _values(context)
    return answer(_card(values, context.reader, context.buttons))


@lru_cache(maxsize=64)
def _card(values: BalanceValues, reader: Reader, buttons: Buttons) -> Card:
    """Until something is booked all who may see it are shown the same, and ask again and again."""
    return balance_card(values, reader, buttons)


async def show(context: Context, press: Press) -> Reply:
    return await say(context, "")


async def state_word(context: Context, sent_privately: bool) -> str:
    """`Low. I sent you the figures in private.`: all that may be said where others read along."""
    budget = await _budget(context)
    if budget is not None:
        return state_word_line(StateWordValues(budget.level, sent_privately), context.reader)
    values = await _values(context)
    level = worst(wallet.level for wallet in values.wallets) if values.wallets else Level.UNKNOWN
    return state_word_line(StateWordValues(level, sent_privately), context.reader)


async def _on(context: Context, code: str) -> Reply:
    """The balance at the end of another day. Raises Refusal: day_ambiguous, day_unknown, balance_in_future."""
    await context.require(Right.VIEW)
    outside = context.outside
    today = outside.clock.now().astimezone(UTC).date()
    day = day_of(code, today)
    if day > today:
        raise Refusal("balance_in_future", on=day)
    balances = await read_balance(outside.store, outside.clock, context.tenant, as_of=day)
    known = tuple(balance for balance in balances.each if balance.last_purchase is not None)
    return answer(balance_on_card(BalanceOnValues(day, known), context.reader, context.buttons))


async def _budget(context: Context) -> BudgetValues | None:
    """Where a monthly budget takes the wallet's place."""
    standing = await context.require(Right.VIEW)
    return await month_values(context.outside, context.tenant, context.settings, standing)


async def _values(context: Context) -> BalanceValues:
    standing = await context.require(Right.VIEW)
    may_recharge = standing.may(Right.PROPOSE_RECHARGE) and context.settings.can_buy
    return await balance_values(context.outside, context.tenant, context.settings, may_recharge=may_recharge)


COMMAND = Command(name="balance", say=say, right=Right.VIEW, buttons={Verb.BALANCE_SHOW: show}, said_here=state_word)
