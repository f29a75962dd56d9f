import pytest

from bot.domain.contacts import RoleSeen
from bot.domain.errors import Refusal
from bot.domain.events import Approve, Reject
from bot.domain.people import Right, Role
from bot.domain.requests import State, Verdict
from bot.ports.collections import ROLES_SEEN
from bot.ports.errors import MissingPermission, Retry
from bot.ports.store import Put
from tests.fakes import ANA, EVA, GRACE, LUIS, OMAR, TENANT
from tests.usecases.world import World


async def refused(world: World, id_: str, who: str) -> Refusal:
    person = next(one for one in world.directory.people.values() if one.id == who)
    with pytest.raises(Refusal) as refusal:
        await world.approve(id_, person)
    return refusal.value


async def test_an_approval_is_on_record_with_its_comment_and_leads_to_the_order(world: World) -> None:
    await world.send()
    request = await world.decide("r1", LUIS, Approve("  fine  "))
    (approval,) = request.approvals
    assert (approval.person, approval.name, approval.comment) == (LUIS.id, "Luis Vega", "fine")
    assert request.state is State.APPROVED
    assert "place_order" in await world.job_kinds()


async def test_a_rejection_ends_the_request(world: World) -> None:
    await world.send()
    request = await world.decide("r1", LUIS, Reject("not now"))
    assert (request.state, request.open) == (State.REJECTED, False)
    assert request.decisions[0].verdict is Verdict.REJECTED
    assert (await refused(world, "r1", LUIS.id)).code == "state_rejected"


async def test_rights_are_read_again_for_the_very_click(world: World) -> None:
    await world.send()
    assert (await world.standings.of(TENANT, LUIS.id)).may(Right.APPROVE_RECHARGE)
    world.directory.roles[LUIS.id] = frozenset()
    assert (await refused(world, "r1", LUIS.id)).code == "not_an_approver"
    assert (await world.request()).state is State.PENDING


async def test_a_directory_that_does_not_answer_decides_nothing_and_the_click_can_be_repeated(world: World) -> None:
    await world.send()
    world.directory.broken["active_roles"] = Retry("busy")
    assert (await refused(world, "r1", LUIS.id)).code == "rights_unreadable"
    world.directory.broken.clear()
    assert (await world.approve()).state is State.APPROVED


async def test_each_kind_takes_its_own_right(world: World) -> None:
    await world.send("r1")
    await world.plan(EVA)
    await world.submit("l1")
    assert (await refused(world, "r1", OMAR.id)).code == "not_an_approver"
    assert (await refused(world, "l1", LUIS.id)).code == "not_an_approver"
    assert (await world.approve("l1", OMAR)).state is State.APPROVED


async def test_nobody_approves_their_own_request_not_even_a_global_administrator(world: World) -> None:
    world.directory.roles[ANA.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
    await world.send()
    assert (await refused(world, "r1", ANA.id)).code == "own_request"


async def test_who_must_activate_a_role_first_is_told_so(world: World) -> None:
    await world.send()
    for person in (GRACE, ANA):
        seen = RoleSeen(person.id, person.name, Role.BILLING_ADMINISTRATOR, world.clock.now())
        await world.store.commit([Put(ROLES_SEEN.key(TENANT, f"{person.id}:x"), seen, 0)])
    assert (await refused(world, "r1", GRACE.id)).code == "activate_role"
    assert (await refused(world, "r1", ANA.id)).code == "own_request"  # activating would not help her


async def test_where_roles_cannot_be_read_the_missing_permission_is_the_reason(world: World) -> None:
    await world.send()
    world.directory.broken["active_roles"] = MissingPermission("RoleManagement.Read.Directory")
    refusal = await refused(world, "r1", LUIS.id)
    assert (refusal.code, refusal.values) == (
        "rights_permission",
        {"permission": "RoleManagement.Read.Directory"},
    )
    assert (await refused(world, "r1", ANA.id)).code == "own_request"
