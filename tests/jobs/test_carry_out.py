from datetime import timedelta

from bot.domain.people import Role
from bot.domain.requests import Order as Stage
from bot.domain.requests import Recharge, State
from bot.jobs.carry_out import FIRST_LOOK, LATER_LOOK, QUICK_LOOKS
from bot.ports.errors import Final, Retry
from bot.ports.order_desk import Funded
from bot.usecases.propose_recharge import DRAFT_LIVES, propose_recharge
from tests.fakes import ANA, EVA, GRACE, LUIS, OMAR, TENANT
from tests.usecases.world import SEEN_ON, World, by, eur


async def looks_again_in(world: World) -> timedelta:
    (job,) = [job for job in (await world.jobs()).values() if job.kind == "follow_order"]
    return job.due_at - world.clock.now()


async def test_an_approved_recharge_is_ordered_followed_booked_and_told(world: World) -> None:
    await world.send()
    await world.approve()
    await world.work()
    assert list(world.desk.orders) == ["r1"]
    assert await looks_again_in(world) == FIRST_LOOK
    world.desk.answers["r1"] = Funded(eur(500), SEEN_ON, "PO-77")
    world.clock.move(seconds=2)
    await world.work()
    assert (await world.request()).state is State.DONE
    assert [purchase.amount for purchase in await world.purchases()] == [eur(500)]
    assert await world.job_kinds() == ["pursue_request", "sweep_draft"]


async def test_a_desk_is_asked_every_few_seconds_at_first_and_seldom_later(world: World) -> None:
    await world.send()
    await world.approve()
    await world.work()
    world.clock.move(seconds=2)
    await world.work()
    assert await looks_again_in(world) == FIRST_LOOK
    world.clock.move(seconds=QUICK_LOOKS.total_seconds() - 2)
    await world.work()
    assert await looks_again_in(world) == LATER_LOOK


async def test_an_order_on_a_purchase_order_may_take_weeks(world: World) -> None:
    recharge = Recharge(eur(500), "new phones", "PO-12")
    await propose_recharge(world.store, world.clock, TENANT, "r1", by(ANA), recharge)
    await world.submit()
    await world.approve()
    for _ in range(30):
        world.clock.move(days=1)
        await world.work()
    world.desk.answers["r1"] = Funded(eur(500), SEEN_ON, "PO-77")
    world.clock.move(days=1)
    await world.work()
    assert (await world.request()).state is State.DONE


async def test_an_approved_order_outlives_an_outage_of_the_directory_and_of_the_desk(world: World) -> None:
    await world.send()
    await world.approve()
    world.directory.broken["active_roles"] = Retry("busy")
    await world.work()
    world.directory.broken.clear()
    world.desk.broken = Retry("busy")
    world.clock.move(minutes=1)
    await world.work()
    assert (await world.request()).asked.order is Stage.LEAVING
    world.desk.broken = None
    world.clock.move(minutes=1)
    await world.work()
    assert (await world.request()).asked.order is Stage.ORDERED


async def test_an_order_that_the_desk_refuses_ends_the_request(world: World) -> None:
    await world.send()
    await world.approve()
    world.desk.broken = Final("unknown account", code="bad_account")
    await world.work()
    assert (await world.request()).state is State.FAILED
    assert not any(job.dead for job in (await world.jobs()).values())
    assert await world.purchases() == []


async def test_after_a_void_approval_somebody_else_can_approve_and_one_order_is_placed(world: World) -> None:
    world.directory.roles[GRACE.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await world.send()
    await world.approve("r1", LUIS)
    world.directory.roles[LUIS.id] = frozenset()
    await world.work()
    assert world.desk.orders == {}
    await world.approve("r1", GRACE)
    await world.work()
    assert list(world.desk.orders) == ["r1"]


async def test_approved_licences_are_assigned(world: World) -> None:
    await world.plan(EVA)
    await world.submit("l1")
    await world.approve("l1", OMAR)
    await world.work()
    assert world.licenses.assigned == [EVA.id]
    assert (await world.request("l1")).state is State.DONE


async def test_a_draft_that_nobody_sent_within_a_day_is_closed(world: World) -> None:
    await world.draft()
    world.clock.move(seconds=DRAFT_LIVES.total_seconds() - 1)
    await world.work()
    assert (await world.request()).state is State.DRAFT
    world.clock.move(seconds=1)
    await world.work()
    assert (await world.request()).state is State.EXPIRED
    assert await world.jobs() == {}


async def test_a_draft_that_moved_on_is_left_alone(world: World) -> None:
    await world.send()
    world.clock.move(days=1)
    await world.work()
    assert (await world.request()).state is State.PENDING
    assert await world.job_kinds() == ["pursue_request"]
