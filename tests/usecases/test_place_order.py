from datetime import date

import pytest

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import Right
from bot.domain.requests import Order as Stage
from bot.domain.requests import State
from bot.domain.settings import Account
from bot.jobs.job import finish
from bot.ports.collections import JOBS
from bot.ports.errors import Final, Retry
from bot.ports.order_desk import Declined, Funded, Order
from bot.ports.store import Conflict, Operation
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.place_order import follow_order, pending_until, place_order
from bot.usecases.tell_order import report_declined
from tests.fakes import LUIS, TENANT
from tests.usecases.world import World, by, eur, touch

FUNDED = Funded(eur(500), date(2026, 11, 22), "PO-77")


async def leased(world: World, kind: str) -> list[Operation]:
    """What ends the job of this kind, which a runner has in hand."""
    page = await world.store.find(JOBS, TENANT, where={"kind": kind})
    return finish(page.documents[0])


async def place(world: World, finish_: list[Operation]) -> None:
    await place_order(world.outside, world.standings, TENANT, "r1", finish_)


async def ordered(world: World) -> list[Operation]:
    """An order that the desk has, and the end of the job that follows it."""
    await world.send()
    await world.approve()
    await place(world, await leased(world, "place_order"))
    return await leased(world, "follow_order")


async def test_an_approved_recharge_is_ordered_under_the_requests_id(world: World) -> None:
    await ordered(world)
    assert world.desk.orders == {"r1": Order("r1", TENANT, eur(500), None)}
    request = await world.request()
    assert (request.state, request.asked.order) == (State.EXECUTING, Stage.ORDERED)
    assert "place_order" not in await world.job_kinds()


async def test_a_job_that_is_run_twice_orders_once(world: World) -> None:
    await world.send()
    await world.approve()
    end = await leased(world, "place_order")
    await place(world, end)
    with pytest.raises(Conflict):  # the job's version is gone with the first run
        await place(world, end)
    assert len(world.desk.orders) == 1
    assert (await world.verbs()).count("request.begin") == 1


async def test_two_jobs_that_place_the_same_order_at_once_both_end(world: World) -> None:
    await world.send()
    await world.approve()
    end = await leased(world, "place_order")

    async def the_other_one() -> None:
        await place(world, [])

    await place(world.beside(the_other_one), end)
    assert (await world.verbs()).count("request.place") == 1
    assert "place_order" not in await world.job_kinds()


async def test_two_jobs_that_follow_the_same_order_at_once_both_end_and_book_once(world: World) -> None:
    end = await ordered(world)
    world.desk.answers["r1"] = FUNDED

    async def the_other_one() -> None:
        await follow_order(world.outside, TENANT, "r1", [])

    assert await follow_order(world.beside(the_other_one).outside, TENANT, "r1", end)
    assert len(await world.purchases()) == 1
    assert "follow_order" not in await world.job_kinds()


async def test_money_in_another_currency_is_no_money_of_the_order(world: World) -> None:
    """To give the job up over it would leave the order pending for ever: it is asked for again, until it lapses."""
    end = await ordered(world)
    world.desk.answers["r1"] = Funded(Money.of(500, "USD"), date(2026, 11, 22), "PO-77")
    assert not await follow_order(world.outside, TENANT, "r1", end)
    assert await world.purchases() == []
    world.clock.move(days=4)
    assert await follow_order(world.outside, TENANT, "r1", end)
    assert (await world.request()).state is State.LAPSED


async def test_a_job_that_another_runner_took_over_moves_nothing(world: World) -> None:
    await world.send()
    await world.approve()
    end = await leased(world, "place_order")
    (job_id,) = [id_ for id_, job in (await world.jobs()).items() if job.kind == "place_order"]
    with pytest.raises(Conflict):
        await place(world.beside(touch(world, JOBS.key(TENANT, job_id))), end)
    assert (await world.request()).state is State.APPROVED


async def test_a_desk_that_is_busy_gets_the_same_order_later(world: World) -> None:
    await world.send()
    await world.approve()
    world.desk.broken = Retry("busy")
    end = await leased(world, "place_order")
    with pytest.raises(Retry):
        await place(world, end)
    request = await world.request()
    assert (request.state, request.asked.order) == (State.EXECUTING, Stage.LEAVING)  # it may have arrived
    world.desk.broken = None
    await place(world, end)
    assert list(world.desk.orders) == ["r1"]
    assert (await world.request()).asked.order is Stage.ORDERED


async def test_an_order_is_left_alone_by_followers_while_it_leaves(world: World) -> None:
    await world.send()
    await world.approve()
    world.desk.broken = Retry("busy")
    end = await leased(world, "place_order")
    with pytest.raises(Retry):
        await place(world, end)
    assert not await follow_order(world.outside, TENANT, "r1", end)


async def test_what_the_desk_refuses_for_good_ends_the_request_and_everybody_hears(world: World) -> None:
    await world.send()
    await world.approve()
    world.desk.broken = Final("no", code="order_differs")
    await place(world, await leased(world, "place_order"))
    request = await world.request()
    assert (request.state, request.asked.declined_reason) == (State.FAILED, "order_differs")
    assert "order_news" in await world.job_kinds()
    assert "place_order" not in await world.job_kinds()


async def test_an_order_that_cannot_leave_for_days_lapses(world: World) -> None:
    await world.send()
    await world.approve()
    world.desk.broken = Retry("busy")
    end = await leased(world, "place_order")
    for days in (3, 1):  # Sunday and three working days: through Wednesday
        with pytest.raises(Retry):
            await place(world, end)
        world.clock.move(days=days)
    await place(world, end)
    assert (await world.request()).state is State.LAPSED
    assert world.desk.orders == {}


@pytest.mark.parametrize(
    ("account", "locale", "last"),
    [
        (Account.MOSA, "", date(2026, 11, 25)),
        (Account.MOSA, "de-DE", date(2026, 11, 25)),
        (Account.EA, "", date(2027, 1, 1)),  # accounts payable, also while no purchase order is told
        (Account.EA, "es-ES", date(2027, 1, 7)),  # Dec 7 and 8, Christmas, New Year, Epiphany
    ],
)
async def test_how_long_an_order_counts_as_pending_follows_the_account_and_the_holidays(
    world: World, account: Account, locale: str, last: date
) -> None:
    await world.send()
    await world.approve()
    settings = await world.configure(account=account, locale=locale)
    assert await pending_until(world.store, TENANT, await world.request(), settings) == last


async def test_an_approver_who_lost_the_right_voids_the_approval_and_nothing_is_ordered(world: World) -> None:
    await world.send()
    await world.approve()
    assert (await world.standings.of(TENANT, LUIS.id)).may(Right.APPROVE_RECHARGE)  # and that is kept
    world.directory.roles[LUIS.id] = frozenset()
    await place(world, await leased(world, "place_order"))
    request = await world.request()
    assert (request.state, request.approvals, world.desk.orders) == (State.PENDING, (), {})
    assert (await world.job_kinds()).count("ask_approvers") == 2  # the second asks anew


async def test_rights_that_cannot_be_read_order_nothing(world: World) -> None:
    await world.send()
    await world.approve()
    world.directory.broken["active_roles"] = Retry("busy")
    with pytest.raises(Refusal, match="rights_unreadable"):
        await place(world, await leased(world, "place_order"))
    assert world.desk.orders == {}
    assert (await world.request()).state is State.APPROVED


async def test_an_order_that_is_open_is_asked_about_again(world: World) -> None:
    end = await ordered(world)
    assert not await follow_order(world.outside, TENANT, "r1", end)
    assert "follow_order" in await world.job_kinds()
    assert await world.purchases() == []


async def test_money_is_booked_when_the_desk_confirms_it_and_once(world: World) -> None:
    end = await ordered(world)
    world.desk.answers["r1"] = FUNDED
    assert await follow_order(world.outside, TENANT, "r1", end)
    (purchase,) = await world.purchases()
    assert (purchase.id, purchase.amount, purchase.on) == ("request:r1", eur(500), date(2026, 11, 22))
    with pytest.raises(Conflict):
        await follow_order(world.outside, TENANT, "r1", end)
    assert len(await world.purchases()) == 1


async def test_what_was_credited_is_booked_even_where_more_was_asked_for(world: World) -> None:
    end = await ordered(world)
    world.desk.answers["r1"] = Funded(eur("413.22"), date(2026, 11, 22), "PO-77")  # before tax
    await follow_order(world.outside, TENANT, "r1", end)
    assert [purchase.amount for purchase in await world.purchases()] == [eur("413.22")]


async def test_an_order_that_is_declined_fails_with_its_reason_and_books_nothing(world: World) -> None:
    end = await ordered(world)
    world.desk.answers["r1"] = Declined("card_expired")
    assert await follow_order(world.outside, TENANT, "r1", end)
    request = await world.request()
    assert (request.state, request.asked.declined_reason) == (State.FAILED, "card_expired")
    assert await world.purchases() == []


async def test_money_for_a_declined_order_under_a_number_that_stands_for_another_sum_is_left_to_people(
    world: World,
) -> None:
    """The job is given up and shown: nothing waits for it, the request has ended."""
    end = await ordered(world)
    world.desk.answers["r1"] = FUNDED
    await report_declined(world.store, world.clock, TENANT, "r1", "limit", by(LUIS))
    other = Bought(eur(400), date(2026, 11, 22), "PO-77")
    await add_purchase(world.store, world.clock, TENANT, other, LUIS.id)
    with pytest.raises(Refusal, match="order_number_used"):
        await follow_order(world.outside, TENANT, "r1", end)
    assert [purchase.amount for purchase in await world.purchases()] == [eur(400)]


async def test_jobs_that_come_too_late_end_and_move_nothing(world: World) -> None:
    end = await ordered(world)
    world.desk.answers["r1"] = FUNDED
    await follow_order(world.outside, TENANT, "r1", end)
    steps = (await world.request()).step
    await place(world, await leased(world, "watch_balance"))
    assert await follow_order(world.outside, TENANT, "r1", await leased(world, "tell_requester"))
    assert (await world.request()).step == steps
    assert {"watch_balance", "tell_requester"}.isdisjoint(await world.job_kinds())
