"""The books behind the balance, numbered as the ledger numbers them; and the requests behind what is pending."""

from datetime import date

from bot.domain.ledger import Cause
from bot.usecases.explain_balance import explain_balance
from bot.usecases.read_balance import read_balance
from tests.fakes import TENANT
from tests.usecases.world import World, eur


async def test_the_balance_is_explained_by_the_ledgers_entries_as_of_any_day(world: World) -> None:
    await world.buy(100, date(2026, 11, 1))
    await world.spend(10, date(2026, 11, 5))
    await world.spend(4, date(2026, 11, 9))
    (told,) = (await explain_balance(world.store, world.clock, TENANT)).each
    assert told.balance == (await read_balance(world.store, world.clock, TENANT)).each[0].statement.balance
    assert [(step.cause, step.entries) for step in told.steps] == [
        (Cause.PURCHASE, (1,)),
        (Cause.USAGE, (2,)),
        (Cause.USAGE, (3,)),
    ]
    (then,) = (await explain_balance(world.store, world.clock, TENANT, as_of=date(2026, 11, 6))).each
    assert (then.balance, len(then.steps)) == (eur(90), 2)


async def test_what_is_pending_comes_from_requests_that_are_under_way(world: World) -> None:
    await world.send("r1", amount=500)
    await world.send("r2", amount=70)
    await world.approve("r1")
    assert (await explain_balance(world.store, world.clock, TENANT)).pending == {"r1": eur(500)}
