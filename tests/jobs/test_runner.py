import asyncio
import logging
from datetime import timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.jobs import runner as module
from bot.jobs.job import DONE, Again, Ending, Handler, finish
from bot.jobs.runner import LEASE_SECONDS, LONGEST_DELAY, MOST_ATTEMPTS, RUN_SECONDS, Runner
from bot.ports.collections import AUDIT, JOBS
from bot.ports.errors import Final, NotFound, Retry, Unknown
from bot.ports.store import Conflict, Delete, Document, Put
from bot.store.errors import StoreClosed
from bot.views.house import House
from tests.fakes import TENANT
from tests.usecases.world import OTHER_TENANT, World

KEY = JOBS.key(TENANT, "try:1")


async def give(world: World, kind: str = "try", id_: str = "try:1", seconds: float = 0) -> None:
    """A job that is due in so many seconds."""
    job = Job(kind, world.clock.now() + timedelta(seconds=seconds))
    await world.store.commit([Put(JOBS.key(TENANT, id_), job, 0)])


async def finished(house: House, job: Document[Job]) -> Ending:
    await house.outside.store.commit(finish(job))
    return DONE


def raising(error: Exception) -> Handler:
    async def handler(house: House, job: Document[Job]) -> Ending:
        raise error

    return handler


async def run(world: World, handler: Handler) -> int:
    return await Runner(world.house, {"try": handler}).run_due()


async def job(world: World, id_: str = "try:1") -> Job:
    return (await world.jobs())[id_]


async def delay(world: World) -> float:
    """In how many seconds the job comes again."""
    return ((await job(world)).due_at - world.clock.now()).total_seconds()


async def attempt(world: World, handler: Handler, times: int) -> list[float]:
    """The pauses between so many attempts, each made as soon as it is due."""
    pauses = []
    for _ in range(times):
        assert await run(world, handler) == 1
        pauses.append(await delay(world))
        world.clock.move(seconds=pauses[-1])
    return pauses


async def until_idle(world: World) -> None:
    async with asyncio.timeout(5):
        while await world.jobs():  # noqa: ASYNC110 -- the store is the witness, and it sets no event
            await asyncio.sleep(0.005)


async def test_a_job_that_is_due_is_done_once_and_one_that_is_not_waits(world: World) -> None:
    await give(world)
    await give(world, id_="try:2", seconds=1)
    assert await run(world, finished) == 1
    assert list(await world.jobs()) == ["try:2"]
    assert await run(world, finished) == 0
    world.clock.move(seconds=1)
    assert await run(world, finished) == 1
    assert await world.jobs() == {}


async def test_jobs_of_all_tenants_are_done(world: World) -> None:
    await give(world)
    other = Job("try", world.clock.now())
    await world.store.commit([Put(JOBS.key(OTHER_TENANT, "try:1"), other, 0)])
    assert await run(world, finished) == 2


async def test_a_job_in_hand_is_nobody_elses_until_its_lease_ends(world: World) -> None:
    assert RUN_SECONDS < LEASE_SECONDS
    await give(world)

    async def slow(house: House, job: Document[Job]) -> Ending:
        assert await run(world, finished) == 0
        world.clock.move(seconds=LEASE_SECONDS)
        assert await run(world, finished) == 1
        return await finished(house, job)  # too late: somebody else has ended it

    assert await run(world, slow) == 1
    assert await world.jobs() == {}


async def test_what_failed_in_passing_comes_again_after_ever_longer_pauses(world: World) -> None:
    await give(world)
    pauses = await attempt(world, raising(Retry("busy")), 9)
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 1280]
    assert (await job(world)).last_error == "Retry"


async def test_the_pause_that_a_service_asks_for_is_honored_and_bounded(world: World) -> None:
    await give(world)
    assert await attempt(world, raising(Retry("busy", after_seconds=33)), 1) == [33]
    assert await attempt(world, raising(Retry("busy", after_seconds=86_000)), 1) == [LONGEST_DELAY.total_seconds()]


async def test_a_lost_answer_and_a_job_that_takes_too_long_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give(world)
    await attempt(world, raising(Unknown("lost")), 1)
    monkeypatch.setattr(module, "RUN_SECONDS", 0.01)

    async def endless(house: House, job: Document[Job]) -> Ending:
        await asyncio.Event().wait()
        return DONE

    await attempt(world, endless, 1)
    assert (await job(world)).last_error == "TimeoutError"
    await run(world, finished)
    assert await world.jobs() == {}


async def test_after_the_last_attempt_a_job_is_given_up_and_shown_with_its_reason(world: World) -> None:
    await give(world)
    await attempt(world, raising(Retry("always busy")), MOST_ATTEMPTS - 1)
    assert await run(world, raising(Retry("always busy"))) == 1
    dead = await job(world)
    assert (dead.dead, dead.last_error, dead.attempts) == (True, "always busy", MOST_ATTEMPTS)
    world.clock.move(days=365)
    assert await run(world, finished) == 0


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Refusal("request_unknown"), "request_unknown"),
        (Final("no", code="unauthorized"), "unauthorized"),
        (NotFound("no such thing"), "no such thing"),
    ],
)
async def test_what_will_never_work_is_given_up_at_once(world: World, error: Exception, reason: str) -> None:
    await give(world)
    await run(world, raising(error))
    assert ((await job(world)).dead, (await job(world)).last_error) == (True, reason)


async def test_rights_that_cannot_be_read_now_are_read_again_later(world: World) -> None:
    await give(world)

    async def unreadable(house: House, job: Document[Job]) -> Ending:
        raise Refusal("rights_unreadable") from Retry("busy", after_seconds=7)

    assert await attempt(world, unreadable, 1) == [7]
    assert not (await job(world)).dead


async def test_rights_that_can_never_be_read_give_the_job_up(world: World) -> None:
    await give(world)

    async def unreadable(house: House, job: Document[Job]) -> Ending:
        raise Refusal("rights_unreadable") from Final("no", code="bad_request")

    await run(world, unreadable)
    assert (await job(world)).last_error == "rights_unreadable"


async def test_a_kind_that_nobody_knows_is_given_up(world: World) -> None:
    await give(world, kind="of a later version")
    await run(world, finished)
    assert (await job(world)).dead


async def test_a_bug_is_logged_once_an_attempt_and_the_job_comes_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await give(world)
    with caplog.at_level(logging.INFO, "saldo.jobs"):
        assert await attempt(world, raising(KeyError("a bug")), 1) == [5]
    failures = [record for record in caplog.records if record.exc_info]
    assert [record.getMessage() for record in failures] == ["job failed"]
    assert (await job(world)).last_error == "KeyError"


async def test_each_job_has_one_line_that_tells_how_it_ended(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await give(world)
    with caplog.at_level(logging.INFO, "saldo.jobs"):
        await run(world, finished)
    (record,) = caplog.records
    told = vars(record)
    assert (told["kind"], told["job"], told["ending"], told["head"]) == ("try", "try:1", "done", "")
    assert told["milliseconds"] >= 0


async def test_a_jobs_line_carries_the_head_of_the_audit(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.draft()
    await give(world)
    with caplog.at_level(logging.INFO, "saldo.jobs"):
        await run(world, finished)
    head = await world.store.head(AUDIT.of_tenant(TENANT))
    assert {vars(record)["head"] for record in caplog.records} == {head.short}


async def test_a_reason_without_end_is_cut(world: World) -> None:
    await give(world)
    await run(world, raising(Final("x" * 10_000)))
    assert len((await job(world)).last_error) == 200


async def test_one_job_that_fails_keeps_no_other_from_being_done(world: World) -> None:
    await give(world)
    await give(world, kind="other", id_="other:1")
    runner = Runner(world.house, {"try": raising(KeyError("a bug")), "other": finished})
    assert await runner.run_due() == 2
    assert list(await world.jobs()) == ["try:1"]


async def test_a_job_that_wants_to_come_again_does_and_counts_no_attempts(world: World) -> None:
    await give(world)

    async def later(house: House, job: Document[Job]) -> Ending:
        return Again(timedelta(minutes=3))

    assert await attempt(world, later, 3) == [180, 180, 180]
    assert (await job(world)).attempts == 0


@pytest.mark.parametrize("error", [Conflict(KEY), StoreClosed()])
async def test_what_somebody_else_ended_and_what_the_end_of_the_house_cut_off_is_left_alone(
    world: World, error: Exception
) -> None:
    await give(world)
    await run(world, raising(error))
    kept = await job(world)
    assert (kept.dead, kept.last_error) == (False, "")


async def test_a_failure_that_another_runner_has_dealt_with_meanwhile_is_left_alone(world: World) -> None:
    await give(world)

    async def overtaken(house: House, job: Document[Job]) -> Ending:
        await house.outside.store.commit([Delete(job.key, job.version)])
        raise Retry("busy")

    await run(world, overtaken)
    assert await world.jobs() == {}


async def test_a_clock_job_is_never_given_up_for_good(world: World) -> None:
    for error in (Refusal("usage_without_currency"), Final("no", code="bad_request")):
        world = World(world.store, world.clock)
        id_ = f"clock:{type(error).__name__}"
        await give(world, id_=id_)
        await run(world, raising(error))
        kept = await job(world, id_)
        assert (kept.dead, kept.attempts, kept.due_at) == (False, 0, world.clock.now() + LONGEST_DELAY)
        assert kept.last_error in {"usage_without_currency", "bad_request"}


async def test_a_clock_goes_on_after_an_outage_however_long(world: World) -> None:
    await give(world, id_="clock:try")
    for _ in range(3 * MOST_ATTEMPTS):
        await run(world, raising(Retry("busy")))
        world.clock.move(seconds=LONGEST_DELAY.total_seconds())
    assert not (await job(world, "clock:try")).dead
    assert await run(world, finished) == 1


async def test_a_running_runner_does_what_comes_and_stops_when_told(world: World) -> None:
    runner = Runner(world.house, {"try": finished})
    running = asyncio.create_task(runner.run())
    await give(world)
    await until_idle(world)
    runner.stop()
    await running


async def test_a_runner_looks_of_itself_for_what_becomes_due(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0.01)
    await give(world, seconds=60)
    runner = Runner(world.house, {"try": finished})
    running = asyncio.create_task(runner.run())
    await asyncio.sleep(0.03)
    assert len(await world.jobs()) == 1
    world.clock.move(minutes=1)
    await until_idle(world)
    runner.stop()
    await running


async def test_a_runner_that_is_told_to_stop_finishes_what_it_has_in_hand(world: World) -> None:
    started, may_end = asyncio.Event(), asyncio.Event()

    async def slow(house: House, job: Document[Job]) -> Ending:
        started.set()
        await may_end.wait()
        return await finished(house, job)

    await give(world)
    runner = Runner(world.house, {"try": slow})
    running = asyncio.create_task(runner.run())
    async with asyncio.timeout(5):
        await started.wait()
        runner.stop()
        await asyncio.sleep(0)
        assert not running.done()
        may_end.set()
        await running
    assert await world.jobs() == {}


async def test_settled_means_that_nothing_is_in_hand_and_nothing_is_due_soon(world: World) -> None:
    soon = timedelta(seconds=3)
    runner = Runner(world.house, {"try": finished})
    await runner.settle(soon, 5)
    await give(world, seconds=4)
    await runner.settle(soon, 5)
    await give(world, id_="try:2", seconds=2)
    settling = asyncio.create_task(runner.settle(soon, 5))
    await asyncio.sleep(0.05)
    assert not settling.done()
    world.clock.move(seconds=2)
    await runner.run_due()
    world.clock.move(seconds=-2)
    await settling


async def test_waiting_for_quiet_ends_with_patience_and_dead_jobs_are_quiet(world: World) -> None:
    runner = Runner(world.house, {})
    await give(world)
    await runner.settle(timedelta(0), 0.05)
    assert not (await job(world)).dead
    await runner.run_due()
    await runner.settle(timedelta(days=365), 5)
    assert (await job(world)).dead
