"""Who gets the month-end statement, and that a month is sent once."""

from datetime import date

from bot.domain.month_end import Month
from bot.domain.people import PersonId
from bot.ports.collections import JOBS, MONTHS_MADE, SUBSCRIPTIONS
from bot.usecases.subscribe import is_subscribed, make_month_end, subscribe, unsubscribe
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import World

OCTOBER = Month(2026, 10)


async def want(world: World, *people: PersonId) -> None:
    for person in people:
        await subscribe(world.store, world.clock, TENANT, person)


async def send_jobs(world: World) -> list[str]:
    return sorted(id_ for id_ in await world.jobs() if id_.startswith("send_report:"))


async def test_a_subscription_is_kept_once_and_ended_once_with_a_record_each(world: World) -> None:
    for _ in range(2):
        await want(world, ANA.id)
    assert await is_subscribed(world.store, TENANT, ANA.id)
    assert not await is_subscribed(world.store, TENANT, LUIS.id)
    for _ in range(2):
        await unsubscribe(world.store, world.clock, TENANT, ANA.id)
    assert not await is_subscribed(world.store, TENANT, ANA.id)
    assert await world.verbs() == ["report.subscribe", "report.unsubscribe"]


async def test_two_who_end_one_subscription_at_once_end_it_once(world: World) -> None:
    await want(world, ANA.id)

    async def rival() -> None:
        await unsubscribe(world.store, world.clock, TENANT, ANA.id)

    await unsubscribe(world.beside(rival).store, world.clock, TENANT, ANA.id)
    assert await world.verbs() == ["report.subscribe", "report.unsubscribe"]


async def test_a_settled_month_is_sent_to_all_who_want_it_and_never_again(world: World) -> None:
    await want(world, ANA.id, LUIS.id)
    await world.spend(1, date(2026, 11, 1))
    assert await make_month_end(world.outside, TENANT) == OCTOBER
    assert await send_jobs(world) == [f"send_report:2026-10:{ANA.id}", f"send_report:2026-10:{LUIS.id}"]
    assert await make_month_end(world.outside, TENANT) is None
    made = await world.store.get(MONTHS_MADE.key(TENANT, "2026-10"))
    assert made is not None
    assert made.body.people == 2


async def test_usage_that_is_missing_is_waited_for_some_days(world: World) -> None:
    await want(world, ANA.id)
    await world.spend(1, date(2026, 10, 30))
    world.clock.move(days=-18)  # 4 November
    assert await make_month_end(world.outside, TENANT) is None
    world.clock.move(days=2)
    assert await make_month_end(world.outside, TENANT) is None
    world.clock.move(days=1)
    assert await make_month_end(world.outside, TENANT) == OCTOBER


async def test_two_runners_send_a_month_once(world: World) -> None:
    await want(world, ANA.id)

    async def rival() -> None:
        assert await make_month_end(world.outside, TENANT) == OCTOBER

    assert await make_month_end(world.beside(rival).outside, TENANT) is None
    assert len(await send_jobs(world)) == 1


async def test_however_many_want_it_each_gets_it(world: World) -> None:
    await want(world, *(PersonId(f"p{number:03}") for number in range(501)))
    await make_month_end(world.outside, TENANT)
    assert len(await send_jobs(world)) == 501
    assert await world.store.count(SUBSCRIPTIONS, TENANT) == 501
    assert await world.store.count(JOBS, TENANT) == 501
