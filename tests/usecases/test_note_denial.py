"""Denied attempts: a flood is one small document, and then one record."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.denials import Denial
from bot.domain.people import Person
from bot.ports.collections import AUDIT, DENIALS, JOBS
from bot.ports.store import Conflict
from bot.usecases.note_denial import Denials, record_denial
from tests.fakes import ANA, EVA, TENANT
from tests.usecases.world import World, touch

VERB = "request.approve"


def denial(world: World, who: Person = EVA, verb: str = VERB) -> Denial:
    now = world.clock.now()
    return Denial(who.id, verb, now, now, codes=("not_an_approver",))


async def counts(world: World) -> list[int]:
    page = await world.store.find(DENIALS, TENANT)
    return [document.body.count for document in page.documents]


async def test_one_denial_is_counted_at_once_and_recorded_when_its_minute_is_over(world: World) -> None:
    await Denials().note(world.store, TENANT, denial(world))
    assert (await counts(world), await world.job_kinds()) == ([1], ["record_denial"])
    await world.work()
    assert await world.audit() == []
    world.clock.move(minutes=1)
    await world.work()
    (record,) = await world.audit()
    assert (record.actor, record.verb, record.details["count"]) == (EVA.id, "denied.request.approve", "1")
    assert (await counts(world), await world.job_kinds()) == ([], [])


async def test_ten_thousand_denied_clicks_are_one_document_one_job_and_one_record(world: World) -> None:
    denials, one = Denials(), denial(world)
    before = world.store.known_head(AUDIT.of_tenant(TENANT))
    for _ in range(100):
        await asyncio.gather(*(denials.note(world.store, TENANT, one) for _ in range(100)))
    assert await counts(world) == [10_000]
    assert await world.store.count(JOBS, TENANT) == 1
    assert world.store.known_head(AUDIT.of_tenant(TENANT)) == before
    world.clock.move(minutes=1)
    await world.work()
    assert [record.details["count"] for record in await world.audit()] == ["10000"]


async def test_every_actor_verb_and_minute_has_a_record_of_its_own(world: World) -> None:
    denials = Denials()
    for who, verb in ((EVA, VERB), (ANA, VERB), (EVA, "say.balance"), (EVA, VERB)):
        await denials.note(world.store, TENANT, denial(world, who, verb))
    world.clock.move(minutes=1)
    await denials.note(world.store, TENANT, denial(world))
    world.clock.move(minutes=1)
    await world.work()
    told = sorted((record.actor, record.verb, record.details["count"]) for record in await world.audit())
    assert told == [
        (ANA.id, f"denied.{VERB}", "1"),
        (EVA.id, f"denied.{VERB}", "1"),
        (EVA.id, f"denied.{VERB}", "2"),
        (EVA.id, "denied.say.balance", "1"),
    ]


async def test_another_process_that_counts_too_loses_nothing(world: World) -> None:
    one = denial(world)
    await Denials().note(world.store, TENANT, one)

    async def rival() -> None:
        await Denials().note(world.store, TENANT, one)

    await Denials().note(world.beside(rival).store, TENANT, one)
    assert await counts(world) == [3]


async def test_a_count_that_never_gets_its_turn_says_so(world: World) -> None:
    one = denial(world)
    await Denials().note(world.store, TENANT, one)
    deeds = [touch(world, DENIALS.key(TENANT, one.id)) for _ in range(60)]
    denials = Denials()
    with pytest.raises(Conflict):
        await denials.note(world.beside(*deeds).store, TENANT, one)
    await denials.note(world.store, TENANT, one)  # the next one is counted again
    assert await counts(world) == [2]


async def test_a_minute_is_recorded_once_though_its_job_runs_twice(world: World) -> None:
    one = denial(world)
    await Denials().note(world.store, TENANT, one)
    for _ in range(2):
        await record_denial(world.store, TENANT, one.id, [])
    assert await world.verbs() == [f"denied.{VERB}"]


async def test_a_minute_that_the_clock_tells_twice_is_recorded_twice(world: World) -> None:
    for seconds in (0, -3):
        world.clock.move(seconds=seconds)
        await Denials().note(world.store, TENANT, denial(world))
        await record_denial(world.store, TENANT, denial(world).id, [])
    assert len(await world.audit()) == 2


async def test_what_is_counted_while_the_record_is_written_goes_into_it_with_the_next_try(world: World) -> None:
    one = denial(world)
    await Denials().note(world.store, TENANT, one)
    beside = world.beside(touch(world, DENIALS.key(TENANT, one.id)))
    with pytest.raises(Conflict):
        await record_denial(beside.store, TENANT, one.id, [])
    assert await world.audit() == []
    assert one.over_at - one.minute == timedelta(minutes=1)
