from dataclasses import replace

import pytest

from bot.domain.people import Right, Role
from bot.domain.settings import NamedGroup, NamedPerson
from bot.ports.collections import ROLES_SEEN
from bot.ports.errors import MissingPermission, Retry
from bot.usecases.delegate import delegate
from bot.usecases.find_approvers import Approvers, find_approvers, people_in_charge
from tests.fakes import ANA, APPROVERS, CARMEN, EVA, GRACE, LUIS, OMAR, TENANT, TOM
from tests.usecases.world import POLICY, World, touch

GROUP = NamedGroup(APPROVERS, "Saldo approvers")
ROLE = Role.BILLING_ADMINISTRATOR
SEEN = ROLES_SEEN.key(TENANT, f"{LUIS.id}:{ROLE.value}")
NO_ROLES = MissingPermission("RoleManagement.Read.Directory")


async def find(world: World, right: Right = Right.APPROVE_RECHARGE) -> Approvers:
    return await find_approvers(world.outside, TENANT, right, ANA.id)


async def names(world: World, right: Right = Right.APPROVE_RECHARGE) -> list[str]:
    return [one.short_name for one in (await find(world, right)).people]


async def test_the_group_comes_first_then_named_people_then_holders_of_roles_each_once(world: World) -> None:
    await world.configure(
        approver_group=GROUP, approvers=(NamedPerson(EVA.id, EVA.name), NamedPerson(CARMEN.id, CARMEN.name))
    )
    world.directory.roles[CARMEN.id] = frozenset({ROLE})
    assert await names(world) == ["Carmen", "Eva", "Luis"]


async def test_the_requester_is_never_among_them(world: World) -> None:
    world.directory.roles[ANA.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
    await world.configure(approvers=(NamedPerson(ANA.id, ANA.name),))
    assert await names(world) == ["Luis"]


async def test_disabled_and_vanished_people_are_not_among_them(world: World) -> None:
    await world.configure(
        approver_group=GROUP, approvers=(NamedPerson(EVA.id, EVA.name), NamedPerson(TOM.id, TOM.name))
    )
    del world.directory.people[TOM.id]
    for person in (CARMEN, EVA, LUIS):
        world.directory.people[person.id] = replace(person, enabled=False)
    assert await names(world) == []


async def test_each_kind_has_its_own_approvers(world: World) -> None:
    assert await names(world, Right.APPROVE_LICENSES) == ["Omar"]


async def test_a_group_that_is_gone_names_nobody(world: World) -> None:
    await world.configure(approver_group=GROUP, approvers=(NamedPerson(EVA.id, EVA.name),))
    del world.directory.members[APPROVERS]
    assert await names(world) == ["Eva", "Luis"]


async def test_a_permission_that_is_missing_is_named_and_hides_nobody_else(world: World) -> None:
    await world.configure(approver_group=GROUP, approvers=(NamedPerson(EVA.id, EVA.name),))
    world.directory.broken["group_members"] = MissingPermission("GroupMember.Read.All")
    found = await find(world)
    assert [one.short_name for one in found.people] == ["Eva", "Luis"]
    assert found.missing_permission == "GroupMember.Read.All"
    world.directory.broken["holders"] = NO_ROLES
    assert (await find(world)).missing_permission == "GroupMember.Read.All"
    del world.directory.broken["group_members"]
    assert (await find(world)).missing_permission == NO_ROLES.permission


async def test_a_directory_that_does_not_answer_is_the_callers_to_judge(world: World) -> None:
    world.directory.broken["holders"] = Retry("busy")
    with pytest.raises(Retry):
        await find(world)


async def test_who_was_seen_with_the_role_and_has_it_no_more_is_dormant(world: World) -> None:
    await world.introduce(LUIS)
    assert [(one.name, one.dormant) for one in (await find(world)).people] == [("Luis Vega", False)]
    world.directory.roles[LUIS.id] = frozenset()
    assert [(one.name, one.dormant) for one in (await find(world)).people] == [("Luis Vega", True)]
    world.clock.move(days=180)
    assert (await find(world)).people == ()


async def test_who_does_not_have_saldo_cannot_be_reached(world: World) -> None:
    async def reachable() -> list[bool]:
        return [one.reachable for one in (await find(world)).people]

    assert await reachable() == [False]
    await world.introduce(LUIS)
    assert await reachable() == [True]
    await world.introduce(LUIS, installed=False)
    assert await reachable() == [False]


async def test_a_sighting_is_remembered_once_a_day(world: World) -> None:
    await find(world)
    await find(world)
    first = await world.store.get(SEEN)
    assert first is not None
    assert first.version == 1
    world.clock.move(days=1)
    await find(world)
    again = await world.store.get(SEEN)
    assert again is not None
    assert (again.version, again.body.seen_at) == (2, world.clock.now())


async def test_two_who_remember_at_once_both_find_the_approvers(world: World) -> None:
    await find(world)
    world.clock.move(days=1)
    assert await names(world.beside(touch(world, SEEN))) == ["Luis"]


async def test_the_people_in_charge_are_administrators_approvers_and_who_set_it_up(world: World) -> None:
    await world.configure(
        approver_group=GROUP,
        approvers=(NamedPerson(EVA.id, EVA.name),),
        proven=(NamedPerson(TOM.id, TOM.name),),
        installer=NamedPerson(GRACE.id, GRACE.name),
    )
    people = await people_in_charge(world.outside, TENANT)
    assert people == [CARMEN.id, LUIS.id, ANA.id, EVA.id, TOM.id, GRACE.id]
    assert OMAR.id not in people  # licences are not the wallet


async def test_where_roles_and_groups_cannot_be_read_the_others_are_in_charge_all_the_same(world: World) -> None:
    await world.configure(approver_group=GROUP, approvers=(NamedPerson(EVA.id, EVA.name),))
    world.directory.broken |= {"holders": NO_ROLES, "group_members": MissingPermission("GroupMember.Read.All")}
    assert await people_in_charge(world.outside, TENANT) == [EVA.id]


async def test_a_tenant_that_has_told_nothing_has_its_administrators_in_charge(world: World) -> None:
    assert await people_in_charge(world.outside, TENANT) == [LUIS.id, ANA.id]


async def test_whom_the_policy_names_for_finance_approves_recharges_and_no_licences(world: World) -> None:
    await world.adopt(replace(POLICY, version=2, finance_group=GROUP, finance=(NamedPerson(EVA.id, EVA.name),)))
    found = await find(world)
    assert [(one.short_name, one.finance) for one in found.people] == [
        ("Carmen", True),
        ("Eva", True),
        ("Luis", True),
    ]
    assert await names(world, Right.APPROVE_LICENSES) == ["Omar"]


async def test_who_decides_in_somebodys_place_is_asked_beside_them_and_adds_no_voice(world: World) -> None:
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name), NamedPerson(EVA.id, EVA.name)))
    ends_at = world.clock.now().replace(day=30)
    for who, to in ((LUIS, TOM), (CARMEN, ANA), (EVA, LUIS)):
        await delegate(world.outside, world.standings, TENANT, (who.id, who.name), to, ends_at)
    found = await find(world)
    assert [(one.short_name, one.behalf, one.finance) for one in found.people] == [
        ("Carmen", "", False),
        ("Eva", "", False),
        ("Luis", "", True),
        ("Tom", "Luis", True),
    ]
    assert [one.short_name for one in found.voices] == ["Carmen", "Eva", "Luis"]
    world.directory.people[TOM.id] = replace(TOM, enabled=False)
    assert await names(world) == ["Carmen", "Eva", "Luis"]
    world.directory.people[TOM.id] = TOM
    world.clock.move(days=9)
    assert await names(world) == ["Carmen", "Eva", "Luis"]
