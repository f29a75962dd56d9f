"""What buyers answer: money is booked by a yes only, once; a failed payment is told to all in charge."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.domain.auto_recharge import Course, Expected, Mirror
from bot.domain.errors import Refusal
from bot.domain.settings import NamedPerson
from bot.ports.collections import EXPECTED
from bot.ports.errors import Retry
from bot.ports.store import Conflict
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.answer_expected import confirm_expected, load_expected, report_expected, wait_for_expected
from bot.usecases.book_entry import ATTEMPTS
from bot.usecases.expect_recharge import expect_recharge
from bot.usecases.mirror_auto_recharge import set_mirror
from bot.usecases.read_balance import read_balance
from tests.fakes import ANA, CARMEN, EVA, LUIS, TENANT
from tests.usecases.world import World, by, eur, touch

ID = "EUR-1"
DAY = date(2026, 11, 21)


@pytest.fixture
async def dip(world: World) -> World:
    """€99.00 are left, and €500.00 expected."""
    await world.introduce(ANA, LUIS)
    await world.buy(99, DAY - timedelta(days=9))
    mirror = Mirror(True, NamedPerson(ANA.id, ANA.name), world.clock.now(), eur(500), eur(100))
    await set_mirror(world.store, world.clock, TENANT, mirror)
    await expect_recharge(world.outside, TENANT)
    return world


async def confirm(world: World, amount: int = 500, on: date = DAY, **facts: str) -> Expected:
    bought = Bought(eur(amount), on, **facts)  # type: ignore[arg-type]  # its own fields
    return await confirm_expected(world.store, world.clock, TENANT, ID, bought, by(LUIS))


async def available(world: World) -> object:
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    return balance.statement.available


async def test_what_is_expected_never_counts_as_available(dip: World) -> None:
    assert await available(dip) == eur(99)


async def test_a_yes_books_one_purchase_with_its_audit(dip: World) -> None:
    after = await confirm(dip, order_number="E1")
    assert after.course is Course.ARRIVED
    (_, purchase) = await dip.purchases()
    assert (purchase.id, purchase.amount, purchase.on) == ("expected:EUR-1", eur(500), DAY)
    assert purchase.order_number == "E1"
    record = (await dip.audit())[-1]
    assert (record.verb, record.actor) == ("expected.arrive", LUIS.id)
    assert ("credited", "", "500.00 EUR") in record.changes
    assert ("course", "open", "arrived") in record.changes
    assert await available(dip) == eur(599)
    assert {"refresh_expected", "watch_balance"} <= set(await dip.job_kinds())


async def test_the_same_yes_again_and_at_once_books_nothing_more(dip: World) -> None:
    answers = await asyncio.gather(*(confirm(dip) for _ in range(5)))
    assert len({answer.step for answer in answers}) == 1
    assert len(await dip.purchases()) == 2
    await confirm(dip)
    assert (await dip.verbs()).count("expected.arrive") == 1


async def test_another_sum_later_is_refused_by_name(dip: World) -> None:
    await confirm(dip, amount=450)
    with pytest.raises(Refusal, match="expected_confirmed"):
        await confirm(dip)
    with pytest.raises(Refusal, match="expected_confirmed"):
        await report_expected(dip.outside, TENANT, ID, "other", by(LUIS))
    assert await available(dip) == eur(549)


async def test_what_is_booked_under_its_number_is_not_booked_again(dip: World) -> None:
    await confirm_purchase(dip)
    assert (await confirm(dip, order_number="E1")).course is Course.ARRIVED
    assert await available(dip) == eur(599)
    with pytest.raises(Refusal, match="expected_confirmed"):
        await confirm(dip, amount=7, order_number="E1")


async def confirm_purchase(world: World) -> None:
    await add_purchase(world.store, world.clock, TENANT, Bought(eur(500), DAY, "E1"), ANA.id)


async def test_a_number_that_stands_for_another_sum_is_refused(dip: World) -> None:
    await confirm_purchase(dip)
    with pytest.raises(Refusal, match="order_number_used"):
        await confirm(dip, amount=400, order_number="E1")


async def test_what_nobody_expects_is_unknown(world: World) -> None:
    with pytest.raises(Refusal, match="request_unknown"):
        await load_expected(world.store, TENANT, ID)


async def test_not_yet_asks_the_buyers_again_a_day_later(dip: World) -> None:
    await wait_for_expected(dip.outside, TENANT, ID, by(LUIS))
    job = (await dip.jobs())[f"ask_expected:{ID}:2:{LUIS.id}"]
    assert job.due_at - dip.clock.now() == timedelta(days=1)
    assert (await load_expected(dip.store, TENANT, ID)).body.rounds == 2
    assert (await dip.verbs())[-1] == "expected.wait"


async def test_a_failed_payment_is_told_to_all_in_charge_at_once(dip: World) -> None:
    await dip.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    after = await report_expected(dip.outside, TENANT, ID, "card_expired", by(LUIS))
    assert (after.course, after.reason) == (Course.FAILED, "card_expired")
    jobs = [job for job in (await dip.jobs()).values() if job.kind == "tell_failed_recharge"]
    assert {job.payload["person"] for job in jobs} == {ANA.id, LUIS.id, CARMEN.id}
    assert {job.due_at for job in jobs} == {dip.clock.now()}
    assert EVA.id not in {job.payload["person"] for job in jobs}
    assert ("reason", "", "card_expired") in (await dip.audit())[-1].changes
    assert await available(dip) == eur(99)


async def test_told_again_that_it_failed_changes_nothing(dip: World) -> None:
    first = await report_expected(dip.outside, TENANT, ID, "limit", by(LUIS))
    assert await report_expected(dip.outside, TENANT, ID, "other", by(ANA)) == first
    assert (await dip.verbs()).count("expected.fail") == 1


async def test_a_late_yes_is_booked_all_the_same(dip: World) -> None:
    await report_expected(dip.outside, TENANT, ID, "other", by(LUIS))
    assert (await confirm(dip)).course is Course.ARRIVED
    assert await available(dip) == eur(599)


async def test_without_the_directory_nobody_hears_and_nothing_is_written(dip: World) -> None:
    dip.directory.broken["holders"] = Retry("busy")
    with pytest.raises(Retry):
        await report_expected(dip.outside, TENANT, ID, "other", by(LUIS))
    assert (await load_expected(dip.store, TENANT, ID)).body.open


async def test_another_writer_in_between_is_no_reason_to_lose_an_answer(dip: World) -> None:
    key = EXPECTED.key(TENANT, ID)
    rival = dip.beside(touch(dip, key))
    await wait_for_expected(rival.outside, TENANT, ID, by(LUIS))
    rival = dip.beside(touch(dip, key))
    after = await confirm_expected(rival.store, dip.clock, TENANT, ID, Bought(eur(500), DAY), by(LUIS))
    assert (after.course, after.rounds) == (Course.ARRIVED, 2)


async def test_whoever_never_gets_through_gives_up(dip: World) -> None:
    key = EXPECTED.key(TENANT, ID)
    with pytest.raises(Conflict):
        await wait_for_expected(dip.beside(*[touch(dip, key)] * ATTEMPTS).outside, TENANT, ID, by(LUIS))
    rival = dip.beside(*[touch(dip, key)] * ATTEMPTS)
    with pytest.raises(Conflict):
        await confirm_expected(rival.store, dip.clock, TENANT, ID, Bought(eur(500), DAY), by(LUIS))
