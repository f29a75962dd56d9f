"""Advice on money: what is missing for some months, what will be forfeited, and from which sum on to act."""

from datetime import date, timedelta

import pytest

from bot.domain.advice import (
    Advice,
    Forfeit,
    Trigger,
    Wallet,
    advise,
    burn,
    is_enough,
    trigger_of,
    with_purchase,
)
from bot.domain.forecast import Outlook
from bot.domain.ledger import Lot, expiry_of
from bot.domain.money import Money
from tests.domain.ledger_entries import eur

THROUGH = date(2026, 11, 20)
TODAY = date(2026, 11, 22)
PACE = Outlook(eur("280"), 28)  # 10 a day
TRIGGER = Trigger(eur("60"), 5)


def lot(remaining: str, bought: str = "2026-11-01", *, assumed: bool = False) -> Lot:
    on, money = date.fromisoformat(bought), eur(remaining)
    return Lot(on, money, money, eur("0"), expiry_of(on), assumed)


def wallet(*lots: Lot, overdrawn: str = "0") -> Wallet:
    return Wallet(THROUGH, TODAY, lots, eur(overdrawn))


def told(*lots: Lot, months: int = 3, overdrawn: str = "0", trigger: Trigger | None = TRIGGER) -> Advice:
    return advise(wallet(*lots, overdrawn=overdrawn), PACE, months, trigger)


def test_what_is_missing_for_the_months_is_rounded_up_to_fifties() -> None:
    found = told(lot("200"))
    assert (str(found.monthly), str(found.needed)) == ("304.166667", "920.00")  # 92 days until 20 February
    assert (str(found.usable), str(found.amount)) == ("200.00", "750.00")
    assert (found.runs_out_on, found.lasts_until) == (date(2026, 12, 11), date(2027, 2, 24))
    assert str(found.budget) == "350.00"


def test_where_enough_is_there_nothing_is_recommended() -> None:
    found = told(lot("1000"))
    assert (found.amount, found.usable, found.lasts_until) == (eur("0"), eur("920"), found.runs_out_on)


def test_what_is_overdrawn_is_paid_first() -> None:
    found = told(overdrawn="75")
    assert (str(found.usable), str(found.amount)) == ("0.00", "1000.00")
    assert (found.runs_out_on, found.buy_on) == (date(2026, 11, 21), None)


def test_money_that_expires_before_it_is_spent_is_of_no_use() -> None:
    found = told(lot("500", "2025-12-01"))
    assert (str(found.usable), str(found.amount)) == ("100.00", "850.00")
    assert found.forfeits == (Forfeit(date(2025, 12, 1), date(2026, 12, 1), eur("400")),)


def test_a_later_lot_pays_after_the_older_one_is_forfeited() -> None:
    found = told(lot("500", "2025-12-01", assumed=True), lot("100"))
    assert found.forfeits == (Forfeit(date(2025, 12, 1), date(2026, 12, 1), eur("400"), assumed=True),)
    assert found.runs_out_on == date(2026, 12, 11)


def test_no_more_is_recommended_than_a_year_spends() -> None:
    found = told(lot("12"), months=12)
    assert (str(found.most), str(found.amount)) == ("3638.00", "3600.00")


def test_a_recharge_waits_until_it_would_come_too_late() -> None:
    assert told(lot("200")).buy_on == date(2026, 12, 6)
    assert told(lot("60")).buy_on is None
    assert told(lot("200"), trigger=None).buy_on is None


@pytest.mark.parametrize(
    ("months", "needed"), [(1, "300.00"), (6, "1810.00"), (12, "3650.00")], ids=["december", "may", "november"]
)
def test_months_are_those_of_the_calendar(months: int, needed: str) -> None:
    assert str(told(lot("5"), months=months).needed) == needed


def test_the_end_of_a_short_month_is_its_last_day() -> None:
    month = advise(Wallet(date(2027, 1, 31), date(2027, 2, 2), (), eur("0")), PACE, 1)
    assert str(month.needed) == "280.00"


def test_a_purchase_repays_first_and_expires_a_year_from_today() -> None:
    after = with_purchase(wallet(overdrawn="30"), eur("100"))
    assert (after.overdrawn, after.lots[0].remaining) == (eur("0"), eur("70"))
    assert after.lots[0].expires_on == date(2027, 11, 22)


def test_any_number_of_days_costs_its_exact_share() -> None:
    uneven = Outlook(Money(100, "EUR"), 28)
    assert [burn(wallet(), uneven, days).short.micros for days in (1, 28, 280)] == [3, 100, 1000]


def test_a_pace_takes_two_weeks_on_which_something_was_spent() -> None:
    assert is_enough(PACE)
    assert not is_enough(Outlook(eur("280"), 13))
    assert not is_enough(Outlook(eur("0"), 28))


def spent(days: int, amounts: dict[int, str] | None = None) -> dict[date, Money]:
    return {THROUGH - timedelta(days=n): eur((amounts or {}).get(n, "10")) for n in range(days)}


def test_the_trigger_covers_all_but_the_dearest_stretches() -> None:
    assert trigger_of(spent(40), 5) == Trigger(eur("50"), 5)
    assert trigger_of(spent(40, {3: "500"}), 5) == Trigger(eur("540"), 5)  # five of 36 stretches hold that day
    assert trigger_of(spent(180, {3: "500"}), 5) == Trigger(eur("50"), 5)
    assert trigger_of(spent(40, {3: "1.01"}), 1) == Trigger(eur("10"), 1)


def test_a_trigger_takes_fourteen_whole_stretches() -> None:
    assert trigger_of(spent(18), 5) == Trigger(eur("50"), 5)
    assert trigger_of(spent(17), 5) is None
    with_gap = {day: money for day, money in spent(22).items() if day != THROUGH - timedelta(days=4)}
    assert trigger_of(with_gap, 5) is None
