"""What a look at a request that waits leads to, where the jobs' own tests do not come by."""

from datetime import timedelta

import pytest

from bot.domain.people import Person
from bot.domain.timing import LOOK_EVERY, MOST_ROUNDS, Need, Reminders
from bot.ports.collections import JOBS, REMINDERS
from bot.ports.store import Check, Conflict, Delete, Put
from bot.usecases import pursue_request as pursue
from bot.usecases import remind_people
from bot.usecases.propose_recharge import withdraw_request
from bot.usecases.pursue_ratification import pursue_ratification
from bot.usecases.pursue_request import need_for, pursue_request, take_up
from bot.usecases.remind_people import people_asked
from tests.fakes import ANA, CARMEN, EVA, LUIS, OMAR, TENANT
from tests.jobs.diary import staff
from tests.usecases.test_break_glass import call, empty
from tests.usecases.world import World, by


async def look(world: World, id_: str = "r1") -> timedelta | None:
    request = await world.request(id_)
    return await pursue_request(world.outside, TENANT, id_, request.created_at, [])


async def forget(world: World, id_: str) -> None:
    """As if it had been sent before there were reminders."""
    key = JOBS.key(TENANT, f"pursue_request:{id_}:2")
    known = await world.store.get(key)
    assert known is not None
    await world.store.commit([Delete(key, known.version)])


async def pursued(world: World) -> list[str]:
    return sorted(id_ for id_, job in (await world.jobs()).items() if job.kind == "pursue_request")


async def test_what_was_sent_before_there_were_reminders_is_taken_up_at_the_next_start(world: World) -> None:
    await staff(world)
    for id_ in ("r1", "r2", "r3", "r4"):
        await world.send(id_)
        await forget(world, id_)
    await withdraw_request(world.store, world.clock, TENANT, "r2", by(ANA))
    await world.approve("r4")
    now = world.clock.now()
    await world.store.commit([Put(REMINDERS.key(TENANT, "r3"), Reminders(now, now, calm=MOST_ROUNDS), 0)])
    await world.send("r5")
    world.clock.move(days=200)
    for _ in range(2):
        await take_up(world.outside, TENANT)
    assert await pursued(world) == ["pursue_request:r1:2", "pursue_request:r4:3", "pursue_request:r5:2"]
    await look(world, "r1")
    assert [job.payload["line"] for job in (await world.jobs()).values() if job.kind == "remind_person"] == []
    await world.work()
    assert "request.reminders" in await world.verbs()


async def test_two_processes_that_start_at_once_take_it_up_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await staff(world)
    for number in range(3):
        await world.send(f"r{number}")
        await forget(world, f"r{number}")
    monkeypatch.setattr(pursue, "CHUNK", 2)

    async def first() -> None:
        await take_up(world.outside, TENANT)

    await take_up(world.beside(first).outside, TENANT)
    assert len(await pursued(world)) == 3


async def test_after_the_last_round_nobody_looks_any_more(world: World) -> None:
    await staff(world)
    await world.send()
    now = world.clock.now()
    await world.store.commit([Put(REMINDERS.key(TENANT, "r1"), Reminders(now, now, calm=MOST_ROUNDS), 0)])
    world.clock.move(days=60)
    assert await look(world) is None


async def test_an_approval_that_may_still_be_taken_back_is_looked_at_and_reminds_nobody(world: World) -> None:
    await staff(world)
    await world.send()
    await world.approve()
    world.clock.move(days=60)
    assert await look(world) == timedelta(minutes=1)
    assert "request.reminders" not in await world.verbs()


async def test_a_look_that_is_taken_again_after_a_crash_finds_the_round_done(world: World) -> None:
    await staff(world)
    await world.send()
    world.clock.move(days=3)
    for _ in range(3):
        await look(world)
    assert (await world.verbs()).count("request.reminders") == 1


async def test_a_round_is_not_written_where_another_runner_has_taken_the_job(world: World) -> None:
    await staff(world)
    await world.send()
    world.clock.move(days=3)
    taken = Check(JOBS.key(TENANT, "pursue_request:r1:2"), 7)
    since = (await world.request()).created_at
    with pytest.raises(Conflict):
        await pursue_request(world.outside, TENANT, "r1", since, [taken])
    assert "request.reminders" not in await world.verbs()


async def test_licences_are_never_more_urgent_than_calm(world: World) -> None:
    await empty(world)
    assert await need_for(world.outside, TENANT, await world.request()) is Need.CRITICAL
    await world.plan(EVA)
    await world.submit("l1")
    assert await need_for(world.outside, TENANT, await world.request("l1")) is Need.CALM
    assert await look(world, "l1") == LOOK_EVERY[Need.CALM]


async def test_whoever_may_approve_licences_and_was_not_asked_reads_that_it_is_about_them(world: World) -> None:
    await world.introduce(ANA, OMAR)
    await world.plan(EVA)
    await world.submit("l1")
    for days in (2, 6):
        world.clock.move(days=days)
        await look(world, "l1")
    (job,) = [job for id_, job in (await world.jobs()).items() if id_ == f"remind_person:l1:{OMAR.id}"]
    assert job.payload["line"] == "approval_licenses"


@pytest.mark.parametrize("chunk", [1, 500])
async def test_whoever_was_sent_a_card_was_asked_however_many_they_are(
    world: World, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(remind_people, "CHUNK", chunk)
    await staff(world)
    await world.send()
    await world.work()
    assert await asked(world) == {LUIS, CARMEN}


async def asked(world: World) -> set[Person]:
    ids = await people_asked(world.store, TENANT, await world.request())
    return {person for person in world.directory.people.values() if person.id in ids}


async def test_that_it_was_not_ratified_is_on_record_once(world: World) -> None:
    await empty(world)
    since = (await call(world)).changed_at
    world.clock.move(hours=80)
    for _ in range(2):
        assert await pursue_ratification(world.outside, TENANT, "r1", since, []) is None
    assert (await world.verbs()).count("request.overdue") == 1
