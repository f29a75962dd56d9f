"""What the invoice of a purchase came to, beside what was credited. Pure."""

from bot.domain.money import Money
from bot.ports.reader import Reader


def invoice_words(invoiced: Money | None, tax: Money | None, reader: Reader) -> str:
    """`Invoiced €605.00, of it €105.00 tax`; '' where nobody told."""
    if invoiced is not None and tax is not None:
        return reader.text("invoice.both", invoiced=invoiced, tax=tax)
    if invoiced is not None:
        return reader.text("invoice.total", invoiced=invoiced)
    return reader.text("invoice.tax", tax=tax) if tax is not None else ""
