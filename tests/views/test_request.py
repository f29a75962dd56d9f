from datetime import timedelta

import pytest

from bot.domain.contacts import RoleSeen
from bot.domain.people import Person, Role
from bot.ports.collections import ROLES_SEEN
from bot.ports.store import Put
from bot.views.request import draw_request, viewer_of
from cards.actions import Verb
from cards.request_values import Viewer
from tests.fakes import ANA, EVA, GRACE, LUIS, OMAR, TENANT
from tests.usecases.world import EN, SEEN_ON, World, eur


async def drawn(world: World, who: Person, id_: str = "r1") -> str:
    return str(await draw_request(world.house, TENANT, await world.request(id_), who.id, EN))


async def test_each_viewer_is_told_apart(world: World) -> None:
    seen = RoleSeen(GRACE.id, GRACE.name, Role.BILLING_ADMINISTRATOR, world.clock.now())
    await world.store.commit([Put(ROLES_SEEN.key(TENANT, "grace"), seen, 0)])
    request = await world.send()
    viewers = {person: await viewer_of(world.house, TENANT, request, person.id) for person in (ANA, LUIS, GRACE, EVA)}
    assert viewers == {
        ANA: Viewer.REQUESTER,
        LUIS: Viewer.APPROVER,
        GRACE: Viewer.APPROVER,
        EVA: Viewer.ANYBODY,
    }


async def test_whoever_decided_sees_what_came_of_it_even_without_the_right(world: World) -> None:
    await world.send()
    request = await world.approve()
    world.directory.roles[LUIS.id] = frozenset()
    world.standings.forget(TENANT)
    assert await viewer_of(world.house, TENANT, request, LUIS.id) is Viewer.APPROVER


async def test_an_approver_sees_what_the_wallet_would_hold_and_until_when(world: World) -> None:
    await world.buy(500)
    for n in range(14):
        await world.spend(10, SEEN_ON - timedelta(days=n))
    await world.send(amount=140)
    card = await drawn(world, LUIS)
    assert EN.money(eur(500)) in card
    assert EN.full_day(SEEN_ON + timedelta(days=50)) in card
    await world.approve()
    assert EN.full_day(SEEN_ON + timedelta(days=50)) not in await drawn(world, LUIS)


async def test_the_requester_sees_who_can_approve_while_it_waits(world: World) -> None:
    await world.introduce(LUIS)
    await world.send()
    assert "Luis" in await drawn(world, ANA)
    assert Verb.REQUEST_WITHDRAW.value in await drawn(world, ANA)


@pytest.mark.parametrize("who", [ANA, OMAR, EVA])
async def test_only_an_approver_of_licences_is_offered_to_decide_about_them(world: World, who: Person) -> None:
    await world.plan(EVA)
    await world.submit("l1")
    assert (Verb.REQUEST_APPROVE.value in await drawn(world, who, "l1")) == (who is OMAR)


async def test_whoever_has_no_part_in_it_sees_no_sum(world: World) -> None:
    await world.send()
    assert "500" not in await drawn(world, EVA)
