"""What will have been spent by each of the next days, and how sure that is. No I/O.

Inside it is statistics, in floats; what leaves are whole millionths.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

from bot.domain.forecast import ENOUGH_DAYS
from bot.domain.rhythm import Days, Rhythm, days_of, rhythm_of
from bot.domain.trend import Trend, trends_of, week_of

TENTH = 1.2815515655446004  # standard deviations: nine tenths of a normal distribution are below
MILLIONTHS_AT_LEAST = 1.0
NORMAL = NormalDist()
FAR = 0.09  # from the chance that is told: a day of which both chances lie that far off is not told


@dataclass(frozen=True, slots=True)
class SpendCurve:
    """From the day after `through` on: `middle` are the millionths that will have been spent by the end of each day
    with a probability of one half, `spread` the standard deviation of their logarithm."""

    through: date
    middle: tuple[int, ...]
    spread: tuple[float, ...]

    def by_each_day(self, deviations: float) -> list[int]:
        """The millionths spent by the end of each day if things go `deviations` away from the middle: TENTH is more
        than in nine cases of ten, -TENTH less. Never falling."""
        most, found = 0, []
        for middle, spread in zip(self.middle, self.spread, strict=True):
            most = max(most, round(middle * math.exp(deviations * spread)))
            found.append(most)
        return found

    def day(self, number: int, share: float, deviations: float) -> date:
        """The day to tell of an end that comes `share` into the spending of day `number` (the first is 1) if things
        go so many `deviations` away from the middle.

        A day is long beside what is uncertain in two weeks: the end may be much likelier by its close than before it.
        Of this day and those beside it that one is told of which both chances are closest to the one that is meant;
        often it is one of a weekend, on which money seldom ends.
        """
        micros = self._spent(number, share, deviations)
        near = [number]
        if share < 1 and micros > 0:
            near += [one for one in (number - 1, number + 1) if 1 <= one <= len(self.middle)]
        told = NORMAL.cdf(-deviations)
        return self.through + timedelta(days=min(near, key=lambda one: self._off(one, micros, told, one != number)))

    def _spent(self, number: int, share: float, deviations: float) -> float:
        """The millionths that will have been spent `share` into the spending of day `number`."""
        before, after = (
            self.middle[one - 1] * math.exp(deviations * self.spread[one - 1]) if one else 0.0
            for one in (number - 1, number)
        )
        return before + share * max(0.0, after - before)

    def _off(self, number: int, micros: float, told: float, beside: bool) -> float:
        before, by = self._chance(number - 1, micros), self._chance(number, micros)
        if beside and not (before <= told + FAR and by >= told - FAR):
            return math.inf
        return (before - told) ** 2 + (by - told) ** 2

    def _chance(self, number: int, micros: float) -> float:
        """How likely it is that so much will have been spent by the end of day `number`."""
        middle, spread = (self.middle[number - 1], self.spread[number - 1]) if number else (0, 0.0)
        if not middle or not spread:
            return float(middle >= micros)
        return NORMAL.cdf(math.log(middle / micros) / spread)


@dataclass(frozen=True, slots=True)
class Habits:
    """What a curve was drawn from, to be told: what a working day, a day of a weekend cost now (millionths), by how
    many percent that changes a month, whose holidays count, and from how many days it is known."""

    days: int
    weekday_micros: int
    weekend_micros: int
    percent_a_month: int
    country: str | None


@dataclass(frozen=True, slots=True)
class Prospect:
    """`rhythm` is kept while it is worked with: `factor(day)` says how quiet a day is."""

    curve: SpendCurve
    habits: Habits
    rhythm: Rhythm


def prospect_of(
    spent: Mapping[date, int], imported: Collection[date], horizon: int, home: str | None = None
) -> Prospect | None:
    """What the next `horizon` days will cost. `spent`: millionths by UTC day; `imported`: the days that are known;
    `home`: the organization's country. None where less than two weeks are known: too little to tell weekdays from
    chance."""
    days = days_of(spent, imported) if imported else None
    if days is None or days.known < ENOUGH_DAYS:
        return None
    rhythm = rhythm_of(days, home)
    trends = _trends(days, rhythm)
    ahead = [rhythm.factor(days.last + timedelta(days=number)) for number in range(1, horizon + 1)]
    curve = _curve(days.last, trends, ahead, rhythm)
    return Prospect(curve, _habits(days, rhythm, trends), rhythm)


def days_known(spent: Mapping[date, int], imported: Collection[date]) -> int:
    """How many days since the first call are known."""
    return days_of(spent, imported).known if imported else 0


def _trends(days: Days, rhythm: Rhythm) -> tuple[Trend, ...]:
    """Empty where nothing was spent at all."""
    totals = []
    for week in days.weeks():
        known = [number for number in week if days.spent[number] is not None]
        ordinary = sum(rhythm.factor(days.first + timedelta(days=number)) for number in known)
        totals.append((sum(days.spent[number] or 0.0 for number in known), ordinary))
    average = sum(spent for spent, _ in totals) / max(1.0, sum(ordinary for _, ordinary in totals))
    if average < MILLIONTHS_AT_LEAST:
        return ()
    return trends_of([week_of(spent, ordinary, average) for spent, ordinary in totals])


def _curve(through: date, trends: tuple[Trend, ...], ahead: list[float], rhythm: Rhythm) -> SpendCurve:
    """What the trends say together: the mean and the variance of their logarithms."""
    if not trends:
        return SpendCurve(through, (0,) * len(ahead), (0.0,) * len(ahead))
    uneven = sum(one * one for one in rhythm.weekdays) / 49  # a week's noise in fewer days
    told = [(trend.weight, _logs(trend, ahead, uneven)) for trend in trends]
    middle, spread = [], []
    for number in range(len(ahead)):
        mean = sum(weight * logs[number][0] for weight, logs in told)
        square = sum(weight * (logs[number][1] + logs[number][0] ** 2) for weight, logs in told)
        middle.append(round(math.exp(mean)))
        spread.append(round(math.sqrt(max(0.0, square - mean * mean)), 4))
    return SpendCurve(through, tuple(middle), tuple(spread))


def _logs(trend: Trend, ahead: list[float], uneven: float) -> list[tuple[float, float]]:
    """For each day ahead the mean and variance of the logarithm of what will have been spent by its end."""
    path = _Path(trend, uneven)
    return [path.step(number, factor) for number, factor in enumerate(ahead)]


class _Path:
    """Sums along one trend. The share of a day in all that is spent weighs how unsure that day's level is."""

    def __init__(self, trend: Trend, uneven: float) -> None:
        self._trend = trend
        self._uneven = uneven
        self._total = self._by_slope = self._squares = 0.0
        self._before = self._before_squared = 0.0

    def step(self, number: int, factor: float) -> tuple[float, float]:
        trend = self._trend
        reach = number / 7 + 0.57  # weeks from the middle of the last week to that of this day
        cost = factor * math.exp(trend.level + trend.slope * reach)
        self._before += self._total
        self._before_squared += self._total * self._total
        self._total += cost
        self._by_slope += cost * reach
        self._squares += cost * cost
        return self._log(number + 1)

    def _log(self, days: int) -> tuple[float, float]:
        trend, total = self._trend, max(self._total, 1e-9)
        slope = self._by_slope / total
        level = trend.var_level + 2 * trend.covariance * slope + trend.var_slope * slope * slope
        wandered = days * total * total - 2 * total * self._before + self._before_squared
        noise = trend.noise * self._squares / (total * total) / self._uneven
        mean = math.log(total) + (trend.noise - noise) / 2  # a sum of many weeks is their mean, not their middle
        return mean, level + trend.wandering / 7 * wandered / (total * total) + noise


def _habits(days: Days, rhythm: Rhythm, trends: tuple[Trend, ...]) -> Habits:
    level = sum(trend.weight * trend.level for trend in trends)
    slope = sum(trend.weight * trend.slope for trend in trends)
    average = math.exp(level) if trends else 0.0
    return Habits(
        days=days.known,
        weekday_micros=round(average * sum(rhythm.weekdays[:5]) / 5),
        weekend_micros=round(average * sum(rhythm.weekdays[5:]) / 2),
        percent_a_month=round(100 * math.expm1(slope * 30 / 7)),
        country=rhythm.country,
    )
