"""How lots burn down, rule by rule. `tests/property/test_ledger_oracle.py` holds the whole against an oracle."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain.balance import balances_of
from bot.domain.ledger import Entry, Lot, Statement, expiry_of
from tests.domain.ledger_entries import bought, day, eur, read, used


def statement(entries: Sequence[Entry], as_of: str) -> Statement:
    balances = balances_of(entries, day(as_of), len(entries))
    assert len(balances.each) == 1
    return balances.each[0].statement


def remaining(of: Statement) -> list[str]:
    return [str(lot.remaining) for lot in of.lots]


def test_a_lot_pays_from_the_day_of_its_purchase() -> None:
    entries = [bought("2026-01-10", "500")]
    assert statement(entries, "2026-01-09").available == eur("0")
    assert statement(entries, "2026-01-09").lots == ()
    assert statement(entries, "2026-01-10").available == eur("500")


def test_the_oldest_lot_pays_first_and_the_next_one_the_rest() -> None:
    entries = [bought("2026-03-01", "100"), bought("2026-01-10", "50"), used("2026-03-02", "60.5")]
    after = statement(entries, "2026-03-02")
    assert [(lot.purchased_on, str(lot.remaining)) for lot in after.lots] == [
        (day("2026-01-10"), "0.00"),
        (day("2026-03-01"), "89.50"),
    ]


def test_lots_of_one_day_pay_in_the_order_of_their_recording() -> None:
    entries = [bought("2026-01-10", "10"), bought("2026-01-10", "20"), used("2026-01-10", "5")]
    assert remaining(statement(entries, "2026-01-10")) == ["5.00", "20.00"]


@pytest.mark.parametrize(
    ("purchased", "expires"),
    [
        ("2026-01-10", "2027-01-10"),
        ("2024-02-29", "2025-02-28"),
        ("2023-02-28", "2024-02-28"),
        ("2025-12-31", "2026-12-31"),
    ],
)
def test_a_lot_is_forfeited_twelve_months_after_its_purchase_that_day_included(purchased: str, expires: str) -> None:
    assert expiry_of(day(purchased)) == day(expires)
    before = day(expires) - timedelta(days=1)
    entries = [bought(purchased, "100"), used(before.isoformat(), "30")]
    assert statement(entries, before.isoformat()).available == eur("70")
    after = statement(entries, expires)
    assert (after.available, after.forfeited) == (eur("0"), eur("70"))
    assert after.lots == (Lot(day(purchased), eur("100"), eur("0"), eur("70"), day(expires)),)


def test_lots_expire_before_the_usage_of_the_day_is_paid() -> None:
    entries = [bought("2025-01-10", "100"), bought("2025-06-01", "100"), used("2026-01-10", "30")]
    after = statement(entries, "2026-01-10")
    assert after.forfeited == eur("100")
    assert remaining(after) == ["0.00", "70.00"]


def test_usage_beyond_all_lots_is_overdrawn() -> None:
    after = statement([bought("2026-01-10", "10"), used("2026-01-11", "10.000001")], "2026-01-11")
    assert (after.available, after.overdrawn) == (eur("0"), eur("0.000001"))
    assert after.balance == eur("-0.000001")


def test_a_purchase_first_pays_what_is_overdrawn() -> None:
    entries = [used("2026-01-11", "30"), bought("2026-01-12", "100"), bought("2026-01-12", "1")]
    after = statement(entries, "2026-01-12")
    assert (after.available, after.overdrawn) == (eur("71"), eur("0"))
    assert remaining(after) == ["70.00", "1.00"]


def test_a_purchase_that_only_pays_what_is_overdrawn_is_a_lot_without_anything() -> None:
    after = statement([used("2026-01-11", "30"), bought("2026-01-12", "20")], "2026-01-12")
    assert (after.available, after.overdrawn) == (eur("0"), eur("10"))
    assert remaining(after) == ["0.00"]


def test_what_is_recorded_late_counts_on_its_own_day() -> None:
    entries = [bought("2026-01-10", "100"), used("2026-02-05", "10"), used("2026-01-20", "5")]
    assert statement(entries, "2026-01-31").available == eur("95")
    assert statement(entries, "2026-02-28").available == eur("85")


def test_a_day_that_changes_later_is_one_day() -> None:
    entries = [bought("2026-01-10", "100"), used("2026-01-11", "10"), used("2026-01-11", "-4")]
    assert statement(entries, "2026-01-11").available == eur("94")


def test_the_first_reading_is_the_opening_balance_whatever_was_used_before() -> None:
    entries = [used("2026-01-05", "70"), read("2026-01-10", "212.40"), used("2026-01-11", "12.40")]
    assert statement(entries, "2026-01-10").available == eur("212.40")
    assert statement(entries, "2026-01-11").available == eur("200")


def test_usage_of_earlier_days_that_arrives_after_a_reading_changes_nothing_from_that_day_on() -> None:
    known = [read("2026-01-10", "212.40"), used("2026-01-11", "2.40")]
    late = [*known, used("2026-01-09", "50")]
    assert statement(late, "2026-01-09").overdrawn == eur("50")
    assert statement(late, "2026-01-11").available == statement(known, "2026-01-11").available == eur("210")


def test_a_reading_below_the_estimate_is_taken_from_the_oldest_lot_first() -> None:
    entries = [bought("2026-01-10", "50"), bought("2026-02-10", "50"), read("2026-03-01", "40")]
    after = statement(entries, "2026-03-01")
    assert remaining(after) == ["0.00", "40.00"]


def test_a_reading_below_nothing_is_overdrawn() -> None:
    after = statement([bought("2026-01-10", "50"), read("2026-03-01", "-3")], "2026-03-01")
    assert (after.available, after.overdrawn) == (eur("0"), eur("3"))


def test_a_reading_above_the_estimate_adds_an_assumed_lot() -> None:
    after = statement([bought("2026-01-10", "50"), read("2026-03-01", "62")], "2026-03-01")
    assert [(str(lot.amount), lot.assumed) for lot in after.lots] == [("50.00", False), ("12.00", True)]


def test_money_of_unknown_age_is_said_to_expire_at_the_earliest_and_struck_off_when_that_is_certain() -> None:
    entries = [read("2026-01-10", "100")]
    (lot,) = statement(entries, "2026-01-10").lots
    assert (lot.assumed, lot.expires_on) == (True, day("2026-01-11"))
    (lot,) = statement(entries, "2026-06-30").lots
    assert (str(lot.remaining), lot.expires_on) == ("100.00", day("2026-07-01"))
    assert statement(entries, "2027-01-09").available == eur("100")
    after = statement(entries, "2027-01-10")
    assert (after.available, after.forfeited) == (eur("0"), eur("100"))
    assert after.lots[0].expires_on == day("2027-01-10")


def test_money_whose_oldest_purchase_was_told_expires_with_that_all_of_it() -> None:
    entries = [read("2026-01-10", "100", oldest="2025-04-01"), bought("2026-01-10", "7")]
    (assumed, own) = statement(entries, "2026-03-31").lots
    assert (assumed.assumed, assumed.purchased_on, assumed.expires_on) == (True, day("2025-04-01"), day("2026-04-01"))
    assert not own.assumed
    after = statement(entries, "2026-04-01")
    assert (after.available, after.forfeited) == (eur("7"), eur("100"))


def test_a_purchase_recorded_after_a_reading_of_its_day_comes_on_top_and_one_before_is_in_it() -> None:
    assert statement([read("2026-01-10", "100"), bought("2026-01-10", "50")], "2026-01-10").available == eur("150")
    before = statement([bought("2026-01-10", "50"), read("2026-01-10", "100")], "2026-01-10")
    assert before.available == eur("100")
    assert [lot.assumed for lot in before.lots] == [False, True]


def test_what_is_dated_after_the_day_asked_for_does_not_count() -> None:
    entries = [bought("2026-01-10", "50"), used("2026-02-01", "20"), read("2026-03-01", "7")]
    assert statement(entries, "2026-01-31").available == eur("50")


def test_the_series_tells_the_balance_of_each_of_thirty_days() -> None:
    entries = [bought("2026-01-10", "50"), used("2026-02-01", "20"), used("2026-02-02", "40")]
    series = statement(entries, "2026-02-03").series
    assert [point.day for point in series] == [day("2026-01-05") + timedelta(days=n) for n in range(30)]
    assert [str(point.balance) for point in series[-4:]] == ["50.00", "30.00", "-10.00", "-10.00"]
    assert [str(point.spent) for point in series[-4:]] == ["0.00", "20.00", "40.00", "0.00"]
    assert str(series[0].balance) == "0.00"


def test_the_correction_of_a_reading_is_what_it_differs_by() -> None:
    assert read("2026-01-10", "12").amount == eur("12")


def test_money_whose_oldest_purchase_was_told_pays_before_what_was_bought_after_that() -> None:
    entries = [bought("2025-12-01", "10"), read("2026-01-10", "110", oldest="2025-04-01"), used("2026-01-11", "30")]
    assert remaining(statement(entries, "2026-01-11")) == ["70.00", "10.00"]
