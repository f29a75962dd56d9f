from datetime import UTC, datetime

import pytest

from bot.domain.alerts import Episode, Level, follow, level, threshold
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
    assert follow(first, Level.EMPTY, NOW) is first
    assert follow(first, Level.UNKNOWN, NOW) is first
    recovered = follow(first, Level.OK, NOW)
    assert not recovered.open
    assert follow(recovered, Level.OK, NOW) is recovered
    assert follow(recovered, Level.EMPTY, NOW).number == 2
