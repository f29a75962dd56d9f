"""The books as people read them."""

from datetime import date

from bot.domain.history import Spent, history_of
from tests.domain.ledger_entries import bought, eur, read, used


def test_a_run_of_usage_is_one_line_and_purchases_and_readings_are_their_own() -> None:
    purchase, reading = bought("2026-11-01", "500"), read("2026-11-05", "480")
    entries = [purchase, used("2026-11-02", "3"), used("2026-11-01", "4"), reading, used("2026-11-06", "-1")]
    assert history_of(entries) == [
        purchase,
        Spent(date(2026, 11, 1), date(2026, 11, 2), eur("7")),
        reading,
        Spent(date(2026, 11, 6), date(2026, 11, 6), eur("-1")),
    ]


def test_each_currency_has_its_line_and_days_of_nothing_have_none() -> None:
    entries = [used("2026-11-01", "3"), used("2026-11-02", "0"), used("2026-11-03", "2", currency="USD")]
    assert [str(line.amount) for line in history_of(entries) if isinstance(line, Spent)] == ["3.00", "2.00"]
    assert history_of([]) == []
