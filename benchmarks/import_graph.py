"""Reading a million calls from Graph, 1,000 a page, beside fetching and decoding the same pages alone.

    python -m benchmarks.import_graph [--days 100]

Reading is all of it: fetching, decoding, checking, booking 10,000 rows a day, each day durable. What is compared are
rows per second, and how much memory grows after the first 10,000 rows. Status 1 where an aim is missed.
"""

import argparse
import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp

from benchmarks.graph_pages import PAGES_A_DAY, ROWS_A_PAGE
from bot.domain.people import PersonId, TenantId
from bot.domain.usage_batch import UsageBatch
from bot.graph.call_log import READ_CALLS, GraphCallLog
from bot.graph.client import GraphClient
from bot.graph.protocol import Call
from bot.graph.shapes import PstnCall
from bot.ports.store import Store
from bot.store.tiny import open_store
from bot.usecases.import_usage import import_graph_day

SPEED_AIM, GROWTH_AIM_MIB = 0.3, 32
ROWS_A_DAY = ROWS_A_PAGE * PAGES_A_DAY
FIRST = date(2026, 6, 1)
TENANT, ACTOR = TenantId("benchmark"), PersonId("saldo")


class StillClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Took:
    rows: int
    cpu_seconds: float
    seconds: float


@contextmanager
def server() -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.graph_pages"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1.0"
        finally:
            process.terminate()


async def pages_alone(client: GraphClient, days: list[date]) -> Took:
    began, cpu, rows = time.perf_counter(), time.process_time(), 0
    for day in days:
        path = f"/communications/callRecords/getPstnCalls(fromDateTime={day},toDateTime={day})"
        async for page in client.pages(TENANT, Call("getPstnCalls", path, READ_CALLS), PstnCall):
            rows += len(page)
    return Took(rows, time.process_time() - cpu, time.perf_counter() - began)


async def whole_reading(client: GraphClient, store: Store, days: list[date]) -> Took:
    began, cpu, rows = time.perf_counter(), time.process_time(), 0
    log = GraphCallLog(client)
    batch = UsageBatch()
    for day in days:
        batch = batch.emptied()
        async for page in log.pstn_calls(TENANT, day, day):
            batch.add_columns(page)
        rows += (await import_graph_day(store, StillClock(), TENANT, day, batch, ACTOR)).rows_new
    return Took(rows, time.process_time() - cpu, time.perf_counter() - began)


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def measure(url: str, folder: Path, days: int) -> int:
    store = await open_store(folder, chain_key=b"benchmark")
    all_days = [FIRST + timedelta(days=n) for n in range(days)]
    try:
        async with aiohttp.ClientSession() as session:
            client = GraphClient(session, url)
            await whole_reading(client, store, all_days[:1])
            peak = peak_mib()
            took = await whole_reading(client, store, all_days[1:])
            grown = peak_mib() - peak
            alone = await pages_alone(client, all_days[1:])
    finally:
        await store.close()
    if not took.rows == alone.rows == (days - 1) * ROWS_A_DAY:
        raise SystemExit("rows were lost")
    return _tell(took, alone, grown)


def _tell(took: Took, alone: Took, grown_mib: float) -> int:
    ratio, cpu = alone.seconds / took.seconds, alone.cpu_seconds / took.cpu_seconds
    print(f"pages alone {alone.rows / alone.seconds:,.0f} rows/s, reading {took.rows / took.seconds:,.0f} rows/s")
    print(
        f"a reading is {ratio:.2f} as fast as its pages alone (aim {SPEED_AIM}), by the CPU of this process {cpu:.2f}"
    )
    print(
        f"after 10,000 rows memory grows by {grown_mib:.1f} MiB over {took.rows:,} more (aim below {GROWTH_AIM_MIB})"
    )
    return 0 if ratio >= SPEED_AIM and grown_mib < GROWTH_AIM_MIB else 1


def main(days: int = 100) -> int:
    with tempfile.TemporaryDirectory() as folder, server() as url:
        return asyncio.run(measure(url, Path(folder), days))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="usage from Graph beside its pages alone")
    parser.add_argument("--days", type=int, default=100)
    sys.exit(main(parser.parse_args().days))
