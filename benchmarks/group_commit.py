"""Commits that wait together share one flush: how much that brings, and that a commit costs the same in a large file.

Each commit appends one record to the same stream, alone or with a document, as a turn does. Ratios are measured side
by side in one run; commits per second are the disk's of this machine.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bot.domain.people import TenantId
from bot.ports.store import Append, Collection, Operation, Put, StreamKind
from bot.store.tiny import TinyStore, open_store

TOGETHER = 64
AIM = 10.0
ROUNDS = 15
TENANT = TenantId("benchmark")


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    number: int


NOTES: Collection[Note] = Collection("notes", Note, indexes=("number",))
CommitOf = Callable[[str, int], list[Operation]]
DIARY: StreamKind[Note] = StreamKind("diary", Note)


def main() -> int:
    """1 where 64 appends at once are below ten times the speed of 64 one after another."""
    with tempfile.TemporaryDirectory() as folder:
        return int(asyncio.run(_measure(Path(folder))) < AIM)


async def _measure(folder: Path) -> float:
    store = await open_store(folder, chain_key=b"benchmark")
    try:
        await store.count(NOTES, TENANT)
        ratio = await _print_group_ratio(store, "record", _record)
        await _print_group_ratio(store, "document and record", _document_and_record)
        await _print_flatness(store)
        return ratio
    finally:
        await store.close()


async def _print_group_ratio(store: TinyStore, what: str, commit_of: CommitOf) -> float:
    alone, together = [], []
    for round_ in range(ROUNDS):
        alone.append(await _one_after_another(store, _commits(f"{what}-alone-{round_}", commit_of)))
        together.append(await _at_once(store, _commits(f"{what}-together-{round_}", commit_of)))
    slow, fast = TOGETHER / median(alone), TOGETHER / median(together)
    ratio = fast / slow
    speeds = f"one after another {slow:,.0f}/s, at once {fast:,.0f}/s"
    print(f"{TOGETHER} commits of a {what}: {speeds}, ratio {ratio:.1f} (aim {AIM:.0f})")
    return ratio


async def _print_flatness(store: TinyStore) -> None:
    cost = {}
    known = await store.count(NOTES, TENANT)
    for size in (1_000, 10_000, 100_000):
        await _fill(store, known, size)
        known = max(known, size)
        took = [
            await _one_after_another(store, _commits(f"flat-{size}-{round_}", _document_and_record))
            for round_ in range(ROUNDS)
        ]
        cost[size] = median(took) / TOGETHER
        print(f"a commit among {size:>7,} documents: {cost[size] * 1e6:,.0f} µs")
    print(f"cost among 100,000 over cost among 1,000: {cost[100_000] / cost[1_000]:.2f}")


async def _one_after_another(store: TinyStore, commits: list[list[Operation]]) -> float:
    began = time.perf_counter()
    for commit in commits:
        await store.commit(commit)
    return time.perf_counter() - began


async def _at_once(store: TinyStore, commits: list[list[Operation]]) -> float:
    began = time.perf_counter()
    await asyncio.gather(*(store.commit(commit) for commit in commits))
    return time.perf_counter() - began


async def _fill(store: TinyStore, first: int, end: int) -> None:
    for start in range(first, end, 1_000):
        numbers = range(start, min(start + 1_000, end))
        await store.commit([Put(NOTES.key(TENANT, f"fill-{n}"), Note("fill", n), 0) for n in numbers])


def _commits(name: str, commit_of: CommitOf) -> list[list[Operation]]:
    return [commit_of(f"{name}-{number}", number) for number in range(TOGETHER)]


def _record(id_: str, number: int) -> list[Operation]:
    return [Append(DIARY.of_tenant(TENANT), id_, Note(f"what happened in {id_}", number))]


def _document_and_record(id_: str, number: int) -> list[Operation]:
    note = Note(f"what happened in {id_}", number)
    return [Put(NOTES.key(TENANT, id_), note, 0), *_record(id_, number)]


if __name__ == "__main__":
    sys.exit(main())
