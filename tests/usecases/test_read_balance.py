"""The balance is read from a cache that is never the truth."""

from datetime import date
from typing import Any, cast

import pytest

from bot.domain.balance import Balances
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.usage_batch import UsageBatch
from bot.ports.collections import BALANCES, LEDGER
from bot.ports.store import Delete, Put, Record, Store, Stream
from bot.store.tiny import TinyStore
from bot.usecases import read_balance as module
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.import_usage import import_usage
from bot.usecases.read_balance import TODAY, read_balance, read_ledger
from tests.clock import StillClock
from tests.domain.usage_rows import row
from tests.fakes import TENANT
from tests.usecases.rivals import RivalStore

OPERATOR = PersonId("operator:ana")
KEPT = BALANCES.key(TENANT, TODAY)


class NoLedger(RivalStore):
    """Reading the whole ledger is what a turn must not need."""

    async def read(self, stream: Stream[Any], *, after_seq: int = 0, limit: int = 1_000) -> list[Record[Any]]:
        raise AssertionError("the ledger was read")


async def booked(store: TinyStore, clock: StillClock) -> None:
    await add_purchase(store, clock, TENANT, Bought(Money.of(500, "EUR"), date(2026, 11, 1)), OPERATOR)
    await import_usage(store, clock, TENANT, UsageBatch.of([row()]), OPERATOR)


def shown(balances: Balances) -> list[str]:
    return [str(balance.statement.available) for balance in balances.each]


async def test_an_empty_ledger_has_no_balance(store: TinyStore) -> None:
    assert (await read_balance(store, StillClock(), TENANT)).each == ()


async def test_a_second_look_reads_the_cache_alone(store: TinyStore) -> None:
    clock = StillClock()
    await booked(store, clock)
    first = await read_balance(store, clock, TENANT)
    assert shown(first) == ["499.99"]
    assert await read_balance(cast("Store", NoLedger(store, [])), clock, TENANT) == first
    assert await read_balance(cast("Store", NoLedger(store, [])), clock, TENANT, as_of=date(2026, 11, 22)) == first


async def test_a_new_entry_makes_the_cache_old(store: TinyStore) -> None:
    clock = StillClock()
    await booked(store, clock)
    await read_balance(store, clock, TENANT)
    await import_usage(store, clock, TENANT, UsageBatch.of([row("r2")]), OPERATOR)
    assert shown(await read_balance(store, clock, TENANT)) == ["499.98"]


async def test_a_new_day_makes_the_cache_old(store: TinyStore) -> None:
    clock = StillClock()
    await booked(store, clock)
    await read_balance(store, clock, TENANT)
    clock.move(days=1)
    assert (await read_balance(store, clock, TENANT)).as_of == date(2026, 11, 23)


async def test_the_cache_may_be_dropped_without_changing_an_answer(store: TinyStore) -> None:
    clock = StillClock()
    await booked(store, clock)
    first = await read_balance(store, clock, TENANT)
    kept = await store.get(KEPT)
    assert kept is not None
    await store.commit([Delete(KEPT, kept.version)])
    assert await read_balance(store, clock, TENANT) == first


async def test_another_day_is_computed_and_leaves_the_cache_alone(store: TinyStore) -> None:
    clock = StillClock()
    await booked(store, clock)
    await read_balance(store, clock, TENANT)
    assert shown(await read_balance(store, clock, TENANT, as_of=date(2026, 11, 2))) == ["500.00"]
    kept = await store.get(KEPT)
    assert kept is not None
    assert (kept.version, kept.body.as_of) == (1, date(2026, 11, 22))


async def test_when_somebody_else_keeps_the_balance_first_ours_is_as_true(store: TinyStore) -> None:
    clock = StillClock()
    await booked(store, clock)

    async def rival() -> None:
        await store.commit([Put(KEPT, Balances(date(2026, 11, 1), 0, ()), 0)])

    slow = cast("Store", RivalStore(store, [rival]))
    assert shown(await read_balance(slow, clock, TENANT)) == ["499.99"]
    assert shown(await read_balance(store, clock, TENANT)) == ["499.99"]


async def test_a_long_ledger_is_read_in_pieces(store: TinyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)
    clock = StillClock()
    for number in range(4):
        await import_usage(store, clock, TENANT, UsageBatch.of([row(f"r{number}")]), OPERATOR)
    assert [record.seq for record in await read_ledger(store, TENANT)] == [1, 2, 3, 4]
    assert [record.seq for record in await read_ledger(store, TENANT, after_seq=1)] == [2, 3, 4]
    assert (await store.head(LEDGER.of_tenant(TENANT))).seq == 4
