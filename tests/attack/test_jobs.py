"""Jobs outlive a full disk, a document that nobody can read, long outages and tenants that left; none tells tales."""

import asyncio
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import Refusal
from bot.domain.events import Approve
from bot.domain.jobs import Job
from bot.domain.requests import State
from bot.jobs import runner as module
from bot.jobs.handlers import HANDLERS
from bot.jobs.job import DONE, Ending, Handler, finish
from bot.jobs.runner import LONGEST_DELAY, MOST_ATTEMPTS, Runner
from bot.ports.collections import JOBS
from bot.ports.errors import Retry
from bot.ports.order_desk import Funded
from bot.ports.store import Document, Operation, Put
from bot.store.connection import FILE_NAME
from bot.store.errors import StoreUnavailable
from bot.usecases.fund_order import confirm_order
from bot.usecases.pending import pending_recharges
from bot.views.house import House
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import EN, OTHER_TENANT, BusyStore, World, by, eur

JOB_ID = "try:1"


async def give(world: World, tenant: Any = TENANT, id_: str = JOB_ID) -> None:
    await world.store.commit([Put(JOBS.key(tenant, id_), Job("try", world.clock.now()), 0)])


async def finished(house: House, job: Document[Job]) -> Ending:
    await house.outside.store.commit(finish(job))
    return DONE


class FullDisk(BusyStore):
    """Nothing can be written, nor leased, as long as it is `full`."""

    full: bool | str = True

    async def commit(self, operations: Sequence[Operation]) -> None:
        if self.full:
            raise StoreUnavailable("database or disk is full")
        await super().commit(operations)

    async def lease(self, now: datetime, *, limit: int, seconds: int) -> list[Document[Any]]:
        if self.full == "wholly":
            raise StoreUnavailable("database is locked")
        return await super().lease(now, limit=limit, seconds=seconds)


@pytest.mark.parametrize("full", [True, "wholly"])
async def test_a_store_that_cannot_be_written_for_a_while_does_not_end_the_work(
    world: World, full: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0.01)
    await give(world)
    store = FullDisk(world.store, [])
    store.full = full
    runner = Runner(replace(world, store=store).house, {"try": finished})
    running = asyncio.create_task(runner.run())
    await asyncio.sleep(0.05)
    assert not running.done()
    store.full = False
    world.clock.move(minutes=5)  # whatever lease there was has ended
    async with asyncio.timeout(5):
        while await world.jobs():  # noqa: ASYNC110 -- the store is the witness
            await asyncio.sleep(0.01)
    runner.stop()
    await running


async def test_a_job_that_nobody_can_read_starves_no_other(world: World, tmp_path: Path) -> None:
    for number in range(4):
        await give(world, id_=f"try:{number}")
    with sqlite3.connect(tmp_path / FILE_NAME) as file:
        file.execute("UPDATE documents SET body = json_set(body, '$.schema', 99) WHERE id = 'try:0'")
    file.close()
    runner = Runner(world.house, {"try": finished})
    for _ in range(3):
        await runner.run_due()
        world.clock.move(minutes=5)
    with sqlite3.connect(tmp_path / FILE_NAME) as file:
        assert file.execute("SELECT id FROM documents WHERE collection = 'jobs'").fetchall() == [("try:0",)]
    file.close()


async def test_nothing_is_done_for_a_tenant_that_is_no_longer_on_the_list(world: World) -> None:
    done: list[str] = []

    async def noted(house: House, job: Document[Job]) -> Ending:
        done.append(job.key.tenant)
        return await finished(house, job)

    await give(world)
    await give(world, OTHER_TENANT)
    runner = Runner(world.house, {"try": noted}, tenants=frozenset({TENANT}))
    for _ in range(2 * MOST_ATTEMPTS):
        await runner.run_due()
        world.clock.move(seconds=LONGEST_DELAY.total_seconds())
    assert done == [TENANT]
    back = Runner(world.house, {"try": noted}, tenants=frozenset({TENANT, OTHER_TENANT}))
    await back.run_due()
    assert done == [TENANT, OTHER_TENANT]


async def out_of_order(world: World, hours: int, *calls: str) -> None:
    """For so long the desk takes nothing, and the directory has no answer to `calls`."""
    world.desk.broken = Retry("busy")
    world.directory.broken |= {name: Retry("busy") for name in calls}
    for _ in range(hours // 6):
        await world.work()
        world.clock.move(hours=6)
    world.desk.broken = None
    world.directory.broken.clear()
    await world.work()


async def test_an_outage_within_the_order_s_term_loses_nothing_that_was_approved(world: World) -> None:
    await world.send()
    await world.approve()
    await out_of_order(world, 48)
    assert (await world.request()).state is State.EXECUTING
    assert list(world.desk.orders) == ["r1"]


@pytest.mark.parametrize("calls", [(), ("active_roles",)])
async def test_an_outage_beyond_the_order_s_term_ends_in_a_lapse_that_is_told_and_frees_the_way(
    world: World, calls: tuple[str, ...]
) -> None:
    """Three working days are the term of every order, whyever it is not confirmed: to place it after weeks, when
    somebody may have bought long since, would double it."""
    await world.introduce(ANA, LUIS)
    await world.send()
    await world.approve()
    await out_of_order(world, 24 * 30, *calls)
    assert (await world.request()).state is State.LAPSED
    assert world.desk.orders == {}
    told = [chat for chat, message in world.messenger.sent if message.text == EN.text("lock.lapsed")]
    assert sorted(told) == [f"chat-{ANA.id}", f"chat-{LUIS.id}"]
    assert await pending_recharges(world.store, TENANT) == {}
    await world.send("r2")
    await world.approve("r2")
    await world.work()
    assert list(world.desk.orders) == ["r2"]


async def test_money_that_comes_after_a_lapse_is_booked(world: World) -> None:
    await world.send()
    await world.approve()
    await out_of_order(world, 24 * 30)
    funded = Funded(eur(500), world.clock.now().date(), "PO-1")
    for _ in range(2):
        await confirm_order(world.store, world.clock, TENANT, "r1", funded, by(LUIS))
    assert (await world.request()).state is State.DONE
    assert [str(one.amount) for one in await world.purchases()] == ["500.00"]


async def test_what_an_exception_says_is_in_no_log_and_no_document(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "Ana Torres +34 600 123 456 1.500,00 €"

    async def broken(house: House, job: Document[Job]) -> Ending:
        raise ValueError(secret)

    await give(world)
    runner = Runner(world.house, {"try": broken})
    for _ in range(MOST_ATTEMPTS + 1):
        await runner.run_due()
        world.clock.move(hours=2)
    dead = (await world.jobs())[JOB_ID]
    assert dead.dead
    assert dead.last_error == "ValueError"
    told = [value for record in caplog.records for value in (record.getMessage(), str(vars(record).get("reason")))]
    assert not [text for text in told if "Ana" in text]


async def test_a_handler_that_commits_and_dies_before_it_says_so_has_one_effect(world: World) -> None:
    await world.send()
    await world.approve()

    def dying(handler: Handler) -> Handler:
        async def wrapped(house: House, job: Document[Job]) -> Ending:
            await handler(house, job)
            raise RuntimeError("killed")

        return wrapped

    for _ in range(4):
        await world.work({kind: dying(handler) for kind, handler in HANDLERS.items()})
        world.clock.move(minutes=3)
    assert list(world.desk.orders) == ["r1"]
    assert (await world.request()).state is State.EXECUTING
    assert (await world.verbs()).count("request.begin") == 1


async def test_a_clock_that_jumps_back_and_forth_runs_nothing_twice(world: World) -> None:
    await world.send()
    for hours in (-48, 96, -24, 48):
        world.clock.move(hours=hours)
        await world.work()
    await world.approve()
    for hours in (-48, 96):
        world.clock.move(hours=hours)
        await world.work()
    assert list(world.desk.orders) == ["r1"]
    assert (await world.verbs()).count("request.begin") == 1


async def test_rights_that_were_lost_again_and_again_end_with_no_order(world: World) -> None:
    """Who is asked again presses the button of the newest card, which knows how often their approval fell away."""
    roles = world.directory.roles[LUIS.id]
    await world.send()
    for times in range(5):
        world.directory.roles[LUIS.id] = roles
        await world.decide("r1", LUIS, Approve(taken_back=times))
        world.directory.roles[LUIS.id] = frozenset()
        await world.work()
        with pytest.raises(Refusal, match="not_an_approver"):
            await world.decide("r1", LUIS, Approve(taken_back=times + 1))
    world.directory.roles[LUIS.id] = roles
    with pytest.raises(Refusal, match="state_pending"):
        await world.approve()  # the button of the first card
    assert world.desk.orders == {}
    assert (await world.request()).state is State.PENDING
