from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delegation import LONGEST, Delegation, check_delegation
from bot.domain.errors import Refusal
from bot.domain.people import PersonId

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def handed_on(to: str = "carmen", **span: datetime) -> Delegation:
    told = {"starts_at": NOW, "ends_at": NOW + timedelta(days=7), **span}
    return Delegation(PersonId("luis"), "Luis", PersonId(to), to.title(), told["starts_at"], told["ends_at"])


def test_it_holds_from_its_beginning_until_just_before_its_end() -> None:
    week = handed_on()
    assert [week.holds_at(NOW + timedelta(days=day)) for day in (-1, 0, 6, 7)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("delegation", "code"),
    [
        (handed_on("luis"), "delegate_self"),
        (handed_on(ends_at=NOW), "delegation_over"),
        (handed_on(starts_at=NOW + timedelta(days=8)), "delegation_over"),
        (handed_on(ends_at=NOW + LONGEST + timedelta(seconds=1)), "delegation_too_long"),
    ],
)
def test_nobody_hands_on_to_themselves_nor_for_no_time_nor_for_ever(delegation: Delegation, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        check_delegation(delegation, NOW)
    assert refusal.value.code == code


def test_a_delegation_for_a_time_is_fine() -> None:
    check_delegation(handed_on(), NOW)
