"""The minutes that Audio Conferencing licences hold for dialing out."""

from datetime import date, timedelta

from bot.domain.minute_pool import ZONE_A, MinutePool, pool_of

TODAY = date(2026, 11, 22)
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


def daily(minutes: int, *, days: int = 28, through: date = date(2026, 11, 20)) -> dict[date, int]:
    return {through - timedelta(days=n): minutes * 60 for n in range(days)}


def test_zone_a_has_44_countries() -> None:
    assert len(ZONE_A) == 44
    assert all(len(code) == 2 for code in ZONE_A)


def test_each_licence_holds_sixty_minutes_a_month() -> None:
    assert pool_of(10, {}, TODAY) == MinutePool(10, 0, FIRST, LAST)
    assert pool_of(10, {}, TODAY).minutes == 600


def test_only_this_month_is_used_and_a_pool_that_lasts_has_no_end() -> None:
    assert pool_of(10, daily(10), TODAY) == MinutePool(10, 200, FIRST, LAST)


def test_the_day_on_which_it_will_end_is_told_at_the_pace_of_four_weeks() -> None:
    assert pool_of(4, daily(10), TODAY).ends_on == date(2026, 11, 24)


def test_the_day_on_which_it_ended_is_told() -> None:
    assert pool_of(1, daily(10), TODAY).ends_on == date(2026, 11, 6)


def test_at_the_beginning_of_a_month_the_pace_is_that_of_the_month_before() -> None:
    seconds = daily(10, through=date(2026, 10, 31))
    assert pool_of(1, seconds, date(2026, 11, 2)) == MinutePool(1, 0, FIRST, LAST, date(2026, 11, 6))


def test_begun_minutes_count_and_days_to_come_do_not() -> None:
    seconds = {date(2026, 11, 20): 61, date(2026, 11, 23): 60}
    assert pool_of(1, seconds, TODAY).used == 2


def test_without_licences_the_first_minute_is_beyond_it() -> None:
    assert pool_of(0, daily(0), TODAY).ends_on == date(2026, 11, 1)
