"""The form for money that arrived: read strictly, asked about where it can be read in two ways. No I/O here."""

from datetime import date

from bot.commands.context import Press
from bot.commands.fields import invoice_in, sum_in
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.requests import Request
from bot.ports.order_desk import Funded
from cards.invoice import InvoiceTyped
from cards.order_forms import ArrivedValues


def filled_in(press: Press, wallet: str, order: Request | None) -> ArrivedValues:
    """What was filled in."""
    return ArrivedValues(
        telling=press.request_id,
        currency=order.asked.amount.currency if order else wallet,
        on=press.input("on", limit=20),
        amount=press.input("amount", limit=60),
        order_number=press.input("order_number", limit=200),
        invoiced=press.input("invoiced", limit=60),
        tax=press.input("tax", limit=60),
        chosen=press.input("belongs", limit=200),
    )


def funded_of(form: ArrivedValues) -> Funded:
    credited = sum_in(form.amount, form.currency)
    if credited is None:
        raise Refusal("amount_malformed", text="")
    try:
        on = date.fromisoformat(form.on)
    except ValueError:
        raise Refusal("day_unknown", text=form.on) from None
    invoiced, tax = invoice_in(InvoiceTyped(form.invoiced, form.tax), form.currency)
    return Funded(credited, on, form.order_number, invoiced, tax)


def readable(form: ArrivedValues) -> Money:
    try:
        return sum_in(form.amount, form.currency) or Money.zero(form.currency)
    except Refusal:
        return Money.zero(form.currency)
