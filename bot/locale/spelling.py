"""Amounts in words, to ask which of two readings was meant."""

from decimal import Decimal

from num2words import num2words

_POINT = {"en": "point", "es": "con"}
_HALF = {"en": "and a half", "es": "y medio"}


def spell_amount(amount: Decimal, language: str) -> str:
    """`one thousand five hundred`, `uno y medio`, `uno con veinticinco`, `one point two five`; trailing zeros go.
    For amounts from 0 on; `language` is `en` or `es`."""
    whole = int(amount)
    fraction = format(amount, "f").partition(".")[2].rstrip("0")
    words = _spell(whole, language)
    if not fraction:
        return words
    if fraction == "5" and whole:
        return f"{words} {_HALF[language]}"
    return f"{words} {_POINT[language]} {_spell_fraction(fraction, language)}"


def _spell_fraction(digits: str, language: str) -> str:
    """English reads a decimal fraction digit by digit; Spanish as a number, a price's `,2` as twenty hundredths, and
    says leading zeros so that `,05` is not taken for `,5`."""
    if language == "en":
        return " ".join(_spell(int(digit), language) for digit in digits)
    digits = digits.ljust(2, "0")
    leading = len(digits) - len(digits.lstrip("0"))
    return " ".join([_spell(0, language)] * leading + [_spell(int(digits), language)])


def _spell(number: int, language: str) -> str:
    return str(num2words(number, lang=language)).replace(",", "")
