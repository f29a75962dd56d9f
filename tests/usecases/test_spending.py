from datetime import date, timedelta

from bot.usecases.pending import pending_recharges
from bot.usecases.spending import spending_by_day
from tests.fakes import LUIS, TENANT
from tests.usecases.world import SEEN_ON, World, call, eur


async def test_each_day_that_is_known_has_its_sum_also_those_that_cost_nothing(world: World) -> None:
    await world.spend(3)
    await world.spend(0, SEEN_ON - timedelta(days=1))
    await world.spend(5, SEEN_ON - timedelta(days=9))
    found = await spending_by_day(world.store, TENANT, "EUR", (SEEN_ON - timedelta(days=5), SEEN_ON))
    assert found == {SEEN_ON: eur(3), SEEN_ON - timedelta(days=1): eur(0)}


async def test_years_of_days_are_read_page_by_page(world: World) -> None:
    first = date(2025, 1, 1)
    for number in range(501):
        await world.spend(0, first + timedelta(days=number))
    assert len(await spending_by_day(world.store, TENANT, "EUR", (first, SEEN_ON))) == 501


async def test_another_currency_costs_nothing_of_this_one(world: World) -> None:
    await world.spend(3, currency="USD")
    assert call("x").currency == "EUR"
    assert await spending_by_day(world.store, TENANT, "EUR", (SEEN_ON, SEEN_ON)) == {SEEN_ON: eur(0)}


async def test_what_is_approved_and_not_there_yet_is_pending(world: World) -> None:
    for id_, amount in (("r1", 500), ("r2", 250), ("r3", 100)):
        await world.send(id_, amount=amount)
    await world.approve("r1", LUIS)
    await world.approve("r2", LUIS)
    assert await pending_recharges(world.store, TENANT) == {"EUR": eur(750)}
