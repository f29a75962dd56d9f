"""Ways to make what runs by itself stand still, or to have people told again and again."""

from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.requests import State
from bot.domain.rules import Rule, RuleKind
from bot.domain.settings import NamedPerson
from bot.usecases.change_rules import keep_rule, remove_rule
from bot.usecases.converse import reassign
from bot.usecases.propose_recharge import withdraw_request
from bot.usecases.run_rules import run_rules
from tests.fakes import ANA, CARMEN, LUIS, TENANT
from tests.usecases.world import World, by, eur

BY = NamedPerson(ANA.id, ANA.name)


async def run(world: World) -> None:
    await run_rules(world.outside, TENANT, lambda rule: rule.id)


@pytest.mark.parametrize("revision", [0, 1])
async def test_an_old_form_does_not_bring_a_removed_rule_back_to_stand_in_the_way_of_all_others(
    world: World, revision: int
) -> None:
    """Its first proposal would have the id of the one that it made before: nothing could be written any more."""
    await world.buy(99)
    rule = Rule("u1", RuleKind.THRESHOLD, BY, world.clock.now(), 0, below=eur(100), amount=eur(500), cooldown_days=0)
    await keep_rule(world.store, world.clock, TENANT, rule)
    await run(world)
    (first,) = await world.requests()
    await remove_rule(world.store, world.clock, TENANT, "u1", by(ANA))
    await run(world)
    other = replace(rule, id="u2", below=eur(150))
    await keep_rule(world.store, world.clock, TENANT, other)
    await run(world)
    with pytest.raises(Refusal) as refused:
        await keep_rule(world.store, world.clock, TENANT, replace(rule, revision=revision))
    assert refused.value.code == "rule_unknown"
    await withdraw_request(world.store, world.clock, TENANT, first.id, by(ANA))
    await run(world)
    assert [one.state for one in await world.requests()].count(State.PENDING) == 1


async def test_nobody_is_told_again_and_again_by_asking_others_in_turn(world: World) -> None:
    await world.introduce(ANA, LUIS, CARMEN)
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.send()
    await world.work()
    before = len(world.messenger.sent)
    for _ in range(5):
        for one in (LUIS, CARMEN):
            to = NamedPerson(one.id, one.name)
            await reassign(world.outside, world.standings, TENANT, "r1", (ANA.id, ANA.name), to)
            await world.work()
    assert len(world.messenger.sent) - before == 2
