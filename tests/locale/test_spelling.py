"""Amounts in words."""

from decimal import Decimal

import pytest

from bot.locale.spelling import spell_amount


@pytest.mark.parametrize(
    ("amount", "english", "spanish"),
    [
        ("1500", "one thousand five hundred", "mil quinientos"),
        ("1500.00", "one thousand five hundred", "mil quinientos"),
        ("1.500", "one and a half", "uno y medio"),
        ("1.25", "one point two five", "uno con veinticinco"),
        ("1.2", "one point two", "uno con veinte"),
        ("1.05", "one point zero five", "uno con cero cinco"),
        ("1.005", "one point zero zero five", "uno con cero cero cinco"),
        ("12.345", "twelve point three four five", "doce con trescientos cuarenta y cinco"),
        ("0.5", "zero point five", "cero con cincuenta"),
        ("21000", "twenty-one thousand", "veintiuno mil"),
        ("1000000", "one million", "un millón"),
    ],
)
def test_an_amount_is_said_in_words(amount: str, english: str, spanish: str) -> None:
    assert spell_amount(Decimal(amount), "en") == english
    assert spell_amount(Decimal(amount), "es") == spanish
