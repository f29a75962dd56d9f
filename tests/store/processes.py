"""What the other process does in tests with two: writes until it is killed, counts up, leases, puts a job.

Processes come from a fork server that has imported the store already, so that one starts within milliseconds.
"""

import asyncio
import mmap
import multiprocessing
import os
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from bot.domain.jobs import Job
from bot.domain.people import TenantId
from bot.ports.collections import JOBS
from bot.ports.store import Append, Collection, Conflict, Operation, Put, StreamKind
from bot.store.tiny import TinyStore, open_store
from bot.store.writer import Writer

KEY = b"a key for two processes"
TENANT = TenantId("contoso")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
IDLE, BEGUN, COMMITTING = range(3)  # where the writer is, as the mapped byte says
TOGETHER = 8
_PHASES = {"BEGIN IMMEDIATE": BEGUN, "COMMIT": COMMITTING}


@dataclass(frozen=True, slots=True)
class Step:
    """One of two documents and a record that a commit writes together, or not at all."""

    round: int
    number: int
    text: str = ""


STEPS: Collection[Step] = Collection("steps", Step, indexes=("round",))
STORY: StreamKind[Step] = StreamKind("story", Step)

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["__main__", __name__])


def start(work: Callable[..., None], *arguments: Any) -> BaseProcess:
    process = _context.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def write_until_killed(folder: Path, round_: int) -> None:
    _with_store(folder, lambda store: _write_for_ever(store, folder, round_))


def count_up(folder: Path, name: str, times: int) -> None:
    _with_store(folder, lambda store: _count_up(store, name, times))


def lease_all(folder: Path, name: str) -> None:
    _with_store(folder, lambda store: _lease_all(store, folder / name))


def put_job(folder: Path) -> None:
    _with_store(folder, lambda store: store.commit([Put(JOBS.key(TENANT, "from outside"), Job("sync", NOON), 0)]))


def step_of(round_: int, number: int) -> list[Operation]:
    step = Step(round_, number, "x" * (number % 7 * 300))
    name = f"{round_}-{number}"
    return [
        Put(STEPS.key(TENANT, f"{name}-left"), step, 0),
        Append(STORY.of_tenant(TENANT), name, step),
        Put(STEPS.key(TENANT, f"{name}-right"), step, 0),
    ]


def _with_store(folder: Path, work: Callable[[TinyStore], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        store = await open_store(folder, chain_key=KEY)
        await work(store)
        await store.close()

    asyncio.run(run())


async def _write_for_ever(store: TinyStore, folder: Path, round_: int) -> None:
    """Several commits wait together; what is acknowledged is told by one write of its number to a file."""
    with (folder / "phase").open("r+b") as file:
        phase = mmap.mmap(file.fileno(), 1)
    acknowledged = os.open(folder / f"acknowledged-{round_}", os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    _tell_phases(store._writer, phase)

    async def write(number: int) -> None:
        await store.commit(step_of(round_, number))
        os.write(acknowledged, f"{number}\n".encode())

    first = 0
    while True:
        await asyncio.gather(*(write(number) for number in range(first, first + TOGETHER)))
        first += TOGETHER


def _tell_phases(writer: Writer, phase: mmap.mmap) -> None:
    """BEGUN and COMMITTING as the statement starts, IDLE as soon as the COMMIT has returned."""
    write_plainly = writer._write_plainly

    def telling(sql: str) -> None:
        if sql in _PHASES:
            phase[0] = _PHASES[sql]

    def write_and_tell(batch: Any) -> bool:
        written = write_plainly(batch)
        phase[0] = IDLE
        return written

    writer._connection.set_trace_callback(telling)
    setattr(writer, "_write_plainly", write_and_tell)  # noqa: B010 -- a method of this one writer


async def _count_up(store: TinyStore, name: str, times: int) -> None:
    key = STEPS.key(TENANT, "counter")
    done = 0
    while done < times:
        document = await store.get(key)
        body, version = (document.body, document.version) if document else (Step(0, 0), 0)
        record = Append(STORY.of_tenant(TENANT), f"{name}-{done}", Step(0, done, name))
        try:
            await store.commit([Put(key, replace(body, number=body.number + 1), version), record])
        except Conflict:
            continue
        done += 1


async def _lease_all(store: TinyStore, told: Path) -> None:
    ids: list[str] = []
    while leased := await store.lease(NOON, limit=3, seconds=3_600):
        ids += [document.key.id for document in leased]
    await asyncio.to_thread(told.write_text, "\n".join(ids))
