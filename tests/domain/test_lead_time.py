from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.lead_time import approval_days
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.requests import Decision, Recharge, Request, Verdict, draft_licenses, draft_recharge

MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def approved(days: int, *, asked: datetime = MONDAY, verdict: Verdict = Verdict.APPROVED) -> Request:
    """A recharge that was decided `days` after it was asked for."""
    draft = draft_recharge("r", PersonId("ana"), "Ana", Recharge(Money.of(5, "EUR")), asked)
    return replace(draft, decisions=(Decision(PersonId("luis"), "Luis", verdict, 1, asked + timedelta(days=days)),))


def test_it_is_two_working_days_until_three_recharges_were_approved() -> None:
    assert approval_days([], "ES") == 2
    assert approval_days([approved(4), approved(4)], "ES") == 2
    licenses = replace(approved(4), kind=draft_licenses("l", PersonId("a"), "A", (), MONDAY).kind)
    assert approval_days([licenses, approved(4, verdict=Verdict.REJECTED), approved(4), approved(4)], "ES") == 2


def test_it_is_what_four_of_five_needed_at_most() -> None:
    assert approval_days([approved(days) for days in (0, 0, 1, 3, 4)], "ES") == 3
    assert approval_days([approved(0)] * 3, "ES") == 0


def test_weekends_and_holidays_do_not_count() -> None:
    assert approval_days([approved(7)] * 3, "ES") == 5
    assert approval_days([approved(4, asked=datetime(2026, 12, 5, 9, tzinfo=UTC))] * 3, "ES") == 2


def test_only_the_latest_twenty_count() -> None:
    slow = [approved(4, asked=MONDAY - timedelta(days=100 + number)) for number in range(30)]
    assert approval_days([*[approved(1)] * 20, *slow], "ES") == 1


def test_recharges_that_were_approved_in_the_same_instant_are_told_apart() -> None:
    assert approval_days([replace(approved(1), id=f"r{number}") for number in range(3)], "ES") == 1
