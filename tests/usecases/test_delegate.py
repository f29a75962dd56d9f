from datetime import timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import Person
from bot.ports.collections import DELEGATIONS
from bot.ports.store import Conflict
from bot.usecases.delegate import delegate, delegation_of, end_delegation
from bot.usecases.voice import delegations_to
from tests.fakes import ANA, CARMEN, EVA, LUIS, TENANT, TOM, person
from tests.usecases.world import World, touch

KEY = DELEGATIONS.key(TENANT, LUIS.id)


async def hand_on(world: World, who: Person = LUIS, to: Person = TOM, days: int = 7) -> None:
    ends_at = world.clock.now() + timedelta(days=days)
    await delegate(world.outside, world.standings, TENANT, (who.id, who.name), to, ends_at)


async def decides_for(world: World, who: Person) -> list[str]:
    return [one.delegator_name for one in await delegations_to(world.store, world.clock, TENANT, who.id)]


async def test_who_approves_something_hands_it_on_for_a_time(world: World) -> None:
    await hand_on(world)
    assert await decides_for(world, TOM) == ["Luis Vega"]
    mine = await delegation_of(world.outside, TENANT, LUIS.id)
    assert mine is not None
    assert mine.delegate_name == "Tom Baker"
    world.clock.move(days=7)
    assert await decides_for(world, TOM) == []
    assert await delegation_of(world.outside, TENANT, LUIS.id) is None


async def test_the_next_one_takes_the_place_of_the_last(world: World) -> None:
    await hand_on(world)
    await hand_on(world, to=EVA)
    assert (await decides_for(world, TOM), await decides_for(world, EVA)) == ([], ["Luis Vega"])


async def test_it_is_taken_back_and_both_are_in_the_audit(world: World) -> None:
    await hand_on(world)
    await end_delegation(world.outside, TENANT, LUIS.id)
    await end_delegation(world.outside, TENANT, LUIS.id)
    assert await decides_for(world, TOM) == []
    told = [(record.verb, record.actor, record.details["to"]) for record in await world.audit()]
    assert told == [("delegation.start", LUIS.id, TOM.id), ("delegation.end", LUIS.id, TOM.id)]


@pytest.mark.parametrize(
    ("who", "to", "days", "code"),
    [
        (ANA, TOM, 7, "nothing_to_delegate"),
        (LUIS, person("Gil Out", guest=True), 7, "delegate_unknown"),
        (LUIS, person("Gil Out", enabled=False), 7, "delegate_unknown"),
        (LUIS, LUIS, 7, "delegate_self"),
        (LUIS, TOM, 0, "delegation_over"),
        (LUIS, TOM, 91, "delegation_too_long"),
    ],
)
async def test_what_cannot_be_handed_on_is_refused_by_name(
    world: World, who: Person, to: Person, days: int, code: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        await hand_on(world, who, to, days)
    assert refusal.value.code == code
    assert await world.audit() == []


async def test_another_writer_in_between_is_written_over_and_one_that_never_rests_is_given_up(world: World) -> None:
    await hand_on(world)
    await hand_on(world.beside(touch(world, KEY)), to=CARMEN)
    assert await decides_for(world, CARMEN) == ["Luis Vega"]
    await end_delegation(world.beside(touch(world, KEY)).outside, TENANT, LUIS.id)
    await hand_on(world, days=3)
    with pytest.raises(Conflict):
        await hand_on(world.beside(*[touch(world, KEY)] * 20), days=2)
    with pytest.raises(Conflict):
        await end_delegation(world.beside(*[touch(world, KEY)] * 20).outside, TENANT, LUIS.id)
