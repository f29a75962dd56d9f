"""What organizations spend day by day, made up by a seed: to try forecasts on what nobody fitted them to. No I/O.

Three kinds: `steady`, `growing` and `gap` (closed for one to three weeks a year). All have weekdays of their own,
holidays of their country, days and weeks of chance, a level that wanders, a faint season, and now and then a day that
costs twice as much. How much of each is drawn for each organization.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from statistics import NormalDist

from bot.domain.holidays import is_holiday

KINDS = ("steady", "growing", "gap")
DAYS = 730
_FIRST = date(2024, 9, 2)
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Tenant:
    """`spent`: millionths by UTC day, for every day; `country`: where it is at home."""

    country: str
    spent: dict[date, int]


def tenant(seed: int, kind: str) -> Tenant:
    """Two years of an organization: the same for the same seed and kind."""
    return _Spender(Random(f"{seed}:{kind}"), kind).tenant()  # noqa: S311 -- a simulation, nothing to protect


class _Spender:
    """Draws with `Random.random()` alone: its sequence is the same in every Python."""

    def __init__(self, random: Random, kind: str) -> None:
        self._draw = random.random
        self._country = ("ES", "MX", "US")[int(self._draw() * 3)]
        self._first = _FIRST + timedelta(days=int(self._draw() * 365))
        self._level = math.log(5e6) + self._draw() * math.log(12)  # from 5 to 60 a day
        self._weekdays = [0.85 + 0.3 * self._draw() for _ in range(5)]
        self._weekdays += [0.03 + 0.25 * self._draw(), 0.02 + 0.18 * self._draw()]
        self._by_day, self._by_week = 0.12 + 0.25 * self._draw(), 0.03 + 0.07 * self._draw()
        self._wandering = 0.004 + 0.012 * self._draw()
        self._growth = 0.004 + 0.02 * self._draw() if kind == "growing" else 0.0  # a week
        self._season, self._phase = 0.1 * self._draw(), math.tau * self._draw()
        self._holiday = 0.08 + 0.2 * self._draw()
        self._outliers = self._draw() / 60
        self._gaps = self._drawn_gaps() if kind == "gap" else []

    def tenant(self) -> Tenant:
        spent, week = {}, 0.0
        for number in range(DAYS):
            if number % 7 == 0:
                week = self._by_week * self._normal()
                self._level += self._wandering * self._normal() + self._growth
            day = self._first + timedelta(days=number)
            spent[day] = int(math.exp(self._level + week + self._of_year(day)) * self._of_day(day))
        return Tenant(self._country, spent)

    def _of_year(self, day: date) -> float:
        return self._season * math.sin(self._phase + math.tau * day.timetuple().tm_yday / 365)

    def _of_day(self, day: date) -> float:
        works = day.weekday() < 5
        closed = works and is_holiday(self._country, day)
        factor = self._holiday if closed else self._weekdays[day.weekday()]
        factor *= math.prod(depth for first, last, depth in self._gaps if first <= day < last)
        factor *= math.exp(self._by_day * self._normal() - self._by_day**2 / 2)
        return factor * (1.5 + 1.5 * self._draw()) if self._draw() < self._outliers and works else factor

    def _drawn_gaps(self) -> Sequence[tuple[date, date, float]]:
        """Closed every year about the same days: at Christmas, in August, or in spring."""
        where, length, depth = self._draw() * 3, 9 + int(self._draw() * 10), 0.04 + 0.2 * self._draw()
        begins = ((12, 22, 0), (8, 5, 0), (3, 1, int(where % 1 * 120)))[int(where)]
        gaps = []
        for year in range(_FIRST.year - 1, _FIRST.year + 4):
            first = date(year, begins[0], begins[1]) + timedelta(days=begins[2] + int(self._draw() * 5) - 2)
            gaps.append((first, first + timedelta(days=length), depth))
        return gaps

    def _normal(self) -> float:
        return _NORMAL.inv_cdf(min(max(self._draw(), 1e-9), 1 - 1e-9))
