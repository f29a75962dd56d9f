"""Numbers of orders, invoices and purchase orders: the same one, however it was typed. Pure."""

import unicodedata


def plain_number(text: str) -> str:
    """`po – 7` and `PO-7` are one: without case, blanks and what cannot be seen, any dash as a hyphen."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    seen = (c for c in folded if c.isprintable() and not c.isspace())
    return "".join("-" if unicodedata.category(c) == "Pd" else c for c in seen)
