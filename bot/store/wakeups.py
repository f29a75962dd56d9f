"""Tells the job runner that something may have become due. Belongs to one event loop."""

import asyncio
from collections.abc import AsyncIterator
from weakref import WeakSet


class Wakeups:
    """Whoever iterates is woken by `ring`, once for any number of rings that it slept through."""

    def __init__(self) -> None:
        self._bells: WeakSet[_Bell] = WeakSet()
        self._ended = False

    def listen(self) -> AsyncIterator[None]:
        """From this call on no ring is missed, even before the first `anext`."""
        bell = _Bell()
        self._bells.add(bell)
        if self._ended:
            bell.end()
        return bell

    def ring(self) -> None:
        for bell in self._bells:
            bell.rung.set()

    def end(self) -> None:
        self._ended = True
        for bell in self._bells:
            bell.end()


class _Bell(AsyncIterator[None]):
    def __init__(self) -> None:
        self.rung = asyncio.Event()
        self._ended = False

    def end(self) -> None:
        self._ended = True
        self.rung.set()

    async def __anext__(self) -> None:
        await self.rung.wait()
        if self._ended:
            raise StopAsyncIteration
        self.rung.clear()
