"""No money is counted twice, in the wrong currency, or so large that nothing can be counted any more."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.ledger import Adjustment, Purchase
from bot.domain.money import Money
from bot.domain.people import PersonId, Role
from bot.domain.requests import State
from bot.domain.settings import NamedPerson
from bot.domain.usage_batch import UsageBatch
from bot.ports.collections import CONTROL_CODES, JOBS, LEDGER
from bot.ports.order_desk import Funded
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.book_entry import ATTEMPTS
from bot.usecases.fund_order import confirm_order
from bot.usecases.import_usage import import_usage
from bot.usecases.propose_recharge import withdraw_request
from bot.usecases.prove_control import enter_code, issue_code
from bot.usecases.read_balance import read_balance
from bot.usecases.reconcile_opening import Reading, reconcile
from bot.usecases.settings import load_settings
from cards.actions import Verb
from tests.attack.bot import Bot, signed
from tests.fakes import ANA, EVA, GRACE, LUIS, TENANT
from tests.usecases.world import SEEN_ON, World, by, call, eur, touch

OPERATOR = PersonId("operator:tests")
TODAY = date(2026, 11, 22)


async def ordered(world: World, reference: str = "PO-1") -> None:
    """An approved recharge whose money the desk will confirm under `reference`."""
    await world.send()
    await world.approve()
    await world.work()
    world.desk.answers["r1"] = Funded(eur(500), TODAY, reference)
    world.clock.move(minutes=10)


async def book(world: World, number: str | None, amount: int = 500, on: date = TODAY) -> Purchase:
    return await add_purchase(world.store, world.clock, TENANT, Bought(eur(amount), on, number), OPERATOR)


async def booked(world: World) -> list[tuple[str | None, str]]:
    return [(purchase.order_number, str(purchase.amount)) for purchase in await world.purchases()]


async def test_an_order_that_was_typed_in_already_is_not_booked_again_with_its_request(
    world: World,
) -> None:
    await ordered(world)
    await book(world, "PO-1")
    await world.work()
    assert (await world.request()).state is State.DONE
    assert await booked(world) == [("PO-1", "500.00")]


async def test_an_order_that_is_typed_in_at_the_very_moment_of_its_funding_is_booked_once(world: World) -> None:
    await ordered(world)

    async def typed() -> None:
        await book(world, "PO-1")

    await world.beside(typed, typed).work()
    world.clock.move(minutes=10)
    await world.work()
    assert (await world.request()).state is State.DONE
    assert await booked(world) == [("PO-1", "500.00")]


async def test_a_ledger_that_never_holds_still_leaves_the_funding_for_later(world: World) -> None:
    await ordered(world)
    numbers = iter(range(1_000))

    async def typed() -> None:
        await book(world, f"PO-{next(numbers) + 100}", 1)

    await world.beside(*[typed] * (ATTEMPTS + 1)).work()
    assert (await world.request()).state is State.EXECUTING
    world.clock.move(minutes=10)
    await world.work()
    assert (await world.request()).state is State.DONE
    assert (await booked(world)).count(("PO-1", "500.00")) == 1


async def test_a_runner_that_lost_its_lease_funds_nothing(world: World) -> None:
    await ordered(world)
    (id_,) = [id_ for id_, job in (await world.jobs()).items() if job.kind == "follow_order"]
    await world.beside(touch(world, JOBS.key(TENANT, id_))).work()
    assert await booked(world) == []
    world.clock.move(minutes=10)
    await world.work()
    assert await booked(world) == [("PO-1", "500.00")]


async def test_another_sum_under_the_same_number_hides_no_money_that_a_request_brought(world: World) -> None:
    await ordered(world)
    await book(world, "PO-1", 300)
    await world.work()
    assert (await world.request()).state is State.DONE
    assert await booked(world) == [("PO-1", "300.00"), ("PO-1", "500.00")]


async def test_purchases_without_a_number_hide_no_money_that_a_request_brought(world: World) -> None:
    await ordered(world, reference="")
    await book(world, None)
    await world.work()
    assert len(await booked(world)) == 2


async def test_one_order_number_typed_by_many_at_once_is_one_purchase(world: World) -> None:
    await asyncio.gather(*(book(world, "PO-7") for _ in range(12)))
    assert await booked(world) == [("PO-7", "500.00")]


async def test_one_file_imported_by_many_at_once_is_counted_once(world: World) -> None:
    rows = [call(f"c{number}", SEEN_ON - timedelta(days=number % 5)) for number in range(50)]
    await asyncio.gather(
        *(import_usage(world.store, world.clock, TENANT, UsageBatch.of(rows), OPERATOR) for _ in range(4))
    )
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert balance.statement.overdrawn == eur("0.50")


async def test_twenty_approvals_at_once_place_one_order(world: World) -> None:
    world.directory.roles[GRACE.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
    await world.send()
    deeds = [world.approve("r1", who) for who in (LUIS, GRACE) * 10]
    told = await asyncio.gather(*deeds, return_exceptions=True)
    assert [one for one in told if isinstance(one, Exception) and not isinstance(one, Refusal)] == []
    assert len((await world.request()).decisions) == 1
    await world.work()
    assert list(world.desk.orders) == ["r1"]


async def test_an_approval_and_a_withdrawal_at_once_leave_one_of_the_two(world: World) -> None:
    await world.send()
    withdrawal = withdraw_request(world.store, world.clock, TENANT, "r1", by(ANA))
    await asyncio.gather(world.approve(), withdrawal, return_exceptions=True)
    await world.work()
    request = await world.request()
    assert (request.state is State.WITHDRAWN) is (world.desk.orders == {})
    assert (request.state is State.WITHDRAWN) is (request.decisions == ())


@pytest.mark.parametrize("amount", ["10000000000.01", "1000000000000", "999999999999.99"])
async def test_no_entry_is_so_large_that_the_balance_cannot_be_told_any_more(world: World, amount: str) -> None:
    """The ledger never forgets: what is booked once must be countable for ever."""
    for _ in range(3):
        with pytest.raises(Refusal, match="amount_too_large"):
            await add_purchase(world.store, world.clock, TENANT, Bought(eur(amount), TODAY), OPERATOR)
        with pytest.raises(Refusal, match="amount_too_large"):
            await reconcile(world.store, world.clock, TENANT, Reading(eur(amount), world.clock.now()), OPERATOR)
    await world.buy(10_000_000_000)
    await reconcile(world.store, world.clock, TENANT, Reading(eur(10_000_000_000), world.clock.now()), OPERATOR)
    await world.buy(10_000_000_000, TODAY)
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert balance.statement.available > eur(10_000_000_000)


async def test_calls_of_the_first_days_of_time_break_no_forecast(world: World) -> None:
    rows = [call("old", date.min), call("far", date.max)]
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of(rows), OPERATOR)
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert balance.statement.overdrawn == eur("0.01")
    assert balance.outlook.days == 1


@pytest.mark.parametrize("currency", ["XAU", "ERU", "ZZZ", "eu", "12E", "E€R", ""])
async def test_a_currency_that_does_not_exist_becomes_nobodys_wallet(bot: Bot, currency: str) -> None:
    data = signed(Verb.SETUP_BALANCE, amount="500", currency=currency, read_on="2026-11-22")
    await bot.press(data)
    entries = [record.body for record in await bot.world.store.read(LEDGER.of_tenant(TENANT))]
    held = {entry.portal.currency for entry in entries if isinstance(entry, Adjustment)}
    assert held <= {"EUR"}
    assert (await load_settings(bot.world.store, TENANT)).currency == "EUR"


@pytest.mark.parametrize("amount", ["-0", "-0.00", "0", "1e3", "0x10", "٥٠٠", "5 0 0", "1.2.3", "NaN", "inf"])
async def test_no_strange_number_becomes_money(bot: Bot, amount: str) -> None:
    await bot.press(signed(Verb.RECHARGE_PROPOSE, "q1", 0, amount=amount))
    await bot.press(signed(Verb.RECHARGE_AMOUNT, "q2", 0, amount=amount, currency="EUR"))
    await bot.press(signed(Verb.RECHARGE_AMOUNT, "q3", 0, amount="500", currency="USD"))
    assert await bot.world.requests() == []


async def test_a_code_is_tried_five_times_however_many_try_at_once(world: World) -> None:
    await issue_code(world.store, world.clock, TENANT, OPERATOR, "7KQM-3XWD")
    eva = NamedPerson(EVA.id, EVA.name)

    async def attempt(code: str) -> str:
        try:
            await enter_code(world.store, world.clock, TENANT, eva, code)
        except Refusal as refusal:
            return refusal.code
        return "proven"

    for start in range(0, 200, 20):
        told = await asyncio.gather(*(attempt(f"AAAA-{number:04}") for number in range(start, start + 20)))
        assert "proven" not in told
    kept = await world.store.get(CONTROL_CODES.key(TENANT, "installer"))
    assert kept is not None
    assert kept.body.attempts == 5
    assert await attempt("7KQM-3XWD") == "code_expired"
    assert (await load_settings(world.store, TENANT)).proven == ()


async def test_a_code_works_once_even_when_it_is_entered_by_many_at_once(world: World) -> None:
    await issue_code(world.store, world.clock, TENANT, OPERATOR, "7KQM-3XWD")
    people = [NamedPerson(PersonId(f"id-{number}"), "x") for number in range(10)]
    deeds = [enter_code(world.store, world.clock, TENANT, one, "7kqm 3xwd") for one in people]
    told = await asyncio.gather(*deeds, return_exceptions=True)
    assert len([one for one in told if one is None]) == 1
    assert len((await load_settings(world.store, TENANT)).proven) == 1


async def test_money_in_another_currency_answers_no_order_and_is_never_added_to_the_wallet(world: World) -> None:
    """It is nobody's confirmation: the order goes on as if the desk had not decided, and lapses in its time."""
    await world.buy(100, TODAY)
    await ordered(world)
    world.desk.answers["r1"] = Funded(Money.of(500, "USD"), TODAY, "PO-1")
    await world.work()
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert (balance.statement.currency, str(balance.statement.available)) == ("EUR", "100.00")
    assert (await world.request()).state is State.EXECUTING
    for _ in range(4):
        world.clock.move(days=1)
        await world.work()
    assert (await world.request()).state is State.LAPSED
    assert [id_ for id_, job in (await world.jobs()).items() if job.dead] == []
    await confirm_order(world.store, world.clock, TENANT, "r1", Funded(eur(500), TODAY, "PO-1"), by(LUIS))
    assert await booked(world) == [(None, "100.00"), ("PO-1", "500.00")]
