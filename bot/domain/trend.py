"""How much is spent now, where it is going, and how sure that is: a level and its slope, week by week. No I/O.

Statistics, in floats. The logarithm of a week's spending is seen with noise; its level wanders a little and has a
slope that bends a little (a local linear trend, followed by a Kalman filter). How noisy and how wandering is not
known: every combination of a small grid is followed, and weighs as much as it foretold the weeks that came (Harvey,
"Forecasting, structural time series models and the Kalman filter", 1989). A week far from what was foretold counts
little: it may be an accident, or the first of a new level, which the next weeks tell.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

NOISES = (0.05, 0.09, 0.16, 0.3, 0.55)  # of a week, as a share
WANDERINGS = ((0.008, 0.95), (0.05, 0.05))  # of the level, a week; and how likely before the data says otherwise
SLOPE, SLOPES = 0.006, 0.025  # a week, before the data says otherwise: who begins to call calls more; and how unsure
BENDING = 0.0012  # of the slope, a week
ACCIDENTS = 0.05  # of the weeks
ACCIDENT_SPREAD = (25.0, 0.3)  # the noise of an accident: so many times the ordinary, and so much more
JUMPS = 0.01  # of the weeks: the level is another one from then on
JUMP_SPREAD = 0.5
WEEKS = 52  # that are looked back
LEAST_WEIGHT = 0.01  # below it a combination is left out
NEXT_TO_NOTHING = 0.02  # of an average week: so much a week without calls counts as, a logarithm needs something


@dataclass(frozen=True, slots=True)
class Week:
    """`log_level`: of what an ordinary day cost in this week (None: no telling); `thin`: how many times noisier than
    a week of seven ordinary days it is."""

    log_level: float | None
    thin: float = 1.0


@dataclass(frozen=True, slots=True)
class Trend:
    """One combination after the last week: the log of an ordinary day's cost, its slope a week, their variances, the
    week's noise and the level's wandering (variances too), and how much the combination weighs."""

    weight: float
    level: float
    slope: float
    var_level: float
    covariance: float
    var_slope: float
    noise: float
    wandering: float


def week_of(spent: float, ordinary_days: float, average: float) -> Week:
    """A week that cost `spent` and holds so many ordinary days; `average`: what an ordinary day costs."""
    if ordinary_days < 0.5 or average <= 0:
        return Week(None)
    return Week(math.log(max(spent / ordinary_days, NEXT_TO_NOTHING * average)), 7 / ordinary_days)


def trends_of(weeks: Sequence[Week]) -> tuple[Trend, ...]:
    """What may be so, the weights adding up to 1. `weeks` oldest first, at least one of them with a level."""
    recent = weeks[-WEEKS:]
    followed = [
        _followed(recent, noise**2, wandering**2, before)
        for noise, (wandering, before) in product(NOISES, WANDERINGS)
    ]
    best = max(likelihood for likelihood, _ in followed)
    weighed = [(math.exp(likelihood - best), trend) for likelihood, trend in followed]
    total = sum(weight for weight, _ in weighed)
    kept = [(weight, trend) for weight, trend in weighed if weight / total >= LEAST_WEIGHT]
    total = sum(weight for weight, _ in kept)
    return tuple(_with_weight(trend, weight / total) for weight, trend in kept)


def _with_weight(trend: Trend, weight: float) -> Trend:
    return Trend(
        weight,
        trend.level,
        trend.slope,
        trend.var_level,
        trend.covariance,
        trend.var_slope,
        trend.noise,
        trend.wandering,
    )


State = tuple[float, float, float, float, float]  # level, slope, their variances with the covariance in between


def _followed(weeks: Sequence[Week], noise: float, wandering: float, before: float) -> tuple[float, Trend]:
    """The logarithm of how likely the combination is after the weeks (`before`: before them), and where they lead."""
    begun = [week.log_level for week in weeks if week.log_level is not None][:3]
    state: State = (sum(begun) / len(begun), SLOPE, 1.0, 0.0, SLOPES**2)
    likelihood = math.log(before)
    for number, week in enumerate(weeks):
        if number:
            state = _moved(state, wandering)
        if week.log_level is not None:
            state, likely = _seen(state, week.log_level, noise * week.thin)
            likelihood += likely if number else 0.0
    return likelihood, Trend(0.0, *state, noise, wandering)


def _moved(state: State, wandering: float) -> State:
    """A week later."""
    level, slope, var_level, covariance, var_slope = state
    return (
        level + slope,
        slope,
        var_level + 2 * covariance + var_slope + wandering,
        covariance + var_slope,
        var_slope + BENDING**2,
    )


def _seen(state: State, log_level: float, noise: float) -> tuple[State, float]:
    """After a week was seen, and the logarithm of how likely it was: as usual, by accident, or after a jump. What may
    have been moves the level as far as it is likely; that one does not know which makes it less sure."""
    level, slope, var_level, covariance, var_slope = state
    error = log_level - level
    ways = (
        (1 - ACCIDENTS - JUMPS, var_level, noise),
        (ACCIDENTS, var_level, noise * ACCIDENT_SPREAD[0] + ACCIDENT_SPREAD[1]),
        (JUMPS, var_level + JUMP_SPREAD, noise),
    )
    likely = [share * _density(error, before + around) + 1e-300 for share, before, around in ways]
    either = sum(likely)
    told = [
        (one / either, before, before / (before + around), covariance / (before + around))
        for one, (_, before, around) in zip(likely, ways, strict=True)
    ]
    by_level = sum(weight * gain for weight, _, gain, _ in told)
    by_slope = sum(weight * gain for weight, _, _, gain in told)
    after = (
        level + by_level * error,
        slope + by_slope * error,
        sum(w * (before * (1 - gain) + (error * (gain - by_level)) ** 2) for w, before, gain, _ in told),
        sum(
            w * (covariance * (1 - gain) + error * error * (gain - by_level) * (other - by_slope))
            for w, _, gain, other in told
        ),
        sum(w * (var_slope - other * covariance + (error * (other - by_slope)) ** 2) for w, _, _, other in told),
    )
    return after, math.log(either)


def _density(error: float, variance: float) -> float:
    return math.exp(-error * error / (2 * variance)) / math.sqrt(variance)
