"""A house in which one only looks: for a card's own refresh, which must never write."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.people import TenantId
from bot.ports.store import (
    Append,
    CheckHead,
    Collection,
    Conflict,
    Document,
    Finding,
    Head,
    IndexValue,
    Key,
    Operation,
    Page,
    Record,
    Store,
    Stream,
)
from bot.views.house import House

T = TypeVar("T")


def looking(house: House) -> House:
    """The same house; whoever only keeps what they have read does not, and whatever else would be written fails."""
    return replace(house, outside=replace(house.outside, store=SealedStore(house.outside.store)))


class SealedStore:
    """The store as it is, in which every commit conflicts: to a cache that is somebody else who was faster."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def commit(self, operations: Sequence[Operation]) -> None:
        (first, *_) = operations
        raise Conflict(first.stream if isinstance(first, Append | CheckHead) else first.key)

    async def lease(self, now: datetime, *, limit: int, seconds: int) -> list[Document[Any]]:
        return []

    async def get(self, key: Key[T]) -> Document[T] | None:
        return await self._store.get(key)

    async def find(  # noqa: PLR0913 -- as the port spells it out
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
        return await self._store.find(
            collection,
            tenant,
            where=where,
            order_by=order_by,
            start=start,
            end=end,
            after=after,
            newest_first=newest_first,
            limit=limit,
        )

    async def count(
        self, collection: Collection[T], tenant: TenantId, *, where: dict[str, IndexValue] | None = None
    ) -> int:
        return await self._store.count(collection, tenant, where=where)

    async def read(self, stream: Stream[T], *, after_seq: int = 0, limit: int = 1_000) -> list[Record[T]]:
        return await self._store.read(stream, after_seq=after_seq, limit=limit)

    async def records_of(self, stream: Stream[T], id_prefix: str, *, limit: int = 1_000) -> list[Record[T]]:
        return await self._store.records_of(stream, id_prefix, limit=limit)

    async def head(self, stream: Stream[Any]) -> Head:
        return await self._store.head(stream)

    def known_head(self, stream: Stream[Any]) -> Head | None:
        return self._store.known_head(stream)

    async def verify(self, stream: Stream[Any], earlier: Sequence[Head] = ()) -> Finding:
        return await self._store.verify(stream, earlier)

    async def tenants(self) -> list[TenantId]:
        return await self._store.tenants()

    def wakeups(self) -> AsyncIterator[None]:
        return self._store.wakeups()

    async def copy_to(self, folder: Path) -> Path:
        return await self._store.copy_to(folder)

    async def close(self) -> None:
        """It is not ours to close."""
