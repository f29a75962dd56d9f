"""Nobody moves the books or the budget alone by more than one person may: not in steps, not by another currency."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.ledger import Adjustment
from bot.domain.money import Money
from bot.domain.requests import State
from bot.domain.settings import Account
from bot.ports.collections import LEDGER
from bot.usecases.budget import set_budget
from bot.usecases.read_balance import read_balance
from bot.usecases.reconcile import ask_for_second, book_alone, weigh_reading
from bot.usecases.reconcile_opening import Reading
from bot.usecases.set_up import set_opening_balance
from bot.usecases.settings import load_settings
from cards.actions import Verb
from tests.attack.bot import Bot, signed, texts_of
from tests.commands.talk import Talk
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import EN, World, by, eur


async def alone(world: World, portal: int | str, **back: int) -> Adjustment:
    reading = Reading(eur(portal), world.clock.now() - timedelta(**back))
    return await book_alone(world.store, world.clock, TENANT, reading, by(ANA))


async def available(world: World) -> Money:
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    return balance.statement.available


async def readings(world: World) -> list[str]:
    entries = [record.body for record in await world.store.read(LEDGER.of_tenant(TENANT))]
    return [str(entry.portal) for entry in entries if isinstance(entry, Adjustment)]


async def test_small_steps_that_come_to_a_large_one_take_a_second_person(world: World) -> None:
    await world.buy(500)
    await alone(world, "490.50")
    world.clock.move(minutes=1)
    with pytest.raises(Refusal, match="drift_too_large") as refused:
        await alone(world, "481.50")
    assert refused.value.values["drift"] == eur("-18.50")
    assert await available(world) == eur("490.50")


async def test_steps_back_in_time_are_steps_all_the_same(world: World) -> None:
    await world.buy(500, world.clock.now().date() - timedelta(days=60))
    await alone(world, "490.50", days=40)
    with pytest.raises(Refusal, match="drift_too_large"):
        await alone(world, "481.50", days=20)
    assert await available(world) == eur("490.50")


async def test_many_who_book_small_steps_at_once_book_no_large_one(world: World) -> None:
    await world.buy(500)
    told = await asyncio.gather(
        *(alone(world, 500 - 9 * step, minutes=step) for step in range(1, 9)), return_exceptions=True
    )
    assert [one for one in told if isinstance(one, Exception) and not isinstance(one, Refusal)] == []
    assert await available(world) >= eur(490)


async def test_what_a_step_took_may_be_given_back_by_one(world: World) -> None:
    await world.buy(500)
    for portal in ("490.50", "500"):
        await alone(world, portal)
        world.clock.move(minutes=1)
    assert await available(world) == eur(500)


async def test_a_second_person_begins_the_steps_anew(world: World) -> None:
    await world.buy(500)
    await alone(world, "490.50")
    reading = Reading(eur("481.50"), world.clock.now() + timedelta(minutes=1))
    weighed = await weigh_reading(world.store, world.clock, TENANT, reading)
    assert (weighed.is_small, weighed.alone, weighed.in_all) == (True, False, eur("-18.50"))
    await ask_for_second(world.store, world.clock, TENANT, "a1", by(ANA), weighed)
    await world.approve("a1", LUIS)
    await world.work()
    assert (await world.request("a1")).state is State.DONE
    world.clock.move(minutes=5)
    await alone(world, 475)
    assert await readings(world) == ["490.50", "481.50", "475.00"]


async def test_a_week_later_a_small_one_is_small_again(world: World) -> None:
    await world.buy(500)
    await alone(world, "490.50")
    world.clock.move(days=7)
    await alone(world, "481.50")
    assert await available(world) == eur("481.50")


async def test_what_began_the_books_is_no_step(world: World) -> None:
    await alone(world, 4)
    world.clock.move(minutes=1)
    await alone(world, 8)
    assert await available(world) == eur(8)


async def test_the_chat_says_why_a_small_one_waits_for_somebody_else(world: World) -> None:
    await world.buy(500)
    await alone(world, "490.50")
    world.clock.move(minutes=1)
    compared = await Talk(world, ANA).say("reconcile 481.50")
    assert EN.text("reconcile.second_in_all", drift="€18.50 less than expected") in compared.shown


async def test_a_wallet_that_holds_money_gives_way_to_none_of_another_currency(world: World) -> None:
    today = world.clock.now().date()
    await set_opening_balance(world.store, world.clock, TENANT, ANA.id, eur(850), today)
    with pytest.raises(Refusal, match="currency_other"):
        await set_opening_balance(world.store, world.clock, TENANT, ANA.id, Money.of(100_000, "USD"), today)
    assert (await load_settings(world.store, TENANT)).currency == "EUR"
    assert await readings(world) == ["850.00"]


async def test_an_empty_wallet_may_turn_out_to_be_of_another_currency(world: World) -> None:
    today = world.clock.now().date()
    await set_opening_balance(world.store, world.clock, TENANT, ANA.id, eur(0), today)
    settings = await set_opening_balance(world.store, world.clock, TENANT, ANA.id, Money.of(500, "USD"), today)
    assert settings.currency == "USD"


@pytest.mark.parametrize("amount", ["0", "-5", "-0.00", "0.001", "1e30", "NaN", "99999999999999"])
async def test_no_button_makes_a_budget_of_nothing(bot: Bot, amount: str) -> None:
    await bot.world.configure(account=Account.MCA)
    await bot.press(signed(Verb.BUDGET_SET, "q1", 0, amount=amount, currency="EUR"))
    assert (await load_settings(bot.world.store, TENANT)).budget is None
    assert bot.watch.bugs == []


@pytest.mark.parametrize("amount", [0, -5])
async def test_a_budget_is_more_than_nothing(world: World, amount: int) -> None:
    await world.configure(account=Account.MCA, budget=eur(500))
    with pytest.raises(Refusal, match="amount_not_positive"):
        await set_budget(world.store, world.clock, TENANT, ANA.id, eur(amount))


async def test_a_budget_is_not_raised_by_changing_its_currency(bot: Bot) -> None:
    await bot.world.introduce(ANA)
    await bot.world.configure(account=Account.MCA, budget=eur(500), currency="USD")
    asked = await bot.press(signed(Verb.BUDGET_SET, "q1", 0, amount="900000", currency="USD"))
    assert (await load_settings(bot.world.store, TENANT)).budget == eur(500)
    assert any("€500.00" in text for text in texts_of(asked))
    assert [request.state for request in await bot.world.requests()] == [State.PENDING]


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2099-01-01T00:00:00+00:00", "2026-11-22", "²"],
)
@pytest.mark.parametrize("verb", [Verb.RECONCILE_OPEN, Verb.RECONCILE_BOOK])
async def test_a_moment_that_no_calendar_has_books_nothing(bot: Bot, verb: Verb, moment: str) -> None:
    await bot.world.buy(500)
    await bot.press(signed(verb, "q1", 0, amount="500", currency="EUR", read_at=moment))
    assert await readings(bot.world) == []
    assert bot.watch.bugs == []
