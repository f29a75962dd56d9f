"""The month-end statement is sent by itself: once, to those who want it, have Saldo and may see it."""

from datetime import date

import pytest

from bot.domain.jobs import Job
from bot.domain.people import Person
from bot.jobs import month_end
from bot.jobs.clockwork import wind_up
from bot.ports.errors import Retry
from bot.ports.turn import Message
from bot.usecases.subscribe import make_month_end, subscribe, unsubscribe
from cards.actions import Verb
from tests.fakes import ANA, EVA, LUIS, TENANT
from tests.usecases.world import EN, World


async def october(world: World, *people: Person) -> None:
    """A month that has settled, and who wants its statement."""
    await world.introduce(*people)
    await world.buy(100, date(2026, 10, 1))
    await world.spend(30, date(2026, 10, 14))
    await world.spend(1, date(2026, 11, 1))
    for person in people:
        await subscribe(world.store, world.clock, TENANT, person.id)


async def strike(world: World) -> list[tuple[str, Message]]:
    await wind_up(world.house, TENANT, ["month_end"])
    await world.work()
    return world.messenger.sent


async def test_each_who_wants_it_gets_the_statement_once(world: World) -> None:
    await october(world, ANA, LUIS)
    sent = await strike(world)
    assert sorted(chat for chat, _ in sent) == [f"chat-{ANA.id}", f"chat-{LUIS.id}"]
    card = str(sent[0][1].card)
    assert "October 2026 (UTC): €0.00 at its beginning, €70.00 at its end." in card
    assert Verb.REPORT_UNSUBSCRIBE.value in card
    assert sent[0][1].text == EN.text("lock.month_end")
    world.clock.move(days=1)
    assert len(await strike(world)) == 2


async def test_the_clock_comes_again(world: World) -> None:
    await strike(world)
    assert (await world.jobs())["clock:month_end"].due_at == world.clock.now() + month_end.EVERY


@pytest.mark.parametrize("lost", ["installation", "right", "wish"])
async def test_who_lost_saldo_or_the_right_or_the_wish_gets_nothing(world: World, lost: str) -> None:
    await october(world, LUIS)
    if lost == "installation":
        await world.introduce(LUIS, installed=False)
    if lost == "right":
        world.directory.roles = {}
    await wind_up(world.house, TENANT, ["month_end"])
    await make_month_end(world.outside, TENANT)
    if lost == "wish":
        await unsubscribe(world.store, world.clock, TENANT, LUIS.id)
    assert await strike(world) == []
    assert list(await world.jobs()) == ["clock:month_end"]


async def test_who_never_wrote_to_saldo_gets_nothing_and_the_job_ends(world: World) -> None:
    await subscribe(world.store, world.clock, TENANT, EVA.id)
    assert await strike(world) == []
    assert list(await world.jobs()) == ["clock:month_end"]


async def test_where_rights_cannot_be_read_just_now_it_is_tried_again(world: World) -> None:
    await october(world, LUIS)
    world.directory.broken["active_roles"] = Retry("busy")
    assert await strike(world) == []
    job: Job = (await world.jobs())[f"send_report:2026-10:{LUIS.id}"]
    assert (job.dead, job.attempts) == (False, 1)
    world.directory.broken = {}
    world.clock.move(minutes=5)
    assert len(await strike(world)) == 1
