from dataclasses import replace
from datetime import date, timedelta

from bot.usecases.weigh_recharge import Effect, weigh_recharge
from tests.fakes import TENANT
from tests.usecases.world import SEEN_ON, World, eur


async def weigh(world: World, amount: int) -> Effect:
    """Without the course until now."""
    return replace(await weigh_recharge(world.store, world.clock, TENANT, eur(amount)), course=())


async def spend_daily(world: World, amount: int | str, days: int) -> None:
    for n in range(days):
        await world.spend(amount, SEEN_ON - timedelta(days=n))


async def test_of_a_wallet_that_nobody_told_about_nothing_can_be_said(world: World) -> None:
    assert await weigh(world, 500) == Effect(None, None)


async def test_usage_alone_does_not_tell_what_a_recharge_leads_to(world: World) -> None:
    await spend_daily(world, 10, 14)
    assert await weigh(world, 500) == Effect(None, None)


async def test_without_usage_the_balance_is_told_and_no_end(world: World) -> None:
    await world.buy(100)
    assert await weigh(world, 500) == Effect(eur(600), None)


async def test_less_than_two_weeks_of_usage_tell_no_end(world: World) -> None:
    await world.buy(500)
    await spend_daily(world, 10, 13)
    assert await weigh(world, 500) == Effect(eur(870), None)


async def test_two_weeks_of_usage_tell_when_the_money_would_be_used_up(world: World) -> None:
    await world.buy(500)
    await spend_daily(world, 10, 14)
    assert await weigh(world, 140) == Effect(eur(500), SEEN_ON + timedelta(days=50))


async def test_how_the_balance_went_until_now_is_told_day_by_day(world: World) -> None:
    await world.buy(100)
    await spend_daily(world, 10, 3)
    effect = await weigh_recharge(world.store, world.clock, TENANT, eur(50))
    days = dict(effect.course)
    assert list(days) == sorted(days)
    assert days[SEEN_ON] == eur(70)
    assert effect.course[-1][1] == eur(70)


async def test_a_recharge_first_pays_what_is_overdrawn(world: World) -> None:
    await world.buy(100)
    await spend_daily(world, 10, 20)
    assert (await weigh(world, 500)).balance == eur(400)


async def test_who_spends_nothing_has_no_end_in_sight(world: World) -> None:
    await world.buy(500)
    await spend_daily(world, 0, 14)
    assert await weigh(world, 100) == Effect(eur(600), None)


async def test_money_that_lasts_beyond_ten_years_has_no_end_worth_naming(world: World) -> None:
    await world.buy(500, date(2026, 11, 1))
    await spend_daily(world, "0.01", 14)
    assert (await weigh(world, 1_000)).runs_out_on is None
