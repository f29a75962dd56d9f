from bot.domain.people import PersonId, Right, Role
from bot.ports.errors import MissingPermission, Retry
from bot.usecases.find_approvers import Approver
from bot.views.approvers import approvers_shown, shown_names
from cards.approvers import Approvers
from tests.fakes import ANA, GRACE, LUIS, TENANT
from tests.usecases.world import World


async def shown(world: World) -> Approvers:
    return await approvers_shown(world.house, TENANT, Right.APPROVE_RECHARGE, ANA.id)


async def test_who_can_be_reached_is_named_apart_from_who_cannot(world: World) -> None:
    world.directory.roles[GRACE.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await world.introduce(LUIS)
    assert await shown(world) == Approvers(("Luis",), ("Grace",))


async def test_a_directory_that_does_not_answer_names_nobody_and_rules_nobody_out(world: World) -> None:
    world.directory.broken["holders"] = Retry("busy")
    assert await shown(world) == Approvers(unknown=True)


async def test_a_permission_that_is_missing_is_told_with_the_names(world: World) -> None:
    world.directory.broken["holders"] = MissingPermission("RoleManagement.Read.Directory")
    assert await shown(world) == Approvers(missing_permission="RoleManagement.Read.Directory")


def test_two_who_share_a_first_name_are_named_in_full() -> None:
    people = [
        Approver(PersonId(name), name, name.split(" ")[0], reachable=True)
        for name in ("Luis Vega", "Luis Soto", "Carmen Soler")
    ]
    assert shown_names(people) == ["Luis Vega", "Luis Soto", "Carmen"]


async def test_who_must_activate_a_role_first_is_named_apart(world: World) -> None:
    world.directory.roles[GRACE.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await world.introduce(LUIS, GRACE)
    assert await shown(world) == Approvers(("Luis", "Grace"))
    world.directory.roles[GRACE.id] = frozenset()
    assert await shown(world) == Approvers(("Luis",), dormant=("Grace",))
