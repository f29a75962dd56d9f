"""Amounts as people type them. What can be read in two ways is returned as two readings, never guessed. No I/O here.

`1.500` is fifteen hundred in Spain and one and a half in Mexico and the United States: whoever typed it is asked.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.errors import Refusal
from bot.domain.money import LIMIT_MICROS, MICROS

LONGEST = 60  # characters; the longest sum that anybody types with its currency is half of that


@dataclass(frozen=True, slots=True)
class Amount:
    """`currency` is ISO 4217, or None where none was typed: then it is the wallet's."""

    value: Decimal
    currency: str | None


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """`readings`: the separator as grouping first (1500), then as decimal separator (1.500)."""

    readings: tuple[Decimal, Decimal]
    currency: str | None


def parse_amount(text: str, *, wallet: str | None = None) -> Amount | Ambiguous:
    """A positive sum, at most two decimals, with or without its currency: `500`, `1.500,00 €`, `$1,500`, `1.5k`.

    One separator followed by exactly three digits is Ambiguous in every locale. `wallet` is the currency that a bare
    `$`, "dollars" or "pesos" means where it is a dollar or a peso.
    Raises Refusal: amount_malformed, amount_digits, amount_negative, amount_zero, amount_too_fine, amount_too_large,
    currency_unknown.
    """
    shape = _shape(text)
    currency = _one_currency(_currencies(shape["before"], text) & _currencies(shape["after"], text), wallet, text)
    factor = 1000 if shape["thousands"] else 1
    readings = tuple(reading * factor for reading in _readings(shape["body"], text))
    if "-" in (shape["sign"], shape["inner_sign"]):
        raise Refusal("amount_negative")
    match readings:
        case (grouped, fractional):
            return Ambiguous((grouped, fractional), currency)
        case _:
            return Amount(_payable(readings[0]), currency)


def is_currency(word: str) -> bool:
    """Whether `word` is a sign, a code or a name of a currency that amounts may carry."""
    folded = word.casefold()
    return folded in _SYMBOLS or folded in _FAMILIES or word.upper() in CURRENCIES


def is_thousands(word: str) -> bool:
    """Whether `word` after a figure multiplies it by a thousand: `1.5k`, `2 mil`."""
    return word.casefold() in ("k", "mil", "thousand")


def amount_in(text: str, wallet: str) -> Amount | Ambiguous:
    """As `parse_amount`, of the wallet's currency: any other raises Refusal("currency_other")."""
    parsed = parse_amount(text, wallet=wallet)
    if parsed.currency not in {None, wallet}:
        raise Refusal("currency_other", currency=parsed.currency, wallet=wallet)
    return parsed


_SPACES = re.compile(r"\s+")
_SHAPE = re.compile(
    r"(?P<sign>[-+]?) ?(?P<before>[^\d.,+\-' ]*) ?(?P<inner_sign>[-+]?) ?"
    r"(?P<body>[.,]?\d(?:[., ']?\d)*)[.,]? ?(?P<thousands>(?:k|mil|thousand)(?![^\W\d_]))? ?"
    r"(?P<after>[^\d.,' ]*)[.,]?",
    re.IGNORECASE,
)
_GROUPED = re.compile(
    r"(?P<whole>[1-9]\d{0,2}(?P<by>[., '])\d{3}(?:(?P=by)\d{3})*)(?:(?!(?P=by))[.,](?P<fraction>\d+))?"
)
_FRACTIONAL = re.compile(r"(?P<whole>\d*)[.,](?P<fraction>\d+)")


def _shape(text: str) -> re.Match[str]:
    if any(character.isdigit() and not character.isascii() for character in text[:LONGEST]):
        raise Refusal("amount_digits")
    plain = _SPACES.sub(" ", text).strip().replace("−", "-").replace("’", "'")
    shape = _SHAPE.fullmatch(plain) if len(text) <= LONGEST else None
    if shape is None:
        raise _malformed(text)
    return shape


def _readings(body: str, text: str) -> list[Decimal]:
    if body.isdigit():
        return [Decimal(body)]
    readings = []
    if grouped := _GROUPED.fullmatch(body):
        whole = re.sub(r"\D", "", grouped["whole"])
        readings.append(Decimal(f"{whole}.{grouped['fraction']}" if grouped["fraction"] else whole))
    if fractional := _FRACTIONAL.fullmatch(body):
        readings.append(Decimal(f"{fractional['whole'] or 0}.{fractional['fraction']}"))
    if not readings:
        raise _malformed(text)
    return readings


def _payable(value: Decimal) -> Decimal:
    if value == 0:
        raise Refusal("amount_zero")
    if value > LIMIT_MICROS // MICROS:
        raise Refusal("amount_too_large")
    if value != round(value, 2):
        raise Refusal("amount_too_fine")
    return value


def _malformed(text: str) -> Refusal:
    return Refusal("amount_malformed", text=_SPACES.sub(" ", text[:40]).strip())


DOLLARS = frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"})
PESOS = frozenset({"MXN", "COP", "CLP", "ARS", "UYU", "DOP", "PHP"})
CURRENCIES = (
    DOLLARS
    | PESOS
    | {"EUR", "GBP", "CHF", "DKK", "NOK", "SEK", "PLN", "CZK", "HUF", "RON", "BGN", "ISK", "TRY", "ILS", "ZAR"}
    | {"JPY", "CNY", "KRW", "INR", "IDR", "MYR", "THB", "VND", "AED", "SAR", "BRL", "PEN", "CRC", "GTQ", "BOB"}
)
_SYMBOLS = {
    "€": "EUR", "£": "GBP", "us$": "USD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "s$": "SGD",
    "hk$": "HKD", "nt$": "TWD", "mx$": "MXN", "r$": "BRL", "¥": "JPY", "jp¥": "JPY", "cn¥": "CNY", "₩": "KRW",
    "₹": "INR", "₺": "TRY", "₪": "ILS", "₫": "VND", "₱": "PHP", "zł": "PLN", "kč": "CZK", "euro": "EUR",
    "euros": "EUR", "pound": "GBP", "pounds": "GBP", "libra": "GBP", "libras": "GBP",
}  # fmt: skip
_FAMILIES = {
    "$": DOLLARS | PESOS,
    **dict.fromkeys(("dollar", "dollars", "dólar", "dólares", "dolar", "dolares"), DOLLARS),
    **dict.fromkeys(("peso", "pesos"), PESOS),
}


def _currencies(word: str, text: str) -> frozenset[str]:
    """What `word` can stand for: `$` for every dollar and peso, '' for all that there are."""
    folded = word.casefold()
    if not folded:
        return CURRENCIES
    if folded in _FAMILIES:
        return _FAMILIES[folded]
    if folded in _SYMBOLS:
        return frozenset({_SYMBOLS[folded]})
    if word.upper() in CURRENCIES:
        return frozenset({word.upper()})
    if re.fullmatch("[A-Z]{3}", word):
        raise Refusal("currency_unknown", currency=word)
    raise _malformed(text)


def _one_currency(possible: frozenset[str], wallet: str | None, text: str) -> str | None:
    """`$500 MXN` is in pesos, `€500 USD` is nonsense; of several dollars the wallet's is meant."""
    if possible == CURRENCIES:
        return None
    if not possible:
        raise _malformed(text)
    return next((likely for likely in (wallet, "USD", "MXN") if likely in possible), min(possible))
