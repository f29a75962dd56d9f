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
from cards.actions import Verb
from tests.attack.deliveries import PromptDesk, pressed, turn
from tests.fakes import ANA, person
from tests.usecases.world import World, eur

TEN = tuple(person(f"P{number} Approver") for number in range(10))


def policy(approvals: int, a_day: Money | None = None) -> Policy:
    """Any recharge takes so many; asked for once more above 100."""
    return Policy(2, (Scale("EUR", (Band(eur(100), 1), Band(None, approvals)), Caps(day=a_day)),))


async def ready(world: World, chosen: Policy) -> World:
    """Ten who may approve, and an order desk that funds at once."""
    await world.adopt(chosen)
    await world.introduce(ANA, *TEN)
    world.directory.people |= {one.id: one for one in TEN}
    await world.configure(approvers=tuple(NamedPerson(one.id, one.name) for one in TEN))
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
    answers = await asyncio.gather(*clicks(world, "r1"))
    assert answers == ["card"] * 100
    await work_in_two_processes(world)
    request = await world.request()
    assert request.state is State.DONE
    assert len({voice.person for voice in request.approvals}) == len(request.decisions) == approvals
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
