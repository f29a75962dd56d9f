import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.alerts import Episode, Level
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.settings import NamedPerson
from bot.ports.collections import EPISODES
from bot.ports.errors import Retry
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.forecast_balance import forecast_balances
from bot.usecases.read_balance import read_balance
from bot.usecases.settings import load_settings
from bot.usecases.watch_balance import Watched, ask_to_watch, watch_balance, watched_now
from tests.fakes import ANA, EVA, LUIS, TENANT
from tests.usecases.world import World, eur

THROUGH = date(2026, 11, 20)


async def watch(world: World) -> list[str]:
    """Who is told, after a look at the balance."""
    await watch_balance(world.outside, TENANT)
    return sorted(id_ for id_, job in (await world.jobs()).items() if job.kind == "tell_low")


async def episode(world: World, currency: str = "EUR") -> Episode:
    document = await world.store.get(EPISODES.key(TENANT, currency))
    return document.body if document else Episode()


def told(number: int, currency: str = "EUR") -> list[str]:
    return [f"tell_low:{currency}:{number}:{person.id}" for person in (ANA, LUIS)]


def critical(number: int) -> list[str]:
    """The one more message that it has become critical."""
    return [f"tell_low:EUR:{number}:critical:{person.id}" for person in (ANA, LUIS)]


async def low(world: World) -> None:
    """1000 were bought and 900 spent: below the fifth that is the threshold."""
    await world.buy(1000)
    await world.spend(900)


async def test_a_wallet_of_which_nothing_is_known_alarms_nobody(world: World) -> None:
    assert await watch(world) == []
    assert await world.verbs() == []


async def test_usage_alone_does_not_make_a_wallet_empty(world: World) -> None:
    await world.spend(500)
    assert await watch(world) == []


async def test_enough_money_alarms_nobody(world: World) -> None:
    await world.buy(1000)
    await world.spend(800)
    assert await watch(world) == []
    assert await episode(world) == Episode()


async def spend_ten_a_day(world: World, days: int = 28, through: date = THROUGH) -> None:
    for number in range(days):
        await world.spend(10, through - timedelta(days=number))


async def test_where_a_day_can_be_foretold_the_warning_goes_by_it_and_not_by_the_last_purchase(world: World) -> None:
    await world.buy(10_000, date(2026, 10, 1))
    await spend_ten_a_day(world)
    watched = await look(world)
    assert (watched.threshold, watched.level) == (None, Level.OK)
    await world.configure(threshold=eur(9_900))
    assert (await look(world)).level is Level.LOW


@pytest.mark.parametrize(
    ("days_left", "expected"),
    [(40, Level.OK), (20, Level.OK), (14, Level.LOW), (12, Level.LOW), (6, Level.CRITICAL), (0, Level.EMPTY)],
)
async def test_it_is_low_within_fourteen_days_and_critical_within_five_working_days(
    world: World, days_left: int, expected: Level
) -> None:
    await world.buy(280 + 10 * days_left, date(2026, 10, 1))
    await spend_ten_a_day(world)
    assert (await look(world)).level is expected


async def test_what_becomes_critical_is_told_once_more_and_what_begins_so_once(world: World) -> None:
    await world.buy(400, date(2026, 10, 1))
    await spend_ten_a_day(world)
    assert await watch(world) == told(1)
    await world.spend(60, THROUGH)
    assert await watch(world) == critical(1) + told(1)
    await world.buy(1_000)
    await watch(world)
    assert not (await episode(world)).open
    await world.spend(1_030, THROUGH)
    assert await watch(world) == critical(1) + told(1) + told(2)


async def test_what_hangs_about_fourteen_days_is_one_episode(world: World) -> None:
    await world.buy(410, date(2026, 10, 1))
    await spend_ten_a_day(world)
    assert await watch(world) == told(1)
    await world.buy(70)
    assert (await look(world)).level is Level.OK
    assert await watch(world) == told(1)
    assert (await episode(world)).open
    await world.buy(100)
    await watch(world)
    assert not (await episode(world)).open


async def test_a_slow_approval_makes_it_critical_earlier(world: World) -> None:
    await world.buy(280 + 120, date(2026, 10, 1))
    await spend_ten_a_day(world)
    assert (await look(world)).level is Level.LOW
    forecast = (await forecast_balances(world.store, world.clock, TENANT))["EUR"]
    slow = replace(await look(world), forecast=replace(forecast, approval_days=7))
    assert slow.level is Level.CRITICAL


async def test_something_booked_has_the_balance_looked_at_and_asking_twice_is_asking_once(world: World) -> None:
    await ask_to_watch(world.store, world.clock, TENANT)
    await ask_to_watch(world.store, world.clock, TENANT)
    assert await world.job_kinds() == ["watch_balance"]
    await world.buy(100)
    assert await world.job_kinds() == ["watch_balance", "watch_balance"]
    assert await watched_now(world.outside, TENANT, await world.configure(currency="USD")) is None


async def look(world: World) -> Watched:
    await forecast_balances(world.store, world.clock, TENANT)
    watched = await watched_now(world.outside, TENANT, await load_settings(world.store, TENANT))
    assert watched is not None
    return watched


async def test_a_low_balance_tells_everybody_in_charge_once(world: World) -> None:
    await low(world)
    assert await watch(world) == told(1)
    assert await episode(world) == Episode(1, open=True, since=world.clock.now())
    world.clock.move(minutes=15)
    await watch(world)
    assert (await world.verbs()).count("alert.low_balance") == 1


async def test_an_empty_wallet_after_a_low_one_is_the_same_episode(world: World) -> None:
    await low(world)
    await watch(world)
    await world.spend(200, date(2026, 11, 19))
    assert await watch(world) == critical(1) + told(1)
    await world.spend(200, date(2026, 11, 18))
    assert await watch(world) == critical(1) + told(1)


async def test_a_wallet_that_recovered_and_fell_again_is_a_new_episode(world: World) -> None:
    await low(world)
    await watch(world)
    await world.buy(1000)
    assert await watch(world) == told(1)
    assert not (await episode(world)).open
    await world.spend(1_000, date(2026, 11, 19))
    assert await watch(world) == told(1) + told(2)
    assert (await episode(world)).number == 2


async def test_two_looks_at_once_are_one_alarm(world: World) -> None:
    await low(world)
    await asyncio.gather(*(watch_balance(world.outside, TENANT) for _ in range(4)))
    assert await watch(world) == told(1)
    assert (await world.verbs()).count("alert.low_balance") == 1


async def test_a_look_that_another_one_overtook_tells_nobody_again(world: World) -> None:
    await low(world)

    async def rival() -> None:
        await watch_balance(world.outside, TENANT)

    busy = world.beside(rival)
    await read_balance(world.store, world.clock, TENANT)  # the cache is kept, so that the first commit is the alarm
    await watch_balance(busy.outside, TENANT)
    assert await watch(world) == told(1)


async def test_when_nobody_can_be_named_nothing_is_written_and_the_next_look_alarms(world: World) -> None:
    await low(world)
    world.directory.broken["holders"] = Retry("busy")
    with pytest.raises(Retry):
        await watch(world)
    assert await episode(world) == Episode()
    world.directory.broken.clear()
    assert await watch(world) == told(1)


async def test_each_currency_has_episodes_of_its_own(world: World) -> None:
    await low(world)
    dollars = Bought(Money.of(4, "USD"), date(2026, 11, 17))
    await add_purchase(world.store, world.clock, TENANT, dollars, PersonId("operator:tests"))
    await world.spend(5, date(2026, 11, 18), currency="USD")
    assert await watch(world) == told(1) + told(1, "USD")


async def test_the_threshold_of_the_tenant_counts_in_its_currency_only(world: World) -> None:
    await world.buy(1000)
    await world.spend(700)
    watched = await watched_now(world.outside, TENANT, await world.configure(threshold=eur(400)))
    assert watched is not None
    assert (watched.threshold, watched.level) == (eur(400), Level.LOW)
    watched = replace(watched, settings=await world.configure(threshold=Money.of(400, "USD")))
    assert (watched.threshold, watched.level) == (eur(200), Level.OK)


async def test_a_warning_counts_connection_fees_on_top_because_nobody_knows_whether_charges_hold_them(
    world: World,
) -> None:
    await world.buy(1000)
    await world.spend(750, connection_micros=eur(100).micros)
    assert await watch(world) == told(1)


async def test_approvers_and_who_set_it_up_are_told_too(world: World) -> None:
    await world.configure(approvers=(NamedPerson(EVA.id, EVA.name),))
    await low(world)
    assert f"tell_low:EUR:1:{EVA.id}" in await watch(world)
    assert (await world.audit())[-1].details == {"people": "3"}
