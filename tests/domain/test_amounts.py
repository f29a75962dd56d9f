"""Amounts as people type them: read exactly, asked about, or refused; never guessed."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import Ambiguous, Amount, amount_in, is_currency, is_thousands, parse_amount
from bot.domain.errors import Refusal


def refused(text: str, wallet: str | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        parse_amount(text, wallet=wallet)
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("500", "500"),
        ("  500 ", "500"),
        ("+500", "500"),
        ("500.", "500"),
        ("1.500,00", "1500"),
        ("1,500.00", "1500"),
        ("1.500,5", "1500.5"),
        ("1.500.000", "1500000"),
        ("1,500,000.25", "1500000.25"),
        ("1 500", "1500"),
        ("1\u202f500", "1500"),
        ("1 500 000,50", "1500000.5"),
        ("1'500", "1500"),
        ("1’500.50", "1500.5"),
        ("1500.50", "1500.5"),
        ("1500,50", "1500.5"),
        ("1.5", "1.5"),
        (".5", "0.5"),
        ("0.500", "0.5"),
        ("0,500", "0.5"),
        ("1500.500", "1500.5"),
        ("1 500,500", "1500.5"),
        ("1.5k", "1500"),
        ("2 mil", "2000"),
        ("2 thousand", "2000"),
        ("1000000000000", "1000000000000"),
    ],
)
def test_an_amount_is_read_as_it_was_meant(text: str, value: str) -> None:
    assert parse_amount(text) == Amount(Decimal(value), None)


@pytest.mark.parametrize(
    ("text", "grouped", "fractional"),
    [
        ("1.500", "1500", "1.5"),
        ("1,500", "1500", "1.5"),
        ("12.345", "12345", "12.345"),
        ("999,999", "999999", "999.999"),
        ("1.500k", "1500000", "1500"),
        ("1.500 €", "1500", "1.5"),
    ],
)
def test_one_separator_before_three_digits_is_asked_about(text: str, grouped: str, fractional: str) -> None:
    asked = parse_amount(text)
    assert isinstance(asked, Ambiguous)
    assert asked.readings == (Decimal(grouped), Decimal(fractional))
    assert asked.currency == ("EUR" if "€" in text else None)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1500 €", "EUR"),
        ("€1,500.00", "EUR"),
        ("1.500,00 €", "EUR"),
        ("500eur", "EUR"),
        ("EUR 500", "EUR"),
        ("500 euros", "EUR"),
        ("US$500", "USD"),
        ("MX$ 500", "MXN"),
        ("$500", "USD"),
        ("$500 MXN", "MXN"),
        ("500 dólares", "USD"),
        ("500 Pounds", "GBP"),
        ("500 pesos", "MXN"),
        ("$500 pesos", "MXN"),
        ("2 mil euros", "EUR"),
        ("500 chf", "CHF"),
    ],
)
def test_a_currency_is_told_by_its_sign_its_code_or_its_name(text: str, currency: str) -> None:
    read = parse_amount(text)
    assert isinstance(read, Amount)
    assert read.currency == currency


@pytest.mark.parametrize(
    ("text", "wallet", "currency"),
    [
        ("$500", "MXN", "MXN"),
        ("$500", "CAD", "CAD"),
        ("$500", "EUR", "USD"),
        ("500 dólares", "MXN", "USD"),
        ("500 dollars", "AUD", "AUD"),
        ("500 pesos", "COP", "COP"),
        ("500 pesos", "USD", "MXN"),
        ("$500 USD", "MXN", "USD"),
    ],
)
def test_a_bare_dollar_sign_is_the_wallets_dollar_or_peso(text: str, wallet: str, currency: str) -> None:
    read = parse_amount(text, wallet=wallet)
    assert isinstance(read, Amount)
    assert read.currency == currency


@pytest.mark.parametrize(
    "text",
    ["", " ", "NaN", "inf", "quinientos", "1e9", "0x10", "1,50,000", "1.50.000", "1..5", "1.500,00,5", "500 or 600",
     "(500)", "kr", "500 xyz", "€500 USD", "500 USD MXN", "€", "-", "5 5", "1_000", "1٬500", "9" * 61, "1,\n"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    if text == "1,\n":
        assert parse_amount(text) == Amount(Decimal(1), None)
    else:
        assert refused(text).code == "amount_malformed"


def test_a_refused_text_is_quoted_short_and_on_one_line() -> None:
    assert refused("five\nhundred " + "x" * 500).values["text"] == ("five hundred " + "x" * 500)[:40]


@pytest.mark.parametrize("text", ["٥٠٠", "５００", "²", "500²"])
def test_figures_of_other_scripts_are_refused_by_name(text: str) -> None:
    assert refused(text).code == "amount_digits"


@pytest.mark.parametrize("text", ["-500", "−500", "- 500 €", "-€500", "€-500", "-1.500", "-0"])
def test_a_negative_amount_is_refused(text: str) -> None:
    assert refused(text).code == "amount_negative"


@pytest.mark.parametrize("text", ["0", "0,00 €", "000", ".0"])
def test_nothing_is_no_amount(text: str) -> None:
    assert refused(text).code == "amount_zero"


@pytest.mark.parametrize("text", ["1000000000001", "9" * 30, "1000000001k"])
def test_an_absurd_amount_is_refused(text: str) -> None:
    assert refused(text).code == "amount_too_large"


@pytest.mark.parametrize("text", ["0.001", "1500.505", "1.2345", "1 500,001"])
def test_an_amount_finer_than_cents_is_refused(text: str) -> None:
    assert refused(text).code == "amount_too_fine"


def test_an_unknown_currency_is_named() -> None:
    refusal = refused("500 XYZ")
    assert (refusal.code, refusal.values) == ("currency_unknown", {"currency": "XYZ"})


def test_a_sum_in_another_currency_than_the_wallets_is_refused() -> None:
    assert amount_in("$500", "MXN") == Amount(Decimal(500), "MXN")
    assert amount_in("500", "MXN") == Amount(Decimal(500), None)
    with pytest.raises(Refusal, match="currency_other") as caught:
        amount_in("500 €", "MXN")
    assert caught.value.values == {"currency": "EUR", "wallet": "MXN"}


def test_words_beside_a_figure_are_known_for_currencies_and_thousands() -> None:
    assert all(is_currency(word) for word in ("€", "US$", "eur", "Euros", "dólares", "pesos", "$"))
    assert not is_currency("campaign")
    assert is_thousands("K")
    assert not is_thousands("m")


@given(
    cents=st.integers(1, 10**12),
    currency=st.sampled_from(["EUR", "USD", "MXN", "GBP", "JPY", "CAD", "CHF", "BRL"]),
    locale=st.sampled_from(["es_ES", "en_US", "es_MX", "en_GB"]),
)
def test_what_is_printed_can_be_typed_back(cents: int, currency: str, locale: str) -> None:
    amount = Decimal(cents if currency != "JPY" else cents * 100).scaleb(-2)
    read = parse_amount(format_currency(amount, currency, locale=locale), wallet=currency)
    assert read.currency == currency
    assert amount in (read.readings if isinstance(read, Ambiguous) else (read.value,))


@given(st.text(max_size=80))
def test_any_text_is_read_asked_about_or_refused(text: str) -> None:
    try:
        read = parse_amount(text)
    except Refusal:
        return
    values = read.readings if isinstance(read, Ambiguous) else (read.value,)
    assert all(value > 0 for value in values)
