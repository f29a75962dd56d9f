"""A house in which one only looks: for a card's own refresh, which must never write."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.ports.store import Append, CheckHead, Conflict, Document, Operation, Store
from bot.views.house import House


def looking(house: House) -> House:
    """The same house; whoever only keeps what they have read does not, and whatever else would be written fails."""
    return replace(house, outside=replace(house.outside, store=SealedStore(house.outside.store)))


class SealedStore:
    """The store as it is, in which every commit conflicts: to a cache that is somebody else who was faster."""

    def __init__(self, store: Store) -> None:
        self.get, self.find, self.count = store.get, store.find, store.count
        self.read, self.records_of = store.read, store.records_of
        self.head, self.known_head, self.verify = store.head, store.known_head, store.verify
        self.tenants, self.wakeups, self.copy_to = store.tenants, store.wakeups, store.copy_to

    async def commit(self, operations: Sequence[Operation]) -> None:
        (first, *_) = operations
        raise Conflict(first.stream if isinstance(first, Append | CheckHead) else first.key)

    async def lease(self, now: datetime, *, limit: int, seconds: int) -> list[Document[Any]]:
        return []

    async def close(self) -> None:
        """It is not ours to close."""
