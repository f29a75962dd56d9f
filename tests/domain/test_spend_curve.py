"""What will have been spent, and how sure that is."""

import math
from datetime import date, timedelta

import pytest

from bot.domain.spend_curve import TENTH, SpendCurve, days_known, prospect_of
from bot.domain.trend import trends_of, week_of

MONDAY = date(2026, 3, 2)


def constant(days: int, micros: int = 10_000_000, **other: int) -> dict[date, int]:
    return {MONDAY + timedelta(days=number): other.get(f"n{number}", micros) for number in range(days)}


def curve(spent: dict[date, int], horizon: int = 60) -> SpendCurve:
    prospect = prospect_of(spent, spent, horizon)
    assert prospect is not None
    return prospect.curve


@pytest.mark.parametrize("days", [0, 1, 13])
def test_from_less_than_two_weeks_nothing_is_foretold(days: int) -> None:
    assert prospect_of(constant(days), constant(days), 60) is None


def test_what_costs_the_same_every_day_goes_on_so() -> None:
    told = curve(constant(56))
    assert told.through == MONDAY + timedelta(days=55)
    assert told.middle[6] == pytest.approx(70_000_000, rel=0.05)
    assert told.middle[55] == pytest.approx(560_000_000, rel=0.1)
    assert told.spread[0] < 0.3


def test_the_farther_off_the_tenths_lie_on_either_side_and_never_fall() -> None:
    told = curve(constant(56))
    early, middle, late = (told.by_each_day(far) for far in (TENTH, 0.0, -TENTH))
    for line in (early, middle, late):
        assert line == sorted(line)
    assert all(high >= mid >= low for high, mid, low in zip(early, middle, late, strict=True))
    assert middle == list(told.middle)
    assert SpendCurve(MONDAY, (5, 6), (1.0, 0.1)).by_each_day(TENTH) == [18, 18]


def test_where_nothing_was_spent_nothing_will_be() -> None:
    prospect = prospect_of(constant(28, 0), constant(28, 0), 30)
    assert prospect is not None
    assert set(prospect.curve.middle) == {0}
    assert set(prospect.curve.spread) == {0.0}
    habits = prospect.habits
    assert (habits.days, habits.weekday_micros, habits.weekend_micros, habits.percent_a_month) == (28, 0, 0, 0)


def test_growth_is_followed_and_told() -> None:
    growing = {day: round(1e7 * 1.03 ** (number / 7)) for number, day in enumerate(constant(140))}
    prospect = prospect_of(growing, growing, 28)
    assert prospect is not None
    last_month = sum(list(growing.values())[-28:])
    assert prospect.curve.middle[27] > 1.06 * last_month
    assert 7 <= prospect.habits.percent_a_month <= 16


def test_one_dear_day_does_not_lift_the_level() -> None:
    ordinary, spiked = curve(constant(84)), curve(constant(84, n80=80_000_000))
    assert spiked.middle[27] < 1.25 * ordinary.middle[27]


def test_a_new_level_is_believed_when_it_stays() -> None:
    risen = {day: 10_000_000 if number < 84 else 30_000_000 for number, day in enumerate(constant(105))}
    assert curve(risen).middle[6] == pytest.approx(210_000_000, rel=0.15)


def test_days_count_from_the_first_call_on() -> None:
    assert days_known(constant(28, 0, n20=5), constant(28)) == 8
    assert days_known({}, []) == 0


def test_uneven_days_make_it_less_sure() -> None:
    uneven = {day: 2_000_000 if number % 2 else 18_000_000 for number, day in enumerate(constant(84))}
    week_off_week_on = {day: 5_000_000 if number // 7 % 2 else 15_000_000 for number, day in enumerate(uneven)}
    assert curve(week_off_week_on).spread[10] > 1.5 * curve(constant(84)).spread[10]


def test_a_week_that_is_not_known_is_left_out() -> None:
    known = {day: micros for day, micros in constant(70).items() if not 20 < (day - MONDAY).days < 42}
    assert curve(known).middle[6] == pytest.approx(70_000_000, rel=0.1)


def test_a_week_without_ordinary_days_or_of_nothing_tells_no_level() -> None:
    assert week_of(5.0, 0.2, 10.0).log_level is None
    assert week_of(5.0, 7.0, 0.0).log_level is None
    assert week_of(0.0, 7.0, 10.0).log_level == pytest.approx(math.log(0.2))


def test_the_weights_of_all_that_may_be_so_add_up_to_one() -> None:
    trends = trends_of([week_of(70.0 + number % 3, 7.0, 10.0) for number in range(10)])
    assert sum(trend.weight for trend in trends) == pytest.approx(1)
    assert all(trend.weight > 0.005 for trend in trends)


def test_the_same_data_say_the_same_each_time() -> None:
    assert curve(constant(56)) == curve(constant(56))
