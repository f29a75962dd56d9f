"""Money is exact, and never mixes currencies."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.money import LIMIT_MICROS, Money

micros = st.integers(-LIMIT_MICROS, LIMIT_MICROS)


@given(micros)
def test_text_and_money_tell_the_same_sum(amount: int) -> None:
    money = Money(amount, "EUR")
    assert Money.of(str(money), "EUR") == money
    assert Money.of(money.amount, "EUR") == money


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1500", "1500.00"),
        (" 0.012345 ", "0.012345"),
        ("-0.5", "-0.50"),
        ("007.10", "7.10"),
        ("1.0000000000", "1.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
    ],
)
def test_plain_decimals_are_read_exactly(text: str, shown: str) -> None:
    assert str(Money.of(text, "EUR")) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1,5",
        "1.",
        ".5",
        "5..",
        "1e3",
        "NaN",
        "Infinity",
        "1 000",
        "٥",
        "0.0000001",
        "+1",
        "1_000",
        "1.2.3",
        "--1",
    ],
)
def test_what_is_no_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        Money.of(text, "EUR")
    assert refused.value.code == "amount_malformed"


@pytest.mark.parametrize("amount", [Decimal("NaN"), Decimal("Infinity"), Decimal("0.0000001")])
def test_a_decimal_that_is_no_sum_is_refused(amount: Decimal) -> None:
    with pytest.raises(Refusal):
        Money.of(amount, "EUR")


def test_decimals_with_an_exponent_are_read_exactly() -> None:
    assert Money.of(Decimal("1.5E+3"), "EUR") == Money.of(1500, "EUR")


@pytest.mark.parametrize("amount", [1.5, True, None, b"1"])
def test_money_is_never_made_from_a_float_a_bool_or_else(amount: object) -> None:
    with pytest.raises(TypeError):
        Money.of(amount, "EUR")  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("amount", [1.0, True, Decimal(1)])
def test_micros_are_an_int(amount: object) -> None:
    with pytest.raises(TypeError):
        Money(amount, "EUR")  # type: ignore[arg-type]  # that is the point


@pytest.mark.parametrize("amount", ["1000000000001", "9" * 30, "-1000000000000.000001"])
def test_no_sum_is_larger_than_the_limit(amount: str) -> None:
    with pytest.raises(Refusal) as refused:
        Money.of(amount, "EUR")
    assert refused.value.code == "amount_too_large"


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€", "E1R"])
def test_a_currency_is_three_capital_letters(currency: str) -> None:
    with pytest.raises(Refusal) as refused:
        Money.zero(currency)
    assert refused.value.code == "currency_unknown"


def test_sums_of_one_currency_add_up_and_compare() -> None:
    one, two = Money.of(1, "EUR"), Money.of(2, "EUR")
    assert one + one == two
    assert one - two == -one
    assert one < two <= two
    assert max(one, two) == two
    assert bool(one)
    assert not Money.zero("EUR")


def test_nothing_is_added_or_compared_across_currencies() -> None:
    euros, dollars = Money.of(1, "EUR"), Money.of(1, "USD")
    for mix in (lambda: euros + dollars, lambda: euros - dollars, lambda: euros < dollars):
        with pytest.raises(TypeError):
            mix()
    assert euros != dollars


@given(st.integers(-(10**12), 10**12), st.integers(0, 10**4), st.integers(1, 10**4))
def test_a_fraction_is_rounded_half_away_from_zero(amount: int, numerator: int, denominator: int) -> None:
    part = Money(amount, "EUR").times(numerator, denominator).micros
    exact = Decimal(abs(amount)) * numerator / denominator
    assert abs(abs(part) - exact) <= Decimal("0.5")
    assert Money(1, "EUR").times(1, 2).micros == 1
    assert Money(-1, "EUR").times(1, 2).micros == -1


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 2), (1, 0), (1, -2)])
def test_a_fraction_is_positive(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        Money.of(1, "EUR").times(numerator, denominator)
