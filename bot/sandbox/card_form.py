"""What a Teams client makes of an Adaptive Card: which elements live, its buttons and its inputs. No I/O here.

Element types that this client does not know give way to their `fallback`, as Teams does it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

Json = Mapping[str, Any]

CONTAINERS: dict[str, tuple[str, ...]] = {
    "AdaptiveCard": ("body", "actions"),
    "Container": ("items",),
    "ColumnSet": ("columns",),
    "Column": ("items",),
    "Table": ("rows",),
    "TableRow": ("cells",),
    "TableCell": ("items",),
    "ActionSet": ("actions",),
    "ImageSet": ("images",),
}
LEAVES = frozenset({"TextBlock", "RichTextBlock", "FactSet", "Image"})
INPUTS = frozenset({"Input.Text", "Input.Number", "Input.Date", "Input.Time", "Input.ChoiceSet", "Input.Toggle"})
ACTIONS = frozenset(
    {"Action.Execute", "Action.Submit", "Action.OpenUrl", "Action.ShowCard", "Action.ToggleVisibility"}
)
KNOWN = LEAVES | INPUTS | ACTIONS | frozenset(CONTAINERS)
PEOPLE_DATASET = "graph.microsoft.com/users"


class BadInput(ValueError):
    """What was filled in cannot be sent. `message` is the card's own error message, or ''; `input_id` says where."""

    def __init__(self, input_id: str, message: str = "") -> None:
        super().__init__(f"{input_id}: {message}" if message else input_id)
        self.input_id = input_id
        self.message = message


@dataclass(frozen=True, slots=True)
class Field:
    """One input of a card. `choices` are (title, value); `value` is what it holds before anybody types."""

    id: str
    kind: str
    label: str
    value: str
    required: bool
    error: str
    choices: tuple[tuple[str, str], ...]
    source: Json

    @property
    def is_multiple(self) -> bool:
        return bool(self.source.get("isMultiSelect", False))

    @property
    def is_people_picker(self) -> bool:
        query = self.source.get("choices.data") or {}
        return str(query.get("dataset", "")).startswith(PEOPLE_DATASET)


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press, with the inputs that go along with it."""

    title: str
    action: Json
    fields: tuple[Field, ...]

    @property
    def kind(self) -> str:
        return str(self.action["type"])


def alive(element: Json) -> Json | None:
    """The element as this client shows it: itself, its fallback, or None where it is hidden or dropped."""
    kind = str(element.get("type", "Column" if "items" in element else ""))
    if kind in KNOWN or kind.startswith("Chart."):
        return None if element.get("isVisible") is False else element
    fallback = element.get("fallback")
    return alive(fallback) if isinstance(fallback, Mapping) else None


def children(element: Json) -> Iterator[Json]:
    """The living parts directly inside an element, in the order in which they are drawn."""
    for key in CONTAINERS.get(str(element.get("type", "Column")), ()):
        for part in element.get(key) or ():
            shown = alive({"type": _part_type(element), **part} if "type" not in part else part)
            if shown is not None:
                yield shown


def buttons(card: Json) -> tuple[Button, ...]:
    """The card's buttons in drawing order; those with `mode: secondary` come last, as in the overflow menu."""
    fields = inputs(card)
    found = [_button(action, fields) for action in _actions(card)]
    return tuple(sorted(found, key=lambda button: button.action.get("mode") == "secondary"))


def all_buttons(card: Json) -> tuple[Button, ...]:
    """Also those inside `Action.ShowCard`, which carry the outer card's inputs along."""
    found: list[Button] = []
    for button in buttons(card):
        found.append(button)
        if button.kind == "Action.ShowCard":
            found += [_with_outer(inner, button.fields) for inner in all_buttons(button.action["card"])]
    return tuple(found)


def inputs(card: Json) -> tuple[Field, ...]:
    return tuple(_field(element) for element in _walk(card) if element["type"] in INPUTS)


def fill(button: Button, given: Mapping[str, str]) -> dict[str, str]:
    """The inputs as they are sent: defaults where nothing was given. Raises BadInput, as Teams stays in the form."""
    known = {field.id for field in button.fields}
    for name in given:
        if name not in known:
            raise BadInput(name, f"the card has no such input; it has {sorted(known)}")
    return {field.id: check(field, given.get(field.id, field.value)) for field in button.fields}


def check(field: Field, text: str) -> str:
    """The value to send for what was filled in. Raises BadInput with the card's error message."""
    if not text.strip():
        if field.required:
            raise BadInput(field.id, field.error)
        return text.strip()
    if not _fits(field, text):
        raise BadInput(field.id, field.error)
    return text


def toggled(card: Json, action: Json) -> dict[str, Any]:
    """The card after an `Action.ToggleVisibility`: nothing is sent, only this viewer sees the change."""
    targets: dict[str, bool | None] = {}
    for target in action.get("targetElements") or ():
        plain = isinstance(target, str)
        targets[target if plain else target["elementId"]] = None if plain else target.get("isVisible")
    return {key: _toggle(value, targets) for key, value in card.items()}


def _toggle(value: Any, targets: Mapping[str, bool | None]) -> Any:
    if isinstance(value, list):
        return [_toggle(each, targets) for each in value]
    if not isinstance(value, Mapping):
        return value
    inside = {key: _toggle(each, targets) for key, each in value.items()}
    if "type" in inside and inside.get("id") in targets:
        wanted = targets[inside["id"]]
        inside["isVisible"] = (inside.get("isVisible") is False) if wanted is None else wanted
    return inside


def _part_type(parent: Json) -> str:
    return {"ColumnSet": "Column", "Table": "TableRow", "TableRow": "TableCell"}.get(str(parent.get("type")), "")


def _walk(element: Json) -> Iterator[Json]:
    for part in children(element):
        yield part
        yield from _walk(part)


def _actions(card: Json) -> Iterator[Json]:
    for element in _walk(card):
        if element["type"] in ACTIONS:
            yield element
        elif isinstance(element.get("selectAction"), Mapping):
            yield element["selectAction"]


def _button(action: Json, fields: tuple[Field, ...]) -> Button:
    sends = action["type"] in ("Action.Execute", "Action.Submit", "Action.ShowCard")
    along = fields if sends and str(action.get("associatedInputs", "auto")).lower() != "none" else ()
    title = action.get("title") or action.get("tooltip") or action.get("url") or action.get("verb") or ""
    return Button(str(title), action, along)


def _with_outer(inner: Button, outer: tuple[Field, ...]) -> Button:
    if str(inner.action.get("associatedInputs", "auto")).lower() == "none":
        return inner
    own = {field.id for field in inner.fields}
    return Button(inner.title, inner.action, (*(field for field in outer if field.id not in own), *inner.fields))


def _field(element: Json) -> Field:
    toggle = element["type"] == "Input.Toggle"
    return Field(
        id=str(element["id"]),
        kind=str(element["type"]),
        label=str(element.get("label") or element.get("title") or element.get("placeholder") or element["id"]),
        value=_default(element),
        required=bool(element.get("isRequired", False)),
        error=str(element.get("errorMessage", "")),
        choices=_toggle_choices(element) if toggle else _choices(element),
        source=element,
    )


def _default(element: Json) -> str:
    value = element.get("value")
    if value is None:
        return str(element.get("valueOff", "false")) if element["type"] == "Input.Toggle" else ""
    return str(value)


def _choices(element: Json) -> tuple[tuple[str, str], ...]:
    return tuple((str(each["title"]), str(each["value"])) for each in element.get("choices") or ())


def _toggle_choices(element: Json) -> tuple[tuple[str, str], ...]:
    on, off = str(element.get("valueOn", "true")), str(element.get("valueOff", "false"))
    return ((str(element.get("title", on)), on), ("", off))


def _fits(field: Field, text: str) -> bool:
    match field.kind:
        case "Input.Number":
            return _is_number_within(text, field.source)
        case "Input.Date":
            return _is_date_within(text, field.source)
        case "Input.Time":
            return re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text) is not None
        case "Input.Text":
            return _is_text_within(text, field.source)
    values = {value for _, value in field.choices}
    chosen = text.split(",") if field.is_multiple else [text]
    return field.is_people_picker or "choices.data" in field.source or values.issuperset(chosen)


def _is_number_within(text: str, source: Json) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    low, high = source.get("min"), source.get("max")
    return (low is None or number >= Decimal(str(low))) and (high is None or number <= Decimal(str(high)))


def _is_date_within(text: str, source: Json) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return str(source.get("min", "")) <= text <= str(source.get("max", "9999-12-31"))


def _is_text_within(text: str, source: Json) -> bool:
    longest, pattern = source.get("maxLength"), source.get("regex")
    return (longest is None or len(text) <= int(longest)) and (
        pattern is None or re.fullmatch(pattern, text) is not None
    )
