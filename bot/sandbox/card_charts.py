"""Charts of a Teams card as a few characters: a line as one row of blocks, the others as bars. No I/O here."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_skeleton
from babel.numbers import format_decimal

Json = Mapping[str, Any]

_BLOCKS = "▁▂▃▄▅▆▇█"
_BAR_WIDTH = 20
_LINE_WIDTH = 60


def chart_lines(chart: Json, language: str = "en") -> list[str]:
    """The chart as text, its title first; empty where it holds no data. Numbers and days are those of `language`."""
    drawn = _line_chart(chart, language) if chart["type"] == "Chart.Line" else _bars(_points(chart), language)
    title = str(chart.get("title", ""))
    return [title, *drawn] if title and drawn and not drawn[0].startswith(title) else drawn


def _line_chart(chart: Json, language: str) -> list[str]:
    lines: list[str] = []
    for series in chart.get("data") or ():
        values = [(str(each.get("x", "")), _number(each.get("y", 0))) for each in series.get("values") or ()]
        if values:
            lines += _spark(str(series.get("legend", "")), values, language)
    return lines


def _spark(legend: str, values: list[tuple[str, Decimal]], language: str) -> list[str]:
    heights = _thinned([value for _, value in values])
    low, high = min(heights), max(heights)
    step = (high - low) / (len(_BLOCKS) - 1)
    row = "".join(_BLOCKS[int((value - low) / step) if step else 0] for value in heights)
    (first, start), (last, end) = values[0], values[-1]
    named = f"{legend}: " if legend else ""
    ends = f"{_day(first, language)} – {_day(last, language)}"
    return [f"{named}{_plain(start, language)} {row} {_plain(end, language)}", ends]


def _thinned(values: list[Decimal]) -> list[Decimal]:
    """At most a line's width of values, the last one always among them."""
    if len(values) <= _LINE_WIDTH:
        return values
    return [values[(index + 1) * len(values) // _LINE_WIDTH - 1] for index in range(_LINE_WIDTH)]


def _bars(points: list[tuple[str, Decimal]], language: str) -> list[str]:
    if not points:
        return []
    points = [(_day(name, language), value) for name, value in points]
    widest = max(len(name) for name, _ in points)
    largest = max(abs(value) for _, value in points) or Decimal(1)
    return [f"{name:<{widest}}  {_bar(value / largest)} {_plain(value, language)}".strip() for name, value in points]


def _bar(share: Decimal) -> str:
    return "█" * max(1, round(abs(share) * _BAR_WIDTH)) if share else "·"


def _points(chart: Json) -> list[tuple[str, Decimal]]:
    if "value" in chart:
        return [(str(chart.get("subLabel", "")), _number(chart["value"]))]
    return [point for entry in chart.get("data") or () for point in _entry(entry)]


def _entry(entry: Json) -> Iterable[tuple[str, Decimal]]:
    """Charts say a point as (legend, value), as (x, y), or as a series or group that holds some."""
    inside = entry.get("values") or entry.get("data")
    if isinstance(inside, list):
        name = str(entry.get("legend") or entry.get("title") or "")
        return [(f"{name} {inner}".strip(), value) for each in inside for inner, value in _entry(each)]
    name = entry.get("x", entry.get("legend", ""))
    return [(str(name), _number(entry.get("y", entry.get("value", 0))))]


def _number(value: Any) -> Decimal:
    return Decimal(str(value))


def _plain(value: Decimal, language: str) -> str:
    """A sum keeps its cents, a rate by the minute what is below them: 212.40, 500, and 0.0381."""
    return format_decimal(value, "#,##0.00##" if value % 1 else "#,##0", locale=language)


def _day(name: str, language: str) -> str:
    """Charts carry days as ISO dates; other names stay as they are."""
    try:
        return format_skeleton("MMMd", date.fromisoformat(name), locale=language)
    except ValueError:
        return name
