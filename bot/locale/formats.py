"""Amounts, dates and lists of one locale. Babel's patterns are looked up once, its results kept in bounded caches."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.lists import format_list
from babel.numbers import NumberPattern, get_currency_precision

from bot.domain.money import MICROS, Money

FINEST = 6  # decimals: a Money has no more
CACHED = 4096


@dataclass(frozen=True, slots=True, eq=False)  # hashed by identity: the caches below ask for it on every call
class Formats:
    """One per locale: see `formats_of`. Everything here is text for people."""

    name: str  # Babel's, `es_ES`
    babel: Locale
    _sums: dict[int, NumberPattern] = field(default_factory=dict)

    def money(self, money: Money) -> str:
        return _money(self, money.micros, money.currency)

    def number(self, number: int | Decimal) -> str:
        return _number(self, number)

    def day(self, day: date) -> str:
        return _day(self, "MMMd", day)

    def full_day(self, day: date) -> str:
        return _day(self, "yMMMd", day)

    def month(self, day: date) -> str:
        return _day(self, "yMMMM", day)

    def month_name(self, number: int) -> str:
        return str(self.babel.months["stand-alone"]["wide"][number])

    def hour(self, hour: int) -> str:
        return str(self.babel.time_formats["short"].apply(time(hour), self.babel))

    def moment(self, local: datetime) -> str:
        """`local` is in the reader's zone already."""
        clock = self.babel.time_formats["short"].apply(local, self.babel)
        return f"{self.full_day(local.date())}, {clock}"

    def names(self, names: Sequence[str]) -> str:
        joined = format_list(list(names), locale=self.babel)
        if self.babel.language == "es" and len(names) > 1 and _sounds_like_i(names[-1]):
            head = joined.removesuffix(f" y {names[-1]}")
            return f"{head} e {names[-1]}"
        return joined

    def pattern(self, decimals: int) -> NumberPattern:
        """The locale's currency pattern with exactly so many decimals."""
        if decimals not in self._sums:
            pattern = copy(self.babel.currency_formats["standard"])
            pattern.frac_prec = (decimals, decimals)
            self._sums[decimals] = pattern
        return self._sums[decimals]


@lru_cache(maxsize=256)
def formats_of(locale: str) -> Formats:
    """`locale` as Babel names it (`es_ES`); one that Babel does not know raises UnknownLocaleError."""
    return Formats(locale, Locale.parse(locale))


@lru_cache(maxsize=CACHED)
def _money(formats: Formats, micros: int, currency: str) -> str:
    pattern = formats.pattern(_decimals(abs(micros), get_currency_precision(currency)))
    amount = Money(micros, currency).amount
    return str(pattern.apply(amount, formats.babel, currency=currency, currency_digits=False))


def _decimals(micros: int, usual: int) -> int:
    """The currency's own digits, and more where rounding to them would falsify the sum by over 1 %: a rate of
    0.0125 a minute is not 0.01, and a balance of 212.403217 needs no more than 212.40."""
    for decimals in range(usual, FINEST):
        unit = MICROS // 10**decimals
        rest = micros % unit
        if min(rest, unit - rest) * 100 <= micros:
            return decimals
    return FINEST


@lru_cache(maxsize=CACHED)
def _number(formats: Formats, number: int | Decimal) -> str:
    pattern = formats.babel.decimal_formats[None]
    if isinstance(number, Decimal):
        pattern = copy(pattern)
        pattern.frac_prec = (0, FINEST)
    return str(pattern.apply(number, formats.babel))


@lru_cache(maxsize=CACHED)
def _day(formats: Formats, skeleton: str, day: date) -> str:
    return str(formats.babel.datetime_skeletons[skeleton].apply(day, formats.babel))


def _sounds_like_i(name: str) -> bool:
    """Before this sound Spanish says "e" for "y": Luis e Inés, padre e hijo; but "agua y hielo", "y Yolanda".
    Source: Diccionario panhispánico de dudas, "y"."""
    folded = name.casefold().replace("í", "i")
    vowel_follows = folded.removeprefix("h")[1:2] in ("a", "e", "o")
    return folded.removeprefix("h").startswith("i") and not vowel_follows
