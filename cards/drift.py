"""A difference between what was read and what was expected, in its parts: shared by the cards that show it."""

from bot.domain.money import Money
from bot.domain.reconciliation import Paid, Split
from bot.ports.reader import Reader
from cards.elements import Element
from cards.page import line, remark, table


def drift_words(drift: Money, reader: Reader) -> str:
    """`5.44 less than expected`, `5.44 more than expected`, `as expected`."""
    if not drift:
        return reader.text("drift.none")
    key = "drift.less" if drift.micros < 0 else "drift.more"
    return reader.text(key, amount=drift if drift.micros > 0 else -drift)


def drift_parts(split: Split, reader: Reader) -> list[Element | None]:
    """A table of the parts, and what the figures say about connection fees and other charges."""
    rows = drift_rows(split, reader)
    if len(rows) < 2:
        return []  # the figures meet
    head = [reader.text("drift.part"), reader.text("drift.amount")]
    return [
        table(head, rows, amounts=(1,), widths=(5, 3)),
        *(remark(text) for text in readings(split, reader)),
        line(reader.text("drift.find_order", amount=split.recharge)) if split.recharge else None,
    ]


def drift_rows(split: Split, reader: Reader) -> list[tuple[str, str]]:
    """The parts that there are, and their sum."""
    counted = [(name, money) for name, money in split.parts if money or (name == "gap" and split.gap_days)]
    rows = [(_name(name, split, reader), reader.money(money)) for name, money in counted]
    return [*rows, (reader.text("drift.drift"), reader.money(split.drift))]


def readings(split: Split, reader: Reader) -> list[str]:
    """What the figures say about sums of which nothing else tells whether the wallet pays them."""
    if Paid.NEITHER in (split.fees_paid, split.other_paid):
        return [reader.text("drift.neither")]
    told = {"fees": split.fees_paid, "other": split.other_paid}
    return [reader.text(f"drift.{what}_{paid.value}") for what, paid in told.items() if paid is not Paid.NONE]


def _name(name: str, split: Split, reader: Reader) -> str:
    if name == "gap":
        return reader.plural("drift.gap", split.gap_days)
    return reader.text(f"drift.{name}")
