"""A drift is split into what can be known; what is left over is unexplained, never hidden."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ledger import Entry
from bot.domain.money import Money
from bot.domain.reconciliation import Paid, Split, is_opening, may_book_alone, split_of
from bot.usecases.reconcile_opening import estimate_on
from tests.domain.ledger_entries import bought, eur, read, used

MIDNIGHT = datetime(2026, 11, 20, 0, 0, tzinfo=UTC)  # a Friday
NOON = MIDNIGHT + timedelta(hours=12)
ON = MIDNIGHT.date()
PURCHASE = bought("2026-11-02", "500")


def every_day(first: str, last: str, charge: str = "10", *, fee: str = "0", other: str = "0") -> list[Entry]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [begin + timedelta(days=n) for n in range((end - begin).days + 1)]
    return [used(day.isoformat(), charge, fee=fee, other=other) for day in days]


def split(entries: list[Entry], portal: str, at: datetime = MIDNIGHT, awaited: tuple[Money, ...] = ()) -> Split:
    estimate = estimate_on(entries, "EUR", at.date())
    return split_of(entries, eur(portal), at, estimate, awaited)


def parts(found: Split) -> dict[str, str]:
    return {name: str(money) for name, money in found.parts if money}


def test_what_is_as_expected_has_no_parts() -> None:
    found = split([PURCHASE, *every_day("2026-11-02", "2026-11-19")], "320")
    assert (str(found.drift), parts(found)) == ("0.00", {})


def test_the_day_before_is_lag_where_it_is_not_known() -> None:
    found = split([PURCHASE, *every_day("2026-11-02", "2026-11-18")], "320")
    assert parts(found) == {"lag": "-10.00"}
    assert found.gap_days == 0


def test_the_day_of_the_reading_counts_up_to_its_moment() -> None:
    found = split([PURCHASE, *every_day("2026-11-02", "2026-11-18")], "315", NOON)
    assert parts(found) == {"lag": "-15.00"}


def test_a_day_that_nobody_knows_costs_what_its_weekday_usually_costs() -> None:
    entries = [PURCHASE, *every_day("2026-11-02", "2026-11-18", "1"), used("2026-11-12", "19")]
    assert parts(split(entries, "454")) == {"lag": "-10.50", "unexplained": "0.50"}  # Thursdays: 1 and 20


def test_days_before_yesterday_that_are_not_known_were_not_imported() -> None:
    found = split([PURCHASE, *every_day("2026-11-02", "2026-11-15")], "320")
    assert parts(found) == {"lag": "-10.00", "gap": "-30.00"}
    assert found.gap_days == 3


def test_without_any_usage_all_is_unexplained() -> None:
    found = split([PURCHASE], "480", NOON)
    assert parts(found) == {"unexplained": "-20.00"}
    assert (found.gap_days, found.fees_paid, found.other_paid) == (0, Paid.NONE, Paid.NONE)


def test_an_earlier_reading_settles_what_was_before_it() -> None:
    """It was made at noon: half of its day was in it, and is in the books once more."""
    entries = [PURCHASE, *every_day("2026-11-02", "2026-11-18"), read("2026-11-16", "360")]
    found = split(entries, "325")
    assert str(found.estimate) == "330.00"
    assert parts(found) == {"lag": "-10.00", "twice": "5.00"}


def test_of_two_readings_on_a_day_only_what_is_between_them_is_lag() -> None:
    entries = [PURCHASE, *every_day("2026-11-02", "2026-11-18"), read("2026-11-20", "320")]
    found = split(entries, "317.5", NOON + timedelta(hours=6))
    assert (str(found.estimate), parts(found)) == ("320.00", {"lag": "-7.50", "twice": "5.00"})


@pytest.mark.parametrize(
    ("portal", "fees", "other", "expected"),
    [
        ("320", Paid.NO, Paid.NO, {}),
        ("302", Paid.YES, Paid.NO, {"fees": "-18.00"}),
        ("266", Paid.NO, Paid.YES, {"other": "-54.00"}),
        ("248", Paid.YES, Paid.YES, {"fees": "-18.00", "other": "-54.00"}),
        ("290", Paid.NEITHER, Paid.NEITHER, {"unexplained": "-30.00"}),
    ],
)
def test_the_reading_of_fees_and_other_charges_that_makes_the_figures_meet_is_told(
    portal: str, fees: Paid, other: Paid, expected: dict[str, str]
) -> None:
    found = split([PURCHASE, *every_day("2026-11-02", "2026-11-19", fee="1", other="3")], portal)
    assert (found.fees_paid, found.other_paid, parts(found)) == (fees, other, expected)


def test_sums_that_are_smaller_than_what_is_unsure_are_left_open() -> None:
    found = split([PURCHASE, *every_day("2026-11-02", "2026-11-18", fee="0.1")], "320")
    assert found.fees_paid is Paid.UNCLEAR


def test_fees_of_before_the_last_reading_explain_nothing_any_more() -> None:
    entries = [PURCHASE, *every_day("2026-11-02", "2026-11-19", fee="1"), read("2026-11-18", "340")]
    assert parts(split(entries, "322"))["twice"] == "5.00"
    assert split(entries, "302").fees_paid is Paid.NEITHER


def test_a_recharge_of_the_usual_size_that_nobody_booked_is_found() -> None:
    found = split([PURCHASE, *every_day("2026-11-02", "2026-11-18")], "802")
    assert parts(found) == {"lag": "-10.00", "recharge": "500.00", "unexplained": "-18.00"}


def test_a_recharge_that_is_approved_and_not_confirmed_is_looked_for_first() -> None:
    found = split(
        [PURCHASE, *every_day("2026-11-02", "2026-11-19")], "1070", awaited=(eur("750"), Money.of(9, "USD"))
    )
    assert parts(found) == {"recharge": "750.00"}


def test_no_recharge_is_believed_in_where_the_figures_meet_without() -> None:
    entries = [bought("2026-11-02", "18"), *every_day("2026-11-02", "2026-11-19", fee="1")]
    found = split(entries, "-162")
    assert (parts(found), found.fees_paid) == ({}, Paid.NO)


def test_another_currency_has_its_own_books() -> None:
    entries = [PURCHASE, *every_day("2026-11-02", "2026-11-19"), bought("2026-11-02", "80", "USD")]
    found = split_of(entries, Money.of(80, "USD"), MIDNIGHT, estimate_on(entries, "USD", ON))
    assert (found.drift, parts(found)) == (Money.zero("USD"), {})
    assert not is_opening(entries, "USD")
    assert is_opening(entries, "GBP")
    assert is_opening(every_day("2026-11-02", "2026-11-03"), "EUR")


@pytest.mark.parametrize(
    ("portal", "drift", "alone"),
    [
        ("100", "5.00", True),
        ("100", "-5.00", True),
        ("100", "5.01", False),
        ("1000", "20.00", True),
        ("1000", "-20.01", False),
        ("0", "-5.00", True),
        ("0", "-5.01", False),
    ],
)
def test_up_to_the_larger_of_two_percent_and_five_one_books_alone(portal: str, drift: str, alone: bool) -> None:
    assert may_book_alone(eur(portal), eur(drift)) is alone


MICROS = st.integers(0, 10**9)


@given(st.lists(st.tuples(st.integers(0, 25), MICROS, MICROS, MICROS), max_size=8), MICROS, st.integers(0, 86_399))
def test_the_parts_always_add_up_to_the_drift(
    days: list[tuple[int, int, int, int]], portal: int, seconds: int
) -> None:
    entries: list[Entry] = [PURCHASE, read("2026-11-09", "400")]
    for number, charge, fee, other in days:
        day = (date(2026, 11, 1) + timedelta(days=number)).isoformat()
        entries.append(
            used(day, *(str(Money(charge, "EUR")),), fee=str(Money(fee, "EUR")), other=str(Money(other, "EUR")))
        )
    at = MIDNIGHT + timedelta(seconds=seconds)
    found = split_of(entries, Money(portal, "EUR"), at, estimate_on(entries, "EUR", ON))
    assert sum((money for _, money in found.parts), eur("0")) == found.drift
    assert found.drift == Money(portal, "EUR") - found.estimate
