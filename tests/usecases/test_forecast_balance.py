"""The forecast is worked out anew when something moved, kept, and told along its curve until the next time."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.ledger import UsageChange
from bot.domain.money import Money
from bot.domain.runway import Forecast
from bot.domain.usage import Source, UsageSum
from bot.ports.collections import FORECASTS, LEDGER, SPEND_CURVES
from bot.ports.store import Append, Delete, Put
from bot.usecases.forecast_balance import forecast_balances, read_forecasts
from bot.usecases.read_balance import read_balance
from tests.fakes import LUIS, TENANT
from tests.usecases.world import SEEN_ON, World, eur, touch


async def spend_daily(world: World, days: int = 28, amount: int = 10) -> None:
    for number in range(days):
        await world.spend(amount, SEEN_ON - timedelta(days=number))


async def made(world: World) -> Forecast:
    return (await forecast_balances(world.store, world.clock, TENANT))["EUR"]


async def read(world: World) -> Forecast:
    balances = await read_balance(world.store, world.clock, TENANT)
    return (await read_forecasts(world.store, TENANT, balances))["EUR"]


async def kept_version(world: World) -> int:
    document = await world.store.get(FORECASTS.key(TENANT, "EUR"))
    return document.version if document else 0


@pytest.fixture
async def spending(world: World) -> World:
    """480 bought, 280 of them spent, ten a day."""
    await world.buy(480, date(2026, 10, 1))
    await spend_daily(world)
    return world


async def test_without_any_entry_there_is_no_forecast(world: World) -> None:
    assert await forecast_balances(world.store, world.clock, TENANT) == {}


async def test_it_is_kept_and_made_anew_only_when_something_moved(spending: World) -> None:
    first = await made(spending)
    assert first.runway is not None
    assert first.runway.p50 == SEEN_ON + timedelta(days=20)
    assert await made(spending) == first
    assert await kept_version(spending) == 1
    await spending.buy(100)
    second = await made(spending)
    assert second.runway is not None
    assert second.runway.p50 == SEEN_ON + timedelta(days=30)
    spending.clock.move(days=1)
    assert (await made(spending)).made_on == first.made_on + timedelta(days=1)
    assert await kept_version(spending) == 3


async def test_what_is_approved_and_not_funded_is_told_apart(spending: World) -> None:
    await spending.send(amount=100)
    await spending.approve(who=LUIS)
    told = await made(spending)
    assert (told.pending, told.runway is not None) == (eur(100), True)
    assert told.with_pending is not None
    assert told.with_pending.p50 == SEEN_ON + timedelta(days=30)


async def test_less_than_two_weeks_tell_no_day(world: World) -> None:
    await world.buy(100, date(2026, 11, 1))
    await spend_daily(world, days=13, amount=1)
    told = await made(world)
    assert (told.days, told.runway, told.is_early) == (13, None, True)
    assert await world.store.get(SPEND_CURVES.key(TENANT, "EUR")) is None
    await world.buy(50)
    assert (await read(world)).runway is None


async def test_a_purchase_and_a_correction_are_no_negative_usage(spending: World) -> None:
    before = await made(spending)
    correction = UsageChange(
        "late", SEEN_ON, Source.GRAPH, (UsageSum("EUR", -50_000_000, 0, 0),), spending.clock.now()
    )
    await spending.store.commit([Append(LEDGER.of_tenant(TENANT), "late", correction)])
    after = await made(spending)
    assert before.habits is not None
    assert after.habits is not None
    assert 0 < after.habits.weekday_micros <= before.habits.weekday_micros


async def test_until_it_is_made_anew_money_is_told_along_the_curve_that_is_kept(spending: World) -> None:
    first = await made(spending)
    assert await read(spending) == first
    await spending.buy(100)
    told = await read(spending)
    assert told.runway is not None
    assert told.runway == (await made(spending)).runway
    assert told.warn_on == told.runway.p10


async def test_usage_that_was_read_since_leaves_the_days_as_they_are_for_a_moment(spending: World) -> None:
    first = await made(spending)
    await spending.spend(10, SEEN_ON + timedelta(days=1))
    assert await read(spending) == first


async def test_money_that_is_gone_since_has_no_day(spending: World) -> None:
    await made(spending)
    await spending.spend(210, SEEN_ON)
    assert (await read(spending)).runway is None


async def test_where_the_curve_is_gone_no_day_is_told_until_the_next_time(spending: World) -> None:
    await made(spending)
    await spending.store.commit([Delete(SPEND_CURVES.key(TENANT, "EUR"), 1)])
    await spending.buy(100)
    assert (await read(spending)).runway is None


async def test_a_currency_without_a_forecast_is_left_out(world: World) -> None:
    await world.buy(100)
    assert await read_forecasts(world.store, TENANT, await read_balance(world.store, world.clock, TENANT)) == {}


async def test_two_at_once_find_the_same(spending: World) -> None:
    found = await asyncio.gather(*(made(spending) for _ in range(4)))
    assert all(one == found[0] for one in found)


async def test_another_who_was_faster_is_no_trouble(spending: World) -> None:
    first = await made(spending)
    await spending.buy(100)
    busy = spending.beside(touch(spending, FORECASTS.key(TENANT, "EUR")))
    told = (await forecast_balances(busy.store, busy.clock, TENANT))["EUR"]
    assert told.seq == first.seq + 1


async def test_other_forecasts_are_read_as_they_were_written(spending: World) -> None:
    told = await made(spending)
    key = FORECASTS.key(TENANT, "EUR")
    await spending.store.commit([Put(key, replace(told, pending=Money.of(7, "EUR")), 1)])
    document = await spending.store.get(key)
    assert document is not None
    assert document.body.pending == Money.of(7, "EUR")
