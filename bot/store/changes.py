"""What a commit does to the file, statement by statement, inside the writer's transaction.

`prepare` encodes on the caller's side, so that the writer thread runs SQL and nothing else.
"""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, assert_never

from bot.ports.store import Append, Check, CheckHead, Conflict, Delete, Head, IdReused, Operation, Put, Stream
from bot.store.chain import link
from bot.store.connection import rows
from bot.store.documents import encode

_GUARDS = (Check, CheckHead)
_EMPTY = Head(0, "")


Row = tuple[str, str, int, str, str, str]

_INSERT_RECORD = "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, stream, id) DO NOTHING"


@dataclass(slots=True)
class Transaction:
    """One transaction of the writer: its connection, and the stream heads that it has seen under the write lock.

    `held_back` gathers records until `flush` writes them all with one statement; None: each is written at once.
    """

    connection: sqlite3.Connection
    chain_key: bytes
    heads: dict[tuple[str, str], Head] = field(default_factory=dict)
    held_back: list[Row] | None = None

    def flush(self) -> bool:
        """False where an id was known already; then the transaction must be taken back."""
        if not self.held_back:
            return True
        return self.connection.executemany(_INSERT_RECORD, self.held_back).rowcount == len(self.held_back)


Change = Callable[[Transaction], None]


def prepare(operations: Iterable[Operation]) -> list[Change]:
    """Encodes bodies; guards come first, so that a commit's own writes cannot satisfy or break them."""
    guards: list[Change] = []
    writes: list[Change] = []
    for operation in operations:
        (guards if isinstance(operation, _GUARDS) else writes).append(_change(operation))
    return guards + writes


def apply(changes: Iterable[Change], transaction: Transaction) -> None:
    """Raises Conflict or IdReused; what was written before that is for the writer to take back."""
    for change in changes:
        change(transaction)


def _change(operation: Operation) -> Change:
    match operation:
        case Append():
            return partial(_append, operation, encode(operation.stream.kind, operation.body))
        case Put():
            write = _insert if operation.expected_version == 0 else _update
            return partial(write, operation, encode(operation.key.collection, operation.body))
        case Delete():
            return partial(_delete, operation)
        case Check():
            return partial(_check, operation)
        case CheckHead():
            return partial(_check_head, operation)
        case _:
            assert_never(operation)


def _insert(put: Put[Any], text: str, transaction: Transaction) -> None:
    key = put.key
    cursor = transaction.connection.execute(
        "INSERT INTO documents VALUES (?, ?, ?, 1, ?) ON CONFLICT DO NOTHING",
        (key.tenant, key.collection.name, key.id, text),
    )
    if cursor.rowcount != 1:
        raise Conflict(key)


def _update(put: Put[Any], text: str, transaction: Transaction) -> None:
    key = put.key
    cursor = transaction.connection.execute(
        "UPDATE documents SET version = version + 1, body = ?"
        " WHERE tenant = ? AND collection = ? AND id = ? AND version = ?",
        (text, key.tenant, key.collection.name, key.id, put.expected_version),
    )
    if cursor.rowcount != 1:
        raise Conflict(key)


def _delete(delete: Delete, transaction: Transaction) -> None:
    key = delete.key
    cursor = transaction.connection.execute(
        "DELETE FROM documents WHERE tenant = ? AND collection = ? AND id = ? AND version = ?",
        (key.tenant, key.collection.name, key.id, delete.expected_version),
    )
    if cursor.rowcount != 1:
        raise Conflict(key)


def _check(check: Check, transaction: Transaction) -> None:
    key = check.key
    row = transaction.connection.execute(
        "SELECT version FROM documents WHERE tenant = ? AND collection = ? AND id = ?",
        (key.tenant, key.collection.name, key.id),
    ).fetchone()
    if (row[0] if row else 0) != check.expected_version:
        raise Conflict(key)


def _check_head(check: CheckHead, transaction: Transaction) -> None:
    if _head(check.stream, transaction).seq != check.seq:
        raise Conflict(check.stream)


def _append(append: Append[Any], text: str, transaction: Transaction) -> None:
    tenant, name = append.stream.tenant, append.stream.kind.name
    head = _head(append.stream, transaction)
    seq = head.seq + 1
    hash_ = link(transaction.chain_key, seq=seq, id_=append.id, body=text, previous=head.hash)
    row = (tenant, name, seq, append.id, text, hash_)
    if transaction.held_back is not None:
        transaction.held_back.append(row)
        transaction.heads[tenant, name] = Head(seq, hash_)
    elif transaction.connection.execute(_INSERT_RECORD, row).rowcount == 1:
        transaction.heads[tenant, name] = Head(seq, hash_)
    elif text != _known(append, transaction):
        raise IdReused(append.stream, append.id)


def _known(append: Append[Any], transaction: Transaction) -> str:
    place = (append.stream.tenant, append.stream.kind.name, append.id)
    sql = "SELECT body FROM records WHERE tenant = ? AND stream = ? AND id = ?"
    body: str = transaction.connection.execute(sql, place).fetchone()[0]
    return body


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
