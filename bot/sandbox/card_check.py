"""Is this a card that Teams would take? Says what is wrong and where. No I/O here.

The rules that matter on a phone; the full schemas are held against our cards in their own tests.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from bot.sandbox.card_form import ACTIONS, CONTAINERS, INPUTS, KNOWN

MAX_CARD_BYTES = 28 * 1024
MAX_PRIMARY_ACTIONS = 6
MAX_REFRESH_USERS = 60

_TEXTS: dict[str, tuple[str, ...]] = {
    "TextBlock": ("text",),
    "Image": ("url", "altText"),
    "Action.Execute": ("title", "verb"),
    "Action.Submit": ("title",),
    "Action.OpenUrl": ("title", "url"),
    "Action.ShowCard": ("title",),
    "Action.ToggleVisibility": ("title",),
    "Input.Toggle": ("id", "title"),
}
_LISTS: dict[str, str] = {
    "RichTextBlock": "inlines",
    "FactSet": "facts",
    "Container": "items",
    "Column": "items",
    "TableCell": "items",
    "TableRow": "cells",
    "ActionSet": "actions",
    "Action.ToggleVisibility": "targetElements",
}


def card_faults(card: Any) -> list[str]:
    """What is wrong, each with its place (`body[2].facts[0].value: …`); empty for a good card."""
    if not isinstance(card, Mapping):
        return ["content: an Adaptive Card is a JSON object"]
    return [*_frame(card), *_parts(card, ""), *_ids(card)]


def card_bytes(card: Any) -> int:
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode())


def _frame(card: Mapping[str, Any]) -> Iterator[str]:
    if card.get("type") != "AdaptiveCard":
        yield "type: must be AdaptiveCard"
    if card.get("version") not in ("1.4", "1.5"):
        yield "version: Teams takes cards up to 1.5 everywhere; say 1.5"
    if not card.get("body") and not card.get("actions"):
        yield "body: the card is empty"
    if card_bytes(card) > MAX_CARD_BYTES:
        yield f"content: {card_bytes(card)} bytes, more than {MAX_CARD_BYTES}"
    actions = card.get("actions") or ()
    primary = [each for each in actions if isinstance(each, Mapping) and each.get("mode") != "secondary"]
    if len(primary) > MAX_PRIMARY_ACTIONS:
        yield f"actions: more than {MAX_PRIMARY_ACTIONS} primary ones"
    yield from _refresh(card.get("refresh"))


def _refresh(refresh: Any) -> Iterator[str]:
    if refresh is None:
        return
    action = refresh.get("action") if isinstance(refresh, Mapping) else None
    if not isinstance(action, Mapping) or action.get("type") != "Action.Execute" or not action.get("verb"):
        yield "refresh.action: must be an Action.Execute with a verb"
    users = refresh.get("userIds", []) if isinstance(refresh, Mapping) else []
    if not isinstance(users, list) or len(users) > MAX_REFRESH_USERS:
        yield f"refresh.userIds: a list of at most {MAX_REFRESH_USERS}"
    elif not all(isinstance(each, str) and each.startswith("29:") for each in users):
        yield "refresh.userIds: Teams ids begin with 29:"


def _parts(element: Mapping[str, Any], place: str) -> Iterator[str]:
    for key in CONTAINERS.get(str(element.get("type")), ()):
        parts = element.get(key, [])
        if not isinstance(parts, list):
            yield f"{place}{key}: must be a list"
            continue
        for at, part in enumerate(parts):
            yield from _part(part, f"{place}{key}[{at}]", str(element["type"]))
    if isinstance(element.get("selectAction"), Mapping):
        yield from _one(element["selectAction"], f"{place}selectAction", title_needed=False)


def _part(part: Any, place: str, parent: str) -> Iterator[str]:
    if not isinstance(part, Mapping):
        yield f"{place}: must be an object"
        return
    implied = {"ColumnSet": "Column", "Table": "TableRow", "TableRow": "TableCell"}.get(parent)
    kind = part.get("type", implied)
    if not isinstance(kind, str):
        yield f"{place}.type: missing"
    elif kind not in KNOWN:
        yield from _newer(part, kind, place, parent)
    else:
        yield from _one({**part, "type": kind}, place)


def _newer(part: Mapping[str, Any], kind: str, place: str, parent: str) -> Iterator[str]:
    """Elements that came after 1.5 are fine with a fallback that every client can show."""
    fallback = part.get("fallback")
    if fallback == "drop":
        return
    if not isinstance(fallback, Mapping):
        yield f"{place}: {kind} is no element of 1.5 and has no fallback"
        return
    yield from _part(fallback, f"{place}.fallback", parent)


def _one(element: Mapping[str, Any], place: str, *, title_needed: bool = True) -> Iterator[str]:
    kind = str(element["type"])
    for key in _TEXTS.get(kind, ()):
        skipped = key == "title" and not title_needed
        if not skipped and not (isinstance(element.get(key), str) and element[key]):
            yield f"{place}.{key}: {kind} needs a text here"
    if kind in _LISTS and not isinstance(element.get(_LISTS[kind]), list):
        yield f"{place}.{_LISTS[kind]}: {kind} needs a list here"
        return
    yield from _details(kind, element, place)
    yield from _parts(element, f"{place}.")


def _details(kind: str, element: Mapping[str, Any], place: str) -> Iterator[str]:
    if kind in INPUTS:
        yield from _input(kind, element, place)
    elif kind == "FactSet":
        yield from _texts_in(element["facts"], ("title", "value"), f"{place}.facts")
    elif kind in ACTIONS:
        yield from _action(kind, element, place)


def _input(kind: str, element: Mapping[str, Any], place: str) -> Iterator[str]:
    if not isinstance(element.get("id"), str) or not element["id"]:
        yield f"{place}.id: an input needs one"
    if kind != "Input.Toggle" and not element.get("label"):
        yield f"{place}.label: an input needs one"
    if element.get("isRequired") and not element.get("errorMessage"):
        yield f"{place}.errorMessage: a required input needs one"
    if kind == "Input.ChoiceSet":
        if not element.get("choices") and "choices.data" not in element:
            yield f"{place}.choices: missing"
        yield from _texts_in(element.get("choices") or [], ("title", "value"), f"{place}.choices")


def _action(kind: str, action: Mapping[str, Any], place: str) -> Iterator[str]:
    if not isinstance(action.get("data", {}), Mapping):
        yield f"{place}.data: must be an object"
    if kind == "Action.OpenUrl" and not str(action.get("url", "")).startswith(("https://", "http://127.0.0.1")):
        yield f"{place}.url: must be https"
    if kind == "Action.ShowCard":
        inner = action.get("card")
        if not isinstance(inner, Mapping):
            yield f"{place}.card: missing"
        else:
            yield from _parts({"type": "AdaptiveCard", **inner}, f"{place}.card.")


def _texts_in(entries: Any, keys: tuple[str, ...], place: str) -> Iterator[str]:
    for at, entry in enumerate(entries if isinstance(entries, list) else ()):
        for key in keys:
            if not isinstance(entry, Mapping) or not isinstance(entry.get(key), str):
                yield f"{place}[{at}].{key}: must be a text"


def _ids(card: Mapping[str, Any]) -> Iterator[str]:
    seen: set[str] = set()
    for element in _every(card):
        if str(element.get("type", "")) in INPUTS and isinstance(element.get("id"), str):
            if element["id"] in seen:
                yield f"id {element['id']}: two inputs share it"
            seen.add(element["id"])


def _every(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        for key, inside in value.items():
            if key not in ("data", "fallback"):
                yield from _every(inside)
    elif isinstance(value, list):
        for each in value:
            yield from _every(each)
