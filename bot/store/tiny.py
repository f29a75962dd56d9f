"""The embedded engine of the store: TinyDB's document API over rows of one SQLite file.

Reads run on the event loop, on a connection of their own: a point read costs microseconds and never waits for the
writer. Writes go to the one writer thread. Nothing is cached, so the command line works beside a running bot.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from bot.domain.people import TenantId
from bot.ports.collections import JOBS
from bot.ports.store import (
    Collection,
    Document,
    Finding,
    Head,
    IndexValue,
    Key,
    Operation,
    Page,
    Put,
    Record,
    Stream,
)
from bot.store.backup import copy_file
from bot.store.chain import first_break, found_of
from bot.store.changes import apply, prepare, read_head
from bot.store.connection import connect, open_file, rows
from bot.store.documents import decode
from bot.store.errors import NewerDocument, StoreClosed, UnreadableDocument
from bot.store.indexes import make_searchable
from bot.store.lease import Lease
from bot.store.search import Query, count_sql, cursor_of, find_sql
from bot.store.table import RowDB, RowStorage, RowTable
from bot.store.wakeups import Wakeups
from bot.store.writer import Writer

T = TypeVar("T")
log = logging.getLogger("saldo.store")

_RECORDS = "SELECT seq, id, body, hash FROM records WHERE tenant = ? AND stream = ? AND seq > ? ORDER BY seq LIMIT ?"
_RECORDS_OF = """
SELECT seq, id, body, hash FROM records
WHERE tenant = ? AND stream = ? AND id >= ? AND id < ? ORDER BY seq LIMIT ?
"""
_TENANTS = """
WITH RECURSIVE
  ds(tenant) AS (SELECT min(tenant) FROM documents UNION ALL
    SELECT (SELECT min(tenant) FROM documents WHERE tenant > ds.tenant) FROM ds WHERE ds.tenant IS NOT NULL),
  rs(tenant) AS (SELECT min(tenant) FROM records UNION ALL
    SELECT (SELECT min(tenant) FROM records WHERE tenant > rs.tenant) FROM rs WHERE rs.tenant IS NOT NULL)
SELECT tenant FROM ds WHERE tenant IS NOT NULL UNION SELECT tenant FROM rs WHERE tenant IS NOT NULL ORDER BY 1
"""


KEPT_BODIES = 4_096  # decoded documents that a process holds on to


async def open_store(folder: Path, *, chain_key: bytes) -> "TinyStore":
    """Opens (or makes) `saldo.sqlite` in `folder`. `chain_key` links the records of streams.

    Raises StoreUnavailable where the folder cannot be written or the file is no database, NewerFile where a later
    version of Saldo wrote it.
    """
    path = await asyncio.to_thread(open_file, folder)
    return TinyStore(path, chain_key=chain_key)


class TinyStore:
    """`bot.ports.store.Store` on one file. Belongs to the event loop on which it was made."""

    def __init__(self, path: Path, *, chain_key: bytes) -> None:
        self._path = path
        self._chain_key = chain_key
        self._wakeups = Wakeups()
        self._documents = RowDB(connect(path), storage=RowStorage)
        self._reader = cast("RowStorage", self._documents.storage).connection
        self._writer = Writer(connect(path), chain_key=chain_key, on_outside_commit=self._wakeups.ring)
        self._indexed: set[Collection[Any]] = set()
        self._bodies: dict[Key[Any], tuple[str, Any]] = {}
        self._closed = False

    @property
    def documents(self) -> RowDB:
        """TinyDB's reading API: `store.documents.table("tenant/collection").search(where("kind") == "recharge")`."""
        return self._documents

    async def get(self, key: Key[T]) -> Document[T] | None:
        self._require_open()
        table = cast("RowTable", self._documents.table(f"{key.tenant}/{key.collection.name}"))
        row = table.row(key.id)
        return Document(key, row[0], self._body(key, row[1])) if row else None

    def _body(self, key: Key[T], text: str) -> T:
        """What the text says. Bodies are values, so that the same text need not be decoded again."""
        kept = self._bodies.get(key)
        if kept is not None and kept[0] == text:
            return cast("T", kept[1])
        body = decode(key.collection, key.id, text)
        if len(self._bodies) >= KEPT_BODIES:
            self._bodies.clear()
        self._bodies[key] = (text, body)
        return body

    async def find(  # noqa: PLR0913 -- the port's one query, spelled out
        self,
        collection: Collection[T],
        tenant: TenantId,
        *,
        where: dict[str, IndexValue] | None = None,
        order_by: str | None = None,
        start: IndexValue = None,
        end: IndexValue = None,
        after: str | None = None,
        newest_first: bool = False,
        limit: int = 100,
    ) -> Page[T]:
        if limit < 1:
            raise ValueError("limit must be at least 1")
        query = Query(collection, tenant, where or {}, order_by, start, end, after, newest_first, limit)
        sql, parameters = find_sql(query)
        found = rows(await self._searchable(collection), sql, parameters)
        documents = tuple(_document(collection, tenant, row) for row in found[:limit])
        more = len(found) > limit
        return Page(documents, cursor_of(found[limit - 1][0], found[limit - 1][3]) if more else None)

    async def count(
        self, collection: Collection[T], tenant: TenantId, *, where: dict[str, IndexValue] | None = None
    ) -> int:
        sql, parameters = count_sql(collection, tenant, where or {})
        found: int = rows(await self._searchable(collection), sql, parameters)[0][0]
        return found

    async def commit(self, operations: Sequence[Operation]) -> None:
        self._require_open()
        wants_job = any(type(each) is Put and each.key.collection.name == JOBS.name for each in operations)
        step = partial(apply, prepare(operations))
        await self._writer.submit(step, then=self._wakeups.ring if wants_job else None)

    async def read(self, stream: Stream[T], *, after_seq: int = 0, limit: int = 1_000) -> list[Record[T]]:
        self._require_open()
        found = self._records(stream, after_seq, limit)
        records = [_record(stream, row) for row in found]
        await asyncio.sleep(0)  # whoever reads page after page lets others have their turn
        return records

    async def records_of(self, stream: Stream[T], id_prefix: str, *, limit: int = 1_000) -> list[Record[T]]:
        self._require_open()
        end = id_prefix + chr(0x10FFFF)
        found = rows(self._reader, _RECORDS_OF, (stream.tenant, stream.kind.name, id_prefix, end, limit))
        return [_record(stream, row) for row in found]

    async def head(self, stream: Stream[Any]) -> Head:
        self._require_open()
        head = read_head(stream, self._reader)
        if head.seq:
            self._writer.heads.setdefault((stream.tenant, stream.kind.name), head)
        return head

    def known_head(self, stream: Stream[Any]) -> Head | None:
        head = self._writer.heads.get((stream.tenant, stream.kind.name))
        return head if head and head.seq else None

    async def tenants(self) -> list[TenantId]:
        self._require_open()
        return [TenantId(tenant) for (tenant,) in rows(self._reader, _TENANTS)]

    async def lease(self, now: datetime, *, limit: int, seconds: int) -> list[Document[Any]]:
        self._require_open()
        lease = Lease(now, limit, seconds)
        if lease.is_idle(self._reader):
            return []
        return _readable_jobs(await self._writer.submit(lease))

    def wakeups(self) -> AsyncIterator[None]:
        return self._wakeups.listen()

    async def verify(self, stream: Stream[Any], earlier: Sequence[Head] = ()) -> Finding:
        self._require_open()
        head, broken, stood = Head(0, ""), None, dict[int, str]()
        wanted = {one.seq for one in earlier}
        while broken is None and (page := self._records(stream, head.seq, 1_000)):
            stood |= {row[0]: row[3] for row in page if row[0] in wanted}
            broken, head = first_break(self._chain_key, head, page)
            await asyncio.sleep(0)
        return found_of(broken, head, read_head(stream, self._reader), stood, earlier)

    async def copy_to(self, folder: Path) -> Path:
        self._require_open()
        return await asyncio.to_thread(copy_file, self._path, folder)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._wakeups.end()
        await self._writer.close()
        self._documents.close()

    async def _searchable(self, collection: Collection[Any]) -> sqlite3.Connection:
        """The reading connection, once the collection's declared fields have their indexes."""
        self._require_open()
        if collection not in self._indexed:
            await make_searchable(collection, self._reader, self._writer)
            self._indexed.add(collection)
        return self._reader

    def _records(self, stream: Stream[Any], after_seq: int, limit: int) -> list[tuple[int, str, str, str]]:
        return rows(self._reader, _RECORDS, (stream.tenant, stream.kind.name, after_seq, limit))

    def _require_open(self) -> None:
        if self._closed:
            raise StoreClosed


def _readable_jobs(leased: Sequence[tuple[str, str, int, str]]) -> list[Document[Any]]:
    """One that cannot be read (a later version wrote it) keeps no other from being done, and is looked at again."""
    jobs = []
    for tenant, id_, version, body in leased:
        try:
            jobs.append(Document(JOBS.key(TenantId(tenant), id_), version, decode(JOBS, id_, body)))
        except (NewerDocument, UnreadableDocument) as error:
            log.warning("a job cannot be read", extra={"job": id_, "error": type(error).__name__})
    return jobs


def _record(stream: Stream[T], row: tuple[int, str, str, str]) -> Record[T]:
    seq, id_, body, hash_ = row
    return Record(seq, id_, decode(stream.kind, id_, body), hash_, body)


def _document(collection: Collection[T], tenant: TenantId, row: Sequence[Any]) -> Document[T]:
    return Document(collection.key(tenant, row[0]), row[1], decode(collection, row[0], row[2]))
