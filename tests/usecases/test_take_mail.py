"""What comes of a pasted mail: booked once, as what Saldo waits for where it waits; or told to all in charge."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.domain.auto_recharge import Course, Mirror
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.recharge_mail import MailKind, MailTaken
from bot.domain.requests import Order, State
from bot.domain.settings import NamedPerson
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.answer_expected import confirm_expected, load_expected
from bot.usecases.expect_recharge import expect_recharge
from bot.usecases.mirror_auto_recharge import set_mirror
from bot.usecases.take_mail import (
    Match,
    Matched,
    Taking,
    book_mail,
    match_mail,
    read_taken,
    report_mail,
    similar_purchases,
)
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import World, by, eur

DAY = date(2026, 11, 21)
ARRIVED, FAILED = MailKind.SUCCEEDED, MailKind.FAILED


async def expect(world: World) -> None:
    """€500.00 are expected, as EUR-1."""
    mirror = Mirror(True, NamedPerson(ANA.id, ANA.name), world.clock.now(), eur(500), eur(100))
    await set_mirror(world.store, world.clock, TENANT, mirror)
    await world.buy(9, DAY - timedelta(days=40))
    await expect_recharge(world.outside, TENANT)


async def order(world: World, amount: int = 500, id_: str = "r1") -> None:
    """An approved recharge is at its desk."""
    await world.introduce(ANA, LUIS)
    await world.send(id_, amount=amount)
    await world.approve(id_)
    await world.work()
    assert (await world.request(id_)).asked.order is Order.ORDERED


async def match(world: World, amount: Money | None, kind: MailKind = ARRIVED) -> Match:
    return await match_mail(world.outside, TENANT, kind, amount)


async def book(world: World, found: Match, key: str = "k1", bought: Bought | None = None) -> MailTaken:
    bought = bought or Bought(eur(500), DAY)
    return await book_mail(world.outside, TENANT, Taking(key, ARRIVED, found, bought.amount), bought, by(LUIS))


async def report(world: World, found: Match, kind: MailKind = FAILED) -> MailTaken:
    taking = Taking("k2", kind, found, eur(500), "limit")
    return await report_mail(world.outside, TENANT, taking, by(LUIS))


async def booked(world: World) -> list[tuple[str, Money]]:
    return [(purchase.id, purchase.amount) for purchase in await world.purchases()]


async def test_a_mail_is_about_what_is_expected_and_of_its_sum(world: World) -> None:
    assert await match(world, eur(500)) == Match()
    await expect(world)
    expected = Match(Matched.EXPECTED, "EUR-1", eur(500))
    assert [await match(world, amount) for amount in (eur(500), None, eur(7))] == [expected] * 3
    assert await match(world, None, MailKind.ZERO) == Match()
    assert await match(world, eur(500), FAILED) == expected


async def test_an_order_of_its_sum_comes_before_an_expected_one_of_another(world: World) -> None:
    await expect(world)
    await order(world, 8, "r0")
    await order(world, 7)
    assert await match(world, eur(7)) == Match(Matched.ORDER, "r1", eur(7))
    assert (await match(world, eur(500))).what is Matched.EXPECTED


async def test_of_an_order_that_lapsed_money_is_news_and_a_failure_is_none(world: World) -> None:
    await order(world)
    world.clock.move(days=30)
    await world.work()
    assert (await world.request()).state is State.LAPSED
    assert (await match(world, eur(500))).what is Matched.ORDER
    assert await match(world, eur(500), FAILED) == Match()
    await book(world, await match(world, eur(500)))
    assert (await world.request()).state is State.DONE


async def test_a_late_mail_is_about_what_had_lapsed_but_not_for_ever(world: World) -> None:
    await expect(world)
    world.clock.move(days=8)
    await expect_recharge(world.outside, TENANT)
    assert (await match(world, eur(500))).id == "EUR-1"
    assert await match(world, eur(7)) == Match()
    world.clock.move(days=30)
    assert await match(world, eur(500)) == Match()


async def test_what_arrived_is_waited_for_no_more(world: World) -> None:
    await expect(world)
    await confirm_expected(world.store, world.clock, TENANT, "EUR-1", Bought(eur(500), DAY), by(LUIS))
    assert await match(world, eur(500)) == Match()


async def test_it_confirms_what_was_expected_and_books_it_once(world: World) -> None:
    await expect(world)
    found = await match(world, eur(500))
    taken = await asyncio.gather(*(book(world, found) for _ in range(4)))
    assert len(set(taken)) == 1
    assert (await booked(world))[1:] == [("expected:EUR-1", eur(500))]
    assert (await load_expected(world.store, TENANT, "EUR-1")).body.course is Course.ARRIVED
    assert await read_taken(world.store, TENANT, "k1") == taken[0]
    assert (await world.verbs()).count("mail.book") == 1


async def test_it_confirms_the_order_and_books_it_once(world: World) -> None:
    await order(world)
    found = await match(world, eur(500))
    taken = await asyncio.gather(*(book(world, found, bought=Bought(eur(500), DAY, "E1")) for _ in range(4)))
    assert len(set(taken)) == 1
    assert await booked(world) == [("request:r1", eur(500))]
    request = await world.request()
    assert (request.state, request.asked.reference) == (State.DONE, "E1")


async def test_a_number_that_stands_for_another_sum_confirms_no_order(world: World) -> None:
    await order(world)
    await book(world, Match(), "k0", Bought(eur(5), DAY, "E1"))
    with pytest.raises(Refusal, match="order_number_used"):
        await book(world, await match(world, eur(500)), bought=Bought(eur(500), DAY, "E1"))
    assert (await world.request()).state is State.EXECUTING


async def test_what_nobody_waited_for_is_one_purchase(world: World) -> None:
    taken = await asyncio.gather(*(book(world, Match()) for _ in range(4)))
    assert len(set(taken)) == 1
    assert await booked(world) == [("told:mail:k1", eur(500))]
    assert await book(world, Match()) == taken[0]


async def test_the_same_mail_with_another_sum_is_refused_by_name(world: World) -> None:
    await book(world, Match())
    with pytest.raises(Refusal, match="mail_taken") as refused:
        await book(world, Match(), bought=Bought(eur(400), DAY))
    assert refused.value.values == {"amount": eur(500), "on": DAY, "name": "Luis Vega"}
    assert len(await booked(world)) == 1


async def test_a_booking_that_was_cut_short_is_finished_by_the_next_press(world: World) -> None:
    """Between the purchase and the word that the mail was taken: the purchase has the mail's key."""
    await add_purchase(world.store, world.clock, TENANT, Bought(eur(500), DAY, key="mail:k1"), LUIS.id)
    await book(world, Match())
    assert len(await booked(world)) == 1


async def test_a_day_that_cannot_be_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="purchase_in_future"):
        await book(world, Match(), bought=Bought(eur(500), DAY + timedelta(days=9)))
    assert await read_taken(world.store, TENANT, "k1") is None


async def test_a_purchase_of_that_sum_about_that_day_is_known(world: World) -> None:
    await world.buy(500, DAY - timedelta(days=3))
    days = (DAY + timedelta(days=number) for number in (0, 1))
    found = [await similar_purchases(world.store, TENANT, Match(), Bought(eur(500), day)) for day in days]
    assert [len(one) for one in found] == [1, 0]
    assert await similar_purchases(world.store, TENANT, Match(), Bought(eur(400), DAY)) == []


async def told(world: World) -> set[str]:
    return {job.payload["person"] for job in (await world.jobs()).values() if job.kind == "tell_failed_recharge"}


async def test_a_failure_that_is_reported_closes_what_was_expected_and_tells_all_in_charge(world: World) -> None:
    await expect(world)
    found = await match(world, eur(500), FAILED)
    first = await report(world, found)
    assert await report(world, found) == first
    expected = (await load_expected(world.store, TENANT, "EUR-1")).body
    assert (expected.course, expected.reason) == (Course.FAILED, "limit")
    assert await told(world) == {ANA.id, LUIS.id}


async def test_a_failure_of_an_order_is_that_orders_end(world: World) -> None:
    await order(world)
    found = await match(world, eur(500), FAILED)
    taken = await asyncio.gather(*(report(world, found) for _ in range(3)))
    assert len(set(taken)) == 1
    request = await world.request()
    assert (request.state, request.asked.declined_reason) == (State.FAILED, "limit")


@pytest.mark.parametrize("kind", [FAILED, MailKind.ZERO])
async def test_what_nobody_waited_for_is_told_to_all_in_charge_once(world: World, kind: MailKind) -> None:
    taken = await asyncio.gather(*(report(world, Match(), kind) for _ in range(3)))
    assert len(set(taken)) == 1
    assert (taken[0].kind, taken[0].amount, taken[0].reason) == (kind, eur(500), "limit")
    assert await told(world) == {ANA.id, LUIS.id}
    assert (await world.verbs()).count("mail.report") == 1
