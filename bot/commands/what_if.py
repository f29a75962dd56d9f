"""`what if 20 people call Mexico 30 minutes a day`: at what calls there have really cost."""

from bot.commands.context import Command, Context, answer
from bot.commands.wishes import wish_in
from bot.domain.advice import is_enough
from bot.domain.people import Right
from bot.domain.what_if import Answer, Wish, what_if, with_pace, with_runway
from bot.locale.places import place_name
from bot.ports.turn import Reply
from bot.usecases.forecast_balance import read_curve
from bot.usecases.read_rates import Rate, read_rates
from bot.usecases.weigh_recharge import wallet_of
from cards.what_if import WhatIfValues, what_if_card


async def say(context: Context, arguments: str) -> Reply:
    await context.require(Right.VIEW)
    wish = wish_in(arguments)
    values = WhatIfValues() if wish is None else await _values(context, wish)
    return answer(what_if_card(values, context.reader, context.buttons))


COMMAND = Command(name="what_if", say=say, right=Right.VIEW, menu=False)


async def _values(context: Context, wish: Wish) -> WhatIfValues:
    outside, currency = context.outside, context.settings.currency
    rates = await read_rates(outside.store, outside.clock, context.tenant, currency, wish.place)
    place = place_name(wish.place, context.reader.locale)
    if not rates.total.seconds or not rates.total.micros:
        return WhatIfValues(wish, place)
    return WhatIfValues(wish, place, rates.total.per_minute, await _answer(context, wish, rates.total))


async def _answer(context: Context, wish: Wish, rate: Rate) -> Answer:
    """As much as is known: the balance's end is the one that the forecast tells."""
    outside = context.outside
    told = what_if(wish, rate.micros, rate.seconds, rate.currency)
    wallet = await wallet_of(outside.store, outside.clock, context.tenant, rate.currency)
    if wallet is None or not is_enough(wallet.outlook):
        return told
    told = with_pace(told, wallet.outlook)
    lots = [lot for lot in wallet.statement.lots if lot.remaining]
    curve = await read_curve(outside.store, context.tenant, wallet)
    return with_runway(told, lots, curve, wallet.statement.as_of) if lots and curve else told
