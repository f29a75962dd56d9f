"""The mirror, its dips, and the recharges that are expected: what each answer makes of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.auto_recharge import (
    LAPSES_AFTER,
    VERIFIED_FOR,
    Course,
    Dip,
    Expected,
    Mirror,
    arrive,
    check_mirror,
    expect,
    fail,
    follow_dip,
    is_to_be_verified,
    not_yet,
    pass_time,
)
from bot.domain.errors import Refusal
from bot.domain.money import LARGEST_ENTRY_MICROS, Money
from bot.domain.people import PersonId
from bot.domain.settings import NamedPerson

ANA, LUIS = NamedPerson(PersonId("ana"), "Ana Torres"), NamedPerson(PersonId("luis"), "Luis Vega")
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = date(2026, 11, 21)


def eur(amount: int) -> Money:
    return Money.of(amount, "EUR")


ON = Mirror(True, ANA, NOW, eur(500), eur(100))
EXPECTED = expect(ON, Dip(1, open=True, since=NOW), NOW)


def follow(*balances: int | None, mirror: Mirror = ON) -> list[int]:
    """The number of the dip after each look, negative while it is not open."""
    dip, seen = Dip(), list[int]()
    for balance in balances:
        dip = follow_dip(dip, mirror, None if balance is None else eur(balance), NOW)
        seen.append(dip.number if dip.open else -dip.number)
    return seen


def test_a_dip_begins_below_the_trigger_and_ends_when_it_is_well_above() -> None:
    assert follow(100, 99, 20, 100, 149, 99, 150, 99) == [0, 1, 1, 1, 1, 1, -1, 2]


def test_what_is_not_known_moves_no_dip() -> None:
    assert follow(None, 99, None) == [0, 1, 1]
    assert follow_dip(Dip(), ON, Money.of(1, "USD"), NOW) == Dip()


def test_switched_off_there_is_no_dip() -> None:
    assert follow(1, mirror=replace(ON, on=False)) == [0]
    assert follow_dip(Dip(3, open=True), replace(ON, on=False), eur(1), NOW) == Dip(3)
    assert follow_dip(Dip(3, open=True), Mirror(True, ANA, NOW), eur(1), NOW) == Dip(3)


def test_settings_that_are_on_have_both_sums() -> None:
    assert check_mirror(ON) == ON
    assert check_mirror(Mirror(False, ANA, NOW)).on is False
    for sums in ((None, eur(1)), (eur(1), None)):
        with pytest.raises(Refusal, match="auto_recharge_incomplete"):
            check_mirror(Mirror(True, ANA, NOW, *sums))


@pytest.mark.parametrize(
    ("micros", "code"), [(0, "amount_not_positive"), (LARGEST_ENTRY_MICROS + 1, "amount_too_large")]
)
def test_a_sum_that_cannot_be_is_refused(micros: int, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        check_mirror(replace(ON, trigger=Money(micros, "EUR")))


def test_the_settings_are_asked_about_every_90_days() -> None:
    late = NOW + VERIFIED_FOR
    assert not is_to_be_verified(Dip(), ON, late - timedelta(seconds=1))
    assert is_to_be_verified(Dip(), ON, late)
    assert not is_to_be_verified(Dip(reminded_at=late), ON, late + timedelta(days=89))
    assert is_to_be_verified(Dip(reminded_at=late), ON, late + VERIFIED_FOR)
    assert not is_to_be_verified(Dip(), replace(ON, verified_at=late), late)


def test_nothing_is_expected_of_what_is_off() -> None:
    with pytest.raises(TypeError):
        expect(Mirror(False, ANA, NOW), Dip(1), NOW)


def test_a_dip_has_one_expected_recharge() -> None:
    assert expect(ON, Dip(1), NOW) == EXPECTED
    assert (EXPECTED.id, EXPECTED.amount, EXPECTED.open) == ("EUR-1", eur(500), True)


def confirmed(expected: Expected = EXPECTED, amount: int = 500, on: date = DAY) -> Expected:
    return arrive(expected, eur(amount), on, LUIS, NOW)


def test_what_arrived_is_what_somebody_says_arrived() -> None:
    after = confirmed(amount=450)
    assert (after.course, after.open, after.credited, after.on) == (Course.ARRIVED, False, eur(450), DAY)
    assert (after.answered_by, after.answered_at, after.step) == (LUIS, NOW, 2)


def test_the_same_told_again_is_what_is_recorded() -> None:
    after = confirmed()
    assert arrive(after, eur(500), DAY, ANA, NOW + timedelta(days=1)) == after


def test_another_sum_or_day_told_later_is_refused_by_name() -> None:
    after = confirmed()
    for amount, on in ((501, DAY), (500, DAY - timedelta(days=1))):
        with pytest.raises(Refusal, match="expected_confirmed") as refused:
            arrive(after, eur(amount), on, ANA, NOW)
        assert refused.value.values == {"amount": eur(500), "on": DAY, "name": "Luis Vega"}
    with pytest.raises(Refusal, match="expected_confirmed"):
        fail(replace(after, answered_by=None), "other", ANA, NOW)


def test_what_arrives_is_a_positive_sum_of_the_wallet() -> None:
    with pytest.raises(Refusal, match="currency_other"):
        arrive(EXPECTED, Money.of(500, "USD"), DAY, LUIS, NOW)
    with pytest.raises(Refusal, match="amount_not_positive"):
        arrive(EXPECTED, eur(0), DAY, LUIS, NOW)


def test_a_payment_that_failed_may_arrive_after_all() -> None:
    failed = fail(EXPECTED, "card_expired", LUIS, NOW)
    assert (failed.course, failed.open, failed.reason) == (Course.FAILED, False, "card_expired")
    assert fail(failed, "limit", ANA, NOW) == failed
    after = confirmed(failed)
    assert (after.course, after.reason) == (Course.ARRIVED, "")


def test_a_reason_that_nobody_knows_is_another_one() -> None:
    assert fail(EXPECTED, "gremlins", LUIS, NOW).reason == "other"


def test_not_yet_leaves_it_open_for_one_more_round() -> None:
    after = not_yet(EXPECTED, LUIS, NOW)
    assert (after.course, after.open, after.rounds, after.step) == (Course.OPEN, True, 2, 2)
    arrived = confirmed()
    assert not_yet(arrived, LUIS, NOW) == arrived


def test_what_nobody_answers_lapses_and_what_is_no_longer_missing_is_overtaken() -> None:
    dip = Dip(1, open=True)
    assert pass_time(EXPECTED, dip, NOW + LAPSES_AFTER - timedelta(seconds=1)) == EXPECTED
    lapsed = pass_time(EXPECTED, dip, NOW + LAPSES_AFTER)
    assert (lapsed.course, lapsed.open) == (Course.LAPSED, False)
    overtaken = pass_time(EXPECTED, Dip(1), NOW)
    assert overtaken.course is Course.OVERTAKEN
    assert pass_time(lapsed, Dip(1), NOW) == lapsed
    assert {confirmed(one).course for one in (lapsed, overtaken)} == {Course.ARRIVED}
