"""The check that every test's store makes: it names all that is kept, and finds a change without its record."""

from dataclasses import replace
from types import ModuleType

import pytest

from bot.domain.audit import AuditRecord
from bot.domain.people import PersonId
from bot.domain.settings import Settings
from bot.orders import by_hand, sandbox
from bot.ports import collections
from bot.ports.collections import AUDIT, CONTROL_CODES, LEDGER, REQUESTS, SETTINGS, SUBSCRIPTIONS
from bot.ports.store import Append, Collection, Operation, Put, Store
from bot.store.tiny import TinyStore
from tests.audited import AUDITED, NOT_AUDITED, Unaudited
from tests.clock import StillClock
from tests.fakes import TENANT
from tests.usecases.world import World, eur
from tests.usecases.world import world as world

NOW = StillClock().now()
RECORD = AuditRecord(NOW, PersonId("id-ana"), "settings.zone", "tenant")


def the_bot(store: Store) -> Store:
    """Something that writes as a module of the bot does: the check goes by the caller's module."""
    room = ModuleType("bot.usecases.made_up")
    exec("async def commit(store, operations):\n    await store.commit(operations)\n", room.__dict__)

    class Writes:
        async def commit(self, operations: list[Operation]) -> None:
            await room.commit(store, operations)

    return Writes()  # type: ignore[return-value]  # nothing but commits


def record(before: str = "", after: str = "") -> Append[AuditRecord]:
    told = replace(RECORD, before={"zone": before}, after={"zone": after}) if before or after else RECORD
    return Append(AUDIT.of_tenant(TENANT), f"{before}:{after}", told)


def settings(zone: str, version: int) -> Put[Settings]:
    return Put(SETTINGS.key(TENANT, "tenant"), Settings(zone=zone), version)


def test_everything_that_is_kept_is_audited_or_has_a_reason_not_to_be() -> None:
    rooms = (collections, by_hand, sandbox)
    names = {one.name for room in rooms for one in vars(room).values() if isinstance(one, Collection)}
    assert names == AUDITED | NOT_AUDITED.keys()
    assert not AUDITED & NOT_AUDITED.keys()
    assert {REQUESTS.name, SETTINGS.name, CONTROL_CODES.name, SUBSCRIPTIONS.name} <= AUDITED


async def test_a_change_with_its_record_is_written(store: TinyStore) -> None:
    await the_bot(store).commit([settings("UTC", 0), record()])
    await the_bot(store).commit([settings("Europe/Madrid", 1), record("UTC", "Europe/Madrid")])
    assert (await store.head(AUDIT.of_tenant(TENANT))).seq == 2


async def test_a_change_without_a_record_fails(store: TinyStore) -> None:
    with pytest.raises(Unaudited, match="settings"):
        await the_bot(store).commit([settings("UTC", 0)])
    assert await store.get(SETTINGS.key(TENANT, "tenant")) is None


async def test_what_takes_the_place_of_another_without_before_and_after_fails(store: TinyStore) -> None:
    await the_bot(store).commit([settings("UTC", 0), record()])
    with pytest.raises(Unaudited, match="before and after"):
        await the_bot(store).commit([settings("Europe/Madrid", 1), record()])


async def test_money_without_a_record_fails(world: World) -> None:
    await world.buy(5)
    (purchase,) = await world.purchases()
    with pytest.raises(Unaudited, match="the ledger"):
        await the_bot(world.store).commit(
            [Append(LEDGER.of_tenant(TENANT), "another", replace(purchase, amount=eur(9)))]
        )


async def test_a_request_that_moves_without_saying_from_where_fails(world: World) -> None:
    draft, sent = await world.draft(), await world.submit()
    known = await world.store.get(REQUESTS.key(TENANT, draft.id))
    assert known is not None
    with pytest.raises(Unaudited, match="state"):
        await the_bot(world.store).commit([Put(known.key, replace(sent, state=draft.state), known.version), record()])


async def test_what_the_tests_write_themselves_is_not_looked_at(store: TinyStore) -> None:
    await store.commit([settings("UTC", 0)])
    assert await store.get(SETTINGS.key(TENANT, "tenant")) is not None
