"""The same money told twice: in two spellings, by two people, in two places."""

from datetime import date

import pytest

from bot.domain.errors import Refusal
from bot.domain.requests import State
from bot.ports.order_desk import Funded
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.fund_order import confirm_order
from tests.fakes import LUIS, TENANT
from tests.usecases.orders import ordered
from tests.usecases.world import World, by, eur

DAY = date(2026, 11, 20)
SPELLINGS = ["g-4711", " G-4711 ", "G -4711", "G–4711", "G-4711\u200b", "Ｇ-４７１１"]


async def tell(world: World, number: str, amount: int = 500) -> None:
    await add_purchase(world.store, world.clock, TENANT, Bought(eur(amount), DAY, number), LUIS.id)


async def sums(world: World) -> list[str]:
    return [str(one.amount) for one in await world.purchases()]


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_an_order_number_books_once_however_it_is_typed(world: World, spelling: str) -> None:
    await tell(world, "G-4711")
    await tell(world, spelling)
    assert await sums(world) == ["500.00"]
    with pytest.raises(Refusal) as refused:
        await tell(world, spelling, 600)
    assert refused.value.code == "order_number_used"


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_an_order_is_not_booked_beside_its_number_in_another_spelling(world: World, spelling: str) -> None:
    await ordered(world)
    await tell(world, "G-4711")
    funded = Funded(eur(500), DAY, spelling)
    request = await confirm_order(world.store, world.clock, TENANT, "r1", funded, by(LUIS))
    assert request.state is State.DONE
    assert await sums(world) == ["500.00"]


async def test_a_number_of_nothing_to_read_is_no_number(world: World) -> None:
    await tell(world, "\u200b")
    await tell(world, "\u200b\u200b")
    assert await sums(world) == ["500.00", "500.00"]
