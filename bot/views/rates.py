"""Rates by the minute in words: countries, destinations and months as the reader names them."""

from collections.abc import Iterable

from bot.domain.money import Money
from bot.locale.places import place_name
from bot.locale.reader import CatalogueReader
from bot.usecases.read_rates import Rate, Rates
from cards.rates import RateLine, RatesValues


def rates_values(rates: Rates, place: str, reader: CatalogueReader, *, unknown: str = "") -> RatesValues:
    """Of the country `place`; of all, where that is ''. `unknown`: what was asked for and is no country."""
    if not place:
        named = ((place_name(code, reader.locale), rate) for code, rate in rates.places.items())
        return RatesValues(rates.first, rates.last, lines=_lines(named), unknown=unknown)
    months = tuple(line for month in sorted(rates.months) for line in _line(reader.month(month), rates.months[month]))
    return RatesValues(
        rates.first,
        rates.last,
        place=place_name(place, reader.locale),
        per_minute=rates.total.per_minute,
        connection=Money(rates.total.connection, rates.currency) if rates.total.connection else None,
        lines=_lines(rates.told.items()),
        months=months,
    )


def _lines(named: Iterable[tuple[str, Rate]]) -> tuple[RateLine, ...]:
    """Dearest first; what is free, or was told without a place, has no rate."""
    lines = [line for name, rate in named if name and rate.micros for line in _line(name, rate)]
    return tuple(sorted(lines, key=lambda line: (-line.per_minute.micros, line.name)))


def _line(name: str, rate: Rate) -> list[RateLine]:
    per_minute = rate.per_minute
    return [] if per_minute is None else [RateLine(name, per_minute, rate.calls, rate.seconds)]
