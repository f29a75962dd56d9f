"""Makes a collection searchable: its declared indexes, and every document at the present schema.

An index holds what bodies say, so documents of an older schema are rewritten before the first search (with the same
version: they mean the same). Bodies are decoded and encoded on the loop; the writer runs SQL only.
"""

import sqlite3
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.ports.store import Collection
from bot.store.changes import Transaction
from bot.store.connection import rows
from bot.store.documents import decode, encode
from bot.store.search import index_sql
from bot.store.writer import Writer

_KNOWN = "SELECT schema FROM collections WHERE name = ?"
_MARK = "INSERT INTO collections VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET schema = excluded.schema"
_OLD = """
SELECT rowid, version, id, body FROM documents
WHERE rowid > ? AND collection = ? AND json_extract(body, '$.schema') < ? ORDER BY rowid LIMIT 500
"""
_LIFT = "UPDATE documents SET body = ? WHERE rowid = ? AND version = ?"


@dataclass(frozen=True, slots=True)
class _Lifted:
    rowid: int
    version: int
    text: str


async def make_searchable(collection: Collection[Any], reader: sqlite3.Connection, writer: Writer) -> None:
    """Raises UnreadableDocument where an old document cannot be migrated."""
    known = rows(reader, _KNOWN, (collection.name,))
    if not known or known[0][0] < collection.schema:
        await _lift_all(collection, reader, writer)
    await writer.submit(partial(_index, collection))


async def _lift_all(collection: Collection[Any], reader: sqlite3.Connection, writer: Writer) -> None:
    last = 0
    while old := rows(reader, _OLD, (last, collection.name, collection.schema)):
        last = old[-1][0]
        lifted = [
            _Lifted(rowid, version, encode(collection, decode(collection, id_, body)))
            for rowid, version, id_, body in old
        ]
        await writer.submit(partial(_rewrite, lifted))


def _rewrite(lifted: list[_Lifted], transaction: Transaction) -> None:
    """A document that somebody else has written meanwhile is at the present schema already and stays as it is."""
    transaction.connection.executemany(_LIFT, [(each.text, each.rowid, each.version) for each in lifted])


def _index(collection: Collection[Any], transaction: Transaction) -> None:
    for field in collection.indexes:
        transaction.connection.execute(index_sql(collection, field))
    transaction.connection.execute(_MARK, (collection.name, collection.schema))
