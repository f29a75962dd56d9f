"""Draws an Adaptive Card as plain text that reads well, its buttons numbered. No words of its own. No I/O here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from typing import Any

from rich.cells import cell_len

from bot.sandbox.card_charts import chart_lines
from bot.sandbox.card_form import ACTIONS, INPUTS, Field, alive, buttons, children, inputs

Json = Mapping[str, Any]
WIDTH = 76  # columns side by side fit in here, or are put below each other
_GAP = "  "


class Tone(StrEnum):
    TEXT = "text"
    TITLE = "title"
    SUBTLE = "subtle"
    GOOD = "good"
    WARNING = "warning"
    ATTENTION = "attention"
    INPUT = "input"
    BUTTON = "button"


@dataclass(frozen=True, slots=True)
class Line:
    """`hang`: where what does not fit goes on below, in columns."""

    text: str
    tone: Tone = Tone.TEXT
    hang: int = 0


def draw_card(card: Json, first_number: int = 1, width: int = WIDTH) -> tuple[Line, ...]:
    """The card as lines. Buttons are numbered in the order of `card_form.buttons`, from `first_number` on."""
    drawing = _Drawing(card, first_number, width)
    body = [line for element in children({**card, "actions": []}) for line in drawing.element(element)]
    own = list(children({"type": "AdaptiveCard", "actions": card.get("actions")}))
    return (*body, *drawing.actions(own))


def draw_buttons(titles: Sequence[str], first_number: int = 1) -> Line:
    """`[1 Send] [2 Edit]`"""
    return Line(" ".join(f"[{first_number + at} {title}]" for at, title in enumerate(titles)), Tone.BUTTON)


def plain(lines: Sequence[Line]) -> str:
    return "\n".join(line.text for line in lines)


def reduced(markdown: str) -> str:
    """Markdown as text: no stars and underscores, links as `title (address)`, mentions as `@name`."""
    text = re.sub(r"<at>(.*?)</at>", r"@\1", markdown)
    text = re.sub(r"\{\{(?:DATE|TIME)\((\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?[^)]*\)\}\}", _moment, text)
    text = re.sub(r"(?<!\\)\[([^\]]+)\]\(([^)\s]+)\)", _link, text)
    text = re.sub(r"(?<!\\)(\*\*|__)(?=\S)(.+?)(?<=\S)(?<!\\)\1", r"\2", text)
    text = re.sub(r"(?<![\\\w*])([*_])(?=\S)([^*_\n]+?)(?<=\S)(?<!\\)\1(?!\w)", r"\2", text)
    text = re.sub(r"(?m)^(\s*)[-*+] ", r"\1• ", text)
    return unescape(re.sub(r"\\([\\`*_{}\[\]()#+\-.!~>|])", r"\1", text)).replace("\r", "").strip()


def _moment(found: re.Match[str]) -> str:
    return found[1] if found[0].startswith("{{DATE") else found[2] or ""


def _link(found: re.Match[str]) -> str:
    return found[1] if found[1] == found[2] else f"{found[1]} ({found[2]})"


class _Drawing:
    """One card while it is drawn: knows which number each button got."""

    def __init__(self, card: Json, first_number: int, width: int) -> None:
        self._width = width
        self._numbers = {id(button.action): first_number + at for at, button in enumerate(buttons(card))}
        self._fields = {field.id: field for field in inputs(card)}
        self._language = "es" if str(card.get("lang", "")).startswith("es") else "en"

    def element(self, element: Json) -> list[Line]:
        kind = str(element["type"])
        if kind.startswith("Chart."):
            return self._chart(element)
        if kind in INPUTS:
            return _input(self._fields[str(element["id"])])
        if kind in ACTIONS:
            return self.actions([element])
        return [*self._shape(kind, element), *self._select(element)]

    def actions(self, actions: Sequence[Json]) -> list[Line]:
        numbered = sorted((self._numbers[id(action)], action) for action in actions if id(action) in self._numbers)
        if not numbered:
            return []
        return [Line(" ".join(f"[{number} {_title(action)}]" for number, action in numbered), Tone.BUTTON)]

    def _shape(self, kind: str, element: Json) -> list[Line]:
        match kind:
            case "TextBlock":
                return _text_block(element)
            case "RichTextBlock":
                return [Line(reduced("".join(_run(run) for run in element.get("inlines") or ())))]
            case "FactSet":
                return _facts(element)
            case "Image":
                return [Line(f"({element['altText']})", Tone.SUBTLE)] if element.get("altText") else []
            case "ColumnSet":
                return _beside([self._inside(column) for column in children(element)], self._width)
            case "Table":
                return self._table(element)
            case "ActionSet":
                return self.actions(list(children(element)))
        return self._inside(element)

    def _inside(self, element: Json) -> list[Line]:
        return [line for part in children(element) for line in self.element(part)]

    def _select(self, element: Json) -> list[Line]:
        action = element.get("selectAction")
        return self.actions([action]) if isinstance(action, Mapping) else []

    def _chart(self, chart: Json) -> list[Line]:
        drawn = chart_lines(chart, self._language)
        if drawn:
            return [Line(text) for text in drawn]
        fallback = chart.get("fallback")
        shown = alive(fallback) if isinstance(fallback, Mapping) else None
        return self.element(shown) if shown is not None else []

    def _table(self, table: Json) -> list[Line]:
        rows = [[self._inside(cell) for cell in children(row)] for row in children(table)]
        texts = [[" · ".join(line.text for line in cell) for cell in row] for row in rows]
        if not texts:
            return []
        right = _right_aligned(table, max(len(row) for row in texts))
        header = Tone.TITLE if table.get("firstRowAsHeaders", True) else Tone.TEXT
        drawn, hang = _aligned(texts, right)
        if any(right) and max(map(cell_len, drawn)) > self._width:
            return self._narrow_table(rows, right, header)
        return [Line(text, header if at == 0 else _tone_of_row(rows[at]), hang) for at, text in enumerate(drawn)]

    def _narrow_table(self, rows: list[list[list[Line]]], right: list[bool], header: Tone) -> list[Line]:
        """What stands below a text in its cell stands below its row."""
        drawn, _ = _aligned([[cell[0].text if cell else "" for cell in row] for row in rows], right)
        lines: list[Line] = []
        for at, (text, row) in enumerate(zip(drawn, rows, strict=True)):
            lines.append(Line(text, header if at == 0 else Tone.TEXT))
            lines += [Line(_GAP + below.text, Tone.SUBTLE) for cell in row for below in cell[1:]]
        return lines


def _text_block(block: Json) -> list[Line]:
    tone = _tone(block)
    return [Line(text, tone) for text in reduced(str(block.get("text", ""))).split("\n") if text.strip()]


def _tone(block: Json) -> Tone:
    if str(block.get("color", "")).lower() in ("good", "warning", "attention"):
        return Tone(str(block["color"]).lower())
    large = str(block.get("size", "")).lower() in ("large", "extralarge", "medium")
    if large or block.get("style") == "heading" or str(block.get("weight", "")).lower() == "bolder":
        return Tone.TITLE
    return Tone.SUBTLE if block.get("isSubtle") else Tone.TEXT


def _run(run: Any) -> str:
    return run if isinstance(run, str) else str(run.get("text", ""))


def _facts(element: Json) -> list[Line]:
    facts = [(reduced(str(fact["title"])), reduced(str(fact["value"]))) for fact in element.get("facts") or ()]
    widest = max((cell_len(title) for title, _ in facts), default=0)
    return [Line(f"{_padded(title + ':', widest + 1)} {value}", hang=widest + 2) for title, value in facts]


def _input(field: Field) -> list[Line]:
    star = "*" if field.required else ""
    if field.kind == "Input.Toggle":
        on = field.choices[0][1] == field.value
        return [Line(f"{field.label}{star}: [{'x' if on else ' '}] {field.choices[0][0]}", Tone.INPUT)]
    chosen = field.value.split(",") if field.is_multiple else [field.value]
    titles = [title for title, value in field.choices if value in chosen]
    hint = str(field.source.get("placeholder", ""))
    shown = ", ".join(titles) or field.value or (f"({hint})" if hint else "____")
    options = [Line(f"  - {title}", Tone.INPUT, hang=4) for title, _ in field.choices]
    return [Line(f"{field.label}{star}: {shown}", Tone.INPUT, hang=2), *options]


def _title(action: Json) -> str:
    return str(action.get("title") or action.get("tooltip") or action.get("url") or action.get("verb") or "")


def _beside(columns: list[list[Line]], most: int) -> list[Line]:
    """Columns side by side where they fit, else below each other."""
    columns = [column for column in columns if column]
    widths = [max(cell_len(line.text) for line in column) for column in columns]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > most:
        return [line for column in columns for line in column]
    height = max((len(column) for column in columns), default=0)
    return [_row(columns, widths, at) for at in range(height)]


def _row(columns: list[list[Line]], widths: list[int], at: int) -> Line:
    cells = [column[at] if at < len(column) else Line("") for column in columns]
    text = _GAP.join(_padded(cell.text, width) for cell, width in zip(cells, widths, strict=True)).rstrip()
    return Line(text, _tone_of_row([cells]))


def _tone_of_row(cells: Sequence[Sequence[Line]]) -> Tone:
    """A row takes the one tone that its cells agree on."""
    tones = {line.tone for cell in cells for line in cell if line.text}
    return tones.pop() if len(tones) == 1 else Tone.TEXT


def _right_aligned(table: Json, columns: int) -> list[bool]:
    said = [
        str(each.get("horizontalCellContentAlignment", "")).lower() == "right" for each in table.get("columns") or ()
    ]
    return [*said, *[False] * columns][:columns]


def _aligned(rows: list[list[str]], right: list[bool]) -> tuple[list[str], int]:
    """The rows, and where the last column begins if it may go on below."""
    widths = [max(cell_len(row[at]) for row in rows if at < len(row)) for at in range(len(right))]
    lines = [
        _GAP.join(_padded(cell, widths[at], right=right[at]) for at, cell in enumerate(row)).rstrip() for row in rows
    ]
    return lines, 0 if right[-1] else sum(widths[:-1]) + len(_GAP) * (len(widths) - 1)


def _padded(text: str, width: int, *, right: bool = False) -> str:
    space = " " * (width - cell_len(text))
    return space + text if right else text + space
