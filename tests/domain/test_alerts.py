from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.alerts import Episode, Level, Nearness, follow, level, threshold, worst
from bot.domain.money import Money

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def eur(amount: int) -> Money:
    return Money.of(amount, "EUR")


def test_the_threshold_is_the_tenants_else_a_fifth_of_the_last_purchase_else_unknown() -> None:
    assert threshold(eur(300), eur(1000)) == eur(300)
    assert threshold(None, eur(1000)) == eur(200)
    assert threshold(None, None) is None


@pytest.mark.parametrize(
    ("available", "limit", "expected"),
    [
        (None, None, Level.UNKNOWN),
        (eur(0), None, Level.EMPTY),
        (eur(-5), eur(100), Level.EMPTY),
        (eur(99), eur(100), Level.LOW),
        (eur(100), eur(100), Level.OK),
        (eur(1), None, Level.OK),
    ],
)
def test_the_state_word_of_a_balance(available: Money | None, limit: Money | None, expected: Level) -> None:
    assert level(available, limit) is expected


def test_an_episode_opens_once_and_not_again_until_it_has_recovered() -> None:
    first = follow(Episode(), Level.LOW, NOW)
    assert first == Episode(1, open=True, since=NOW)
    assert follow(first, Level.LOW, NOW) is first
    assert follow(first, Level.EMPTY, NOW) == replace(first, critical=True)
    assert follow(first, Level.UNKNOWN, NOW) is first
    recovered = follow(first, Level.OK, NOW)
    assert not recovered.open
    assert follow(recovered, Level.OK, NOW) is recovered
    assert follow(recovered, Level.EMPTY, NOW).number == 2


def test_what_is_only_just_not_low_any_more_is_still_the_same_episode() -> None:
    first = follow(Episode(), Level.LOW, NOW)
    assert follow(first, Level.OK, NOW, recovered=False) is first


@pytest.mark.parametrize(
    ("warn_on", "approval_days", "expected"),
    [
        (date(2026, 12, 7), 2, Level.OK),
        (date(2026, 12, 6), 2, Level.LOW),
        (date(2026, 11, 28), 2, Level.LOW),
        (date(2026, 11, 27), 2, Level.CRITICAL),  # Friday, the fifth working day after Sunday the 22nd
        (date(2026, 12, 4), 7, Level.CRITICAL),  # approved on Tuesday the 1st at the earliest, and then three days
        (date(2026, 12, 5), 7, Level.LOW),
        (date(2026, 11, 1), 0, Level.CRITICAL),
    ],
)
def test_low_is_within_fourteen_days_and_critical_is_too_late_for_an_approval(
    warn_on: date, approval_days: int, expected: Level
) -> None:
    assert Nearness(warn_on, date(2026, 11, 22), approval_days, "ES").level is expected


def test_a_holiday_is_no_working_day() -> None:
    near = Nearness(date(2026, 12, 9), date(2026, 12, 1), 2, "ES")
    assert near.critical_until == date(2026, 12, 9)  # the 8th is off
    assert replace(near, country=None).critical_until == date(2026, 12, 8)


def test_it_has_recovered_with_some_days_to_spare() -> None:
    near = Nearness(date(2026, 12, 10), date(2026, 11, 22), 2, None)
    assert near.has_recovered
    assert not replace(near, warn_on=date(2026, 12, 9)).has_recovered


def test_the_worst_of_several_counts() -> None:
    assert worst([Level.OK, Level.CRITICAL, Level.LOW]) is Level.CRITICAL
    assert worst([Level.OK, Level.UNKNOWN]) is Level.UNKNOWN
