"""`explain`: the ledger's entries behind each number of the balance, page by page."""

from bot.commands.context import Command, Context, Press, answer
from bot.domain.people import Right
from bot.ports.turn import Reply
from bot.usecases.explain_balance import explain_balance
from cards.actions import Verb
from cards.explain import ExplainValues, explain_card


async def say(context: Context, arguments: str) -> Reply:
    return await _show(context, "", 0)


async def show(context: Context, press: Press) -> Reply:
    page = press.input("page", limit=6)
    return await _show(context, press.input("currency", limit=3), int(page) if page.isdecimal() else 0)


COMMAND = Command(name="explain", say=say, right=Right.VIEW, buttons={Verb.EXPLAIN_SHOW: show}, menu=False)


async def _show(context: Context, currency: str, page: int) -> Reply:
    await context.require(Right.VIEW)
    explained = await explain_balance(context.outside.store, context.outside.clock, context.tenant)
    wanted = currency or context.settings.currency
    found = next((one for one in explained.each if one.currency == wanted), None)
    values = ExplainValues(
        explanation=found or next(iter(explained.each), None),
        currencies=tuple(one.currency for one in explained.each),
        pending=tuple((id_, amount) for id_, amount in explained.pending.items() if amount.currency == wanted),
        page=page,
    )
    return answer(explain_card(values, context.reader, context.buttons))
