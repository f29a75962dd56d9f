"""Money for an order: booked once, however often and by whomever it is told."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.requests import Order, Ratification, Recharge, Request, State
from bot.ports.collections import JOBS, LEDGER
from bot.ports.order_desk import Declined, Funded
from bot.ports.store import Check, Conflict
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.fund_order import confirm_order, fund_order, told
from bot.usecases.place_order import follow_order
from bot.usecases.tell_order import report_declined
from tests.fakes import LUIS, TENANT
from tests.usecases.orders import ordered
from tests.usecases.world import SEEN_ON, World, by, eur

CAME = Funded(eur(500), SEEN_ON, "G1", invoiced=eur(605), tax=eur(105))
LUIS_SAYS = by(LUIS)


async def confirm(world: World, funded: Funded = CAME, id_: str = "r1") -> Request:
    return await confirm_order(world.store, world.clock, TENANT, id_, funded, LUIS_SAYS)


async def lapse(world: World) -> None:
    world.clock.move(days=5)
    await world.work()
    assert (await world.request()).state is State.LAPSED


async def decline(world: World) -> None:
    await report_declined(world.store, world.clock, TENANT, "r1", "limit", LUIS_SAYS)
    await world.work()


async def last_audit(world: World) -> AuditRecord:
    return (await world.audit())[-1]


async def test_what_was_credited_is_the_lot_and_the_invoice_is_kept_apart(world: World) -> None:
    await ordered(world)
    request = await confirm(world)
    assert (request.state, request.asked.order) == (State.DONE, Order.FUNDED)
    assert told(request.asked) == CAME
    (bought,) = await world.purchases()
    assert (bought.id, bought.amount, bought.invoiced, bought.tax) == ("request:r1", eur(500), eur(605), eur(105))
    record = await last_audit(world)
    assert (record.actor, record.verb) == (LUIS.id, "request.fund")
    assert {"credited": "500.00", "invoiced": "605.00", "tax": "105.00"}.items() <= record.details.items()


async def test_the_same_again_is_the_request_as_it_stands(world: World) -> None:
    await ordered(world)
    first = await confirm(world)
    assert await confirm(world, replace(CAME, reference=" G1 ")) == first
    assert len(await world.purchases()) == 1


RECORDED = {"amount": eur(500), "on": CAME.on}


@pytest.mark.parametrize(
    ("other", "code", "named"),
    [
        (replace(CAME, credited=eur(501)), "order_confirmed", {"number": "G1"}),
        (replace(CAME, on=SEEN_ON - timedelta(1)), "order_confirmed", {"number": "G1"}),
        (replace(CAME, reference="G2"), "order_confirmed", {"number": "G1"}),
        (replace(CAME, tax=eur(1)), "invoice_differs", {"invoiced": eur(605), "tax": eur(105)}),
        (replace(CAME, invoiced=None, tax=None), "invoice_differs", {"invoiced": eur(605), "tax": eur(105)}),
    ],
)
async def test_something_else_about_a_confirmed_order_is_refused_by_name(
    world: World, other: Funded, code: str, named: dict[str, object]
) -> None:
    await ordered(world)
    await confirm(world)
    with pytest.raises(Refusal, match=code) as refused:
        await confirm(world, other)
    assert refused.value.values == {**RECORDED, **named}
    assert [one.amount for one in await world.purchases()] == [eur(500)]


async def test_ten_people_who_confirm_at_once_book_once(world: World) -> None:
    await ordered(world)
    answers = await asyncio.gather(*(confirm(world) for _ in range(10)))
    assert {one.state for one in answers} == {State.DONE}
    assert len(await world.purchases()) == 1


async def test_an_order_that_is_declined_at_the_same_moment_keeps_the_money(world: World) -> None:
    await ordered(world)

    async def deed() -> None:
        await decline(world)

    busy = world.beside(deed)
    request = await confirm_order(busy.store, world.clock, TENANT, "r1", CAME, LUIS_SAYS)
    assert (request.state, len(await world.purchases())) == (State.FAILED, 1)


async def test_a_sum_of_another_currency_is_no_money_for_this_order(world: World) -> None:
    await ordered(world)
    dollars = Funded(Money.of(500, "USD"), SEEN_ON, "")
    with pytest.raises(Refusal, match="currency_other"):
        await confirm(world, dollars)


async def test_more_than_was_approved_is_booked_and_flagged_for_approval(world: World) -> None:
    await ordered(world)
    request = await confirm(world, replace(CAME, credited=eur(550), invoiced=None, tax=None))
    assert (request.state, request.ratification) == (State.DONE, Ratification.UNRATIFIED)
    assert [one.amount for one in await world.purchases()] == [eur(550)]
    assert "ask_to_ratify" in await world.job_kinds()


async def test_an_order_that_somebody_booked_by_its_number_is_not_booked_again(world: World) -> None:
    await ordered(world)
    await add_purchase(world.store, world.clock, TENANT, Bought(eur(500), SEEN_ON, "G1"), LUIS.id)
    assert (await confirm(world)).state is State.DONE
    assert [one.id for one in await world.purchases()] == ["purchase:1"]


async def test_a_number_that_stands_for_another_sum_is_a_slip(world: World) -> None:
    await ordered(world)
    await add_purchase(world.store, world.clock, TENANT, Bought(eur(400), SEEN_ON, "G1"), LUIS.id)
    with pytest.raises(Refusal, match="order_number_used"):
        await confirm(world)
    assert (await world.request()).state is State.EXECUTING


async def test_a_late_confirmation_is_still_booked(world: World) -> None:
    await ordered(world)
    await lapse(world)
    request = await confirm(world, replace(CAME, reference=""))
    assert request.state is State.DONE
    assert [one.amount for one in await world.purchases()] == [eur(500)]


async def test_money_after_a_decline_is_booked_once_and_the_request_stays_as_it_ended(world: World) -> None:
    await ordered(world)
    await decline(world)
    for _ in range(2):
        assert (await confirm(world)).state is State.FAILED
    assert [(one.id, one.amount) for one in await world.purchases()] == [("request:r1", eur(500))]
    with pytest.raises(Refusal, match="order_confirmed"):
        await confirm(world, replace(CAME, credited=eur(600), reference="G2"))
    assert (await last_audit(world)).details["invoiced"] == "605.00 EUR"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(CAME, credited=eur(0)), "amount_not_positive"),
        (replace(CAME, credited=eur(10**10 + 1)), "amount_too_large"),
        (replace(CAME, on=date(2026, 12, 1)), "purchase_in_future"),
        (replace(CAME, reference="x" * 101), "order_number_too_long"),
        (replace(CAME, invoiced=eur(0), tax=None), "amount_not_positive"),
        (replace(CAME, tax=eur(-1)), "amount_not_positive"),
        (replace(CAME, tax=eur(605)), "tax_too_large"),
        (replace(CAME, tax=Money.of(1, "USD")), "currency_other"),
        (Funded(Money.of(500, "USD"), SEEN_ON, ""), "currency_other"),
    ],
)
async def test_what_cannot_be_so_is_refused_and_nothing_is_booked(world: World, wrong: Funded, code: str) -> None:
    await ordered(world)
    with pytest.raises(Refusal, match=code):
        await confirm(world, wrong)
    assert await world.purchases() == []


async def test_what_is_not_under_way_is_not_confirmed(world: World) -> None:
    await world.send()
    with pytest.raises(Refusal, match="nothing_to_confirm"):
        await confirm(world)
    with pytest.raises(Refusal, match="request_unknown"):
        await confirm(world, id_="r9")


async def test_licences_have_no_money(world: World) -> None:
    await world.plan(LUIS)
    with pytest.raises(Refusal, match="not_a_recharge"):
        await confirm(world, id_="l1")


async def test_a_purchase_that_gets_there_first_is_looked_at_before_booking(world: World) -> None:
    await ordered(world)

    async def deed() -> None:
        await add_purchase(world.store, world.clock, TENANT, Bought(eur(500), SEEN_ON, "G1"), LUIS.id)

    busy = world.beside(deed)
    request = await fund_order(busy.store, world.clock, TENANT, "r1", CAME, LUIS_SAYS)
    assert request.state is State.DONE
    assert [one.id for one in await world.purchases()] == ["purchase:1"]


async def test_a_job_that_another_runner_has_taken_books_nothing(world: World) -> None:
    await ordered(world)
    taken = Check(JOBS.key(TENANT, "taken"), 7)
    with pytest.raises(Conflict):
        await fund_order(world.store, world.clock, TENANT, "r1", CAME, LUIS_SAYS, also=[taken])
    assert await world.purchases() == []


def test_of_a_recharge_that_nobody_confirmed_nothing_is_told() -> None:
    assert told(Recharge(eur(500))) is None


async def test_a_ledger_that_never_rests_is_given_up(world: World) -> None:
    await ordered(world)

    async def deed() -> None:
        await add_purchase(world.store, world.clock, TENANT, Bought(eur(1), SEEN_ON), LUIS.id)

    busy = world.beside(*[deed] * 60)
    with pytest.raises(Conflict) as conflict:
        await fund_order(busy.store, world.clock, TENANT, "r1", CAME, LUIS_SAYS)
    assert conflict.value.key == LEDGER.of_tenant(TENANT)


# What the desk says, when it is late


async def follow(world: World) -> bool:
    return await follow_order(world.outside, TENANT, "r1", [])


async def test_an_answer_of_the_desk_after_the_lapse_is_booked(world: World) -> None:
    await ordered(world)
    await lapse(world)
    world.desk.answers["r1"] = CAME
    assert await follow(world)
    assert ((await world.request()).state, len(await world.purchases())) == (State.DONE, 1)


async def test_an_answer_of_the_desk_after_a_decline_is_booked_beside_the_request(world: World) -> None:
    await ordered(world)
    await decline(world)
    world.desk.answers["r1"] = CAME
    assert await follow(world)
    assert ((await world.request()).state, len(await world.purchases())) == (State.FAILED, 1)


async def test_a_no_after_the_lapse_moves_nothing(world: World) -> None:
    await ordered(world)
    await lapse(world)
    world.desk.answers["r1"] = Declined("limit")
    assert await follow(world)
    assert (await world.request()).state is State.LAPSED
