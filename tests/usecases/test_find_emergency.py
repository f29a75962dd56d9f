"""How long the money lasts: by the forecast, by a figure that was just entered, and by an empty wallet."""

from datetime import timedelta

import pytest

from bot.domain.emergency import Emergency
from bot.domain.events import Evidence, Reject
from bot.ports.collections import FORECASTS
from bot.usecases.find_emergency import find_emergency
from bot.usecases.reconcile import ask_for_second, book_alone, weigh_reading
from bot.usecases.reconcile_opening import Reading
from tests.fakes import ANA, LUIS, TENANT
from tests.jobs.diary import short_of_money
from tests.usecases.world import SEEN_ON, World, by, eur


async def found(world: World, currency: str = "EUR") -> Emergency | None:
    return await find_emergency(world.store, world.clock, TENANT, currency)


async def enter(world: World, amount: int, *, hours_ago: float = 0) -> None:
    """What somebody reads in the admin center, too far from the books for them alone."""
    reading = Reading(eur(amount), world.clock.now() - timedelta(hours=hours_ago))
    weighed = await weigh_reading(world.store, world.clock, TENANT, reading)
    await ask_for_second(world.store, world.clock, TENANT, f"a{amount}", by(ANA), weighed)


async def test_of_an_unknown_wallet_nothing_is_told(world: World) -> None:
    assert await found(world) is None
    await world.spend(5)
    assert await found(world) is None
    await world.buy(100)
    assert await found(world, "USD") is None


async def test_an_empty_wallet_lasts_no_hour(world: World) -> None:
    await world.buy(100)
    await world.spend(100)
    assert await found(world) == Emergency(0, Evidence.FORECAST)


@pytest.mark.parametrize(("lasts_days", "urgent"), [(4, True), (12, False)])
async def test_the_forecast_that_is_kept_tells_the_hours(world: World, lasts_days: int, urgent: bool) -> None:
    await short_of_money(world, lasts_days)
    emergency = await found(world)
    assert emergency is not None
    assert (emergency.evidence, emergency.is_urgent) == (Evidence.FORECAST, urgent)


async def test_a_figure_that_was_just_entered_counts_at_once_though_nobody_has_agreed_to_it(world: World) -> None:
    await short_of_money(world, 60)
    calm = await found(world)
    await enter(world, 20)
    emergency = await found(world)
    assert calm is not None
    assert not calm.is_urgent
    assert emergency is not None
    assert (emergency.evidence, emergency.is_urgent) == (Evidence.PORTAL, True)
    assert 40 <= emergency.hours_left <= 48  # ten a day


async def test_a_figure_of_this_morning_or_one_that_was_turned_down_counts_no_more(world: World) -> None:
    await short_of_money(world, 60)
    calm = await found(world)
    await enter(world, 20, hours_ago=7)
    assert await found(world) == calm
    await enter(world, 21)
    await world.decide("a21", LUIS, Reject())
    assert await found(world) == calm


async def test_a_figure_that_was_booked_counts_too(world: World) -> None:
    """Without a forecast the pace of the last weeks tells what 96 hours cost."""
    await world.spend(10, SEEN_ON)
    reading = Reading(eur(10), world.clock.now())
    await book_alone(world.store, world.clock, TENANT, reading, by(ANA))
    assert await world.store.get(FORECASTS.key(TENANT, "EUR")) is None
    assert await found(world) == Emergency(24, Evidence.PORTAL)


async def test_where_nobody_knows_what_a_day_costs_a_figure_says_nothing(world: World) -> None:
    await book_alone(world.store, world.clock, TENANT, Reading(eur(10), world.clock.now()), by(ANA))
    assert await found(world) is None
