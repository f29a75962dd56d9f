"""What may be approved at most, and for how long an approved sum counts."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.caps import Spending, check_caps, fiscal_year_start, spending_of
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.policy import Band, Caps, Policy, Scale
from bot.domain.requests import (
    Clause,
    Decision,
    Exemption,
    Recharge,
    Request,
    Seat,
    State,
    Verdict,
    draft_licenses,
    draft_recharge,
)
from bot.domain.settings import NamedPerson

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = NOW.date()
ANA = PersonId("ana")


def eur(amount: int) -> Money:
    return Money.of(amount, "EUR")


def policy(caps: Caps, *, month: int = 1) -> Policy:
    return Policy(1, (Scale("EUR", (Band(None, 1),), caps),), fiscal_year_month=month)


def refused(caps: Caps, *before: Spending, po: str = "", month: int = 1) -> str:
    with pytest.raises(Refusal) as refusal:
        check_caps(policy(caps, month=month), Spending(eur(500), TODAY, po), before)
    return refusal.value.code


def passes(caps: Caps, *before: Spending, po: str = "", month: int = 1) -> bool:
    check_caps(policy(caps, month=month), Spending(eur(500), TODAY, po), before)
    return True


def test_a_single_recharge_has_its_cap() -> None:
    assert refused(Caps(operation=eur(499))) == "cap_operation"
    assert passes(Caps(operation=eur(500)), Spending(eur(500), TODAY))


def test_a_day_a_month_and_a_fiscal_year_count_what_was_approved_in_them() -> None:
    assert refused(Caps(day=eur(900)), Spending(eur(401), TODAY)) == "cap_day"
    assert passes(Caps(day=eur(900)), Spending(eur(401), date(2026, 11, 21)), Spending(eur(400), TODAY))
    assert refused(Caps(month=eur(900)), Spending(eur(401), date(2026, 11, 1))) == "cap_month"
    assert passes(Caps(month=eur(900)), Spending(eur(401), date(2025, 11, 1)), Spending(eur(9), date(2026, 10, 31)))
    assert refused(Caps(fiscal_year=eur(900)), Spending(eur(401), date(2026, 1, 1))) == "cap_fiscal_year"
    assert passes(Caps(fiscal_year=eur(900)), Spending(eur(401), date(2025, 12, 31)))
    assert passes(Caps(fiscal_year=eur(900)), Spending(eur(401), date(2026, 9, 30)), month=10)


def test_a_purchase_order_has_its_cap_whenever_it_was_used_and_none_where_there_is_none() -> None:
    caps = Caps(po=eur(900))
    assert refused(caps, Spending(eur(401), date(2024, 1, 1), "PO-1"), po="PO-1") == "cap_po"
    assert passes(caps, Spending(eur(401), TODAY, "PO-2"), Spending(eur(401), TODAY), po="PO-1")
    assert passes(Caps(po=eur(1)), Spending(eur(401), TODAY))


def test_sums_of_another_currency_do_not_count() -> None:
    assert passes(Caps(day=eur(900)), Spending(Money.of(9_000, "USD"), TODAY))


@pytest.mark.parametrize(
    ("day", "month", "start"),
    [
        (date(2026, 11, 22), 1, date(2026, 1, 1)),
        (date(2026, 11, 22), 11, date(2026, 11, 1)),
        (date(2026, 10, 31), 11, date(2025, 11, 1)),
    ],
)
def test_a_fiscal_year_begins_in_its_month(day: date, month: int, start: date) -> None:
    assert fiscal_year_start(day, month) == start


def recharge(state: State, **facts: object) -> Request:
    draft = draft_recharge("r1", ANA, "Ana", Recharge(eur(500), po_number="PO-1"), NOW)
    return replace(draft, state=state, **facts)  # type: ignore[arg-type]  # the facts are Request's own fields


def test_what_counts_was_approved_and_has_not_come_to_nothing() -> None:
    counting = {state for state in State if spending_of(recharge(state)) is not None}
    assert counting == {State.APPROVED, State.EXECUTING, State.DONE}
    assert spending_of(draft_licenses("l1", ANA, "Ana", (Seat(ANA, "Ana"),), NOW)) is None


def test_it_counts_on_the_day_of_its_last_approval_or_of_the_clause_and_with_what_was_credited() -> None:
    voices = tuple(
        Decision(PersonId(name), name, Verdict.APPROVED, 1, NOW.replace(day=day))
        for name, day in (("luis", 18), ("carmen", 20))
    )
    assert spending_of(recharge(State.APPROVED, decisions=voices)) == Spending(eur(500), date(2026, 11, 20), "PO-1")
    broken = Exemption(Clause.BREAK_GLASS, NamedPerson(ANA, "Ana"), "why", NOW.replace(day=3))
    assert spending_of(recharge(State.APPROVED, exemption=broken)) == Spending(eur(500), date(2026, 11, 3), "PO-1")
    funded = replace(recharge(State.DONE), recharge=Recharge(eur(500), credited=eur(600)))
    assert spending_of(funded) == Spending(eur(600), TODAY)
