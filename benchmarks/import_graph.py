"""Reading a million calls from Graph, 1,000 a page, beside fetching and decoding the same pages alone.

    python -m benchmarks.import_graph [--days 100] [--rounds 3]

Reading is what the job does: fetching, decoding, checking, booking 10,000 rows a day, each day durable. Compared are
rows per second with those of the pages alone, in turns, of which the best of each counts: what else a machine does
only ever slows one down. And compared is the memory of a process that reads all of it with that of one that reads
10,000 rows of as many days. Each is a process of its own, whose collector is set as the server's. Status 1 where an
aim is missed.
"""

import argparse
import asyncio
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import aiohttp

from benchmarks.graph_pages import PAGES_A_DAY, ROWS_A_PAGE
from bot.domain.people import TenantId
from bot.graph.call_log import READ_CALLS, GraphCallLog
from bot.graph.client import GraphClient
from bot.graph.protocol import Call
from bot.graph.shapes import PstnCall
from bot.ports.outside import Outside
from bot.store.tiny import open_store
from bot.teams.server import COLLECT_EVERY_OBJECTS
from bot.usecases.sync_usage import LAG_DAYS, sync_usage

SPEED_AIM, GROWTH_AIM_MIB = 0.3, 32
FEW_ROWS = 10_000
TENANT = TenantId("benchmark")
NOW = datetime(2026, 11, 22, tzinfo=UTC)
LAST = NOW.date() - timedelta(days=LAG_DAYS)


class StillClock:
    def now(self) -> datetime:
        return NOW


@dataclass(frozen=True, slots=True)
class Took:
    """By one process. `peak_mib` is all the memory that it ever held."""

    rows: int
    cpu_seconds: float
    seconds: float
    peak_mib: float


@contextmanager
def server(pages_a_day: int, rows_a_page: int) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.graph_pages", str(pages_a_day), str(rows_a_page)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1.0"
        finally:
            process.terminate()


async def pages_alone(client: GraphClient, first: date) -> int:
    rows = 0
    for day in (first + timedelta(days=n) for n in range((LAST - first).days + 1)):
        path = f"/communications/callRecords/getPstnCalls(fromDateTime={day},toDateTime={day})"
        async for page in client.pages(TENANT, Call("getPstnCalls", path, READ_CALLS), PstnCall):
            rows += len(page)
    return rows


async def whole_reading(client: GraphClient, first: date) -> int:
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(Path(folder), chain_key=b"benchmark")
        try:
            nobody = cast("Any", None)  # a reading asks nobody but the call log
            outside = Outside(store, StillClock(), nobody, nobody, GraphCallLog(client), nobody, nobody)
            return (await sync_usage(outside, TENANT, since=first)).rows_new
        finally:
            await store.close()


PARTS: dict[str, Callable[[GraphClient, date], Awaitable[int]]] = {"alone": pages_alone, "reading": whole_reading}


async def timed(part: str, url: str, days: int) -> Took:
    first = LAST - timedelta(days=days - 1)
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY_OBJECTS, 20, 20)
    async with aiohttp.ClientSession() as session:
        client = GraphClient(session, url)
        began, cpu = time.perf_counter(), time.process_time()
        rows = await PARTS[part](client, first)
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
    return Took(rows, cpu_seconds, seconds, _peak_mib())


def _peak_mib() -> float:
    """Linux tells what this program held; `getrusage` also what its parent did before it was started."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if "VmHWM" in line) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def in_a_process(part: str, url: str, days: int, rows: int) -> Took:
    command = [sys.executable, "-m", "benchmarks.import_graph", "--part", part, "--url", url, "--days", str(days)]
    took = Took(**json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout))
    if took.rows != rows:
        raise SystemExit(f"{took.rows} of {rows} rows were read")
    return took


def main(days: int = 100, rounds: int = 3) -> int:
    rows = days * PAGES_A_DAY * ROWS_A_PAGE
    few = FEW_ROWS // days
    with server(1, few) as url:
        small = in_a_process("reading", url, days, few * days)
    with server(PAGES_A_DAY, ROWS_A_PAGE) as url:
        turns = [[in_a_process(part, url, days, rows) for part in PARTS] for _ in range(rounds)]
    return _tell(small, turns)


def _tell(small: Took, turns: list[list[Took]]) -> int:
    alone, reading = (min((turn[part] for turn in turns), key=_seconds) for part in range(len(PARTS)))
    ratio, cpu = alone.seconds / reading.seconds, alone.cpu_seconds / reading.cpu_seconds
    grown = max(turn[1].peak_mib for turn in turns) - small.peak_mib
    print(f"pages alone {alone.rows / alone.seconds:,.0f} rows/s, reading {alone.rows / reading.seconds:,.0f} rows/s")
    print(
        f"a reading is {ratio:.2f} as fast as its pages alone (aim {SPEED_AIM}), by the CPU of its process {cpu:.2f}"
    )
    print(
        f"memory for {small.rows:,} rows {small.peak_mib:.1f} MiB, for {reading.rows:,} rows "
        f"{grown:.1f} MiB more (aim below {GROWTH_AIM_MIB})"
    )
    return 0 if ratio >= SPEED_AIM and grown < GROWTH_AIM_MIB else 1


def _seconds(took: Took) -> float:
    return took.seconds


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="usage from Graph beside its pages alone")
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--part", choices=tuple(PARTS), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(asdict(asyncio.run(timed(options.part, options.url, options.days)))))
        sys.exit()
    sys.exit(main(options.days, options.rounds))
