"""`rate Mexico`: what the organization has really paid by the minute, and where Microsoft's own list is."""

from bot.commands.context import Command, Context, answer
from bot.domain.people import Right
from bot.locale.places import place_in
from bot.ports.turn import Reply
from bot.usecases.read_rates import read_rates
from bot.views.rates import rates_values
from cards.rates import rates_card


async def say(context: Context, arguments: str) -> Reply:
    """`arguments`: what was typed, in which a country is looked for; without one, all countries."""
    await context.require(Right.VIEW)
    place = place_in(arguments)
    outside = context.outside
    rates = await read_rates(outside.store, outside.clock, context.tenant, context.settings.currency, place)
    unknown = arguments if arguments and not place else ""
    values = rates_values(rates, place, context.reader, unknown=unknown)
    return answer(rates_card(values, context.reader, context.buttons))


COMMAND = Command(name="rate", say=say, right=Right.VIEW, menu=False)
