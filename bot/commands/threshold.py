"""`threshold 300`: below which sum Saldo warns, besides when the money may run out soon. While that cannot be
foretold, below a fifth of the last purchase."""

from dataclasses import replace

from bot.commands.context import Command, Context, Press, answer
from bot.domain.amounts import Ambiguous, amount_in
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import Right
from bot.domain.settings import Settings
from bot.ports.turn import Reply
from bot.usecases.settings import change_settings
from bot.usecases.watch_balance import watched_now
from bot.views.which_amount import which_amount
from cards.actions import Verb
from cards.threshold import ThresholdValues, threshold_card
from cards.which_amount import which_amount_card


async def say(context: Context, arguments: str) -> Reply:
    if not arguments:
        await context.require(Right.VIEW)
        return await _show(context, context.settings)
    return await _typed(context, arguments)


async def set_(context: Context, press: Press) -> Reply:
    return await _typed(context, press.input("amount", limit=200))


async def reset(context: Context, press: Press) -> Reply:
    """Back to what is so by itself."""
    await context.require(Right.CHANGE_SETTINGS)
    return await _show(context, await _change(context, None))


COMMAND = Command(
    name="threshold",
    say=say,
    right=Right.VIEW,
    buttons={Verb.THRESHOLD_SET: set_, Verb.THRESHOLD_RESET: reset},
)


async def _typed(context: Context, typed: str) -> Reply:
    await context.require(Right.CHANGE_SETTINGS)
    currency = context.settings.currency
    try:
        parsed = amount_in(typed, currency)
    except Refusal as refusal:
        return await _show(context, context.settings, typed=typed[:40], error=context.reader.refusal(refusal))
    if isinstance(parsed, Ambiguous):
        values = which_amount(parsed, currency, context.reader, Verb.THRESHOLD_SET)
        return answer(which_amount_card(values, context.reader, context.buttons))
    return await _show(context, await _change(context, Money.of(parsed.value, currency)))


async def _change(context: Context, limit: Money | None) -> Settings:
    outside = context.outside
    return await change_settings(
        outside.store,
        outside.clock,
        context.tenant,
        context.actor,
        "threshold",
        lambda settings: replace(settings, threshold=limit),
    )


async def _show(context: Context, settings: Settings, *, typed: str = "", error: str = "") -> Reply:
    watched = await watched_now(context.outside, context.tenant, settings)
    standing = await context.standing()
    values = ThresholdValues(
        currency=settings.currency,
        limit=settings.threshold or (watched.threshold if watched else None),
        own=settings.threshold is not None,
        by_runway=watched is not None and watched.nearness is not None,
        may_change=standing.may(Right.CHANGE_SETTINGS),
        typed=typed,
        error=error,
    )
    return answer(threshold_card(values, context.reader, context.buttons))
