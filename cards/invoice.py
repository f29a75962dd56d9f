"""What the invoice of a purchase came to, beside what was credited. Pure."""

from dataclasses import dataclass

from bot.domain.money import Money
from bot.ports.reader import Reader
from cards.elements import Element, InputText


@dataclass(frozen=True, slots=True)
class InvoiceTyped:
    """As it was typed; '' is nothing."""

    total: str = ""
    tax: str = ""


NONE_TYPED = InvoiceTyped()


def invoice_inputs(typed: InvoiceTyped, reader: Reader) -> list[Element | None]:
    """Nobody has to fill them in."""
    return [
        InputText(id="invoiced", label=reader.text("arrived.invoiced"), value=typed.total or None, max_length=40),
        InputText(id="tax", label=reader.text("arrived.tax"), value=typed.tax or None, max_length=40),
    ]


def invoice_words(invoiced: Money | None, tax: Money | None, reader: Reader) -> str:
    """`Invoiced €605.00, of it €105.00 tax`; '' where nobody told."""
    if invoiced is not None and tax is not None:
        return reader.text("invoice.both", invoiced=invoiced, tax=tax)
    if invoiced is not None:
        return reader.text("invoice.total", invoiced=invoiced)
    return reader.text("invoice.tax", tax=tax) if tax is not None else ""
