"""Every element that Saldo's cards are made of, strictly declared (Adaptive Cards 1.5). No text and no choice here.

Sources: the official schema, https://adaptivecards.io/explorer/, and for Teams
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format. Spellings are those
that both the schema and Microsoft's newer models accept. What only Teams knows is in `teams_elements.py`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from cards.kit import Node, Plain

Spacing = Literal["None", "Small", "Default", "Medium", "Large", "ExtraLarge", "Padding"]
Alignment = Literal["Left", "Center", "Right"]
Color = Literal["Default", "Accent", "Good", "Warning", "Attention"]
Size = Literal["Small", "Default", "Medium", "Large", "ExtraLarge"]
Weight = Literal["Lighter", "Default", "Bolder"]
Box = Literal["default", "emphasis", "accent", "good", "attention", "warning"]


class Element(Node):
    """What every visible part may say of itself."""

    id: str | None = None
    separator: bool | None = None
    spacing: Spacing | None = None


class Action(Node):
    title: str
    style: Literal["default", "positive", "destructive"] | None = None
    mode: Literal["primary", "secondary"] | None = None
    tooltip: str | None = None


class Execute(Action):
    kind = "Action.Execute"
    verb: str
    data: Mapping[str, Any]
    associated_inputs: Literal["auto", "none"] | None = None


class Refreshing(Node):
    """The action of a refresh: nobody presses it, so it has no title."""

    kind = "Action.Execute"
    verb: str
    data: Mapping[str, Any]


class OpenUrl(Action):
    kind = "Action.OpenUrl"
    url: str


class TextBlock(Element):
    kind = "TextBlock"
    text: Plain
    size: Size | None = None
    weight: Weight | None = None
    color: Color | None = None
    is_subtle: bool | None = None
    wrap: bool | None = None
    horizontal_alignment: Alignment | None = None
    style: Literal["default", "heading"] | None = None


class Fact(Node):
    title: Plain
    value: Plain


class FactSet(Element):
    kind = "FactSet"
    facts: Sequence[Fact]


class Container(Element):
    kind = "Container"
    items: Sequence[Element]
    style: Box | None = None


class Column(Element):
    kind = "Column"
    items: Sequence[Element]
    width: str | None = None


class ColumnSet(Element):
    kind = "ColumnSet"
    columns: Sequence[Column]


class ActionSet(Element):
    kind = "ActionSet"
    actions: Sequence[Action]


class TableColumn(Node):
    width: int | None = None
    horizontal_cell_content_alignment: Alignment | None = None


class TableCell(Node):
    kind = "TableCell"
    items: Sequence[Element]


class TableRow(Node):
    kind = "TableRow"
    cells: Sequence[TableCell]


class Table(Element):
    """The first row is the header: that is the default, and the schema and Teams spell the switch differently."""

    kind = "Table"
    columns: Sequence[TableColumn]
    rows: Sequence[TableRow]


class Input(Element):
    """`id` is the name under which the answer comes back, always as text."""

    id: str
    label: str
    is_required: bool | None = None
    error_message: str | None = None


class InputText(Input):
    kind = "Input.Text"
    value: str | None = None
    placeholder: str | None = None
    max_length: int | None = None
    is_multiline: bool | None = None
    regex: str | None = None


class InputDate(Input):
    kind = "Input.Date"
    value: str | None = None
    min: str | None = None
    max: str | None = None


class Choice(Node):
    title: str
    value: str


class DataQuery(Node):
    """Choices that Teams itself looks up, people for example: `graph.microsoft.com/users`."""

    kind = "Data.Query"
    dataset: str


class InputChoiceSet(Input):
    kind = "Input.ChoiceSet"
    keys: ClassVar[dict[str, str]] = {"choices_data": "choices.data"}
    choices: Sequence[Choice]
    choices_data: DataQuery | None = None
    value: str | None = None
    placeholder: str | None = None
    style: Literal["compact", "expanded"] | None = None
    is_multi_select: bool | None = None
    wrap: bool | None = None


class Refresh(Node):
    """Asks for each viewer's own card; `user_ids` are Teams' `29:…` ids, at most 60."""

    action: Refreshing
    user_ids: Sequence[str]


class TeamsWidth(Node):
    width: Literal["full"]


class AdaptiveCard(Node):
    kind = "AdaptiveCard"
    version: Literal["1.5"]
    lang: str
    speak: str
    fallback_text: Plain
    body: Sequence[Element]
    actions: Sequence[Action] | None = None
    refresh: Refresh | None = None
    msteams: TeamsWidth
