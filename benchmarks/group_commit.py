"""Commits that wait together share one flush: how much that brings, and that a commit costs the same in a large file.

Each commit puts one document and appends one record to the same stream, as a turn does. Figures are ratios, measured
side by side in one run; commits per second are this machine's disk.
"""

import asyncio
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bot.domain.people import TenantId
from bot.ports.store import Append, Collection, Operation, Put, StreamKind
from bot.store.tiny import TinyStore, open_store

TOGETHER = 64
ROUNDS = 15
TENANT = TenantId("benchmark")


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    number: int


NOTES: Collection[Note] = Collection("notes", Note, indexes=("number",))
DIARY: StreamKind[Note] = StreamKind("diary", Note)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder)))


async def _measure(folder: Path) -> None:
    store = await open_store(folder, chain_key=b"benchmark")
    try:
        await store.count(NOTES, TENANT)
        await _print_group_ratio(store)
        await _print_flatness(store)
    finally:
        await store.close()


async def _print_group_ratio(store: TinyStore) -> None:
    alone, together = [], []
    for round_ in range(ROUNDS):
        alone.append(await _one_after_another(store, f"alone-{round_}"))
        together.append(await _at_once(store, f"together-{round_}"))
    slow, fast = TOGETHER / median(alone), TOGETHER / median(together)
    print(f"{TOGETHER} commits one after another: {slow:,.0f}/s; at once: {fast:,.0f}/s; ratio {fast / slow:.1f}")


async def _print_flatness(store: TinyStore) -> None:
    cost = {}
    known = await store.count(NOTES, TENANT)
    for size in (1_000, 10_000, 100_000):
        await _fill(store, known, size)
        known = max(known, size)
        took = [await _one_after_another(store, f"flat-{size}-{round_}") for round_ in range(ROUNDS)]
        cost[size] = median(took) / TOGETHER
        print(f"a commit among {size:>7,} documents: {cost[size] * 1e6:,.0f} µs")
    print(f"cost among 100,000 over cost among 1,000: {cost[100_000] / cost[1_000]:.2f}")


async def _one_after_another(store: TinyStore, name: str) -> float:
    turns = _turns(name)
    began = time.perf_counter()
    for turn in turns:
        await store.commit(turn)
    return time.perf_counter() - began


async def _at_once(store: TinyStore, name: str) -> float:
    turns = _turns(name)
    began = time.perf_counter()
    await asyncio.gather(*(store.commit(turn) for turn in turns))
    return time.perf_counter() - began


async def _fill(store: TinyStore, first: int, end: int) -> None:
    for start in range(first, end, 1_000):
        numbers = range(start, min(start + 1_000, end))
        await store.commit([Put(NOTES.key(TENANT, f"fill-{n}"), Note("fill", n), 0) for n in numbers])


def _turns(name: str) -> list[list[Operation]]:
    return [_turn(f"{name}-{number}", number) for number in range(TOGETHER)]


def _turn(id_: str, number: int) -> list[Operation]:
    note = Note(f"what happened in {id_}", number)
    return [Put(NOTES.key(TENANT, id_), note, 0), Append(DIARY.of_tenant(TENANT), id_, note)]


if __name__ == "__main__":
    main()
