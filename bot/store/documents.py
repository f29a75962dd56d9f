"""Domain values to JSON and back, with schema numbers and migrations. Knows no database.

A body is one JSON object with sorted keys: the fields of the dataclass, `schema`, and `type` (the class name) where
the collection holds a union. Sorted keys make it canonical: the same value is the same text, in every engine.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from bot.ports.store import Collection, IndexValue, StreamKind
from bot.store.errors import NewerDocument, UnreadableDocument
from bot.store.migrations import audit_with_before_and_after

T = TypeVar("T")
Fields = dict[str, Any]

# (collection or stream kind, from schema) -> what turns such a body into the next schema's. Applied on read.
MIGRATIONS: dict[tuple[str, int], Callable[[Fields], Fields]] = {("audit", 1): audit_with_before_and_after}


def encode(kind: Collection[T] | StreamKind[T], body: T) -> str:
    """The canonical JSON of a body. Raises TypeError for another type, ValueError for a time that is not UTC."""
    shape = shape_of(kind.of)
    name = type(body).__name__
    if shape.types.get(name) is not type(body):
        raise TypeError(f"{kind.name} does not hold {name}")
    for moment in shape.moments:
        _require_utc(kind.name, moment, getattr(body, moment, None))
    builtins: Fields = msgspec.to_builtins(body, str_keys=True, order="sorted")
    builtins["schema"] = kind.schema
    if shape.tagged:
        builtins["type"] = name
    return msgspec.json.encode(builtins, order="sorted").decode()


def decode(kind: Collection[T] | StreamKind[T], id_: str, text: str) -> T:
    """A body from its JSON, migrated where it is older.

    Raises NewerDocument where it is newer than the code, UnreadableDocument where it does not fit its type.
    """
    try:
        header = _HEADER.decode(text)
        if header.schema != kind.schema:
            text = _migrated(kind, id_, header.schema, text)
            header = _HEADER.decode(text)
        body: T = shape_of(kind.of).decoder(header.type).decode(text)
    except (msgspec.DecodeError, KeyError) as error:
        raise UnreadableDocument(kind.name, id_, str(error)) from error
    return body


@dataclass(frozen=True, slots=True)
class Shape:
    """What a collection's `of` means: its types by name, their decoders, its top-level times."""

    types: dict[str, type]
    tagged: bool
    decoders: dict[str, msgspec.json.Decoder[Any]]
    moments: tuple[str, ...]

    def decoder(self, type_name: str) -> msgspec.json.Decoder[Any]:
        return self.decoders[type_name if self.tagged else ""]


@cache
def shape_of(of: Any) -> Shape:
    members = _members(of)
    tagged = len(members) > 1
    for member in members:
        _require_storable(member, tagged=tagged)
    types = {member.__name__: member for member in members}
    decoders = {name if tagged else "": msgspec.json.Decoder(of) for name, of in types.items()}
    names = {field.name for member in members for field in fields(member)}
    moments = tuple(sorted(name for name in names if holds_time(of, name)))
    return Shape(types, tagged, decoders, moments)


@cache
def holds_time(of: Any, field: str) -> bool:
    """Whether a top-level field is a datetime."""
    return any(datetime in _alternatives(hints[field]) for hints in _hints(of) if field in hints)


@cache
def may_be_null(of: Any, field: str) -> bool:
    """Whether a top-level field may be absent from a body or None in it."""
    return any(field not in hints or NoneType in _alternatives(hints[field]) for hints in _hints(of))


@cache
def has_field(of: Any, field: str) -> bool:
    shape = shape_of(of)
    return (field == "type" and shape.tagged) or any(field in hints for hints in _hints(of))


def index_value(of: Any, field: str | None, value: IndexValue) -> str | int | None:
    """A value as it stands in the index of `field` (None: the id), so that text sorts as its values do."""
    match value:
        case None:
            return None
        case Enum():
            return str(value.value)
        case bool() | int():
            return int(value)
        case datetime():
            return moment_text(value).removesuffix("Z")
        case date():
            return value.isoformat()
    if field is not None and holds_time(of, field):
        return moment_text(datetime.fromisoformat(value)).removesuffix("Z")
    return str(value)


def moment_text(moment: datetime) -> str:
    """A time as bodies hold it: `2026-11-22T09:00:00Z`, with six decimals where there are any."""
    if moment.tzinfo is None:
        raise ValueError("a time must be aware")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class _Header(msgspec.Struct):
    schema: int
    type: str = ""


_HEADER = msgspec.json.Decoder(_Header)


def _migrated(kind: Collection[T] | StreamKind[T], id_: str, found: int, text: str) -> str:
    if found > kind.schema:
        raise NewerDocument(kind.name, id_, found=found, known=kind.schema)
    body = msgspec.json.decode(text, type=Fields)
    for schema in range(found, kind.schema):
        migrate = MIGRATIONS.get((kind.name, schema))
        if migrate is None:
            raise UnreadableDocument(kind.name, id_, f"nothing turns schema {schema} into {schema + 1}")
        body = migrate(body)
    body["schema"] = kind.schema
    return msgspec.json.encode(body, order="sorted").decode()


def _require_utc(name: str, field: str, value: object) -> None:
    if isinstance(value, datetime) and value.utcoffset() != timedelta(0):
        raise ValueError(f"{name}.{field} must be aware and in UTC")


def _require_storable(member: type, *, tagged: bool) -> None:
    if not is_dataclass(member):
        raise TypeError(f"{member!r} is not a dataclass")
    reserved = {"schema", "type"} if tagged else {"schema"}
    if taken := reserved & {field.name for field in fields(member)}:
        raise TypeError(f"{member.__name__}.{min(taken)} is a name that the store itself uses")


def _hints(of: Any) -> Iterator[dict[str, Any]]:
    return (get_type_hints(member) for member in _members(of))


def _members(of: Any) -> tuple[Any, ...]:
    return get_args(of) if _is_union(of) else (of,)


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if _is_union(hint) else (hint,)


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)
