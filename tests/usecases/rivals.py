"""A store in which somebody else is always a little faster."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.ports.store import Document, Head, Key, Operation, Record, Stream
from bot.store.tiny import TinyStore

Deed = Callable[[], Awaitable[object]]


class RivalStore:
    """The real store; before each commit the next of `deeds` is done on it, as another writer would.

    What the use-cases of the ledger do not call is not there.
    """

    def __init__(self, store: TinyStore, deeds: list[Deed]) -> None:
        self._store = store
        self.deeds = deeds

    async def commit(self, operations: Sequence[Operation]) -> None:
        if self.deeds:
            await self.deeds.pop(0)()
        await self._store.commit(operations)

    async def get(self, key: Key[Any]) -> Document[Any] | None:
        return await self._store.get(key)

    async def read(self, stream: Stream[Any], *, after_seq: int = 0, limit: int = 1_000) -> list[Record[Any]]:
        return await self._store.read(stream, after_seq=after_seq, limit=limit)

    async def head(self, stream: Stream[Any]) -> Head:
        return await self._store.head(stream)
