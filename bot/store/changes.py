"""What a commit does to the file, statement by statement, inside the writer's transaction.

`prepare` encodes on the caller's side, so that the writer thread runs SQL and nothing else.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from bot.ports.store import Append, Check, CheckHead, Conflict, Delete, Head, IdReused, Key, Operation, Put, Stream
from bot.store.chain import json_text, link
from bot.store.connection import rows
from bot.store.documents import encode

_GUARDS = (Check, CheckHead)
_EMPTY = Head(0, "")


@dataclass(slots=True)
class Transaction:
    """One transaction of the writer: its connection, and the stream heads that it has seen under the write lock."""

    connection: sqlite3.Connection
    chain_key: bytes
    heads: dict[tuple[str, str], Head] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write:
    """A Put (or, with `expected_version` as it is, its row) whose body is encoded."""

    key: Key[Any]
    text: str
    expected_version: int


@dataclass(frozen=True, slots=True)
class Link:
    """An Append whose body and id are encoded."""

    stream: Stream[Any]
    id: str
    id_json: str
    text: str


Change = Write | Delete | Check | CheckHead | Link


def prepare(operations: Iterable[Operation]) -> list[Change]:
    """Encodes bodies; guards come first, so that a commit's own writes cannot satisfy or break them."""
    changes = [_prepared(operation) for operation in operations]
    changes.sort(key=lambda change: not isinstance(change, _GUARDS))
    return changes


def _prepared(operation: Operation) -> Change:
    match operation:
        case Put(key, body, expected_version):
            return Write(key, encode(key.collection, body), expected_version)
        case Append(stream, id_, body):
            return Link(stream, id_, json_text(id_), encode(stream.kind, body))
        case Delete() | Check() | CheckHead():
            return operation
        case _:
            assert_never(operation)


def apply(changes: Sequence[Change], transaction: Transaction) -> None:
    """Raises Conflict or IdReused; the caller then rolls back to its savepoint."""
    for change in changes:
        match change:
            case Link():
                _append(change, transaction)
            case Write():
                _write(change, transaction.connection)
            case Delete():
                _delete(change, transaction.connection)
            case Check():
                _check(change, transaction.connection)
            case CheckHead():
                if _head(change.stream, transaction).seq != change.seq:
                    raise Conflict(change.stream)
            case _:
                assert_never(change)


def _write(change: Write, connection: sqlite3.Connection) -> None:
    key = change.key
    if change.expected_version == 0:
        cursor = connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, 1, ?) ON CONFLICT DO NOTHING",
            (key.tenant, key.collection.name, key.id, change.text),
        )
    else:
        cursor = connection.execute(
            "UPDATE documents SET version = version + 1, body = ?"
            " WHERE tenant = ? AND collection = ? AND id = ? AND version = ?",
            (change.text, key.tenant, key.collection.name, key.id, change.expected_version),
        )
    if cursor.rowcount != 1:
        raise Conflict(key)


def _delete(change: Delete, connection: sqlite3.Connection) -> None:
    key = change.key
    cursor = connection.execute(
        "DELETE FROM documents WHERE tenant = ? AND collection = ? AND id = ? AND version = ?",
        (key.tenant, key.collection.name, key.id, change.expected_version),
    )
    if cursor.rowcount != 1:
        raise Conflict(key)


def _check(change: Check, connection: sqlite3.Connection) -> None:
    key = change.key
    row = connection.execute(
        "SELECT version FROM documents WHERE tenant = ? AND collection = ? AND id = ?",
        (key.tenant, key.collection.name, key.id),
    ).fetchone()
    if (row[0] if row else 0) != change.expected_version:
        raise Conflict(key)


def _append(change: Link, transaction: Transaction) -> None:
    tenant, name = change.stream.tenant, change.stream.kind.name
    head = _head(change.stream, transaction)
    seq = head.seq + 1
    hash_ = link(transaction.chain_key, seq=seq, id_json=change.id_json, body=change.text, previous=head.hash)
    cursor = transaction.connection.execute(
        "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, stream, id) DO NOTHING",
        (tenant, name, seq, change.id, change.text, hash_),
    )
    if cursor.rowcount == 1:
        transaction.heads[tenant, name] = Head(seq, hash_)
        return
    known: str = transaction.connection.execute(
        "SELECT body FROM records WHERE tenant = ? AND stream = ? AND id = ?", (tenant, name, change.id)
    ).fetchone()[0]
    if known != change.text:
        raise IdReused(change.stream, change.id)


def _head(stream: Stream[Any], transaction: Transaction) -> Head:
    place = (stream.tenant, stream.kind.name)
    head = transaction.heads.get(place)
    if head is None:
        head = transaction.heads[place] = read_head(stream, transaction.connection)
    return head


def read_head(stream: Stream[Any], connection: sqlite3.Connection) -> Head:
    found = rows(
        connection,
        "SELECT seq, hash FROM records WHERE tenant = ? AND stream = ? ORDER BY seq DESC LIMIT 1",
        (stream.tenant, stream.kind.name),
    )
    return Head(*found[0]) if found else _EMPTY
