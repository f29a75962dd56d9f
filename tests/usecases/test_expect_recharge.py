"""The mirror is kept; below its trigger a recharge is expected, once a dip; what nobody answers ends by itself."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.auto_recharge import Course, Mirror
from bot.domain.errors import Refusal
from bot.domain.people import PersonId, Right, Role
from bot.domain.settings import NamedPerson
from bot.ports.collections import AUTO_RECHARGE, EXPECTED
from bot.ports.errors import MissingPermission, Retry
from bot.ports.store import Conflict
from bot.usecases.expect_recharge import expect_recharge
from bot.usecases.find_people import people_with
from bot.usecases.mirror_auto_recharge import (
    ATTEMPTS,
    ONE,
    latest_expected,
    open_expected,
    read_dip,
    read_mirror,
    set_mirror,
)
from bot.usecases.reconcile_opening import Reading, reconcile
from tests.fakes import ANA, CARMEN, EVA, LUIS, TENANT, TOM
from tests.usecases.world import World, eur, touch

BY = NamedPerson(ANA.id, ANA.name)


def mirror(world: World, *, on: bool = True, amount: int | None = 500, trigger: int | None = 100) -> Mirror:
    sums = (eur(amount) if amount else None, eur(trigger) if trigger else None)
    return Mirror(on, BY, world.clock.now(), *sums)


async def told(world: World, **facts: bool | int | None) -> None:
    await set_mirror(world.store, world.clock, TENANT, mirror(world, **facts))  # type: ignore[arg-type]  # its own


async def balance(world: World, amount: int) -> None:
    """What the admin center shows now; and a look."""
    world.clock.move(hours=1)
    await reconcile(world.store, world.clock, TENANT, Reading(eur(amount), world.clock.now()), ANA.id)
    await expect_recharge(world.outside, TENANT)


async def asked(world: World) -> list[str]:
    return sorted(id_ for id_, job in (await world.jobs()).items() if job.kind == "ask_expected")


async def test_settings_are_kept_with_who_verified_them(world: World) -> None:
    assert await read_mirror(world.store, TENANT) is None
    await told(world)
    assert await read_mirror(world.store, TENANT) == mirror(world)
    (record,) = await world.audit()
    assert (record.actor, record.verb) == (ANA.id, "auto_recharge.set")
    assert record.after["trigger"] == "100.00 EUR"
    assert await world.job_kinds() == ["watch_balance"]


async def test_the_same_again_says_that_it_was_verified_anew_and_twice_at_once_says_nothing(world: World) -> None:
    await told(world)
    await told(world)
    world.clock.move(days=1)
    await told(world)
    await told(world, on=False)
    assert await world.verbs() == ["auto_recharge.set", "auto_recharge.verify", "auto_recharge.set"]
    assert (await world.audit())[2].changes[0] == ("on", "yes", "no")


async def test_settings_that_make_no_sense_are_not_kept(world: World) -> None:
    with pytest.raises(Refusal, match="auto_recharge_incomplete"):
        await told(world, trigger=None)
    assert await read_mirror(world.store, TENANT) is None


async def test_another_writer_in_between_is_written_over_and_both_are_in_the_audit(world: World) -> None:
    await told(world, amount=300)
    rival = world.beside(touch(world, AUTO_RECHARGE.key(TENANT, ONE)))
    await set_mirror(rival.store, world.clock, TENANT, mirror(world))
    assert await read_mirror(world.store, TENANT) == mirror(world)


async def test_nothing_is_expected_while_nobody_told(world: World) -> None:
    await balance(world, 5)
    assert await latest_expected(world.store, TENANT) is None


async def test_below_the_trigger_a_recharge_is_expected_once_and_the_buyers_are_asked(world: World) -> None:
    await world.introduce(ANA, LUIS, EVA)
    await told(world)
    await balance(world, 100)
    assert await open_expected(world.store, TENANT) is None
    await balance(world, 99)
    for _ in range(3):
        await expect_recharge(world.outside, TENANT)
    document = await open_expected(world.store, TENANT)
    assert document is not None
    assert (document.body.id, document.body.amount) == ("EUR-1", eur(500))
    assert await asked(world) == [f"ask_expected:EUR-1:1:{LUIS.id}"]
    assert (await world.verbs()).count("expected.open") == 1
    assert await world.purchases() == []


async def test_many_who_look_at_once_expect_one(world: World) -> None:
    await world.introduce(LUIS)
    await told(world)
    await reconcile(world.store, world.clock, TENANT, Reading(eur(99), world.clock.now()), ANA.id)
    await asyncio.gather(*(expect_recharge(world.outside, TENANT) for _ in range(5)))
    assert await world.store.count(EXPECTED, TENANT) == 1
    assert len(await asked(world)) == 1


async def test_each_dip_expects_its_own(world: World) -> None:
    await told(world)
    for amount in (99, 400, 99, 120, 99):
        await balance(world, amount)
    assert await world.store.count(EXPECTED, TENANT) == 2
    latest = await latest_expected(world.store, TENANT)
    assert latest is not None
    assert latest.body.id == "EUR-2"


async def test_what_is_no_longer_missing_is_overtaken(world: World) -> None:
    await told(world)
    await balance(world, 99)
    await balance(world, 400)
    document = await latest_expected(world.store, TENANT)
    assert document is not None
    assert (document.body.course, document.body.open) == (Course.OVERTAKEN, False)
    assert "expected.overtake" in await world.verbs()


async def test_what_nobody_answers_lapses_after_a_week(world: World) -> None:
    await told(world)
    await balance(world, 99)
    world.clock.move(days=7)
    await expect_recharge(world.outside, TENANT)
    document = await latest_expected(world.store, TENANT)
    assert document is not None
    assert document.body.course is Course.LAPSED
    assert (await read_dip(world.store, TENANT))[0].open


async def test_without_the_directory_nothing_is_written_and_the_next_look_does_it(world: World) -> None:
    await told(world)
    world.directory.broken["holders"] = Retry("busy")
    with pytest.raises(Retry):
        await balance(world, 99)
    assert await latest_expected(world.store, TENANT) is None
    world.directory.broken.clear()
    await expect_recharge(world.outside, TENANT)
    assert await latest_expected(world.store, TENANT) is not None


async def test_after_90_days_who_keeps_the_settings_is_asked_once_more(world: World) -> None:
    await world.introduce(ANA, LUIS, EVA)
    await told(world)
    for days in (89, 1, 0, 89, 1):
        world.clock.move(days=days)
        await expect_recharge(world.outside, TENANT)
    jobs = [job.payload["person"] for job in (await world.jobs()).values() if job.kind == "ask_mirror"]
    assert sorted(jobs) == sorted([ANA.id, LUIS.id] * 2)
    assert (await world.verbs()).count("auto_recharge.ask") == 2


async def test_people_with_a_right_are_those_whom_saldo_can_write_to(world: World) -> None:
    await world.introduce(ANA, LUIS)
    await world.introduce(CARMEN, installed=False)
    world.directory.roles[CARMEN.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await world.configure(proven=(NamedPerson(ANA.id, ANA.name), NamedPerson(PersonId("id-tom"), TOM.name)))
    assert await people_with(world.outside, TENANT, Right.CONFIRM_ORDER) == [LUIS.id, ANA.id]
    assert await people_with(world.outside, TENANT, Right.APPROVE_RECHARGE) == [LUIS.id]
    world.directory.broken["holders"] = MissingPermission("RoleManagement.Read.Directory")
    assert await people_with(world.outside, TENANT, Right.CONFIRM_ORDER) == [ANA.id]


async def test_a_look_that_was_overtaken_writes_nothing(world: World) -> None:
    await told(world)
    await reconcile(world.store, world.clock, TENANT, Reading(eur(99), world.clock.now()), ANA.id)
    rival = world.beside(touch(world, AUTO_RECHARGE.key(TENANT, ONE)))
    await expect_recharge(rival.outside, TENANT)
    assert await latest_expected(world.store, TENANT) is None
    await expect_recharge(world.outside, TENANT)
    document = await latest_expected(world.store, TENANT)
    assert document is not None
    assert document.body.opened_at - world.clock.now() == timedelta(0)


async def test_whoever_never_gets_through_gives_up(world: World) -> None:
    await told(world, amount=300)
    rival = world.beside(*[touch(world, AUTO_RECHARGE.key(TENANT, ONE))] * ATTEMPTS)
    with pytest.raises(Conflict):
        await set_mirror(rival.store, world.clock, TENANT, mirror(world))
