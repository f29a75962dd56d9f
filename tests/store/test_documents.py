"""Bodies as JSON: canonical, carrying their schema, migrated when read, and clear about what cannot be read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.money import Money
from bot.ports.store import Collection
from bot.store.documents import MIGRATIONS, decode, encode, index_value, may_be_null, moment_text
from bot.store.errors import NewerDocument, UnreadableDocument
from tests.contract.engines import EVENTS, NOTES, Closed, Color, Note, Opened

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Lot:
    price: Money
    bought: dict[date, Money]


LOTS: Collection[Lot] = Collection("lots", Lot)


@pytest.fixture
def migrations() -> Iterator[dict[Any, Any]]:
    before = dict(MIGRATIONS)
    yield MIGRATIONS
    MIGRATIONS.clear()
    MIGRATIONS.update(before)


def test_a_body_is_one_object_with_sorted_keys_and_its_schema() -> None:
    text = encode(NOTES, Note("x", words={"b": 1, "a": 2}, colors=frozenset(Color)))
    body = json.loads(text)
    assert text == json.dumps(body, sort_keys=True, separators=(",", ":"))
    assert (body["schema"], body["colors"]) == (1, ["blue", "red"])
    assert "type" not in body


def test_a_body_of_a_union_names_its_type() -> None:
    assert json.loads(encode(EVENTS, Opened(3))) == {"amount": 3, "schema": 1, "type": "Opened"}
    assert decode(EVENTS, "1", '{"reason":"x","schema":1,"type":"Closed"}') == Closed("x")


def test_nested_values_with_rules_of_their_own_come_back() -> None:
    lot = Lot(Money(1, "EUR"), {date(2026, 1, 1): Money(-5, "USD")})
    assert decode(LOTS, "1", encode(LOTS, lot)) == lot


def test_a_missing_field_takes_its_default_and_an_unknown_one_is_passed_over() -> None:
    assert decode(NOTES, "1", '{"schema":1,"title":"x","gone":5}') == Note("x")


def test_an_older_body_is_migrated_step_by_step(migrations: dict[Any, Any]) -> None:
    migrations["notes", 1] = lambda body: {**body, "title": body["name"]}
    migrations["notes", 2] = lambda body: {**body, "title": body["title"].upper()}
    assert decode(replace(NOTES, schema=3), "1", '{"name":"x","schema":1}') == Note("X")


def test_a_migration_may_change_the_type(migrations: dict[Any, Any]) -> None:
    migrations["events", 1] = lambda body: {"type": "Closed", "reason": str(body["amount"])}
    assert decode(replace(EVENTS, schema=2), "1", encode(EVENTS, Opened(3))) == Closed("3")


def test_a_missing_migration_is_named() -> None:
    with pytest.raises(UnreadableDocument, match="notes '7' cannot be read: nothing turns schema 1 into 2"):
        decode(replace(NOTES, schema=2), "7", encode(NOTES, Note("x")))


def test_a_newer_body_is_named_with_both_numbers() -> None:
    with pytest.raises(NewerDocument, match="notes '7' has schema 2; this version of Saldo knows 1"):
        decode(NOTES, "7", encode(replace(NOTES, schema=2), Note("x")))


@pytest.mark.parametrize(
    "text", ["", "{}", "[1]", '{"schema":1}', '{"schema":1,"title":5}', '{"schema":1,"title":"x","at":"yesterday"}']
)
def test_a_body_that_does_not_fit_is_named(text: str) -> None:
    with pytest.raises(UnreadableDocument, match="notes '7' cannot be read: "):
        decode(NOTES, "7", text)


@pytest.mark.parametrize("text", ['{"schema":1,"reason":"x"}', '{"schema":1,"type":"Lost"}'])
def test_a_body_of_a_union_with_no_known_type_is_named(text: str) -> None:
    with pytest.raises(UnreadableDocument, match="events '7' cannot be read: "):
        decode(EVENTS, "7", text)


def test_a_body_with_a_field_that_the_store_itself_uses_is_refused() -> None:
    @dataclass(frozen=True)
    class Plan:
        schema: int

    @dataclass(frozen=True)
    class Kind:
        type: str

    with pytest.raises(TypeError, match=r"Plan\.schema is a name that the store itself uses"):
        encode(Collection("plans", Plan), Plan(1))
    with pytest.raises(TypeError, match=r"Kind\.type is a name that the store itself uses"):
        encode(Collection("kinds", Kind | Note), Kind("x"))
    assert json.loads(encode(Collection("kinds", Kind), Kind("x"))) == {"schema": 1, "type": "x"}


def test_only_dataclasses_are_kept() -> None:
    with pytest.raises(TypeError, match="is not a dataclass"):
        encode(Collection("texts", str), "x")


def test_times_are_texts_that_sort_as_they_do() -> None:
    moments = [NOON, NOON.replace(microsecond=1), NOON.replace(microsecond=500_000), NOON.replace(second=1)]
    texts = [index_value(Note, "at", moment) for moment in moments]
    assert texts == sorted(map(str, texts))
    assert moment_text(NOON) == "2026-11-22T12:00:00Z"


def test_index_values_stand_as_bodies_hold_them() -> None:
    assert index_value(Note, "color", Color.RED) == "red"
    assert index_value(Note, "pinned", True) == 1
    assert index_value(Note, "day", date(2026, 1, 2)) == "2026-01-02"
    assert index_value(Note, "at", "2026-01-01T01:00:00+01:00") == "2026-01-01T00:00:00"
    assert index_value(Note, "owner", None) is None
    assert index_value(Note, None, "an id") == "an id"


def test_a_field_that_one_type_of_a_union_lacks_may_be_null() -> None:
    assert may_be_null(Note, "owner")
    assert not may_be_null(Note, "size")
    assert may_be_null(Opened | Closed, "amount")
