import asyncio
from datetime import date

import pytest

from bot.domain.alerts import Episode, Level
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.settings import NamedPerson
from bot.ports.collections import EPISODES
from bot.ports.errors import Retry
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.read_balance import read_balance
from bot.usecases.watch_balance import level_of, threshold_of, watch_balance
from tests.fakes import ANA, EVA, LUIS, TENANT
from tests.usecases.world import World, eur


async def watch(world: World) -> list[str]:
    """Who is told, after a look at the balance."""
    await watch_balance(world.outside, TENANT)
    return sorted(id_ for id_, job in (await world.jobs()).items() if job.kind == "tell_low")


async def episode(world: World, currency: str = "EUR") -> Episode:
    document = await world.store.get(EPISODES.key(TENANT, currency))
    return document.body if document else Episode()


def told(number: int, currency: str = "EUR") -> list[str]:
    return [f"tell_low:{currency}:{number}:{person.id}" for person in (ANA, LUIS)]


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
    assert await watch(world) == told(1)


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
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    settings = await world.configure(threshold=eur(400))
    assert (threshold_of(balance, settings), level_of(balance, settings)) == (eur(400), Level.LOW)
    settings = await world.configure(threshold=Money.of(400, "USD"))
    assert (threshold_of(balance, settings), level_of(balance, settings)) == (eur(200), Level.OK)


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
