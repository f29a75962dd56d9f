"""`budget 800`: the month's budget of a post-paid organization. A higher one takes somebody else's approval."""

from dataclasses import replace

from bot.commands.context import Command, Context, Press, answer
from bot.commands.ids import derived_id, minted_id
from bot.domain.amounts import Ambiguous, Amount, amount_in
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import Right
from bot.domain.requests import Raise
from bot.ports.turn import Reply
from bot.usecases.budget import ask_to_raise, check_postpaid, is_raise, set_budget
from bot.usecases.keep_card import keep_pressed_card
from bot.views.budget import budget_values
from bot.views.request import draw_request
from bot.views.which_amount import which_amount
from cards.actions import Verb
from cards.budget import BudgetValues, budget_card
from cards.which_amount import which_amount_card


async def say(context: Context, arguments: str) -> Reply:
    await _post_paid(context)
    if not arguments:
        return await _show(context)
    return await _typed(context, arguments, derived_id(context.turn))


async def show(context: Context, press: Press) -> Reply:
    await _post_paid(context)
    return await _show(context)


async def set_(context: Context, press: Press) -> Reply:
    """The form was filled in, or one reading of an ambiguous number was meant."""
    await _post_paid(context)
    return await _typed(context, press.input("amount", limit=200), press.request_id, press)


COMMAND = Command(
    name="budget",
    say=say,
    right=Right.VIEW,
    buttons={Verb.BUDGET_SHOW: show, Verb.BUDGET_SET: set_},
    menu=False,
)


async def _post_paid(context: Context) -> None:
    await context.require(Right.VIEW)
    check_postpaid(context.settings)


async def _typed(context: Context, typed: str, request_id: str, press: Press | None = None) -> Reply:
    currency = context.settings.currency
    exact = press is not None and bool(press.input("currency", limit=3))
    try:
        parsed = _exactly(typed, currency) if exact else amount_in(typed, currency)
    except Refusal as refusal:
        return await _show(context, typed=typed[:40], error=context.reader.refusal(refusal))
    if isinstance(parsed, Ambiguous):
        values = which_amount(parsed, currency, context.reader, Verb.BUDGET_SET, about=(request_id, 0))
        return answer(which_amount_card(values, context.reader, context.buttons))
    return await _set(context, Money.of(parsed.value, currency), request_id, press)


def _exactly(typed: str, currency: str) -> Amount:
    """Decimal text of our own button. Raises Refusal: amount_not_positive, amount_too_fine."""
    money = Money.of(typed, currency)
    if money.micros <= 0:
        raise Refusal("amount_not_positive")
    if money.micros % 10_000:
        raise Refusal("amount_too_fine")
    return Amount(money.amount, currency)


async def _set(context: Context, budget: Money, request_id: str, press: Press | None) -> Reply:
    before = context.settings.budget
    if before is not None and is_raise(context.settings, budget):
        return await _ask(context, request_id, Raise(budget, before), press)
    await context.require(Right.CHANGE_SETTINGS)
    outside = context.outside
    await set_budget(outside.store, outside.clock, context.tenant, context.actor, budget)
    return await _show(context)


async def _ask(context: Context, request_id: str, budget: Raise, press: Press | None) -> Reply:
    await context.require(Right.PROPOSE_RECHARGE)
    outside = context.outside
    request = await ask_to_raise(outside.store, outside.clock, context.tenant, request_id, context.by, budget)
    if press is not None:
        await keep_pressed_card(outside.store, context.turn, press.pressed, request)
    return answer(await draw_request(context.house, context.tenant, request, context.actor, context.reader))


async def _show(context: Context, *, typed: str = "", error: str = "") -> Reply:
    values = await budget_values(context.outside, context.tenant, await context.standing())
    values = values or BudgetValues(context.settings.currency)
    shown = replace(values, request_id=minted_id(), typed=typed, error=error)
    return answer(budget_card(shown, context.reader, context.buttons))
