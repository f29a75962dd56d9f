"""Importing a million calls from the admin center's CSV, beside Python's `csv` reader over the same file.

    python -m benchmarks.import_csv [--rows 1000000]

Importing is all of it: reading, checking, booking 180 days, each durable on its own. CPU of the process is compared
(all threads), for that depends least on what else a machine does. Status 1 below the aim.
"""

import argparse
import asyncio
import csv
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.calls import calls
from bot.domain.people import PersonId, TenantId
from bot.store.tiny import open_store
from bot.usecases.import_usage import import_usage
from bot.usecases.usage_file import read_usage_file

AIM = 0.2
TENANT, OPERATOR = TenantId("benchmark"), PersonId("operator:benchmark")
HEADER = (
    "UsageId,Call ID,Conference ID,User Location,AAD ObjectId,UPN,User Display Name,Caller ID,Call Type,Number Type,"
    "Domestic/International,Destination Dialed,Destination Number,Start Time,End Time,Duration Seconds,"
    "Connection Fee,Charge,Currency,Capability,Call Direction,External Country"
)


class StillClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


def write(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{HEADER}\r\n")
        for call in calls(rows):
            moment = f"{call.started:%Y-%m-%dT%H:%M:%S}.1234567Z"
            file.write(
                f"{call.id},{call.id[::-1]},,ES,{call.caller},caller{call.number}@contoso.example,"
                f"Caller {call.number},+3491*****,user_out,User,International,{call.place},+331*****,{moment},"
                f"{moment},{call.seconds},0.00,{call.charge},EUR,MCOPSTNPP,Outbound,{call.place}\r\n"
            )


def reader_alone(path: Path) -> tuple[int, float]:
    began, count = time.process_time(), 0
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.reader(file):
            count += 1
    return count - 1, time.process_time() - began


async def whole_import(path: Path, folder: Path) -> tuple[int, float]:
    store = await open_store(folder, chain_key=b"benchmark")
    try:
        began = time.process_time()
        with path.open("rb") as file:
            batch = read_usage_file(file)
        report = await import_usage(store, StillClock(), TENANT, batch, OPERATOR)
        return report.rows_new, time.process_time() - began
    finally:
        await store.close()


def main(rows: int = 1_000_000) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "calls.csv"
        write(path, rows)
        before = reader_alone(path)[1]
        booked, took = asyncio.run(whole_import(path, Path(folder) / "store"))
        alone = (before + reader_alone(path)[1]) / 2
    if booked != rows:
        raise SystemExit(f"{booked} of {rows} rows were booked")
    ratio = alone / took
    print(f"csv reader alone {rows / alone:,.0f} rows/s, import {rows / took:,.0f} rows/s (CPU)")
    print(f"an import is {ratio:.2f} as fast as the csv reader alone (aim {AIM})")
    return 0 if ratio >= AIM else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="an import from CSV beside the csv reader alone")
    parser.add_argument("--rows", type=int, default=1_000_000)
    sys.exit(main(parser.parse_args().rows))
