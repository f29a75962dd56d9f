"""Several approvers, delegates, finance and caps, with the real store and rights that are read at the click."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.errors import Refusal
from bot.domain.events import SALDO, Approve, Break, Evidence, Fund, Ratify, Reject, Retract
from bot.domain.people import Person, Role
from bot.domain.policy import Band, Caps, Policy, Scale
from bot.domain.requests import Ratification, Recharge, Request, State
from bot.domain.settings import NamedGroup, NamedPerson
from bot.ports.errors import Retry
from bot.store.tiny import TinyStore
from bot.usecases.change_request import change_request
from bot.usecases.converse import edit_request, say_about
from bot.usecases.decide_request import ConfirmFirst, decide_request
from bot.usecases.delegate import delegate
from bot.usecases.propose_recharge import propose_recharge
from bot.usecases.voice import lost_right, may_speak
from tests.fakes import ANA, APPROVERS, CARMEN, EVA, GRACE, LUIS, OMAR, TENANT, TOM
from tests.usecases.world import POLICY, World, by, eur

TWO = Policy(2, (Scale("EUR", (Band(eur(100), 1), Band(eur(2_000), 2), Band(None, 2, needs_finance=True))),))
BILLING = frozenset({Role.BILLING_ADMINISTRATOR})


async def two_of_three(world: World) -> None:
    """Luis (billing), Carmen and Eva (named) approve; above 100 it takes two."""
    await world.adopt(TWO)
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name), NamedPerson(EVA.id, EVA.name)))


async def decide(world: World, who: Person, verdict: Approve | Reject | Ratify | None = None) -> Request:
    return await decide_request(
        world.store,
        world.clock,
        world.standings,
        TENANT,
        "r1",
        (who.id, who.name),
        verdict or Approve(),
        confirmed=True,
    )


async def refused(world: World, who: Person) -> str:
    with pytest.raises(Refusal) as refusal:
        await decide(world, who)
    return refusal.value.code


async def hand_on(world: World, who: Person, to: Person) -> None:
    ends_at = world.clock.now().replace(day=30)
    await delegate(world.outside, world.standings, TENANT, (who.id, who.name), to, ends_at)


async def test_without_a_policy_the_fallback_holds(store: TinyStore) -> None:
    world = World(store)
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    request = await world.send(amount=500)
    assert (request.policy, len(request.bands)) == (0, 3)
    assert (await decide(world, LUIS)).state is State.PENDING
    assert (await decide(world, CARMEN)).state is State.APPROVED


async def test_an_approval_waits_for_the_second_and_the_order_for_both(world: World) -> None:
    await two_of_three(world)
    await world.send()
    assert (await decide(world, CARMEN)).state is State.PENDING
    assert "place_order" not in await world.job_kinds()
    assert (await decide(world, EVA)).state is State.APPROVED
    assert "place_order" in await world.job_kinds()


async def test_an_approval_that_is_pressed_again_is_the_one_on_record(world: World) -> None:
    await two_of_three(world)
    await world.send()
    first = await decide(world, CARMEN)
    assert await decide(world, CARMEN, Approve("again")) == first


async def test_a_hundred_clicks_of_ten_people_at_once_are_two_approvals_and_one_order(world: World) -> None:
    await world.adopt(TWO)
    people = [replace(CARMEN, id=type(CARMEN.id)(f"id-{number}"), name=f"Nr {number}") for number in range(10)]
    world.directory.people |= {one.id: one for one in people}
    world.directory.roles |= dict.fromkeys((one.id for one in people), BILLING)
    await world.send()

    async def click(who: Person) -> str:
        try:
            return (await decide(world, who)).state.value
        except Refusal as refusal:
            return refusal.code

    said = await asyncio.gather(*(click(who) for who in people for _ in range(10)))
    assert set(said) <= {"pending", "approved", "state_approved"}
    request = await world.request()
    assert (request.state, len(request.approvals)) == (State.APPROVED, 2)
    assert (await world.job_kinds()).count("place_order") == 1


async def test_above_the_first_band_the_approval_is_asked_for_once_more_and_nothing_is_written(world: World) -> None:
    await two_of_three(world)
    sent = await world.send()
    with pytest.raises(ConfirmFirst) as asked:
        await world.approve("r1", CARMEN)
    assert asked.value.request == sent
    assert await world.request() == sent
    await world.decide("r1", CARMEN, Reject())
    assert (await world.request()).state is State.REJECTED


async def test_who_may_not_approve_is_not_asked_whether_they_are_sure(world: World) -> None:
    await two_of_three(world)
    await world.send()
    for who, code in ((ANA, "own_request"), (TOM, "not_an_approver")):
        with pytest.raises(Refusal, match=code):
            await world.approve("r1", who)


async def test_finance_is_a_role_or_whom_the_policy_names(world: World) -> None:
    await two_of_three(world)
    await world.adopt(
        replace(TWO, version=3, finance_group=NamedGroup(APPROVERS, "x"), finance=(NamedPerson(GRACE.id, "Grace"),))
    )
    world.directory.roles[OMAR.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
    finance = {
        person.name: (await world.standings.fresh(TENANT, person.id)).finance
        for person in (LUIS, OMAR, CARMEN, GRACE, EVA, TOM)
    }
    assert finance == {
        "Luis Vega": True,
        "Omar Haddad": True,
        "Carmen Soler": True,
        "Grace Kim": True,
        "Eva Ruiz": False,
        "Tom Baker": False,
    }
    await world.send(amount=5_000)
    await decide(world, EVA)
    assert (await decide(world, GRACE)).state is State.APPROVED


async def test_a_delegate_speaks_for_whoever_handed_it_on_and_is_named_with_them(world: World) -> None:
    await two_of_three(world)
    await hand_on(world, LUIS, TOM)
    await world.send(amount=5_000)
    await decide(world, CARMEN)
    request = await decide(world, TOM, Approve("for Luis"))
    assert request.state is State.APPROVED
    assert [(one.name, one.behalf and one.behalf.name, one.finance) for one in request.approvals] == [
        ("Carmen Soler", None, False),
        ("Tom Baker", "Luis Vega", True),
    ]
    (audit,) = [record for record in await world.audit() if record.why == "for Luis"]
    assert (audit.actor, audit.details["for"]) == (TOM.id, LUIS.id)


async def test_what_was_handed_on_to_the_requester_or_by_them_is_of_no_use_here(world: World) -> None:
    await hand_on(world, LUIS, ANA)
    await world.send()
    assert await refused(world, ANA) == "own_request"
    world.directory.roles[ANA.id] = BILLING
    await hand_on(world, ANA, TOM)
    assert await refused(world, TOM) == "not_an_approver"
    assert not await speaks(world, TOM)


async def speaks(world: World, who: Person) -> bool:
    request = await world.request()
    return await may_speak(world.store, world.clock, world.standings, TENANT, request, who.id)


async def test_it_goes_one_hop_far_and_as_long_as_the_delegator_holds_the_right(world: World) -> None:
    await hand_on(world, LUIS, TOM)
    await world.send()
    assert await speaks(world, TOM)
    assert not await speaks(world, GRACE)
    world.directory.roles[LUIS.id] = frozenset()
    world.standings.forget(TENANT)
    assert not await speaks(world, TOM)
    assert await refused(world, TOM) == "not_an_approver"


async def test_a_delegator_who_has_spoken_has_nothing_left_to_hand_on(world: World) -> None:
    await two_of_three(world)
    await hand_on(world, LUIS, TOM)
    await world.send()
    await decide(world, LUIS)
    assert await refused(world, TOM) == "not_an_approver"


async def test_an_emergency_asks_nobody_for_their_rights_again(world: World) -> None:
    await world.send(amount=100)
    cause = Break("the trade fair opens tomorrow", 40, Evidence.FORECAST, POLICY)
    request = await change_request(world.store, world.clock, TENANT, "r1", cause, by(ANA))
    assert await lost_right(world.standings, TENANT, request) is None
    await world.work()
    assert set(world.desk.orders) == {"r1"}


async def test_a_delegation_ends_by_itself(world: World) -> None:
    await hand_on(world, LUIS, TOM)
    await world.send()
    world.clock.move(days=9)
    assert await refused(world, TOM) == "not_an_approver"


async def test_rights_are_read_again_for_every_voice_when_it_is_carried_out(world: World) -> None:
    await two_of_three(world)
    await hand_on(world, LUIS, TOM)
    await world.send()
    await decide(world, CARMEN)
    await decide(world, TOM)
    world.directory.roles[LUIS.id] = frozenset()
    await world.work()
    request = await world.request()
    assert (request.state, [one.person for one in request.approvals]) == (State.PENDING, [CARMEN.id])
    assert not world.desk.orders
    await decide(world, EVA)
    await world.work()
    assert set(world.desk.orders) == {"r1"}


async def test_the_voice_of_finance_is_void_when_it_is_none_any_more(world: World) -> None:
    await two_of_three(world)
    await world.adopt(replace(TWO, version=3, finance=(NamedPerson(EVA.id, EVA.name),)))
    await world.send(amount=5_000)
    await decide(world, CARMEN)
    request = await decide(world, EVA)
    assert await lost_right(world.standings, TENANT, request) is None
    await world.adopt(replace(TWO, version=4))
    assert await lost_right(world.standings, TENANT, request) == EVA.id


async def test_an_approval_is_taken_back_while_the_order_has_not_left(world: World) -> None:
    await world.send()
    await decide(world, LUIS)
    back = await say_about(world.store, world.clock, world.standings, TENANT, "r1", (LUIS.id, LUIS.name), Retract())
    assert back.state is State.PENDING
    await world.work()
    assert not world.desk.orders
    assert await refused(world, LUIS) == "state_pending"
    assert (await decide(world, LUIS, Approve(taken_back=1))).state is State.APPROVED


async def test_a_directory_that_does_not_answer_counts_nobodys_voice(world: World) -> None:
    await world.send()
    world.directory.broken["active_roles"] = Retry("busy")
    assert await refused(world, LUIS) == "rights_unreadable"


CAPPED = replace(POLICY, version=2, scales=(replace(POLICY.scales[0], caps=Caps(month=eur(900), po=eur(700))),))


async def test_two_approvals_at_once_cannot_both_pass_a_cap(world: World) -> None:
    await world.adopt(CAPPED)
    for id_ in ("r1", "r2", "r3"):
        await world.send(id_, amount=400)

    async def approve(id_: str) -> str:
        try:
            return (await world.approve(id_)).state.value
        except Refusal as refusal:
            return refusal.code

    ended = await asyncio.gather(*(approve(id_) for id_ in ("r1", "r2", "r3")))
    assert sorted(ended) == ["approved", "approved", "cap_month"]


async def test_a_rival_that_spends_meanwhile_is_counted(world: World) -> None:
    await world.adopt(CAPPED)
    await world.send("r1", amount=500)
    await world.send("r2", amount=500)

    async def rival() -> None:
        await world.approve("r2")

    with pytest.raises(Refusal, match="cap_month"):
        await world.beside(rival).approve("r1")


async def test_a_policy_that_is_put_in_force_meanwhile_is_looked_at_again(world: World) -> None:
    await world.adopt(CAPPED)
    await world.send("r1", amount=500)

    async def rival() -> None:
        await world.adopt(replace(CAPPED, version=3, scales=(Scale("EUR", (Band(),), Caps(operation=eur(400))),)))

    with pytest.raises(Refusal, match="cap_operation"):
        await world.beside(rival).approve("r1")


async def test_a_cap_is_told_when_it_is_proposed_and_when_it_is_changed(world: World) -> None:
    await world.adopt(CAPPED)
    with pytest.raises(Refusal, match="cap_month"):
        await world.send("r1", amount=901)
    await world.send("r2", amount=400)
    with pytest.raises(Refusal, match="cap_month"):
        await edit_request(world.store, world.clock, TENANT, "r2", by(ANA), Recharge(eur(901)))


async def test_a_purchase_order_is_counted_over_all_its_requests_however_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.usecases.guard_caps.CHUNK", 1)
    await world.adopt(CAPPED)
    for number, amount in enumerate((300, 300)):
        await propose_recharge(
            world.store, world.clock, TENANT, f"r{number}", by(ANA), Recharge(eur(amount), po_number="PO-1")
        )
        await world.submit(f"r{number}")
        await world.approve(f"r{number}")
        world.clock.move(days=40)
    await propose_recharge(world.store, world.clock, TENANT, "r3", by(ANA), Recharge(eur(200), po_number="PO-1"))
    with pytest.raises(Refusal, match="cap_po"):
        await world.submit("r3")


async def test_what_was_withdrawn_or_declined_is_free_again(world: World) -> None:
    await world.adopt(CAPPED)
    await world.send("r1", amount=900)
    await world.approve("r1")
    with pytest.raises(Refusal, match="cap_month"):
        await world.send("r2", amount=100)
    await say_about(world.store, world.clock, world.standings, TENANT, "r1", (LUIS.id, LUIS.name), Retract())
    await world.submit("r2")
    assert (await world.approve("r2")).state is State.APPROVED


async def test_what_came_beyond_what_was_approved_is_ratified_by_a_click(world: World) -> None:
    await world.send(amount=500)
    await decide(world, LUIS)
    await world.work()
    fund = Fund(eur(900), date(2026, 11, 22), "PO-9")
    request = await change_request(world.store, world.clock, TENANT, "r1", fund, SALDO)
    assert request.ratification is Ratification.UNRATIFIED
    ratified = await decide(world, LUIS, Ratify("seen"))
    assert ratified.ratification is Ratification.RATIFIED
    assert await decide(world, LUIS, Ratify()) == ratified
