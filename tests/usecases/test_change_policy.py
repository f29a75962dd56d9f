"""Another policy is asked for by one, decided by others under the one in force, and put in force once."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import Right
from bot.domain.policy import FALLBACK, Band, Policy, PolicyChange, Scale, Who, fallback, proposed
from bot.domain.requests import Kind, Order, Request, State
from bot.domain.settings import NamedGroup, NamedPerson
from bot.ports.collections import POLICIES, SETTINGS
from bot.ports.store import Check, Conflict
from bot.store.tiny import TinyStore
from bot.usecases.change_policy import ask_to_change, asked_change, change_policy, proposed_scale
from bot.usecases.policy import load_policy
from tests.fakes import ANA, APPROVERS, CARMEN, EVA, LUIS, TENANT
from tests.usecases.world import POLICY, World, by, eur, touch

STRICT = replace(POLICY, scales=(Scale("EUR", (Band(eur(100), 1), Band(None, 2))),))


async def ask(world: World, to: Policy = STRICT, id_: str = "p1", **more: Who) -> Request:
    before = await load_policy(world.store, TENANT)
    return await ask_to_change(world.outside, TENANT, id_, by(ANA), PolicyChange(to, before, **more))


async def two(world: World) -> None:
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))


async def test_it_waits_for_as_many_as_the_policy_in_force_asks_for_at_most_and_the_requester_is_none_of_them(
    world: World,
) -> None:
    await two(world)
    request = await ask(world)
    assert (request.kind, request.state, request.policy) == (Kind.POLICY, State.PENDING, 1)
    with pytest.raises(Refusal, match="own_request"):
        await world.approve("p1", ANA)
    assert (await world.approve("p1", CARMEN)).state is State.PENDING
    assert (await world.approve("p1", LUIS)).state is State.APPROVED
    await world.work()
    assert (await world.request("p1")).state is State.DONE
    policy = await load_policy(world.store, TENANT)
    assert (policy.version, policy.scales, policy.request_id) == (2, STRICT.scales, "p1")
    assert policy.made_at == world.clock.now()


async def test_every_version_is_kept_and_the_audit_says_what_was_and_is(world: World) -> None:
    await two(world)
    await ask(world)
    await world.approve("p1", CARMEN)
    await world.approve("p1", LUIS)
    await world.work()
    assert [one.body.version for one in (await world.store.find(POLICIES, TENANT)).documents] == [1, 2]
    (audit,) = [record for record in await world.audit() if record.verb == "policy.change"]
    assert set(audit.before) == {"version", "scales", "made_at", "request_id"}
    assert audit.after["version"] == "2"


async def test_while_none_was_chosen_one_other_person_decides_about_the_first(store: TinyStore) -> None:
    world = World(store)
    await two(world)
    await ask(world, POLICY)
    assert (await world.approve("p1", CARMEN)).state is State.APPROVED
    await world.work()
    assert (await load_policy(world.store, TENANT)).scales == POLICY.scales


async def test_of_two_changes_of_one_policy_the_later_one_is_outdated(world: World) -> None:
    await two(world)
    await ask(world)
    await ask(world, replace(POLICY, license_approvals=1, expires_after_days=30), "p2")
    for id_ in ("p1", "p2"):
        await world.approve(id_, CARMEN)
        await world.approve(id_, LUIS)
    await world.work()
    ended = [(await world.request(id_)).state.value for id_ in ("p1", "p2")]
    assert sorted(ended) == ["done", "failed"]
    assert (await load_policy(world.store, TENANT)).version == 2


async def test_a_policy_that_nobody_could_fulfil_is_refused_with_its_reason(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        await ask(world)
    assert (refusal.value.code, refusal.value.values) == ("policy_deadlock", {"needed": 2, "eligible": 1})


async def test_a_policy_that_asks_for_finance_where_nobody_is_is_refused(world: World) -> None:
    await two(world)
    world.directory.roles[LUIS.id] = frozenset()
    finance = replace(STRICT, scales=(Scale("EUR", (Band(None, 1, needs_finance=True),)),))
    with pytest.raises(Refusal, match="policy_no_finance"):
        await ask(world, finance)
    named = replace(finance, finance=(NamedPerson(EVA.id, EVA.name),))
    assert (await ask(world, named)).state is State.PENDING


async def test_what_no_policy_can_say_and_what_it_says_already_are_refused(world: World) -> None:
    await two(world)
    with pytest.raises(Refusal, match="policy_month"):
        await ask(world, replace(POLICY, fiscal_year_month=0))
    with pytest.raises(Refusal, match="policy_unchanged"):
        await ask(world, POLICY)


async def test_the_same_key_is_the_same_request_and_other_content_is_refused_by_name(world: World) -> None:
    await two(world)
    first = await ask(world)
    assert await ask(world) == first
    with pytest.raises(Refusal, match="request_id_reused"):
        await ask(world, replace(STRICT, license_approvals=1, expires_after_days=9))


async def test_two_deliveries_at_once_are_one_request(world: World) -> None:
    await two(world)

    async def rival() -> None:
        await ask(world)

    request = await ask(world.beside(rival))
    assert (await world.request("p1")) == request


async def test_other_approvers_come_into_force_with_the_policy(world: World) -> None:
    await two(world)
    who = Who(NamedGroup(APPROVERS, "Saldo approvers"), (NamedPerson(EVA.id, EVA.name),))
    assert not (await world.standings.of(TENANT, EVA.id)).may(Right.APPROVE_RECHARGE)
    await ask(world, POLICY, who=who)
    await world.approve("p1", CARMEN)
    await world.approve("p1", LUIS)
    await world.work()
    settings = await world.store.get(SETTINGS.key(TENANT, "tenant"))
    assert settings is not None
    assert (settings.body.approver_group, settings.body.approvers) == (who.group, who.people)
    assert (await world.standings.of(TENANT, EVA.id)).may(Right.APPROVE_RECHARGE)
    with pytest.raises(Refusal, match="policy_deadlock"):
        await ask(world, STRICT, "p2", who=Who())


async def approved(world: World) -> list[object]:
    await two(world)
    await ask(world)
    await world.approve("p1", CARMEN)
    await world.approve("p1", LUIS)
    return []


async def test_an_approver_who_lost_the_right_meanwhile_does_not_count(world: World) -> None:
    await approved(world)
    world.directory.roles[LUIS.id] = frozenset()
    await world.work()
    assert (await world.request("p1")).state is State.PENDING
    assert (await load_policy(world.store, TENANT)).version == 1


async def test_settings_or_a_version_that_move_meanwhile_are_looked_at_again(world: World) -> None:
    await two(world)
    await ask(world, POLICY, who=Who(None, (NamedPerson(EVA.id, EVA.name),)))
    await world.approve("p1", CARMEN)
    await world.approve("p1", LUIS)
    moved = touch(world, SETTINGS.key(TENANT, "tenant"))
    await change_policy(world.beside(moved).outside, world.standings, TENANT, "p1", [])
    assert (await load_policy(world.store, TENANT)).version == 2


async def test_a_version_that_was_faster_outdates_it(world: World) -> None:
    await approved(world)

    async def rival() -> None:
        await world.adopt(replace(POLICY, version=2))

    await change_policy(world.beside(rival).outside, world.standings, TENANT, "p1", [])
    assert (await world.request("p1")).state is State.FAILED


async def test_settings_that_never_rest_are_given_up(world: World) -> None:
    await two(world)
    await ask(world, POLICY, who=Who(None, (NamedPerson(EVA.id, EVA.name),)))
    await world.approve("p1", CARMEN)
    await world.approve("p1", LUIS)
    moved = touch(world, SETTINGS.key(TENANT, "tenant"))
    with pytest.raises(Conflict):
        await change_policy(world.beside(*[moved] * 20).outside, world.standings, TENANT, "p1", [])


async def test_a_job_that_another_runner_has_is_its_own(world: World) -> None:
    await approved(world)
    finish = touch(world, SETTINGS.key(TENANT, "tenant"))
    guard = Check(SETTINGS.key(TENANT, "other"), 7)
    with pytest.raises(Conflict):
        await change_policy(world.beside(finish).outside, world.standings, TENANT, "p1", [guard])
    assert (await world.request("p1")).state is State.APPROVED


async def test_what_is_not_approved_any_more_is_left_alone(world: World) -> None:
    await two(world)
    await ask(world)
    await change_policy(world.outside, world.standings, TENANT, "p1", [])
    assert (await world.request("p1")).state is State.PENDING


async def test_purchases_of_the_last_twelve_months_speak_for_bands(world: World) -> None:
    assert await proposed_scale(world.store, world.clock, TENANT, "EUR") == fallback("EUR")
    await world.buy(50_000, date(2025, 11, 22))
    await world.buy(800, date(2026, 10, 1))
    await world.spend(5)
    assert await proposed_scale(world.store, world.clock, TENANT, "EUR") == proposed([eur(800)], "EUR")


async def test_a_recharge_is_no_policy(world: World) -> None:
    request = await world.draft()
    assert request.asked.order is not Order.ORDERED
    with pytest.raises(TypeError):
        asked_change(request)
    assert FALLBACK.version == 0
