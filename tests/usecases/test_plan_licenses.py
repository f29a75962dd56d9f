import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.licenses import AUDIO_CONFERENCING_PLAN, CREDITS_PLAN, Fitness
from bot.domain.people import PersonId
from bot.domain.requests import Request, State
from bot.ports.collections import REQUESTS
from bot.usecases.plan_licenses import PEOPLE_LIMIT, find_people, plan_licenses, propose_licenses
from tests.fakes import ANA, EVA, GRACE, LUIS, TENANT, TOM, person
from tests.usecases.world import World, by


async def found(world: World, name: str) -> list[str]:
    (match,) = await find_people(world.outside, TENANT, [name])
    assert match.text == name
    return [one.name for one in match.people]


async def propose(world: World, *people: PersonId, id_: str = "l1") -> Request | None:
    lines = await plan_licenses(world.outside, TENANT, list(people))
    return await propose_licenses(world.outside, TENANT, id_, by(ANA), lines)


async def test_a_name_leads_to_nobody_to_one_or_to_several(world: World) -> None:
    world.directory.people[PersonId("eva-2")] = person(
        "Eva Ruizseñor", id=PersonId("eva-2"), address="ruizsenor@contoso.example"
    )
    assert await found(world, "Nobody") == []
    assert await found(world, "luis") == ["Luis Vega"]
    assert await found(world, "Eva") == ["Eva Ruiz", "Eva Ruizseñor"]


async def test_a_name_or_address_that_is_exactly_one_persons_is_that_persons(world: World) -> None:
    world.directory.people[PersonId("eva-2")] = person(
        "Eva Ruizseñor", id=PersonId("eva-2"), address="ruizsenor@contoso.example"
    )
    assert await found(world, "eva ruiz") == ["Eva Ruiz"]
    assert await found(world, EVA.address) == ["Eva Ruiz"]


async def test_two_people_of_one_full_name_are_both_asked_about(world: World) -> None:
    world.directory.people[PersonId("eva-2")] = replace(EVA, id=PersonId("eva-2"), address="eva2@contoso.example")
    assert await found(world, "Eva Ruiz") == ["Eva Ruiz", "Eva Ruiz"]


async def test_more_people_than_an_approver_can_judge_are_refused(world: World) -> None:
    reads = world.directory.reads
    for too_many in (
        find_people(world.outside, TENANT, ["x"] * (PEOPLE_LIMIT + 1)),
        plan_licenses(world.outside, TENANT, [EVA.id] * (PEOPLE_LIMIT + 1)),
    ):
        with pytest.raises(Refusal) as refusal:
            await too_many
        assert (refusal.value.code, refusal.value.values) == ("too_many_people", {"limit": PEOPLE_LIMIT})
    assert world.directory.reads == reads
    assert len(await plan_licenses(world.outside, TENANT, [EVA.id] * PEOPLE_LIMIT)) == 1


async def test_a_plan_judges_each_person_once_and_leaves_out_who_is_gone(world: World) -> None:
    world.licenses.plans = {EVA.id: frozenset({AUDIO_CONFERENCING_PLAN}), TOM.id: frozenset({CREDITS_PLAN})}
    lines = await plan_licenses(world.outside, TENANT, [EVA.id, PersonId("gone"), TOM.id, EVA.id, GRACE.id])
    assert [(line.person.id, line.fitness) for line in lines] == [
        (EVA.id, Fitness.CAN),
        (TOM.id, Fitness.HAS),
        (GRACE.id, Fitness.LACKS_PREREQUISITE),
    ]


async def test_the_draft_holds_only_those_who_can_be_assigned(world: World) -> None:
    world.licenses.plans[TOM.id] = frozenset({CREDITS_PLAN})
    request = await propose(world, EVA.id, TOM.id)
    assert request is not None
    assert [(seat.person, seat.name) for seat in request.seats] == [(EVA.id, "Eva Ruiz")]
    assert (request.state, request.requester) == (State.DRAFT, ANA.id)
    assert await world.job_kinds() == ["sweep_draft"]


async def test_where_nobody_can_be_assigned_there_is_no_draft(world: World) -> None:
    world.directory.people[EVA.id] = replace(EVA, guest=True)
    assert await propose(world, EVA.id) is None
    assert await world.store.count(REQUESTS, TENANT) == 0


async def test_the_same_plan_again_is_the_same_draft_and_another_one_revises_it(world: World) -> None:
    first = await propose(world, EVA.id)
    assert await propose(world, EVA.id) == first
    revised = await propose(world, EVA.id, TOM.id)
    assert revised is not None
    assert (revised.revision, len(revised.seats)) == (2, 2)


async def test_a_plan_that_was_sent_stays_as_it_is(world: World) -> None:
    await propose(world, EVA.id)
    sent = await world.submit("l1")
    assert await propose(world, EVA.id, TOM.id) == sent


async def test_the_same_plan_sent_twice_at_once_is_one_draft(world: World) -> None:
    first, second = await asyncio.gather(propose(world, EVA.id), propose(world, EVA.id))
    assert first == second
    assert await world.verbs() == ["request.draft"]


async def test_somebody_elses_plan_cannot_be_changed(world: World) -> None:
    await propose(world, EVA.id)
    lines = await plan_licenses(world.outside, TENANT, [LUIS.id])
    with pytest.raises(Refusal, match="not_the_requester"):
        await propose_licenses(world.outside, TENANT, "l1", by(LUIS), lines)
