"""Random histories, booked as Saldo books them, equal the naive oracle to the millionth: in both currencies, at any
day, with and without connection fees, and with the drift that each reading had when it was made."""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from random import Random

import pytest

from bot.domain.balance import Balance
from bot.domain.ledger import Adjustment
from bot.domain.people import PersonId, TenantId
from bot.domain.usage import CallRow
from bot.domain.usage_batch import UsageBatch
from bot.ports.collections import LEDGER
from bot.ports.store import Store
from bot.store.tiny import open_store
from bot.usecases.add_purchase import Bought as Bill
from bot.usecases.add_purchase import add_purchase
from bot.usecases.import_usage import import_graph_day, import_usage
from bot.usecases.read_balance import read_balance
from bot.usecases.reconcile_opening import Reading, reconcile
from tests.clock import StillClock
from tests.property.histories import (
    CURRENCIES,
    FIRST,
    LAST,
    NOW,
    Event,
    FileTold,
    GraphTold,
    Purchased,
    ReadOff,
    history,
)
from tests.property.oracle import Arrival, Bought, Oracle, Seen
from tests.property.test_ledger_oracle import told_by

ANA = PersonId("ana")
CLOCK = StillClock(NOW)
START = FIRST - timedelta(days=30)  # as far back as a balance shows its days
AT_ONCE = 25  # histories, which then share their flushes


@dataclass
class Notebook:
    """What the oracle knows: arrivals by currency and rows by day, as somebody would note them by hand."""

    arrivals: dict[str, list[Arrival]] = field(default_factory=lambda: {currency: [] for currency in CURRENCIES})
    rows: dict[date, dict[str, CallRow]] = field(default_factory=dict)
    told_by_graph: set[date] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)

    def note(self, event: Event) -> Decimal | None:
        """Of a reading its drift: what was seen less what these notes expected."""
        match event:
            case Purchased():
                self.arrivals[event.amount.currency].append(Bought(event.on, event.amount.amount))
            case ReadOff():
                return self._read(event)
            case FileTold():
                for row in event.rows:
                    if row.day not in self.told_by_graph:
                        self.rows.setdefault(row.day, {}).setdefault(row.id, row)
            case GraphTold():
                self._replace(event)
        return None

    def _read(self, event: ReadOff) -> Decimal:
        expected, on, currency = Oracle(), event.at.date(), event.portal.currency
        expected.live_through(self.arrivals[currency], partial(self.spent, currency), START, on - timedelta(days=1))
        expected.begin(self.arrivals[currency], on)
        self.arrivals[currency].append(Seen(on, event.portal.amount, event.oldest))
        return event.portal.amount - expected.balance()

    def _replace(self, event: GraphTold) -> None:
        before = self.rows.get(event.day)
        self.rows[event.day] = {row.id: row for row in event.rows}
        self.told_by_graph.add(event.day)
        if before is not None and before != self.rows[event.day]:
            self.kinds["a day replaced"] += 1
            self.kinds["late rows"] += bool(self.rows[event.day].keys() - before.keys())
            self.kinds["rows mended or taken back"] += any(
                self.rows[event.day].get(id_) != row for id_, row in before.items()
            )

    def spent(self, currency: str, day: date, *, with_fees: bool = False) -> Decimal:
        total = Decimal(0)
        for row in self.rows.get(day, {}).values():
            if row.capability == "MCOPSTNPP" and row.currency == currency:
                total += Decimal(row.charge_micros + row.connection_micros * with_fees) / 1_000_000
        return total


async def lived(store: Store, seed: int) -> Counter[str]:
    """One history in the books of its own tenant, held against the notes. Returns the kinds of things that it had."""
    tenant, notebook = TenantId(f"history-{seed}"), Notebook()
    for event in history(seed):
        drift = notebook.note(event)
        booked = await book(store, tenant, event)
        assert (booked.amount.amount if booked else None) == drift, f"seed {seed}"
    random = Random(f"days:{seed}")
    for as_of in (LAST, *(FIRST + timedelta(days=random.randint(0, (LAST - FIRST).days)) for _ in range(2))):
        told = await read_balance(store, CLOCK, tenant, as_of=as_of)
        assert told == await read_balance(store, CLOCK, tenant, as_of=as_of), "kept since, today's is the same"
        balances = {balance.statement.currency: balance for balance in told.each}
        for currency in CURRENCIES:
            hold(balances.get(currency), notebook, currency, as_of, f"seed {seed}, {currency} on {as_of}")
    notebook.kinds["two currencies"] += all(map(notebook.arrivals.get, CURRENCIES))
    notebook.kinds["readings"] += len(await readings(store, tenant))
    return notebook.kinds


async def book(store: Store, tenant: TenantId, event: Event) -> Adjustment | None:
    match event:
        case Purchased():
            await add_purchase(store, CLOCK, tenant, Bill(event.amount, event.on), ANA)
        case ReadOff():
            return await reconcile(store, CLOCK, tenant, Reading(event.portal, event.at, event.oldest), ANA)
        case FileTold():
            await import_usage(store, CLOCK, tenant, UsageBatch.of(event.rows), ANA)
        case GraphTold():
            batch = UsageBatch(keyed=False)
            for page in (event.rows[:2], event.rows[2:]):
                batch.add(page)
            await import_graph_day(store, CLOCK, tenant, event.day, batch, ANA)
    return None


def hold(balance: Balance | None, notebook: Notebook, currency: str, as_of: date, where: str) -> None:
    """A currency that Saldo does not tell of has neither money nor debts."""
    oracle, cautious = Oracle(), Oracle()
    arrivals = notebook.arrivals[currency]
    oracle.live_through(arrivals, partial(notebook.spent, currency), START, as_of)
    if balance is None:
        assert not any(oracle.history.values()), where
        return
    assert told_by(balance.statement) == oracle.told(as_of), where
    for point in balance.statement.series:
        assert (point.balance.amount, point.spent.amount) == (
            oracle.history[point.day],
            notebook.spent(currency, point.day),
        ), where
    cautious.live_through(arrivals, partial(notebook.spent, currency, with_fees=True), START, as_of)
    assert balance.cautious.amount == cautious.balance(), where
    count_kinds(notebook.kinds, oracle, balance)


def count_kinds(kinds: Counter[str], oracle: Oracle, balance: Balance) -> None:
    kinds["forfeited"] += any(heap.lost for heap in oracle.heaps)
    kinds["overdrawn"] += oracle.debt > 0
    kinds["assumed lots"] += any(heap.guessed for heap in oracle.heaps)
    kinds["fees"] += balance.cautious != balance.statement.balance


async def readings(store: Store, tenant: TenantId) -> list[Adjustment]:
    entries = [record.body for record in await store.read(LEDGER.of_tenant(tenant))]
    return [entry for entry in entries if isinstance(entry, Adjustment)]


async def live(folder: Path, seeds: Sequence[int]) -> Counter[str]:
    """How many of the histories had each kind of thing."""
    store = await open_store(folder, chain_key=b"a key for tests")
    try:
        had: Counter[str] = Counter()
        for at in range(0, len(seeds), AT_ONCE):
            for kinds in await asyncio.gather(*(lived(store, seed) for seed in seeds[at : at + AT_ONCE])):
                had.update({kind: 1 for kind, count in kinds.items() if count})
        return had
    finally:
        await store.close()


def judge(had: Counter[str], histories: int) -> None:
    """The histories would prove little if one of these were seldom in them."""
    sys.stdout.write(f"{histories} histories, of which had: {dict(had.most_common())}\n")
    for kind in KINDS:
        assert had[kind] > histories / 10, kind


KINDS = (
    "a day replaced",
    "late rows",
    "rows mended or taken back",
    "readings",
    "assumed lots",
    "two currencies",
    "forfeited",
    "overdrawn",
    "fees",
)


async def test_100_random_histories_equal_the_oracle_to_the_millionth(tmp_path: Path) -> None:
    judge(await live(tmp_path, range(100)), 100)


@pytest.mark.soak
async def test_10_000_random_histories_equal_the_oracle_to_the_millionth(tmp_path: Path) -> None:
    had: Counter[str] = Counter()
    for first in range(1_000, 11_000, 1_000):
        had += await live(tmp_path / str(first), range(first, first + 1_000))
    judge(had, 10_000)


async def test_the_oracle_would_find_a_millionth_that_is_missing(tmp_path: Path) -> None:
    """A check of the check: with one row more in the notes than in the books, they differ."""
    store = await open_store(tmp_path, chain_key=b"a key for tests")
    tenant, notebook = TenantId("history"), Notebook()
    try:
        for event in history(7):
            notebook.note(event)
            await book(store, tenant, event)
        (balance, *_) = (await read_balance(store, CLOCK, tenant)).each
    finally:
        await store.close()
    currency = balance.statement.currency
    hold(balance, notebook, currency, LAST, "")
    forgotten = CallRow("forgotten", LAST, "", None, "user_out", "France", "MCOPSTNPP", 1, 1, 0, currency)
    notebook.rows.setdefault(LAST, {})["forgotten"] = forgotten
    with pytest.raises(AssertionError):
        hold(balance, notebook, currency, LAST, "")
