import asyncio

from bot.domain.control import ATTEMPTS, LIFETIME
from bot.domain.errors import Refusal
from bot.domain.people import PersonId, Right, TenantId
from bot.domain.settings import NamedPerson
from bot.ports.collections import CONTROL_CODES, SETTINGS
from bot.ports.errors import MissingPermission
from bot.usecases.prove_control import enter_code, issue_code
from bot.usecases.settings import load_settings
from tests.fakes import ANA, EVA, TENANT
from tests.usecases.world import OTHER_TENANT, World, touch

OPERATOR = PersonId("operator:root")
FINDER = NamedPerson(EVA.id, EVA.name)
CODE = "ABCD-1234"


async def issue(world: World, code: str = CODE) -> None:
    await issue_code(world.store, world.clock, TENANT, OPERATOR, code)


async def enter(world: World, code: str = CODE, tenant: TenantId = TENANT) -> str:
    """'' where it worked, else the code of the refusal."""
    try:
        await enter_code(world.store, world.clock, tenant, FINDER, code)
    except Refusal as refusal:
        return refusal.code
    return ""


async def proven(world: World) -> tuple[NamedPerson, ...]:
    return (await load_settings(world.store, TENANT)).proven


async def test_the_right_code_makes_its_finder_a_keeper_of_the_set_up(world: World) -> None:
    await issue(world)
    assert await enter(world, " abcd 1234 ") == ""
    assert await proven(world) == (FINDER,)
    assert await world.verbs() == ["control.code_issued", "control.proven"]
    world.directory.broken["active_roles"] = MissingPermission("RoleManagement.Read.Directory")
    assert (await world.standings.of(TENANT, EVA.id)).may(Right.CHANGE_SETTINGS)


async def test_the_code_itself_is_kept_nowhere(world: World) -> None:
    await issue(world)
    document = await world.store.get(CONTROL_CODES.key(TENANT, "installer"))
    assert document is not None
    assert "1234" not in repr(document.body)
    assert "1234" not in repr(await world.audit())


async def test_a_code_works_once(world: World) -> None:
    await issue(world)
    await enter(world)
    assert await enter(world) == "code_expired"


async def test_without_a_code_that_was_issued_nothing_can_be_proven(world: World) -> None:
    assert await enter(world) == "code_none"
    await issue(world)
    assert await enter(world, tenant=OTHER_TENANT) == "code_none"


async def test_wrong_codes_are_counted_audited_and_end_the_code(world: World) -> None:
    await issue(world)
    for _ in range(ATTEMPTS):
        assert await enter(world, "WRONG") == "code_wrong"
    assert await enter(world) == "code_expired"
    assert (await world.verbs()).count("control.wrong_code") == ATTEMPTS
    assert await proven(world) == ()


async def test_a_code_expires(world: World) -> None:
    await issue(world)
    world.clock.move(seconds=LIFETIME.total_seconds())
    assert await enter(world) == "code_expired"


async def test_a_new_code_ends_the_one_before(world: World) -> None:
    await issue(world)
    await issue(world, "NEW-CODE")
    assert await enter(world) == "code_wrong"
    assert await enter(world, "NEW-CODE") == ""


async def test_guesses_that_are_made_at_once_are_counted_one_by_one(world: World) -> None:
    await issue(world)
    answers = await asyncio.gather(*(enter(world, f"GUESS-{number}") for number in range(20)))
    document = await world.store.get(CONTROL_CODES.key(TENANT, "installer"))
    assert document is not None
    assert set(answers) <= {"code_wrong", "try_again", "code_expired"}
    assert answers.count("code_wrong") == document.body.attempts <= ATTEMPTS


async def test_a_code_that_is_right_and_found_twice_at_once_is_used_once(world: World) -> None:
    await issue(world)
    assert sorted(await asyncio.gather(enter(world), enter(world))) == ["", "try_again"]
    assert await proven(world) == (FINDER,)


async def test_settings_that_change_meanwhile_make_the_entry_be_repeated(world: World) -> None:
    await world.configure(proven=(NamedPerson(ANA.id, ANA.name), NamedPerson(EVA.id, "Eva R.")))
    await issue(world)
    assert await enter(world.beside(touch(world, SETTINGS.key(TENANT, "tenant")))) == "try_again"
    assert await enter(world) == ""  # the first entry used nothing up
    assert await proven(world) == (NamedPerson(ANA.id, ANA.name), FINDER)
