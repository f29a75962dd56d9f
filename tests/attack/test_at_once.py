"""A hundred clicks at the same instant: however many people approve, there is one order and one booking."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest

from bot.commands.dispatch import dispatch
from bot.domain.money import Money
from bot.domain.people import Person
from bot.domain.policy import Band, Caps, Policy, Scale
from bot.domain.requests import State
from bot.domain.settings import NamedPerson
from bot.usecases.reconcile_opening import Reading, reconcile
from cards.actions import Verb
from tests.attack.deliveries import PromptDesk, pressed, turn
from tests.fakes import ANA, TENANT, person
from tests.usecases.world import World, eur

TEN = tuple(person(f"P{number} Approver") for number in range(10))


def policy(approvals: int, a_day: Money | None = None) -> Policy:
    """Any recharge takes so many; asked for once more above 100."""
    return Policy(2, (Scale("EUR", (Band(eur(100), 1), Band(None, approvals)), Caps(day=a_day)),))


async def ready(world: World, chosen: Policy) -> World:
    """Ten who may approve, as Ana may what is not hers, and an order desk that funds at once."""
    await world.adopt(chosen)
    await world.introduce(ANA, *TEN)
    world.directory.people |= {one.id: one for one in TEN}
    await world.configure(approvers=tuple(NamedPerson(one.id, one.name) for one in (*TEN, ANA)))
    return replace(world, desk=PromptDesk())


def clicks(
    world: World, id_: str, verb: Verb = Verb.REQUEST_APPROVE, times: int = 10
) -> list[Coroutine[Any, Any, str]]:
    """So many of each of them, each delivery of its own."""
    return [_click(world, who, f"{id_}-{verb}-{number}", id_, verb) for who in TEN for number in range(times)]


async def _click(world: World, who: Person, delivery: str, id_: str, verb: Verb) -> str:
    """What was answered: a card, or a line."""
    event = pressed(verb, id_, 1, f"card-{who.id}-{id_}", comment="as I said", confirmed="yes")
    reply = await dispatch(world.house, turn(f"{who.id}-{delivery}", who, event))
    (message,) = reply.here
    return "card" if message.card else message.text


async def work_in_two_processes(world: World) -> None:
    """Two runners at the same jobs, until the desk has funded what it got."""
    for _ in range(3):
        await asyncio.gather(world.work(), world.work())
        world.clock.move(seconds=10)


async def check_books(world: World, orders: int) -> None:
    """So many orders, each placed and booked once, and nothing that gave up."""
    assert isinstance(world.desk, PromptDesk)
    assert len(world.desk.placed) == len(set(world.desk.placed)) == orders
    booked = [purchase.request_id for purchase in await world.purchases()]
    assert sorted(map(str, booked)) == sorted(world.desk.placed)
    assert [id_ for id_, job in (await world.jobs()).items() if job.dead] == []


@pytest.mark.parametrize("approvals", [1, 2, 3])
async def test_a_hundred_approvals_of_ten_people_at_once_are_one_order(world: World, approvals: int) -> None:
    world = await ready(world, policy(approvals))
    await world.send()
    own = [_click(world, ANA, f"own-{number}", "r1", Verb.REQUEST_APPROVE) for number in range(10)]
    answers = await asyncio.gather(*own, *clicks(world, "r1"))
    assert answers[10:] == ["card"] * 100
    await work_in_two_processes(world)
    request = await world.request()
    assert request.state is State.DONE
    assert len({voice.person for voice in request.approvals}) == len(request.decisions) == approvals
    assert {voice.person for voice in request.approvals} <= {one.id for one in TEN}
    assert (await world.verbs()).count("request.approve") == approvals
    await check_books(world, 1)


async def test_approvals_and_rejections_at_the_same_instant_are_one_of_the_two(world: World) -> None:
    world = await ready(world, policy(2))
    await world.send()
    both = zip(clicks(world, "r1"), clicks(world, "r1", Verb.REQUEST_REJECT), strict=True)
    await asyncio.gather(*(click for pair in both for click in pair))
    await work_in_two_processes(world)
    request = await world.request()
    assert request.state in {State.DONE, State.REJECTED}
    await check_books(world, int(request.state is State.DONE))


async def test_a_cap_holds_however_many_requests_are_approved_at_the_same_instant(world: World) -> None:
    world = await ready(world, policy(2, eur(1_600)))
    for number in range(5):
        await world.send(f"r{number}")
    await asyncio.gather(*(click for number in range(5) for click in clicks(world, f"r{number}", times=4)))
    await work_in_two_processes(world)
    states = sorted(request.state for request in await world.requests())
    assert states == [State.DONE] * 3 + [State.PENDING] * 2
    await check_books(world, 3)


RACES = {
    Verb.REQUEST_APPROVE: {"confirmed": "yes"},
    Verb.REQUEST_REJECT: {"comment": "no"},
    Verb.BREAK_GLASS: {"reason": "the trade fair opens tomorrow"},
}


@pytest.mark.parametrize("verb", RACES)
@pytest.mark.parametrize("commits", range(4))
async def test_what_is_edited_at_the_very_moment_of_a_decision_is_not_decided_unseen(
    world: World, verb: Verb, commits: int
) -> None:
    """Whichever of its commits the edit comes before: what was decided is what was seen, or nothing is."""
    await ready(world, Policy(2, (Scale("EUR", (Band(None, 1),), break_glass=eur(5_000)),)))
    reading = Reading(eur(0), world.clock.now())
    await reconcile(world.store, world.clock, TENANT, reading, ANA.id)
    await world.send()

    async def edited() -> None:
        event = pressed(Verb.RECHARGE_CHANGE, "r1", 1, f"card-{ANA.id}-r1", amount="1900")
        await dispatch(world.house, turn("edit", ANA, event))

    async def nothing() -> None:
        return

    click = pressed(verb, "r1", 1, f"card-{TEN[0].id}-r1", **RACES[verb])
    reply = await dispatch(world.beside(*[nothing] * commits, edited).house, turn("click", TEN[0], click))
    request = await world.request()
    assert (request.state is State.PENDING) == (request.revision == 2)
    assert [one.revision for one in request.decisions if one.revision == 2] == []
    assert ("1,900.00" in str(reply.here[0].card)) == (request.revision == 2)


async def test_what_is_revised_at_the_very_moment_of_its_sending_is_not_sent_unseen(world: World) -> None:
    await world.introduce(ANA)
    await world.draft()

    async def revised() -> None:
        event = pressed(Verb.RECHARGE_PROPOSE, "r1", 1, f"card-{ANA.id}-r1", amount="1900")
        await dispatch(world.house, turn("edit", ANA, event))

    for commits in range(3):
        await dispatch(
            world.beside(*[revised][: commits == 0]).house,
            turn(f"click-{commits}", ANA, pressed(Verb.RECHARGE_SEND, "r1", 1, f"card-{ANA.id}-r1")),
        )
        assert (await world.request()).state is State.DRAFT
