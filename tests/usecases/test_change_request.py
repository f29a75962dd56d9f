import pytest

from bot.domain.errors import Refusal
from bot.domain.events import Begin, Submit, Withdraw
from bot.domain.people import Role
from bot.domain.requests import State
from bot.ports.collections import REQUESTS, SETTINGS
from bot.ports.store import Check, Conflict, Put
from bot.usecases.change_request import ATTEMPTS, change_request, load_request
from tests.fakes import ANA, GRACE, LUIS, TENANT
from tests.usecases.world import OTHER_TENANT, POLICY, World, by, touch

KEY = REQUESTS.key(TENANT, "r1")


async def submit(world: World) -> State:
    return (await change_request(world.store, world.clock, TENANT, "r1", Submit(POLICY), by(ANA))).state


async def test_a_change_writes_the_request_its_jobs_and_its_audit_together(world: World) -> None:
    await world.draft()
    assert await submit(world) is State.PENDING
    assert (await world.request()).state is State.PENDING
    follows = {"ask_approvers:r1:2", "pursue_request:r1:2", "refresh_cards:r1:2"}
    assert set(await world.jobs()) == {*follows, "sweep_draft:r1"}
    assert await world.verbs() == ["request.draft", "request.submit"]


async def test_an_unknown_request_is_refused_as_such(world: World) -> None:
    await world.draft()
    for tenant, id_ in ((TENANT, "r2"), (OTHER_TENANT, "r1")):
        with pytest.raises(Refusal, match="request_unknown"):
            await load_request(world.store, tenant, id_)


async def test_a_change_is_decided_again_on_what_another_writer_made_of_the_request(world: World) -> None:
    await world.draft()
    assert await submit(world.beside(touch(world, KEY))) is State.PENDING

    async def withdrawn() -> None:
        await change_request(world.store, world.clock, TENANT, "r1", Withdraw(), by(ANA))

    with pytest.raises(Refusal, match="state_withdrawn"):
        await world.beside(withdrawn).approve()
    assert await world.purchases() == []
    assert "request.approve" not in await world.verbs()


async def test_two_approvals_at_once_are_one_approval(world: World) -> None:
    await world.send()

    world.directory.roles[GRACE.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})

    async def grace_approves() -> None:
        await world.approve("r1", GRACE)

    with pytest.raises(Refusal, match="state_approved"):
        await world.beside(grace_approves).approve("r1", LUIS)
    assert [approval.person for approval in (await world.request()).approvals] == [GRACE.id]
    assert (await world.job_kinds()).count("place_order") == 1


async def test_a_conflict_on_what_comes_with_it_is_left_to_the_caller(world: World) -> None:
    await world.draft()
    await world.configure()
    settings = SETTINGS.key(TENANT, "tenant")
    for moved in (Check(settings, 7), Put(settings, await world.configure(), 7)):
        with pytest.raises(Conflict) as conflict:
            await change_request(world.store, world.clock, TENANT, "r1", Submit(POLICY), by(ANA), also=[moved])
        assert conflict.value.key == settings
    assert (await world.request()).state is State.DRAFT


async def test_a_change_gives_up_when_others_are_always_faster(world: World) -> None:
    await world.draft()
    with pytest.raises(Conflict) as conflict:
        await submit(world.beside(*[touch(world, KEY)] * ATTEMPTS))
    assert conflict.value.key == KEY
    assert (await world.request()).state is State.DRAFT


async def test_what_the_rules_refuse_writes_nothing(world: World) -> None:
    await world.draft()
    with pytest.raises(Refusal, match="state_draft"):
        await change_request(world.store, world.clock, TENANT, "r1", Begin(), by(ANA))
    assert await world.verbs() == ["request.draft"]
