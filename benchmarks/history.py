"""A balance turn after one day of history and after five years of it: the card must cost the same.

    python -m benchmarks.history [--turns 400]

Both organisations have a purchase a month, calls on every day of their history, and money of about one purchase left,
so that their cards show the same; it is read and forecast as by the jobs. The turns of both alternate in
one process; medians of CPU time are compared. Status 1 above the aim.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, cast

from bot.commands.dispatch import dispatch
from bot.domain.ledger import Purchase, UsageChange
from bot.domain.money import Money
from bot.domain.people import PersonId, Role, TenantId
from bot.domain.usage import Source, UsageDay, UsageDetail, UsageIds, UsageSum
from bot.ports.collections import LEDGER, USAGE_DAYS, USAGE_DETAIL, USAGE_IDS
from bot.ports.outside import Outside
from bot.ports.store import Append, Operation, Put
from bot.ports.turn import Actor, Address, Said, Scope, Turn
from bot.store.tiny import TinyStore, open_store
from bot.usecases.forecast_balance import forecast_balances
from bot.usecases.standing import Standings
from bot.views.house import House
from cards.actions import Signer

AIM = 1.2
SHORT, LONG = 1, 5 * 365
TODAY = date(2026, 11, 20)
TENANT, ANA = TenantId("benchmark"), PersonId("ana")


class StillClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, 9, tzinfo=UTC)


class Everybody:
    """A directory in which all are global administrators."""

    async def active_roles(self, tenant: TenantId, id_: PersonId) -> frozenset[Role]:
        return frozenset({Role.GLOBAL_ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Organisation:
    store: TinyStore
    house: House

    async def turn(self, number: int) -> float:
        """CPU seconds of one balance turn."""
        actor, address = Actor(ANA, "29:ana", "Ana"), Address("a:1", "http://127.0.0.1/")
        said = Said("balance")
        turn = Turn(TENANT, actor, address, Scope.PERSONAL, str(number), "en-US", "UTC", said)
        began = time.process_time()
        reply = await dispatch(self.house, turn)
        took = time.process_time() - began
        if not (reply.here[0].card or {}).get("body"):
            raise SystemExit("no card came")
        return took


async def organisation(folder: Path, days: int) -> Organisation:
    store = await open_store(folder, chain_key=b"benchmark")
    for start in range(0, days, 200):
        await store.commit(
            [one for number in range(start, min(start + 200, days)) for one in _day(days - number - 1, number)]
        )
    clock = StillClock()
    await forecast_balances(store, clock, TENANT)
    directory = cast("Any", Everybody())  # the only question that a balance asks
    outside = Outside(store, clock, directory, *[cast("Any", None)] * 4)
    return Organisation(store, House(outside, Standings(store, directory, clock), Signer((b"a key of a benchmark",))))


def _day(ago: int, number: int) -> list[Operation]:
    day, now, ledger = TODAY - timedelta(days=ago), StillClock().now(), LEDGER.of_tenant(TENANT)
    sums = (UsageSum("EUR", 9_000_000 + 250_000 * (day.toordinal() % 7), 0, 0),)
    operations: list[Operation] = [
        Put(USAGE_DAYS.key(TENANT, day.isoformat()), UsageDay(day, Source.GRAPH, sums, 1), 0),
        Put(USAGE_DETAIL.key(TENANT, day.isoformat()), UsageDetail(day, ()), 0),
        Put(USAGE_IDS.key(TENANT, day.isoformat()), UsageIds(day, b""), 0),
        Append(ledger, f"usage:{day}", UsageChange(f"usage:{day}", day, Source.GRAPH, sums, now)),
    ]
    if number % 30:
        return operations
    bought = Purchase(f"purchase:{number}", day, Money.of(295, "EUR"), now)
    return [Append(ledger, bought.id, bought), *operations]


async def measure(turns: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        young = await organisation(Path(folder) / "young", SHORT)
        old = await organisation(Path(folder) / "old", LONG)
        try:
            took: dict[int, list[float]] = {SHORT: [], LONG: []}
            for number in range(turns):
                for days, one in ((SHORT, young), (LONG, old)):
                    took[days].append(await one.turn(number))
        finally:
            await young.store.close()
            await old.store.close()
    return _tell({days: median(seconds[turns // 10 :]) for days, seconds in took.items()})


def _tell(cost: dict[int, float]) -> int:
    for days, seconds in cost.items():
        print(f"a balance turn after {days:>5,} days of history: {seconds * 1e6:,.0f} µs of CPU")
    ratio = cost[LONG] / cost[SHORT]
    print(f"five years over one day: {ratio:.2f} (aim {AIM})")
    return 0 if ratio <= AIM else 1


def main(turns: int = 400) -> int:
    return asyncio.run(measure(turns))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="a balance turn after one day and after five years")
    parser.add_argument("--turns", type=int, default=400)
    sys.exit(main(parser.parse_args().turns))
