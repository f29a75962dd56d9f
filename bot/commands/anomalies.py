"""`anomalies`: what was out of the ordinary of late, and what one person may spend in a day before Saldo says so."""

from dataclasses import replace

from bot.commands.context import Command, Context, Press, answer
from bot.domain.amounts import Ambiguous, amount_in
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import Right
from bot.ports.turn import Reply
from bot.usecases.find_anomalies import latest_anomalies
from bot.usecases.settings import change_settings
from bot.views.anomalies import anomalies_values
from bot.views.which_amount import which_amount
from cards.actions import Verb
from cards.anomalies import anomalies_card
from cards.which_amount import which_amount_card

LISTED = 20


async def say(context: Context, arguments: str) -> Reply:
    return await _show(context)


async def show(context: Context, press: Press) -> Reply:
    return await _show(context)


async def set_limit(context: Context, press: Press) -> Reply:
    await context.require(Right.CHANGE_SETTINGS)
    typed, currency = press.input("amount", limit=200), context.settings.currency
    try:
        parsed = amount_in(typed, currency)
    except Refusal as refusal:
        return await _show(context, typed=typed[:40], error=context.reader.refusal(refusal))
    if isinstance(parsed, Ambiguous):
        values = which_amount(parsed, currency, context.reader, Verb.PERSON_LIMIT_SET)
        return answer(which_amount_card(values, context.reader, context.buttons))
    return await _change(context, Money.of(parsed.value, currency))


async def reset_limit(context: Context, press: Press) -> Reply:
    """Back to what is so by itself."""
    await context.require(Right.CHANGE_SETTINGS)
    return await _change(context, None)


COMMAND = Command(
    name="anomalies",
    say=say,
    right=Right.VIEW,
    buttons={
        Verb.ANOMALIES_SHOW: show,
        Verb.PERSON_LIMIT_SET: set_limit,
        Verb.PERSON_LIMIT_RESET: reset_limit,
    },
    menu=False,
)


async def _change(context: Context, limit: Money | None) -> Reply:
    outside = context.outside
    await change_settings(
        outside.store,
        outside.clock,
        context.tenant,
        context.actor,
        "person_limit",
        lambda settings: replace(settings, person_limit=limit),
    )
    return await _show(context)


async def _show(context: Context, *, typed: str = "", error: str = "") -> Reply:
    standing = await context.require(Right.VIEW)
    outside, tenant = context.outside, context.tenant
    found = await latest_anomalies(outside.store, tenant, outside.clock.now().date(), limit=LISTED)
    values = await anomalies_values(outside, tenant, standing, found, context.reader.locale)
    values = replace(values, typed=typed, error=error)
    return answer(anomalies_card(values, context.reader, context.buttons))
