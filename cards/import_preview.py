"""What a dropped usage file holds, before and after it is booked; and why a broken one is not. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Element, Execute
from cards.page import facts, page, remark, shortened, table

LONGEST_REASON = 200  # characters
SHOWN = 10  # broken rows; the rest is counted


class Stage(StrEnum):
    PREVIEW = "preview"
    BOOKED = "booked"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that cannot be read: its line in the file, and why, in the reader's language."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class ImportPreviewValues:
    """`import_id` names what the buttons are about. With `problems` nothing of the file is booked. Rows: `known` are
    booked already, `differing` have a known id and another content, `skipped` belong to days that Graph told.
    `spent` is paid from the wallet, `outside` by other licences, a sum for each currency. `set_up_goes_on`: steps of
    the set-up are left."""

    import_id: str
    file_name: str
    stage: Stage = Stage.PREVIEW
    first_day: date | None = None
    last_day: date | None = None
    new: int = 0
    known: int = 0
    differing: int = 0
    skipped: int = 0
    spent: tuple[Money, ...] = ()
    outside: tuple[Money, ...] = ()
    problems: tuple[Problem, ...] = ()
    set_up_goes_on: bool = False


def import_preview_card(values: ImportPreviewValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        import_line(values, reader),
        *_problems(values, reader),
        facts(_figures(values, reader)),
        remark(reader.text("import.differing_why")) if values.differing else None,
        actions=_actions(values, reader, buttons),
    )


def import_line(values: ImportPreviewValues, reader: Reader) -> str:
    if values.problems:
        return reader.plural("import.broken", len(values.problems), file=values.file_name)
    if values.stage is Stage.CANCELED:
        return reader.text("import.canceled", file=values.file_name)
    if values.stage is Stage.BOOKED:
        return reader.plural("import.booked", values.new, file=values.file_name)
    if not values.new:
        return reader.text("import.nothing_new", file=values.file_name)
    return reader.plural("import.preview", values.new, file=values.file_name)


def _problems(values: ImportPreviewValues, reader: Reader) -> list[Element]:
    if not values.problems:
        return []
    shown, left_out = values.problems[:SHOWN], len(values.problems[SHOWN:])
    head = [reader.text("import.line"), reader.text("import.reason")]
    rows = [[reader.number(problem.line), shortened(problem.reason, LONGEST_REASON)] for problem in shown]
    broken = table(head, rows, widths=(1, 4))
    return [broken, remark(reader.plural("import.left_out", left_out))] if left_out else [broken]


def _figures(values: ImportPreviewValues, reader: Reader) -> list[tuple[str, str]]:
    counts = [
        (reader.text(f"import.{name}"), reader.number(count) if count else "")
        for name, count in (
            ("new", values.new),
            ("known", values.known),
            ("differing", values.differing),
            ("skipped", values.skipped),
        )
    ]
    return [
        (reader.text("import.days"), _days(values, reader)),
        (reader.text("import.spent"), _sums(values.spent, reader)),
        (reader.text("usage.outside"), _sums(values.outside, reader)),
        *counts,
    ]


def _days(values: ImportPreviewValues, reader: Reader) -> str:
    if values.first_day is None or values.last_day is None:
        return ""
    return reader.text("import.span", first=reader.full_day(values.first_day), last=reader.full_day(values.last_day))


def _sums(sums: tuple[Money, ...], reader: Reader) -> str:
    return reader.names([reader.money(money) for money in sums]) if sums else ""


def _actions(values: ImportPreviewValues, reader: Reader, buttons: Buttons) -> list[Execute]:
    about = (values.import_id, 0)
    if values.problems or values.stage is Stage.CANCELED:
        return []
    if values.stage is Stage.BOOKED:
        balance = buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)
        set_up = buttons.press(reader.text("button.set_up"), Verb.SETUP_OPEN, style="positive")
        return [set_up, balance] if values.set_up_goes_on else [balance]
    cancel = buttons.press(reader.text("button.cancel"), Verb.IMPORT_CANCEL, about)
    if not values.new:
        return [cancel]
    return [buttons.press(reader.text("button.book"), Verb.IMPORT_CONFIRM, about, style="positive"), cancel]
