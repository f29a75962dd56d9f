from datetime import UTC, date, datetime

import pytest

from bot.domain.errors import Refusal
from bot.domain.ledger import Adjustment, Entry, Purchase, UsageChange
from bot.domain.money import Money
from bot.domain.month_end import Month, last_settled, wallet_months
from bot.domain.usage import Source, UsageSum

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
OCTOBER = Month(2026, 10)


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def bought(id_: str, on: date, amount: str) -> Purchase:
    return Purchase(id_, on, eur(amount), NOW)


def used(day: date, amount: str, currency: str = "EUR") -> UsageChange:
    sums = (UsageSum(currency, Money.of(amount, currency).micros, 0, 0),)
    return UsageChange(f"u:{day}:{amount}", day, Source.GRAPH, sums, NOW)


@pytest.mark.parametrize("text", ["2026-13", "2026-0", "2026-1", "october", "", "2026/10", "1999-01", "٢٠٢٦-10"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="month_malformed"):
        Month.parse(text)


def test_a_month_knows_its_ends_and_its_neighbor() -> None:
    month = Month.parse(" 2028-02 ")
    assert (str(month), month.first, month.last) == ("2028-02", date(2028, 2, 1), date(2028, 2, 29))
    assert Month(2027, 1).before == Month(2026, 12)
    assert month.settled_on == date(2028, 3, 4)


@pytest.mark.parametrize(
    ("now", "month"),
    [
        (datetime(2026, 11, 3, 23, 59, tzinfo=UTC), "2026-09"),
        (datetime(2026, 11, 4, 0, 0, tzinfo=UTC), "2026-10"),
        (datetime(2027, 1, 4, 0, 0, tzinfo=UTC), "2026-12"),
        (datetime.fromisoformat("2026-11-04T01:00:00+02:00"), "2026-09"),
    ],
)
def test_a_month_has_settled_on_the_fourth_day_after_it_by_utc(now: datetime, month: str) -> None:
    assert str(last_settled(now)) == month


def test_a_statement_adds_up_and_names_what_moved_it() -> None:
    entries: list[Entry] = [
        bought("purchase:1", date(2025, 10, 15), "100"),
        used(date(2026, 9, 30), "20"),
        used(date(2026, 10, 1), "5"),
        bought("purchase:2", date(2026, 10, 20), "50"),
        Adjustment("reading:1", date(2026, 10, 25), NOW, eur("40"), eur("50"), NOW),
        used(date(2026, 10, 31), "1.5"),
        used(date(2026, 11, 1), "7"),
    ]
    (wallet,) = wallet_months(entries, OCTOBER, NOW.date())
    parts = (wallet.opening, wallet.purchased, wallet.adjusted, wallet.used, wallet.forfeited, wallet.closing)
    assert [str(part) for part in parts] == ["80.00", "50.00", "-10.00", "6.50", "75.00", "38.50"]
    assert [purchase.id for purchase in wallet.purchases] == ["purchase:2"]
    assert [(reading.adjustment.id, str(reading.changed)) for reading in wallet.readings] == [("reading:1", "-10.00")]
    assert (wallet.through, len(wallet.days)) == (date(2026, 10, 31), 31)
    assert [lot.purchased_on for lot in wallet.lots] == [date(2025, 10, 15), date(2026, 10, 20)]


def test_an_overdrawn_wallet_closes_below_zero() -> None:
    (wallet,) = wallet_months([used(date(2026, 10, 2), "3")], OCTOBER, NOW.date())
    assert (str(wallet.opening), str(wallet.closing)) == ("0.00", "-3.00")


def test_currencies_stand_apart_and_one_without_anything_is_left_out() -> None:
    entries: list[Entry] = [
        used(date(2026, 10, 2), "3", "USD"),
        bought("purchase:1", date(2026, 10, 3), "9"),
        used(date(2026, 11, 2), "3", "GBP"),
        used(date(2026, 10, 2), "0", "JPY"),
    ]
    assert [wallet.currency for wallet in wallet_months(entries, OCTOBER, NOW.date())] == ["EUR", "USD"]


def test_of_a_month_under_way_the_days_so_far_count() -> None:
    entries: list[Entry] = [
        bought("purchase:1", date(2026, 11, 3), "9"),
        bought("purchase:2", date(2026, 11, 25), "9"),
    ]
    (wallet,) = wallet_months(entries, Month(2026, 11), NOW.date())
    assert (wallet.through, str(wallet.closing), len(wallet.days)) == (date(2026, 11, 22), "9.00", 22)
