"""Which days a period means."""

from datetime import date

import pytest

from bot.commands.lexicon import PERIODS
from bot.commands.periods import MONTHS, days_of_period

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("today", "2026-11-22", "2026-11-22"),
        ("yesterday", "2026-11-21", "2026-11-21"),
        ("this_week", "2026-11-16", "2026-11-22"),
        ("last_week", "2026-11-09", "2026-11-15"),
        ("this_month", "2026-11-01", "2026-11-22"),
        ("last_month", "2026-10-01", "2026-10-31"),
        ("this_year", "2026-01-01", "2026-11-22"),
        ("last_year", "2025-01-01", "2025-12-31"),
        ("last_7_days", "2026-11-16", "2026-11-22"),
        ("last_30_days", "2026-10-24", "2026-11-22"),
        ("last_90_days", "2026-08-25", "2026-11-22"),
        ("month_10", "2026-10-01", "2026-10-31"),
        ("month_11", "2026-11-01", "2026-11-22"),
        ("month_12", "2025-12-01", "2025-12-31"),
        ("month_02", "2026-02-01", "2026-02-28"),
    ],
)
def test_a_period_has_its_days(period: str, first: str, last: str) -> None:
    assert days_of_period(period, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


def test_every_period_that_can_be_said_has_days_until_today() -> None:
    for period in PERIODS + MONTHS:
        first, last = days_of_period(period, TODAY)
        assert first <= last <= TODAY


@pytest.mark.parametrize(
    "period", ["", "x", "last_", "last_5_days", "this_decade", "month_", "month_0", "month_13", "month_x"]
)
def test_another_code_is_no_period(period: str) -> None:
    with pytest.raises(ValueError, match="no such period"):
        days_of_period(period, TODAY)
