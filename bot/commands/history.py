"""`history`: the last entries of the books."""

from bot.commands.context import Command, Context, answer
from bot.domain.history import history_of
from bot.domain.people import Right
from bot.ports.turn import Reply
from bot.usecases.read_balance import read_balance, read_ledger
from cards.history import HistoryValues, history_card

SHOWN = 12  # lines in one card


async def say(context: Context, arguments: str) -> Reply:
    await context.require(Right.VIEW)
    store = context.outside.store
    entries = [record.body for record in await read_ledger(store, context.tenant)]
    balances = await read_balance(store, context.outside.clock, context.tenant)
    own = [each for each in balances.each if each.statement.currency == context.settings.currency]
    values = HistoryValues(
        lines=tuple(history_of(entries)[: -SHOWN - 1 : -1]),
        entries=len(entries),
        course=tuple((day.day, day.balance) for each in own for day in each.statement.series),
    )
    return answer(history_card(values, context.reader, context.buttons))


COMMAND = Command(name="history", say=say, right=Right.VIEW, menu=False)
