"""Bands by amount: what a sum takes, what a policy cannot say, and what an organisation's own purchases speak for."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.policy import (
    FALLBACK,
    Band,
    Caps,
    Eligible,
    Policy,
    Scale,
    check_eligible,
    check_policy,
    fallback,
    proposed,
)


def eur(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


ONE, TWO, FINANCE = Band(eur(200), 1), Band(eur(2_000), 2), Band(None, 2, needs_finance=True)
POLICY = Policy(1, (Scale("EUR", (ONE, TWO, FINANCE)),))


def of_bands(*bands: Band) -> Policy:
    return Policy(1, (Scale("EUR", bands),))


def test_the_fallback_is_one_up_to_200_two_up_to_2000_and_above_two_of_whom_one_is_of_finance() -> None:
    assert fallback("EUR").bands == (ONE, TWO, FINANCE)
    assert FALLBACK.scale("USD").bands[0].up_to == Money.of(200, "USD")


@pytest.mark.parametrize(
    ("amount", "band"),
    [("0.01", ONE), ("200", ONE), ("200.01", TWO), ("2000", TWO), ("2000.01", FINANCE), ("999999", FINANCE)],
)
def test_a_band_holds_its_limit(amount: str, band: Band) -> None:
    assert POLICY.wanted(eur(amount)) == band


def test_a_currency_that_a_policy_does_not_name_has_the_fallback() -> None:
    generous = of_bands(Band(None, 1))
    assert generous.wanted(eur(9_999)).approvals == 1
    assert generous.wanted(Money.of(9_999, "USD")).needs_finance


def test_changing_a_policy_takes_as_much_as_anything_that_it_governs_and_the_first_one_other_person() -> None:
    assert POLICY.strictest == Band(None, 2, needs_finance=True)
    assert replace(POLICY, license_approvals=3).strictest.approvals == 3
    assert FALLBACK.strictest == Band(None, 1)


def test_an_emergency_is_capped_by_the_policy_else_by_the_first_band_else_by_the_fallback() -> None:
    assert POLICY.scale("EUR").emergency == eur(200)
    assert replace(POLICY.scale("EUR"), break_glass=eur(750)).emergency == eur(750)
    assert of_bands(Band(None, 1)).scale("EUR").emergency == eur(200)


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        (of_bands(), "policy_bands"),
        (of_bands(ONE, TWO), "policy_bands"),
        (of_bands(Band(None, 1), FINANCE), "policy_bands"),
        (of_bands(*[Band(eur(10 * n), 1) for n in range(1, 6)], FINANCE), "policy_bands"),
        (of_bands(TWO, ONE, FINANCE), "policy_bands_order"),
        (of_bands(ONE, ONE, FINANCE), "policy_bands_order"),
        (of_bands(Band(eur(200), 3), FINANCE), "policy_bands_order"),
        (of_bands(Band(eur(200), 1, needs_finance=True), Band(None, 2)), "policy_bands_order"),
        (of_bands(Band(eur(200), 0), FINANCE), "policy_approvals"),
        (of_bands(Band(eur(200), 6), Band(None, 6)), "policy_approvals"),
        (of_bands(Band(Money.of(200, "USD"), 1), FINANCE), "policy_sums"),
        (of_bands(Band(eur(0), 1), FINANCE), "policy_sums"),
        (Policy(1, (Scale("EUR", (FINANCE,), Caps(day=eur(-1))),)), "policy_sums"),
        (Policy(1, (Scale("EUR", (FINANCE,), standing=eur(0)),)), "policy_sums"),
        (replace(POLICY, license_approvals=0), "policy_approvals"),
        (replace(POLICY, fiscal_year_month=13), "policy_month"),
        (replace(POLICY, quiet_until=24), "policy_quiet_hours"),
        (replace(POLICY, quiet_from=-1), "policy_quiet_hours"),
        (replace(POLICY, expires_after_days=0), "policy_expiry"),
        (replace(POLICY, expires_after_days=401), "policy_expiry"),
    ],
)
def test_what_no_policy_can_say_is_refused_by_name(policy: Policy, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        check_policy(policy)
    assert refusal.value.code == code


def test_a_policy_that_says_what_it_can_is_fine() -> None:
    check_policy(FALLBACK)
    check_policy(replace(POLICY, expires_after_days=400, quiet_from=0, quiet_until=0))
    check_policy(of_bands(Band(None, 5)))


@pytest.mark.parametrize(
    ("policy", "eligible", "code"),
    [
        (POLICY, Eligible(1, 1, 1), "policy_deadlock"),
        (POLICY, Eligible(2, 0, 1), "policy_no_finance"),
        (replace(POLICY, license_approvals=2), Eligible(2, 1, 1), "policy_deadlock"),
    ],
)
def test_a_policy_that_asks_for_more_people_than_there_are_is_refused(
    policy: Policy, eligible: Eligible, code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        check_eligible(policy, eligible)
    assert refusal.value.code == code


def test_a_policy_that_enough_people_can_fulfil_is_fine() -> None:
    check_eligible(POLICY, Eligible(2, 1, 1))
    check_eligible(FALLBACK, Eligible(1, 0, 1))


def test_purchases_speak_for_one_approver_up_to_the_usual_sum() -> None:
    usual = proposed([eur(500), eur(1_000), eur(1_000), eur(1_500)], "EUR")
    assert usual.bands == (Band(eur(2_000), 1), Band(eur(10_000), 2), Band(None, 2, needs_finance=True))


def test_one_purchase_that_stands_out_sets_no_rule_and_other_currencies_say_nothing() -> None:
    told = [eur(100)] * 4 + [eur(50_000), Money.of(9_000, "USD")]
    assert proposed(told, "EUR").bands[0].up_to == eur(100)
    assert proposed(told, "GBP") == fallback("GBP")
    assert proposed([], "EUR") == fallback("EUR")


MONEY = st.integers(1, 10**13).map(lambda micros: Money(micros, "EUR"))


@given(st.lists(MONEY, max_size=20))
def test_what_is_proposed_is_always_a_policy_that_can_be_and_most_purchases_take_one(purchases: list[Money]) -> None:
    scale = proposed(purchases, "EUR")
    policy = Policy(1, (scale,))
    check_policy(policy)
    alone = sum(policy.wanted(one).approvals == 1 for one in purchases)
    assert not purchases or alone * 5 >= len(purchases) * 4


@given(st.lists(MONEY, min_size=2, max_size=10).map(sorted))
def test_more_money_never_takes_less(amounts: list[Money]) -> None:
    for less, more in pairwise(POLICY.wanted(one) for one in amounts):
        assert (less.approvals, less.needs_finance) <= (more.approvals, more.needs_finance)
