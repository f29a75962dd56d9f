"""Exporting a hundred thousand records of the audit, in memory beside a tenth of them, and in time beside following
their chain alone, which no export can do without.

    python -m benchmarks.audit_export [--records 100000]

Each export runs in a process of its own, whose greatest size counts. Status 1 below the aims.
"""

import argparse
import asyncio
import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.cli.audit_files import write_audit
from bot.domain.audit import AuditRecord
from bot.domain.people import PersonId, TenantId
from bot.ports.collections import AUDIT
from bot.ports.store import Append
from bot.store.tiny import TinyStore, open_store
from bot.usecases.audit_chain import read_audit

MORE_MEMORY = 1.1  # at most so many times that of a tenth
AIM = 0.1  # of the pace at which the chain alone is followed
TENANT = TenantId("benchmark")
STREAM = AUDIT.of_tenant(TENANT)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


def record(number: int) -> Append[AuditRecord]:
    actor, at = PersonId(f"11111111-2222-3333-4444-{number % 60:012}"), FIRST + timedelta(minutes=number)
    details = {"revision": "1", "policy": "3"}
    before, after = {"state": "pending", "amount": "500.00 EUR"}, {"state": "approved", "amount": "600.00 EUR"}
    body = AuditRecord(at, actor, "request.approve", f"r{number}", details, before, after, "as was agreed")
    return Append(STREAM, f"request:r{number}:2", body)


async def write(folder: Path, count: int) -> None:
    store = await open_store(folder, chain_key=b"benchmark")
    try:
        for begin in range(0, count, 1_000):
            await store.commit([record(number) for number in range(begin, begin + 1_000)])
    finally:
        await store.close()


async def verify(store: TinyStore) -> float:
    began = time.process_time()
    await store.verify(STREAM)
    return time.process_time() - began


async def export(folder: Path) -> tuple[float, float]:
    """CPU seconds of following the chain, and of the export with it."""
    store = await open_store(folder, chain_key=b"benchmark")
    try:
        alone = await verify(store)
        began = time.process_time()
        await verify(store)
        await write_audit(folder / "out", read_audit(store, TENANT, await store.head(STREAM)))
        return alone, time.process_time() - began
    finally:
        await store.close()


def measured(folder: Path) -> tuple[float, float, int]:
    """What `export` says, and the greatest size of this process in KiB."""
    return *asyncio.run(export(folder)), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(records: int = 100_000) -> int:
    with tempfile.TemporaryDirectory() as folder:
        sizes, context = [], multiprocessing.get_context("spawn")
        alone = took = 0.0
        for count in (records // 10, records):
            place = Path(folder) / str(count)
            asyncio.run(write(place, count))
            with context.Pool(1) as pool:
                alone, took, size = pool.apply(measured, (place,))
            sizes.append(size)
    memory, pace = sizes[1] / sizes[0], alone / took
    print(f"{records:,} records: {records / took:,.0f} a second (CPU), {sizes[1] / 1024:,.0f} MiB")
    print(f"ten times the records take {memory:.2f} times the memory (at most {MORE_MEMORY})")
    print(f"an export is {pace:.2f} as fast as following the chain alone (aim {AIM})")
    return 0 if memory <= MORE_MEMORY and pace >= AIM else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="an export of the audit beside following its chain")
    parser.add_argument("--records", type=int, default=100_000)
    sys.exit(main(parser.parse_args().records))
