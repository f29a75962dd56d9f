"""The last entries of the books, newest first: purchases, readings, and what days cost. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.domain.history import HistoryLine, Spent
from bot.domain.ledger import Adjustment, Purchase
from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.balance_chart import balance_chart
from cards.drift import drift_words
from cards.invoice import invoice_words
from cards.page import Cell, page, remark, shortened, table

LONGEST_NUMBER = 40  # characters of an order number


@dataclass(frozen=True, slots=True)
class HistoryValues:
    """Newest first. `entries`: how many there are in all. `course`: (day, balance at its end), oldest first."""

    lines: tuple[HistoryLine, ...]
    entries: int
    course: tuple[tuple[date, Money], ...] = ()


def history_card(values: HistoryValues, reader: Reader, buttons: Buttons) -> Card:
    head = [reader.text(f"history.{column}") for column in ("when", "what", "amount")]
    return page(
        reader,
        reader.plural("history.line", values.entries) if values.lines else reader.text("history.none"),
        table(head, [_row(one, reader) for one in values.lines], amounts=(2,), widths=(3, 4, 3))
        if values.lines
        else None,
        balance_chart(values.course, reader),
        remark(reader.text("history.utc")) if values.lines else None,
        actions=[buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)],
    )


def _row(one: HistoryLine, reader: Reader) -> list[Cell]:
    match one:
        case Purchase():
            told = shortened(one.order_number or "", LONGEST_NUMBER), invoice_words(one.invoiced, one.tax, reader)
            more = " · ".join(part for part in told if part)
            what: Cell = (reader.text("history.purchase"), more) if more else reader.text("history.purchase")
            return [reader.full_day(one.on), what, reader.money(one.amount)]
        case Adjustment():
            if not one.estimate:
                return [reader.full_day(one.on), reader.text("history.opening"), reader.money(one.portal)]
            drift = drift_words(one.amount, reader)
            return [reader.full_day(one.on), (reader.text("history.reading"), drift), reader.money(one.portal)]
        case _:
            days = _days(one, reader)
            return [days, reader.text("history.usage"), reader.money(-one.amount)]


def _days(one: Spent, reader: Reader) -> str:
    if one.first == one.last:
        return reader.full_day(one.first)
    return f"{reader.day(one.first)} – {reader.full_day(one.last)}"
