"""Elements that only Teams draws. Each carries a `fallback` of 1.5 elements, which everybody else sees. No text here.

Source: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/charts-in-adaptive-cards and
Microsoft's generated models (`microsoft-teams-cards`).
"""

from collections.abc import Sequence
from typing import Literal

from bot.domain.money import Money
from cards.elements import Element
from cards.kit import Node

ChartColor = Literal["good", "warning", "attention", "neutral", "categoricalBlue", "categoricalTeal"]

BadgeStyle = Literal["Default", "Subtle", "Informative", "Accent", "Good", "Attention", "Warning"]


class TeamsElement(Element):
    fallback: Element


def height(money: Money) -> float:
    """Where a sum lies on a chart's axis: a place on a screen, rounded to a cent, and never counted with."""
    return round(money.micros / 10_000) / 100


class Badge(TeamsElement):
    kind = "Badge"
    text: str
    style: BadgeStyle | None = None
    size: Literal["Medium", "Large", "ExtraLarge"] | None = None
    appearance: Literal["Filled", "Tint"] | None = None


class ProgressBar(TeamsElement):
    kind = "ProgressBar"
    value: int
    max: int
    color: Literal["Accent", "Good", "Warning", "Attention"] | None = None


class Chart(TeamsElement):
    """Teams names it on screen only where `show_title` says so."""

    title: str
    show_title: bool | None = None


class LinePoint(Node):
    """A month of days is half the nodes of a card: a point is checked here, without the loop over any fields."""

    x: str
    y: float

    def __init__(self, *, x: str, y: float) -> None:
        if type(x) is not str or type(y) is not float:
            raise TypeError(f"a point is a text and a float, not {x!r} and {y!r}")
        object.__setattr__(self, "_data", {"x": x, "y": y})


class LineSeries(Node):
    legend: str
    values: Sequence[LinePoint]
    color: ChartColor | None = None


class ChartLine(Chart):
    kind = "Chart.Line"
    data: Sequence[LineSeries]
    x_axis_title: str | None = None
    y_axis_title: str | None = None


class Bar(Node):
    x: str
    y: float
    color: ChartColor | None = None


class ChartBar(Chart):
    data: Sequence[Bar]
    x_axis_title: str | None = None
    y_axis_title: str | None = None


class ChartVerticalBar(ChartBar):
    kind = "Chart.VerticalBar"


class ChartHorizontalBar(ChartBar):
    """For names, which have no room below an upright bar."""

    kind = "Chart.HorizontalBar"
