"""Break-glass: only in an emergency, up to a cap, one at a time, with a reason, and never past the policy's caps."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.events import Ratify
from bot.domain.people import Person
from bot.domain.policy import Caps
from bot.domain.requests import Clause, Ratification, Request, State
from bot.ports.collections import BREAK_GLASS
from bot.ports.order_desk import Declined, Funded
from bot.ports.store import Conflict
from bot.usecases.break_glass import LAST, break_glass, may_break
from bot.usecases.decide_request import decide_request
from tests.fakes import ANA, CARMEN, EVA, LUIS, TENANT
from tests.jobs.diary import staff
from tests.usecases.world import POLICY, SEEN_ON, World, eur, touch

REASON = "The campaign starts at eight and nobody answers."
SCALE = replace(POLICY.scales[0], break_glass=eur(800))
EMERGENCIES = replace(POLICY, version=2, scales=(SCALE,))


async def call(world: World, id_: str = "r1", who: Person = ANA, reason: str = REASON) -> Request:
    return await break_glass(world.outside, world.standings, TENANT, id_, (who.id, who.name), reason)


async def empty(world: World) -> None:
    """Nothing is left, and a recharge waits for approval."""
    await world.adopt(EMERGENCIES)
    await staff(world)
    await world.buy(100)
    await world.spend(100)
    await world.send()


async def refused(deed: Awaitable[Request]) -> str:
    with pytest.raises(Refusal) as refusal:
        await deed
    return refusal.value.code


async def arrive(world: World, id_: str = "r1") -> None:
    world.desk.answers[id_] = Funded(eur(500), SEEN_ON, f"PO-{id_}")
    await world.work()
    world.clock.move(seconds=2)
    await world.work()


async def test_in_an_emergency_it_is_ordered_before_anybody_approved(world: World) -> None:
    await empty(world)
    request = await call(world)
    assert (request.state, request.clause, request.ratification) == (
        State.APPROVED,
        Clause.BREAK_GLASS,
        Ratification.UNRATIFIED,
    )
    await world.work()
    assert list(world.desk.orders) == ["r1"]
    (record,) = [record for record in await world.audit() if record.verb == "request.break"]
    assert (record.actor, record.why, record.details["evidence"]) == (ANA.id, REASON, "forecast")


async def test_called_on_again_it_changes_nothing_and_orders_nothing_more(world: World) -> None:
    await empty(world)
    first = await call(world)
    assert await call(world) == first
    await world.work()
    await world.work()
    assert len(world.desk.orders) == 1


async def test_an_approver_may_call_on_it_and_a_stranger_may_not(world: World) -> None:
    await empty(world)
    assert await refused(call(world, who=EVA)) == "not_an_approver"
    assert (await call(world, who=LUIS)).exemption is not None


async def test_while_the_money_lasts_it_is_refused(world: World) -> None:
    await staff(world)
    await world.buy(1_000)
    await world.send()
    assert await refused(call(world)) == "break_not_urgent"
    assert await may_break(world.store, world.clock, TENANT, await world.request()) is None


async def test_above_its_cap_it_is_refused_and_by_default_the_first_band_is_its_cap(world: World) -> None:
    await empty(world)
    await world.send("r2", amount=801)
    assert await refused(call(world, "r2")) == "break_above_cap"
    await world.adopt(replace(POLICY, version=3))
    assert await may_break(world.store, world.clock, TENANT, await world.request("r2")) is not None


async def test_the_policys_own_caps_still_hold(world: World) -> None:
    await empty(world)
    capped = replace(EMERGENCIES, version=3, scales=(replace(SCALE, caps=Caps(day=eur(400))),))
    await world.adopt(capped)
    assert await refused(call(world)) == "cap_day"
    assert (await world.request()).state is State.PENDING
    assert await world.store.get(BREAK_GLASS.key(TENANT, LAST)) is None


async def test_a_reason_of_a_few_words_is_not_enough(world: World) -> None:
    await empty(world)
    assert await refused(call(world, reason="  urgent, please   ")) == "break_reason_short"


async def test_what_is_decided_or_no_recharge_cannot_be_broken_out_of(world: World) -> None:
    await empty(world)
    await world.approve()
    assert await refused(call(world)) == "state_approved"
    await world.plan(EVA)
    await world.submit("l1")
    assert await refused(call(world, "l1")) == "state_pending"


async def test_while_one_is_under_way_there_is_no_other(world: World) -> None:
    await empty(world)
    await world.send("r2")
    await call(world)
    assert await refused(call(world, "r2")) == "break_open"
    assert await may_break(world.store, world.clock, TENANT, await world.request("r2")) is None


async def test_once_the_money_is_there_it_has_to_be_ratified_before_there_is_another(world: World) -> None:
    await empty(world)
    await call(world)
    await arrive(world)
    assert (await world.request()).state is State.DONE
    await world.spend(600)
    await world.send("r2")
    assert await refused(call(world, "r2")) == "break_open"
    await ratify(world, CARMEN)
    assert (await call(world, "r2")).clause is Clause.BREAK_GLASS


async def ratify(world: World, who: Person) -> Request:
    person = (who.id, who.name)
    return await decide_request(world.store, world.clock, world.standings, TENANT, "r1", person, Ratify())


async def test_or_the_time_to_ratify_it_has_passed(world: World) -> None:
    await empty(world)
    await call(world)
    await arrive(world)
    await world.spend(600)
    await world.send("r2")
    world.clock.move(hours=73)
    assert (await call(world, "r2")).clause is Clause.BREAK_GLASS


async def test_where_the_payment_failed_another_may_be_tried_at_once(world: World) -> None:
    await empty(world)
    await call(world)
    world.desk.answers["r1"] = Declined("card_expired")
    await world.work()
    world.clock.move(seconds=2)
    await world.work()
    assert (await world.request()).state is State.FAILED
    await world.send("r2")
    assert (await call(world, "r2")).clause is Clause.BREAK_GLASS


async def test_of_many_at_the_same_instant_one_goes_ahead(world: World) -> None:
    await empty(world)
    ids = [f"r{number}" for number in range(1, 9)]
    for id_ in ids[1:]:
        await world.send(id_)
    ended = await asyncio.gather(*(call(world, id_) for id_ in ids for _ in range(3)), return_exceptions=True)
    others = {str(one) for one in ended if not isinstance(one, Request)}
    assert others == {"break_open"}
    assert len({one.id for one in ended if isinstance(one, Request)}) == 1
    await world.work()
    assert len(world.desk.orders) == 1


async def test_a_policy_that_came_meanwhile_is_the_one_that_counts(world: World) -> None:
    await empty(world)
    stricter = replace(EMERGENCIES, version=3, scales=(replace(SCALE, break_glass=eur(100)),))

    async def adopted() -> None:
        await world.adopt(stricter)

    assert await refused(call(world.beside(adopted))) == "break_above_cap"


async def test_where_others_never_let_it_through_it_says_so(world: World) -> None:
    await empty(world)
    await call(world)
    await arrive(world)
    await ratify(world, CARMEN)
    await world.spend(600)
    await world.send("r2")
    deed = touch(world, BREAK_GLASS.key(TENANT, LAST))
    with pytest.raises(Conflict):
        await call(world.beside(*[deed] * 100), "r2")


async def test_whoever_called_on_it_does_not_ratify_it_and_the_others_do(world: World) -> None:
    await empty(world)
    await call(world, who=LUIS)
    for own in (LUIS, ANA):
        assert await refused(ratify(world, own)) == "own_request"
    assert (await ratify(world, CARMEN)).ratification is Ratification.RATIFIED


async def test_after_three_days_it_cannot_be_ratified_any_more(world: World) -> None:
    await empty(world)
    await call(world)
    world.clock.move(hours=73)
    assert await refused(ratify(world, CARMEN)) == "too_late_to_ratify"
    assert (await world.request()).ratification is Ratification.UNRATIFIED
