"""Two judges of a card that know nothing of our kit: the official schema, and Microsoft's generated models."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import microsoft_teams.cards.core as models
from jsonschema import Draft6Validator
from pydantic import BaseModel, ValidationError

from bot.ports.turn import Card
from tests.shared import shared

TEAMS_ONLY = frozenset({"msteams", "choices.data"})


@lru_cache(maxsize=3)
def _validator(definition: str) -> Draft6Validator:
    path = shared("schemas/adaptive-card-1.5.0.json")
    schema = json.loads(path.read_text(encoding="utf-8-sig"))
    return Draft6Validator({"definitions": schema["definitions"], "allOf": [{"$ref": f"#/definitions/{definition}"}]})


def objections_of_the_schema(card: Card) -> list[str]:
    """What the official 1.5 schema says of what an ordinary client draws: fallbacks in place of Teams' elements.

    The card's parts are judged one by one as the definition of `AdaptiveCard` says, and each part once in all tests.
    """
    card = _ordinary(card)
    shell = {**card, "body": [], "actions": []}
    return [
        *_schema_says("AdaptiveCard", json.dumps(shell)),
        *(said for part in card["body"] for said in _schema_says("ImplementationsOf.Element", json.dumps(part))),
        *(said for part in card.get("actions", ()) for said in _schema_says(_ACTION, json.dumps(part))),
    ]


_ACTION = "ImplementationsOf.Action"


@lru_cache(maxsize=4096)
def _schema_says(definition: str, part: str) -> tuple[str, ...]:
    errors = _validator(definition).iter_errors(json.loads(part))
    return tuple(f"{error.json_path}: {error.message[:200]}" for error in errors)


def _ordinary(node: Any) -> Any:
    if isinstance(node, list):
        return [_ordinary(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "fallback" in node:
        return _ordinary(node["fallback"])
    return {key: _ordinary(value) for key, value in node.items() if key not in TEAMS_ONLY}


OPEN = frozenset({"CardElement", "Action", "ContainerLayout", "SubmitActionData"})  # may hold anything


@lru_cache(maxsize=1)
def _models() -> dict[str, type[models.SerializableObject]]:
    """Microsoft's models by the `type` that they stand for."""
    classes = [model for model in vars(models).values() if isinstance(model, type)]
    elements = [model for model in classes if issubclass(model, models.SerializableObject)]
    kinds = {model: model.model_fields.get("type") for model in elements}
    return {str(kind.default): model for model, kind in kinds.items() if kind is not None}


def objections_of_the_models(card: Card) -> list[str]:
    """What Microsoft's models say of each node, by its type; a key that they do not know is an objection."""
    return [objection for node in _typed(card) for objection in _judged(node)]


def _typed(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for value in node.values():
            yield from _typed(value)
    elif isinstance(node, list):
        for item in node:
            yield from _typed(item)


def _judged(node: dict[str, Any]) -> list[str]:
    model = _models().get(node["type"])
    if model is None:
        return [f"{node['type']} is no element of Microsoft's"]
    try:
        return [f"{node['type']}: unknown {key}" for key in _unknown(model.model_validate(node))]
    except ValidationError as error:
        return [f"{node['type']}: {problem['loc']} {problem['msg']}" for problem in error.errors()]


def _unknown(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _unknown(item)
    if isinstance(value, BaseModel) and type(value).__name__ not in OPEN:
        yield from value.model_extra or ()
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name))
