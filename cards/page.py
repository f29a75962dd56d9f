"""How every card is laid out: one sentence that reads well alone, then the parts, then the buttons. No text here.

Parts cannot change once they are made, so those that come again (the same text in the same place) are made once.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Literal

from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.elements import (
    Action,
    AdaptiveCard,
    Color,
    Element,
    Fact,
    FactSet,
    Refresh,
    Table,
    TableCell,
    TableColumn,
    TableRow,
    TeamsWidth,
    TextBlock,
    Weight,
)
from cards.kit import VERSION, finished

SPOKEN = str.maketrans("<>", "‹›")  # a voice takes what looks like a tag for SSML

KEPT_PARTS = 2_048
FULL_WIDTH = TeamsWidth(width="full")
Alignment = Literal["Left", "Right"]
Cell = str | tuple[str, str]  # the second text is a remark below the first


def page(
    reader: Reader, first: str, *parts: Element | None, actions: Sequence[Action] = (), refresh: Refresh | None = None
) -> Card:
    """A card. `first` is also what is spoken, and what an old client shows; parts that are None are left out."""
    card = AdaptiveCard(
        version=VERSION,
        lang=reader.language,
        speak=_spoken(first),
        fallback_text=first,
        body=[_opening(first), *(part for part in parts if part is not None)],
        actions=list(actions) or None,
        refresh=refresh,
        msteams=FULL_WIDTH,
    )
    return finished(card)


@lru_cache(maxsize=KEPT_PARTS)
def _opening(first: str) -> TextBlock:
    return TextBlock(text=first, wrap=True, size="Medium", weight="Bolder")


@lru_cache(maxsize=KEPT_PARTS)
def _spoken(first: str) -> str:
    return first.translate(SPOKEN)


@lru_cache(maxsize=KEPT_PARTS)
def line(text: str, *, color: Color | None = None) -> TextBlock:
    return TextBlock(text=text, wrap=True, color=color)


@lru_cache(maxsize=KEPT_PARTS)
def remark(text: str) -> TextBlock:
    """What explains, and may be skipped."""
    return TextBlock(text=text, wrap=True, is_subtle=True, size="Small")


@lru_cache(maxsize=KEPT_PARTS)
def beneath(text: str) -> TextBlock:
    """A remark that belongs to the line above it."""
    return TextBlock(text=text, wrap=True, is_subtle=True, size="Small", spacing="None")


@lru_cache(maxsize=KEPT_PARTS)
def title(text: str) -> TextBlock:
    return TextBlock(text=text, wrap=True, weight="Bolder", spacing="Large", style="heading")


def facts(pairs: Iterable[tuple[str, str]]) -> FactSet | None:
    """Titles with their values, those without a value left out; None where none is left."""
    shown = tuple((name, value) for name, value in pairs if value)
    return _facts(shown) if shown else None


@lru_cache(maxsize=KEPT_PARTS)
def _facts(pairs: tuple[tuple[str, str], ...]) -> FactSet:
    return FactSet(facts=[Fact(title=name, value=value) for name, value in pairs])


def table(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], *, amounts: Sequence[int] = (), widths: Sequence[int] = ()
) -> Table:
    """The columns whose numbers are in `amounts` are aligned to the right. `widths` are shares, else all the same."""
    shares = tuple(widths or [1] * len(head))
    return _table(tuple(head), tuple(tuple(row) for row in rows), frozenset(amounts), shares)


@lru_cache(maxsize=KEPT_PARTS)
def _table(
    head: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...], amounts: frozenset[int], shares: tuple[int, ...]
) -> Table:
    columns = [_column("Right" if number in amounts else "Left", share) for number, share in enumerate(shares)]
    return Table(columns=columns, rows=[_row(head, bold=True), *(_row(row) for row in rows)])


def _row(cells: Sequence[Cell], *, bold: bool = False) -> TableRow:
    return TableRow(cells=[_cell(cell, bold=bold) for cell in cells])


def _cell(cell: Cell, *, bold: bool) -> TableCell:
    weight: Weight | None = "Bolder" if bold else None
    text, below = (cell, "") if isinstance(cell, str) else cell
    block = TextBlock(text=text, wrap=True, weight=weight)
    if not below:
        return TableCell(items=[block])
    return TableCell(items=[block, beneath(below)])


def _column(alignment: Alignment, share: int) -> TableColumn:
    return TableColumn(width=share, horizontal_cell_content_alignment=alignment)


def shortened(text: str, most: int) -> str:
    """At most so many characters: what others wrote or named may be long, and a card may not."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
