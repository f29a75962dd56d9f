"""Weekdays, holidays and the year before, from days that were made up."""

from datetime import date, timedelta

import pytest

from bot.domain.rhythm import Days, days_of, rhythm_of
from bot.domain.working_days import working_days_between, working_days_on

MONDAY = date(2025, 9, 1)
OFFICE = (10, 10, 10, 10, 10, 2, 1)


def spent(days: int, **quiet: float) -> dict[date, int]:
    """`days` days of an office from a Monday on; on each ISO day of `quiet` that share of it."""
    found = {}
    for number in range(days):
        day = MONDAY + timedelta(days=number)
        found[day] = round(OFFICE[day.weekday()] * 1_000_000 * quiet.get(f"d{day:%Y%m%d}", 1.0))
    return found


def closed(*days: date, share: float = 0.1) -> dict[str, float]:
    return {f"d{day:%Y%m%d}": share for day in days}


def days_from(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def test_a_few_days_without_a_call_cost_nothing_and_a_long_hole_is_not_known() -> None:
    read = [MONDAY, MONDAY + timedelta(days=7), MONDAY + timedelta(days=20)]
    days = days_of({MONDAY: 5, read[1]: 6}, read)
    assert days.spent[:8] == (5.0, 0, 0, 0, 0, 0, 0, 6.0)
    assert days.spent[8:20] == (None,) * 12
    assert (days.spent[20], days.known, days.last) == (0.0, 9, read[-1])


def test_days_before_the_first_call_say_nothing() -> None:
    days = days_of({MONDAY: 5}, [MONDAY - timedelta(days=30), MONDAY, MONDAY + timedelta(days=1)])
    assert (days.first, days.spent) == (MONDAY, (5.0, 0.0))


def test_what_is_older_than_two_years_and_some_does_not_count() -> None:
    days = days_of({}, [date(2020, 1, 1), MONDAY])
    assert len(days.spent) == 800


def test_a_correction_below_zero_is_no_negative_usage() -> None:
    assert days_of({MONDAY: -5}, [MONDAY]).spent == (0.0,)


def test_weekdays_are_told_from_what_they_cost() -> None:
    known = spent(70)
    rhythm = rhythm_of(days_of(known, known), None)
    assert rhythm.weekdays[0] == pytest.approx(7 * 10 / 53, rel=0.05)
    assert rhythm.weekdays[6] < 0.2
    assert sum(rhythm.weekdays) == pytest.approx(7)


def test_where_nothing_was_spent_a_week_of_offices_is_taken() -> None:
    known = dict.fromkeys(spent(28), 0)
    rhythm = rhythm_of(days_of(known, known), "ES")
    assert rhythm.weekdays[0] > rhythm.weekdays[6]
    assert rhythm.country == "ES"


HOLIDAYS_IN_SPAIN = (date(2025, 12, 8), date(2025, 12, 25), date(2026, 1, 1), date(2026, 1, 6))


def test_holidays_of_home_are_as_quiet_as_they_were() -> None:
    known = spent(150, **closed(*HOLIDAYS_IN_SPAIN))
    rhythm = rhythm_of(days_of(known, known), "ES")
    assert rhythm.country == "ES"
    assert 0.1 < rhythm.holiday < 0.25
    assert rhythm.factor(date(2026, 5, 1)) == pytest.approx(rhythm.holiday * rhythm.weekdays[4])


def test_where_home_works_on_its_holidays_and_another_calendar_shows_that_one_counts() -> None:
    known = spent(150, **closed(*HOLIDAYS_IN_SPAIN))
    assert rhythm_of(days_of(known, known), "GB").country == "GB"  # Christmas and New Year were quiet
    quiet_in_spain = closed(date(2025, 12, 8), date(2026, 1, 6), date(2026, 4, 3), date(2026, 5, 1))
    known = spent(250, **quiet_in_spain)
    assert rhythm_of(days_of(known, known), "US").country == "ES"
    assert rhythm_of(days_of(known, known), None).country == "ES"


def test_where_nobodys_holidays_show_there_are_none() -> None:
    known = spent(250)
    rhythm = rhythm_of(days_of(known, known), "FR")
    assert rhythm.country is None
    assert rhythm.factor(date(2026, 7, 14)) == rhythm.weekdays[1]
    assert rhythm_of(days_of(known, known), None).country is None


def test_a_home_that_no_calendar_is_kept_for_has_no_holidays() -> None:
    known = spent(28)
    assert rhythm_of(days_of(known, known), "NZ").country is None


def test_weeks_that_fell_away_a_year_ago_are_expected_to_again() -> None:
    august = days_from(date(2026, 8, 3), 14)
    known = spent(500, **closed(*august))
    rhythm = rhythm_of(days_of(known, known), None)
    assert rhythm.factor(date(2027, 8, 9)) < 0.3
    assert rhythm.factor(date(2027, 6, 7)) == pytest.approx(rhythm.weekdays[0])
    assert rhythm.factor(date(2031, 8, 11)) == rhythm.weekdays[0]  # too far off to be told


def test_a_week_a_little_off_a_year_ago_is_taken_for_chance_and_one_half_off_in_part() -> None:
    known = spent(
        500,
        **closed(*days_from(date(2026, 6, 1), 7), share=0.85),
        **closed(*days_from(date(2026, 3, 2), 7), share=0.6),
    )
    rhythm = rhythm_of(days_of(known, known), None)
    assert rhythm.factor(date(2027, 6, 3)) == pytest.approx(rhythm.weekdays[3])
    assert 0.6 < rhythm.factor(date(2027, 3, 4)) / rhythm.weekdays[3] < 1


def test_a_year_in_which_nothing_was_spent_tells_nothing_of_the_next() -> None:
    known = dict.fromkeys(spent(420), 0)
    assert dict(rhythm_of(days_of(known, known), None).year) == {}


def test_days_that_are_not_known_are_left_out_of_weeks_and_of_holidays() -> None:
    known = {day: micros for day, micros in spent(150).items() if not date(2025, 12, 1) <= day < date(2026, 1, 5)}
    days = days_of(known, known)
    assert days.spent[(date(2025, 12, 25) - MONDAY).days] is None
    assert rhythm_of(days, "ES").weekdays[0] > 1
    assert rhythm_of(Days(MONDAY, (None,) * 14), None).weekdays[0] > 1


def test_working_days_leave_out_weekends_and_holidays() -> None:
    assert working_days_on(date(2026, 12, 4), 2, "ES") == date(2026, 12, 9)  # Friday; the 8th is off
    assert working_days_on(date(2026, 12, 4), 2, None) == date(2026, 12, 8)
    assert working_days_on(date(2026, 12, 5), 0, "ES") == date(2026, 12, 5)
    assert working_days_on(date(2026, 12, 4), 1, "NZ") == date(2026, 12, 7)
    assert working_days_between(date(2026, 12, 4), date(2026, 12, 9), "ES") == 2
