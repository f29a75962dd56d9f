"""What was typed into the fields of a form: what is wrong is said, and nothing is guessed. No I/O here."""

from datetime import date

from bot.commands.context import Press
from bot.commands.moments import day_of
from bot.domain.amounts import Ambiguous, amount_in
from bot.domain.errors import Refusal
from bot.domain.money import Money
from cards.invoice import InvoiceTyped


def sum_in(typed: str, currency: str) -> Money | None:
    """None where nothing was typed. Raises Refusal("amount_two_readings"), and as `amount_in`."""
    if not typed:
        return None
    parsed = amount_in(typed, currency)
    if isinstance(parsed, Ambiguous):
        one, other = (Money.of(reading, currency) for reading in parsed.readings)
        raise Refusal("amount_two_readings", text=typed[:40], one=one, other=other)
    return Money.of(parsed.value, currency)


def invoice_of(press: Press) -> InvoiceTyped:
    return InvoiceTyped(press.input("invoiced", limit=60)[:40], press.input("tax", limit=60)[:40])


def invoice_in(typed: InvoiceTyped, currency: str) -> tuple[Money | None, Money | None]:
    """The total and the tax in it. No tax at all is an answer too. Raises Refusal as `sum_in`."""
    return sum_in(typed.total, currency), _tax(typed.tax, currency)


def _tax(typed: str, currency: str) -> Money | None:
    try:
        return sum_in(typed, currency)
    except Refusal as refusal:
        if refusal.code != "amount_zero":
            raise
        return Money.zero(currency)


def day_in(typed: str, today: date) -> date:
    """Today where nothing was typed. A client sends `2026-11-20`. Raises Refusal("day_unknown")."""
    try:
        return day_of(typed, today) if typed else today
    except ValueError:
        raise Refusal("day_unknown", text=typed) from None
