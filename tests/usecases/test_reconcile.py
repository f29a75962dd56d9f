"""One admin books a small drift; a large one waits for somebody else, and is booked once by a job."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from bot.domain.errors import Refusal
from bot.domain.events import Reject
from bot.domain.ledger import Adjustment
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.requests import Kind, Request, State
from bot.jobs.job import finish
from bot.ports.collections import JOBS, LEDGER, REQUESTS
from bot.ports.order_desk import Funded
from bot.ports.store import Conflict, Operation
from bot.usecases import reconcile as usecase
from bot.usecases.read_balance import read_balance
from bot.usecases.reconcile import Weighed, ask_for_second, book_alone, book_reading, corrected, weigh_reading
from bot.usecases.reconcile_opening import Reading, reconcile
from bot.usecases.set_up import set_opening_balance
from tests.fakes import ANA, CARMEN, LUIS, OMAR, TENANT
from tests.usecases.world import SEEN_ON, World, by, eur, touch


def reading(world: World, portal: int | str = "400") -> Reading:
    return Reading(eur(portal), world.clock.now())


async def weigh(world: World, portal: int | str = "400") -> Weighed:
    return await weigh_reading(world.store, world.clock, TENANT, reading(world, portal))


async def ask(world: World, portal: int | str = "400", id_: str = "a1") -> Request:
    return await ask_for_second(world.store, world.clock, TENANT, id_, by(ANA), await weigh(world, portal))


async def readings(world: World) -> list[Adjustment]:
    entries = [record.body for record in await world.store.read(LEDGER.of_tenant(TENANT))]
    return [entry for entry in entries if isinstance(entry, Adjustment)]


async def available(world: World) -> Money:
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    return balance.statement.available


async def test_weighing_tells_the_drift_and_its_parts_and_books_nothing(world: World) -> None:
    await world.buy(500)
    await world.spend(60)
    found = await weigh(world, "430")
    assert (found.split.estimate, found.split.drift, found.alone, found.opening) == (eur(440), eur(-10), False, False)
    assert await readings(world) == []


async def test_a_recharge_that_is_under_way_is_looked_for_in_the_drift(world: World) -> None:
    await world.buy(90)
    await world.send(amount=750)
    await world.approve()
    assert (await weigh(world, "840")).split.recharge == eur(750)


async def test_a_small_drift_is_booked_by_one_and_a_large_one_is_not(world: World) -> None:
    await world.buy(500)
    booked = await book_alone(world.store, world.clock, TENANT, reading(world, "495"), by(ANA))
    assert (booked.amount, await available(world)) == (eur(-5), eur(495))
    with pytest.raises(Refusal, match="drift_too_large") as refused:
        await book_alone(world.store, world.clock, TENANT, reading(world, "400"), by(ANA))
    assert refused.value.values["drift"] == eur(-95)
    assert await available(world) == eur(495)


async def test_a_reading_that_begins_the_books_is_booked_by_one(world: World) -> None:
    found = await weigh(world, "850")
    assert (found.opening, found.alone) == (True, True)
    await book_alone(world.store, world.clock, TENANT, found.reading, by(ANA))
    assert await available(world) == eur(850)


async def test_the_set_up_takes_the_first_reading_as_it_is_and_no_other_alone(world: World) -> None:
    await world.buy(500)
    today = world.clock.now().date()
    await set_opening_balance(world.store, world.clock, TENANT, ANA.id, eur(850), today)
    await set_opening_balance(world.store, world.clock, TENANT, ANA.id, eur(860), today)
    with pytest.raises(Refusal, match="drift_too_large"):
        await set_opening_balance(world.store, world.clock, TENANT, ANA.id, eur(100), today)
    assert await available(world) == eur(860)


async def test_a_large_drift_is_a_request_that_shows_what_was_seen(world: World) -> None:
    await world.buy(500)
    request = await ask(world)
    assert (request.kind, request.state, request.open) == (Kind.ADJUSTMENT, State.PENDING, True)
    asked = corrected(request)
    assert (asked.portal, asked.read_at, asked.split.drift) == (eur(400), world.clock.now(), eur(-100))
    assert {"ask_approvers", "refresh_cards"} <= set(await world.job_kinds())
    assert await ask(world, "300") == request  # the same id again is the request that is there


async def test_two_clicks_at_once_make_one_request(world: World) -> None:
    await world.buy(500)
    weighed = await weigh(world)
    rival = partial(ask_for_second, world.store, world.clock, TENANT, "a1", by(LUIS), weighed)
    found = await ask_for_second(world.beside(rival).store, world.clock, TENANT, "a1", by(ANA), weighed)
    assert found.requester == LUIS.id
    assert len(await world.requests()) == 1


async def test_somebody_elses_approval_books_it_through_the_same_door(world: World) -> None:
    await world.buy(500)
    await world.introduce(ANA)
    await ask(world)
    with pytest.raises(Refusal, match="own_request"):
        await world.decide("a1", ANA)
    with pytest.raises(Refusal, match="not_an_approver"):
        await world.decide("a1", replace(OMAR, id=PersonId("nobody")))
    await world.approve("a1", LUIS)
    await world.work()
    (booked,) = await readings(world)
    assert (booked.id, booked.portal, booked.estimate) == ("request:a1", eur(400), eur(500))
    assert (await world.request("a1")).state is State.DONE
    assert await available(world) == eur(400)
    assert [message.text for _, message in world.messenger.sent] == ["Saldo: the books were set as you asked"]
    details = [record.details for record in await world.audit() if record.verb == "request.book"]
    assert [(one["portal"], one["estimate"], one["currency"]) for one in details] == [("400.00", "500.00", "EUR")]


async def test_what_is_booked_differs_from_what_the_books_say_then(world: World) -> None:
    """Late rows of earlier days came between the request and its approval: the figure that was read held them."""
    await world.buy(500)
    await ask(world)
    await world.spend(80, SEEN_ON)
    await world.approve("a1", LUIS)
    await world.work()
    assert (await readings(world))[0].amount == eur(-20)
    assert await available(world) == eur(400)


async def test_a_rejected_or_withdrawn_reading_is_never_booked(world: World) -> None:
    await world.buy(500)
    await ask(world)
    await world.decide("a1", LUIS, Reject())
    await world.work()
    assert (await readings(world), (await world.request("a1")).state) == ([], State.REJECTED)


async def test_an_approver_who_lost_the_right_books_nothing(world: World) -> None:
    await world.buy(500)
    await ask(world)
    await world.approve("a1", LUIS)
    world.directory.roles[LUIS.id] = frozenset()
    await world.work()
    assert (await readings(world), (await world.request("a1")).state) == ([], State.PENDING)


async def test_a_later_reading_of_the_same_day_is_not_undone(world: World) -> None:
    await world.buy(500)
    await ask(world)
    later = Reading(eur(498), world.clock.now() + timedelta(hours=1))
    await reconcile(world.store, world.clock, TENANT, later, CARMEN.id)
    await world.approve("a1", LUIS)
    await world.work()
    assert ((await world.request("a1")).state, await available(world)) == (State.FAILED, eur(498))


async def test_a_reading_of_another_day_or_currency_is_no_later_one(world: World) -> None:
    await world.buy(500)
    await ask(world)
    other = Reading(Money.of(9, "USD"), world.clock.now() + timedelta(hours=1))
    await reconcile(world.store, world.clock, TENANT, other, CARMEN.id)
    await world.approve("a1", LUIS)
    await world.work()
    assert (await world.request("a1")).state is State.DONE


async def approved(world: World) -> list[Operation]:
    await world.buy(500)
    await ask(world)
    await world.approve("a1", LUIS)
    page = await world.store.find(JOBS, TENANT, where={"kind": "book_reading"})
    return finish(page.documents[0])


async def test_a_ledger_or_request_that_moves_meanwhile_is_looked_at_again(world: World) -> None:
    end = await approved(world)
    busy = world.beside(partial(world.buy, 100), touch(world, REQUESTS.key(TENANT, "a1")))
    await book_reading(busy.outside, busy.standings, TENANT, "a1", end)
    assert [entry.estimate for entry in await readings(world)] == [eur(600)]


async def test_a_job_whose_request_has_moved_on_just_ends(world: World) -> None:
    await world.buy(500)
    await ask(world)
    await book_reading(world.outside, world.standings, TENANT, "a1", [])
    assert await readings(world) == []


async def test_a_job_that_another_runner_has_taken_books_nothing(world: World) -> None:
    end = await approved(world)
    page = await world.store.find(JOBS, TENANT, where={"kind": "book_reading"})
    busy = world.beside(touch(world, page.documents[0].key))
    with pytest.raises(Conflict):
        await book_reading(busy.outside, busy.standings, TENANT, "a1", end)
    assert await readings(world) == []


async def test_a_job_that_comes_again_books_once(world: World) -> None:
    end = await approved(world)
    await book_reading(world.outside, world.standings, TENANT, "a1", end)
    with pytest.raises(Conflict):
        await book_reading(world.outside, world.standings, TENANT, "a1", end)
    assert len(await readings(world)) == 1


async def test_it_is_given_up_where_the_ledger_never_rests(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usecase, "ATTEMPTS", 2)
    end = await approved(world)
    busy = world.beside(partial(world.buy, 100), partial(world.buy, 100))
    with pytest.raises(Conflict):
        await book_reading(busy.outside, busy.standings, TENANT, "a1", end)


async def test_only_an_adjustment_corrects(world: World) -> None:
    with pytest.raises(TypeError):
        corrected(await world.draft())


async def test_money_that_arrives_first_makes_the_reading_meet(world: World) -> None:
    await world.buy(90)
    await world.send(amount=750)
    await world.approve()
    await ask(world, "840")
    world.desk.answers["r1"] = Funded(eur(750), world.clock.now().date(), "PO-1")
    for _ in range(2):
        await world.work()
        world.clock.move(seconds=10)
    await world.approve("a1", LUIS)
    await world.work()
    assert (await readings(world))[0].amount == eur(0)
