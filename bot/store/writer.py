"""The one thread that writes. Commits that wait together share one transaction, and so one flush to the disk.

A step that refuses (a conflict) spoils nothing but itself: see `_write_guarded`. Steps run SQL only, so that they can
fail in few ways, all named here.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from bot.ports.store import Conflict, Head, IdReused
from bot.store.changes import Transaction
from bot.store.errors import StoreClosed, StoreUnavailable

R = TypeVar("R")
Step = Callable[[Transaction], R]

LOOK_SECONDS = 1.0  # how often another process's commits are looked for
BATCH_LIMIT = 1_000  # steps that share a transaction

# What a step may raise for itself alone: it came too late, or holds a value that SQLite cannot take.
_REFUSALS = (
    Conflict,
    IdReused,
    ValueError,
    TypeError,
    OverflowError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
)


@dataclass(slots=True)
class _Waiting:
    """A step and who waits for it. `durable` once its transaction is on the disk, and no earlier."""

    step: Step[Any]
    future: asyncio.Future[Any]
    then: Callable[[], None] | None
    result: Any = None
    error: Exception | None = None
    durable: bool = False


class Writer:
    """Owns the writing connection. `submit` belongs to the event loop on which it was made, the rest to its thread.

    `on_outside_commit` is called on the loop after another process has committed.
    """

    def __init__(
        self, connection: sqlite3.Connection, *, chain_key: bytes, on_outside_commit: Callable[[], None]
    ) -> None:
        self._connection = connection
        self._chain_key = chain_key
        self._on_outside_commit = on_outside_commit
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[list[_Waiting] | None] = SimpleQueue()
        self._tick: list[_Waiting] = []
        self.heads: dict[tuple[str, str], Head] = {}  # by tenant and stream, as our last commits left or saw them
        self._closed = False
        self._looked_at = time.monotonic()
        self._data_version = self._read_data_version()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, step: Step[R], then: Callable[[], None] | None = None) -> asyncio.Future[R]:
        """Runs a step in the next transaction; the future resolves when that is durable. Raises StoreClosed.

        `then` is called on success even if nobody waits for the future any more.
        """
        if self._closed:
            raise StoreClosed
        future: asyncio.Future[R] = self._loop.create_future()
        if not self._tick:
            self._loop.call_soon(self._hand_over)
        self._tick.append(_Waiting(step, future, then))
        return future

    async def close(self) -> None:
        """Finishes what waits, then closes the connection. Idempotent."""
        if not self._closed:
            self._closed = True
            self._hand_over()
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        """Everything that was submitted in one turn of the loop goes to the thread together."""
        if self._tick:
            self._queue.put(self._tick)
            self._tick = []

    def _run(self) -> None:
        try:
            while (batch := self._next_batch()) is not None:
                try:
                    self._commit(batch)
                finally:
                    self._call_loop(_resolve, batch)
                self._look_outside()
        finally:
            self._closed = True
            self._connection.close()
            self._call_loop(self._give_up)

    def _give_up(self) -> None:
        """At the end nothing is left; should the thread ever fail, nobody is left waiting."""
        self._hand_over()
        while not self._queue.empty():
            _resolve(self._queue.get() or [])

    def _next_batch(self) -> list[_Waiting] | None:
        """What waits now, an empty list where nothing came for a while, None at the end."""
        try:
            batch = self._queue.get(timeout=LOOK_SECONDS)
        except Empty:
            return []
        while batch is not None and len(batch) < BATCH_LIMIT and not self._queue.empty():
            more = self._queue.get()
            if more is None:
                self._queue.put(None)  # the end: after this batch
                break
            batch += more
        return batch

    def _commit(self, batch: list[_Waiting]) -> None:
        if not batch:
            return
        try:
            if not self._write_plainly(batch):
                self._write_guarded(batch)
        except sqlite3.Error as error:
            self._undo(batch, error)

    def _write_plainly(self, batch: list[_Waiting]) -> bool:
        """One transaction without savepoints, which cost as much as the writing itself. False: a step refused or
        appended what is known, and nothing was written."""
        transaction = self._begin()
        transaction.held_back = []
        try:
            for waiting in batch:
                waiting.result = waiting.step(transaction)
            accepted = transaction.flush()
        except _REFUSALS:
            accepted = False
        self._connection.execute("COMMIT" if accepted else "ROLLBACK")
        if accepted:
            self.heads.update(transaction.heads)
        for waiting in batch:
            waiting.durable = accepted
        return accepted

    def _write_guarded(self, batch: list[_Waiting]) -> None:
        """The same again, each step in its savepoint: what refuses spoils nothing but itself."""
        transaction = self._begin()
        refusals = [self._guarded(waiting, transaction) for waiting in batch]
        self._connection.execute("COMMIT")
        self.heads.update(transaction.heads)
        for waiting, refusal in zip(batch, refusals, strict=True):
            waiting.error, waiting.durable = refusal, refusal is None

    def _guarded(self, waiting: _Waiting, transaction: Transaction) -> Exception | None:
        execute = self._connection.execute
        execute("SAVEPOINT step")
        try:
            waiting.result = waiting.step(transaction)
        except _REFUSALS as error:
            transaction.heads.clear()
            execute("ROLLBACK TO step")
            return error
        else:
            return None
        finally:
            execute("RELEASE step")

    def _begin(self) -> Transaction:
        self._connection.execute("BEGIN IMMEDIATE")
        return Transaction(self._connection, self._chain_key)

    def _undo(self, batch: list[_Waiting], error: sqlite3.Error) -> None:
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
        for waiting in batch:
            waiting.error = StoreUnavailable(f"nothing was written: {error}")

    def _look_outside(self) -> None:
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = time.monotonic()
        found = self._data_version
        with suppress(sqlite3.Error):  # a file that cannot be read now is told to the next who commits
            found = self._read_data_version()
        if found != self._data_version:
            self._data_version = found
            self._call_loop(self._on_outside_commit)

    def _read_data_version(self) -> int:
        """Moves when another connection has committed, never by our own commits."""
        found: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return found

    def _call_loop(self, callback: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # the loop is gone, and with it whoever waited
            self._loop.call_soon_threadsafe(callback, *arguments)


def _resolve(batch: list[_Waiting]) -> None:
    for waiting in batch:
        if waiting.durable and waiting.then is not None:
            waiting.then()
        if waiting.future.done():  # the caller has given up waiting; what it asked for stands
            continue
        if waiting.durable:
            waiting.future.set_result(waiting.result)
        else:
            waiting.future.set_exception(waiting.error or StoreUnavailable("the writer has failed"))
