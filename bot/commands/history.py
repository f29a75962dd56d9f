"""`history`: the last entries of the books; `history 3f2a9c…`, or a request's button: what happened to it."""

from bot.commands.context import Command, Context, Press, answer
from bot.domain.history import history_of
from bot.domain.people import Right
from bot.domain.requests import Request
from bot.ports.turn import Reply
from bot.usecases.change_request import load_request
from bot.usecases.read_balance import read_balance, read_ledger
from bot.usecases.read_trail import find_request
from bot.views.trail import trail_values
from cards.actions import Verb
from cards.history import HistoryValues, history_card
from cards.trail import trail_card

SHOWN = 12  # lines in one card


async def say(context: Context, arguments: str) -> Reply:
    if arguments:
        request = await find_request(context.outside.store, context.tenant, arguments)
        return await _trail(context, request, 0)
    return await _books(context)


async def show(context: Context, press: Press) -> Reply:
    request = (await load_request(context.outside.store, context.tenant, press.request_id)).body
    page = press.input("page", limit=6)
    return await _trail(context, request, int(page) if page.isdecimal() else 0)


COMMAND = Command(name="history", say=say, right=Right.VIEW, buttons={Verb.REQUEST_HISTORY: show}, menu=False)


async def _trail(context: Context, request: Request, page: int) -> Reply:
    values = await trail_values(context.house, context.tenant, request, context.actor, page)
    return answer(trail_card(values, context.reader, context.buttons))


async def _books(context: Context) -> Reply:
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
