from datetime import date, timedelta

from bot.domain.jobs import Job
from bot.jobs import month_end, sync, watch
from bot.jobs.clockwork import wind_up
from bot.jobs.handlers import CLOCK_JOBS, HANDLERS
from bot.ports.collections import JOBS, USAGE_DAYS
from bot.ports.errors import MissingPermission, Retry
from bot.ports.store import Put
from bot.usecases.sync_usage import ask_for_sync
from tests.fakes import ANA, TENANT
from tests.usecases.world import OTHER_TENANT, World, call


async def due_in(world: World, kind: str) -> timedelta:
    return (await world.jobs())[f"clock:{kind}"].due_at - world.clock.now()


async def low(world: World) -> None:
    await world.introduce(ANA)
    await world.buy(1000)
    await world.spend(900)


async def test_every_tenant_has_each_clock_once_and_a_clock_that_goes_keeps_its_time(world: World) -> None:
    assert set(CLOCK_JOBS) <= set(HANDLERS)
    await wind_up(world.house, TENANT, CLOCK_JOBS)
    await world.work()
    world.clock.move(minutes=1)
    await wind_up(world.house, TENANT, CLOCK_JOBS)
    await wind_up(world.house, OTHER_TENANT, CLOCK_JOBS)
    assert sorted(await world.jobs()) == ["clock:month_end", "clock:sync_usage", "clock:watch_balance"]
    assert await due_in(world, "watch_balance") == watch.EVERY - timedelta(minutes=1)
    assert await due_in(world, "month_end") == month_end.EVERY - timedelta(minutes=1)
    assert await world.store.count(JOBS, OTHER_TENANT) == len(CLOCK_JOBS)


async def test_after_downtime_a_clock_strikes_once(world: World) -> None:
    await wind_up(world.house, TENANT, ["watch_balance"])
    await world.work()
    world.clock.move(days=30)
    await low(world)
    await world.work()
    assert len(world.messenger.sent) == 1
    assert await due_in(world, "watch_balance") == watch.EVERY


async def test_the_same_work_asked_for_once_is_done_once(world: World) -> None:
    await low(world)
    job = Job("watch_balance", world.clock.now())
    await world.store.commit([Put(JOBS.key(TENANT, "watch_balance:r1"), job, 0)])
    await world.work()
    assert len(world.messenger.sent) == 1
    assert await world.jobs() == {}


async def test_usage_is_read_every_few_hours_and_a_balance_that_it_makes_low_is_told_at_once(world: World) -> None:
    await world.introduce(ANA)
    await world.buy(290, date(2026, 6, 1))
    days = [call("x").day - timedelta(days=number) for number in range(28)]
    world.calls.rows = {day: [call(f"dear-{day}", day, charge_micros=10_000_000)] for day in days}
    await wind_up(world.house, TENANT, ["sync_usage"])
    await world.work()
    assert await world.store.count(USAGE_DAYS, TENANT) == 180
    assert len(world.messenger.sent) == 1
    assert await due_in(world, "sync_usage") == sync.EVERY


async def test_without_the_permission_there_is_nothing_to_read_and_the_clock_goes_on(world: World) -> None:
    world.calls.broken = MissingPermission("CallRecord-PstnCalls.Read.All")
    await wind_up(world.house, TENANT, ["sync_usage"])
    await ask_for_sync(world.store, world.clock, TENANT)
    await world.work()
    assert list(await world.jobs()) == ["clock:sync_usage"]
    assert await due_in(world, "sync_usage") == sync.EVERY


async def test_a_busy_graph_is_asked_again_soon_and_what_was_read_stays(world: World) -> None:
    await wind_up(world.house, TENANT, ["sync_usage"])
    world.calls.broken_from, world.calls.broken = call("x").day, Retry("busy", after_seconds=60)
    await world.work()
    assert await world.store.count(USAGE_DAYS, TENANT) == 179
    assert await due_in(world, "sync_usage") == timedelta(seconds=60)
