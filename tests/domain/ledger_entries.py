"""Entries of a ledger, written as short as a test needs them."""

from datetime import UTC, date, datetime, time
from itertools import count

from bot.domain.ledger import Adjustment, Entry, Purchase, UsageChange
from bot.domain.money import Money
from bot.domain.usage import Source, UsageSum

RECORDED = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
_numbers = count(1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def bought(on: str, amount: str, currency: str = "EUR") -> Entry:
    return Purchase(f"p{next(_numbers)}", day(on), Money.of(amount, currency), RECORDED)


def used(on: str, charge: str, *, fee: str = "0", other: str = "0", currency: str = "EUR") -> Entry:
    sums = (UsageSum(currency, *(Money.of(each, currency).micros for each in (charge, fee, other))),)
    return UsageChange(f"u{next(_numbers)}", day(on), Source.CSV, sums, RECORDED)


def read(on: str, portal: str, *, oldest: str | None = None, currency: str = "EUR") -> Adjustment:
    """What the admin center showed at noon."""
    moment = datetime.combine(day(on), time(12), UTC)
    zero = Money.zero(currency)
    told = day(oldest) if oldest else None
    return Adjustment(f"a{next(_numbers)}", day(on), moment, Money.of(portal, currency), zero, RECORDED, told)
