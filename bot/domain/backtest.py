"""How often forecasts would have been right: made on days of the past from what was known then. No I/O here.

On each of these days wallets are assumed that hold what a week to three months cost of late, evenly spread as in the
life of a wallet; what was spent afterwards tells when they would have been empty. A case counts where twice as many
days are known afterwards, whatever was forecast.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from bot.domain.ledger import Lot, expiry_of
from bot.domain.money import Money
from bot.domain.rhythm import Days, days_of
from bot.domain.runway import runway_of
from bot.domain.spend_curve import SpendCurve, prospect_of

FIRST_DAYS = 28  # known before the first forecast
EVERY_DAYS = 13  # not whole weeks: forecasts are made on every weekday
LASTING = tuple(range(7, 92, 12))  # days, at the pace of the last four weeks
PACE_DAYS = 28
KNOWN = 2  # times as long as a wallet is to last must be known afterwards
REACH = 3  # times the longest of these: so far ahead is looked
ANY = "XTS"  # ISO 4217: a code for tests; only the sums count here


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `cases` forecasts, how many wallets were empty by the end of their P10, P50 and P90 day, and how many before
    that day had begun. `width`: the days from P10 to P90, all of them together; `days`: how long the wallets were to
    last, together."""

    cases: int = 0
    p10: int = 0
    p50: int = 0
    p90: int = 0
    before_p10: int = 0
    before_p50: int = 0
    before_p90: int = 0
    width: int = 0
    days: int = 0

    def __add__(self, other: "Coverage") -> "Coverage":
        return Coverage(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def backtest(
    spent: Mapping[date, int],
    imported: Collection[date],
    *,
    home: str | None = None,
    every: int = EVERY_DAYS,
    first: int = FIRST_DAYS,
) -> dict[int, Coverage]:
    """The coverage for each of LASTING. `spent`: millionths by UTC day; `imported`: the days that are known."""
    found = dict.fromkeys(LASTING, Coverage())
    if not imported:
        return found
    days = days_of(spent, imported)
    for origin in range(first, len(days.spent), every):
        for lasting, coverage in _at(days, origin, home).items():
            found[lasting] += coverage
    return found


def _at(days: Days, origin: int, home: str | None) -> dict[int, Coverage]:
    """Forecasts after `origin` days, from these alone."""
    known = [days.first + timedelta(days=number) for number in range(origin) if days.spent[number] is not None]
    spent = {day: round(days.spent[(day - days.first).days] or 0) for day in known}
    prospect = prospect_of(spent, known, max(LASTING) * REACH, home)
    pace = sum(one or 0.0 for one in days.spent[origin - PACE_DAYS : origin]) / PACE_DAYS
    if prospect is None or pace < 1 or prospect.curve.through != days.first + timedelta(days=origin - 1):
        return {}
    after = days.spent[origin:]
    return {lasting: _judged(prospect.curve, round(pace * lasting), lasting, after) for lasting in LASTING}


def _judged(curve: SpendCurve, micros: int, lasting: int, after: Sequence[float | None]) -> Coverage:
    runway = runway_of([_lot(curve.through, micros)], curve)
    known = list(takewhile(lambda one: one is not None, after))
    ended = _ended(micros, known)
    days = (runway.p10, runway.p50, runway.p90)
    if len(known) < KNOWN * lasting or ended > len(known) < (runway.p90 - curve.through).days:
        return Coverage()
    end = curve.through + timedelta(days=ended)
    by10, by50, by90 = (end <= day for day in days)
    before10, before50, before90 = (end < day for day in days)
    return Coverage(1, by10, by50, by90, before10, before50, before90, (runway.p90 - runway.p10).days, lasting)


def _lot(on: date, micros: int) -> Lot:
    money = Money(micros, ANY)
    return Lot(on, money, money, Money.zero(ANY), expiry_of(on))


def _ended(micros: int, after: Sequence[float | None]) -> int:
    """On which day the wallet was empty; one more than there are where it never was."""
    left = float(micros)
    for number, one in enumerate(after, start=1):
        left -= one or 0.0
        if left <= 0:
            return number
    return len(after) + 1
