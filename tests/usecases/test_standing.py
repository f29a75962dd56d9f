from datetime import timedelta

import pytest

from bot.domain.contacts import RoleSeen
from bot.domain.errors import Refusal
from bot.domain.people import Person, Right, Role, TenantId
from bot.domain.settings import NamedGroup, NamedPerson
from bot.ports.collections import ROLES_SEEN
from bot.ports.errors import Final, MissingPermission, NotFound, PortError, Retry, Unknown
from bot.ports.store import Put
from bot.usecases import standing as module
from bot.usecases.standing import FRESH_FOR, PROVEN_RIGHTS, Standing
from tests.fakes import ANA, APPROVERS, CARMEN, EVA, GRACE, LUIS, TENANT
from tests.usecases.world import OTHER_TENANT, World

GROUP = NamedGroup(APPROVERS, "Saldo approvers")


async def of(world: World, person: Person, tenant: TenantId = TENANT) -> Standing:
    return await world.standings.of(tenant, person.id)


async def see(world: World, person: Person, role: Role, **ago: float) -> None:
    """They were seen with the role some time ago."""
    seen = RoleSeen(person.id, person.name, role, world.clock.now() - timedelta(**ago))
    await world.store.commit([Put(ROLES_SEEN.key(TENANT, f"{person.id}:{role}"), seen, 0)])


async def test_rights_come_from_the_roles_that_are_active(world: World) -> None:
    standing = await of(world, LUIS)
    assert standing.roles == {Role.BILLING_ADMINISTRATOR}
    assert standing.may(Right.APPROVE_RECHARGE)
    assert not standing.may(Right.APPROVE_LICENSES)
    assert not (await of(world, EVA)).rights


async def test_an_answer_serves_for_five_minutes_and_not_longer(world: World) -> None:
    assert (await of(world, LUIS)).may(Right.VIEW)
    world.directory.roles[LUIS.id] = frozenset()
    world.clock.move(seconds=FRESH_FOR.total_seconds() - 1)
    assert (await of(world, LUIS)).may(Right.VIEW)
    world.clock.move(seconds=1)
    assert not (await of(world, LUIS)).may(Right.VIEW)


async def test_a_fresh_reading_never_uses_what_is_kept_and_is_kept_itself(world: World) -> None:
    await of(world, LUIS)
    world.directory.roles[LUIS.id] = frozenset()
    assert not (await world.standings.fresh(TENANT, LUIS.id)).rights
    assert not (await of(world, LUIS)).rights


async def test_standings_of_two_tenants_are_two(world: World) -> None:
    await world.configure(approvers=(NamedPerson(EVA.id, EVA.name),))
    assert (await of(world, EVA)).may(Right.APPROVE_RECHARGE)
    assert not (await of(world, EVA, OTHER_TENANT)).rights


@pytest.mark.parametrize("error", [Retry("busy"), Unknown("lost"), Final("no", code="bad")])
async def test_a_directory_that_does_not_answer_closes_every_door(world: World, error: PortError) -> None:
    await of(world, LUIS)
    world.directory.broken["active_roles"] = error
    with pytest.raises(Refusal) as refused:
        await world.standings.fresh(TENANT, LUIS.id)
    assert refused.value.code == "rights_unreadable"
    with pytest.raises(Refusal):  # not even what was known before
        await of(world, LUIS)


async def test_approvers_that_were_named_approve_without_any_role(world: World) -> None:
    await world.configure(approver_group=GROUP, approvers=(NamedPerson(EVA.id, EVA.name),))
    for person in (CARMEN, EVA):
        assert {Right.VIEW, Right.APPROVE_RECHARGE, Right.APPROVE_LICENSES} == (await of(world, person)).rights
    assert not (await of(world, GRACE)).rights


async def test_a_disabled_member_of_the_group_approves_nothing(world: World) -> None:
    await world.configure(approver_group=GROUP)
    world.directory.people[CARMEN.id] = Person(CARMEN.id, CARMEN.name, enabled=False)
    assert not (await of(world, CARMEN)).rights


async def test_a_group_that_is_gone_approves_nothing_and_takes_nothing_else_away(world: World) -> None:
    await world.configure(approver_group=GROUP)
    del world.directory.members[APPROVERS]
    assert not (await of(world, CARMEN)).rights
    assert (await of(world, LUIS)).may(Right.APPROVE_RECHARGE)


async def test_a_group_that_cannot_be_read_now_closes_every_door(world: World) -> None:
    await world.configure(approver_group=GROUP)
    world.directory.broken["group_members"] = Retry("busy")
    with pytest.raises(Refusal, match="rights_unreadable"):
        await of(world, CARMEN)


async def test_the_permission_that_is_missing_is_named(world: World) -> None:
    await world.configure(approver_group=GROUP)
    world.directory.broken["group_members"] = MissingPermission("GroupMember.Read.All")
    standing = await of(world, LUIS)
    assert standing.missing_permission == "GroupMember.Read.All"
    assert standing.may(Right.APPROVE_RECHARGE)
    world.directory.broken["active_roles"] = MissingPermission("RoleManagement.Read.Directory")
    standing = await world.standings.fresh(TENANT, LUIS.id)
    assert (standing.missing_permission, standing.rights) == ("RoleManagement.Read.Directory", frozenset())


async def test_somebody_who_left_the_organisation_may_nothing(world: World) -> None:
    world.directory.broken["active_roles"] = NotFound("gone")
    standing = await of(world, LUIS)
    assert (standing.rights, standing.missing_permission) == (frozenset(), "")


async def test_who_proved_control_sets_up_and_proposes_but_never_approves(world: World) -> None:
    await world.configure(proven=(NamedPerson(EVA.id, EVA.name),))
    world.directory.broken["active_roles"] = MissingPermission("RoleManagement.Read.Directory")
    standing = await of(world, EVA)
    assert standing.rights == PROVEN_RIGHTS
    assert not standing.may(Right.APPROVE_RECHARGE)
    assert not standing.may(Right.APPROVE_LICENSES)


async def test_a_role_that_was_seen_within_180_days_and_is_not_active_is_dormant(world: World) -> None:
    await see(world, GRACE, Role.BILLING_ADMINISTRATOR, days=179)
    await see(world, GRACE, Role.GLOBAL_ADMINISTRATOR, days=180)
    await see(world, LUIS, Role.BILLING_ADMINISTRATOR, days=1)
    grace = await of(world, GRACE)
    assert grace.dormant == {Role.BILLING_ADMINISTRATOR}
    assert grace.could_by_role(Right.APPROVE_RECHARGE)
    assert not grace.could_by_role(Right.APPROVE_LICENSES)
    assert not grace.may(Right.VIEW)
    assert not (await of(world, LUIS)).dormant


async def test_everybody_of_a_tenant_is_read_again_once_its_approvers_changed(world: World) -> None:
    await of(world, EVA)
    await of(world, EVA, OTHER_TENANT)
    reads = world.directory.reads
    await world.configure(approvers=(NamedPerson(EVA.id, EVA.name),))
    world.standings.forget(TENANT)
    assert (await of(world, EVA)).may(Right.APPROVE_RECHARGE)
    await of(world, EVA, OTHER_TENANT)
    assert world.directory.reads == reads + 1


async def test_what_is_kept_is_bounded(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CACHE_SIZE", 2)
    for person in (ANA, LUIS, EVA):
        await of(world, person)
    reads = world.directory.reads
    await of(world, EVA)
    assert world.directory.reads == reads
    await of(world, ANA)
    assert world.directory.reads == reads + 1
