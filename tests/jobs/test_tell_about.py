"""What waits for somebody though the request's state is what it was: questions, answers, reminders, ratifications."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.events import SALDO, Answer, AskMore, Fund, Ratify, Remind
from bot.domain.people import Person
from bot.domain.policy import Policy
from bot.domain.requests import Ratification, State
from bot.domain.settings import NamedPerson
from bot.ports.errors import Final
from bot.usecases.change_request import change_request
from bot.usecases.converse import Said, reassign, say_about
from bot.usecases.decide_request import decide_request
from bot.usecases.delegate import delegate, end_delegation
from bot.usecases.propose_recharge import withdraw_request
from tests.fakes import ANA, CARMEN, LUIS, TENANT, TOM
from tests.usecases.test_k_of_n import TWO
from tests.usecases.world import EN, ES, POLICY, World, by, eur


def locks(world: World, who: Person) -> list[str]:
    return [message.text for chat, message in world.messenger.sent if chat == f"chat-{who.id}"]


async def say(world: World, who: Person, event: Said) -> None:
    await say_about(world.store, world.clock, world.standings, TENANT, "r1", (who.id, who.name), event)


async def everybody(world: World, policy: Policy = TWO) -> None:
    await world.adopt(policy)
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.introduce(ANA, LUIS, CARMEN)
    await world.send()
    await world.work()
    world.messenger.sent.clear()


async def test_a_question_and_its_answer_are_told_once_to_the_other_side(world: World) -> None:
    await everybody(world)
    await say(world, LUIS, AskMore("why now?"))
    await world.work()
    assert (locks(world, ANA), locks(world, CARMEN)) == ([EN.text("lock.asked_more")], [])
    await say(world, ANA, Answer("the fair"))
    await world.work()
    assert locks(world, LUIS) == [EN.text("lock.answered", name="Ana")]


async def test_somebody_who_is_asked_in_anothers_place_hears_of_it_and_who_has_no_saldo_does_not(
    world: World,
) -> None:
    await everybody(world)
    to = NamedPerson(CARMEN.id, CARMEN.name)
    await reassign(world.outside, world.standings, TENANT, "r1", (LUIS.id, LUIS.name), to)
    await world.work()
    assert locks(world, CARMEN) == [EN.text("lock.reassigned", name="Ana")]
    await world.introduce(ANA, installed=False)
    await say(world, LUIS, AskMore("why now?"))
    await world.work()
    assert locks(world, ANA) == []


async def hand_on(world: World, days: int = 7) -> None:
    await delegate(
        world.outside,
        world.standings,
        TENANT,
        (LUIS.id, LUIS.name),
        TOM,
        world.clock.now() + timedelta(days=days),
    )


async def test_who_decides_for_a_colleague_from_now_on_is_told_once_and_asked_about_what_waits(world: World) -> None:
    await everybody(world)
    await world.introduce(TOM, language="es")
    await hand_on(world)
    await world.work()
    await hand_on(world)  # the same again, at the same moment
    await world.work()
    told, asked = (message for chat, message in world.messenger.sent if chat == f"chat-{TOM.id}")
    assert told.text == ES.text("lock.delegated", name="Luis")
    assert "Luis Vega te ha delegado sus aprobaciones" in str(told.card)
    assert asked.text == ES.text("lock.approval", name="Ana")
    assert ES.text("button.approve") in str(asked.card)
    assert (locks(world, LUIS), locks(world, CARMEN)) == ([], [])


async def test_handed_on_for_longer_is_told_again_and_what_was_ended_or_cannot_be_told_is_not(world: World) -> None:
    told = EN.text("lock.delegated", name="Luis")
    await hand_on(world)  # while Tom has no Saldo
    await world.work()
    await world.introduce(TOM)
    for days in (8, 9):
        world.clock.move(minutes=1)
        await hand_on(world, days)
        await world.work()
    assert locks(world, TOM) == [told, told]
    world.clock.move(minutes=1)
    await hand_on(world)
    await end_delegation(world.outside, TENANT, LUIS.id)
    await world.work()
    world.clock.move(minutes=1)
    await hand_on(world)
    world.clock.move(days=8)  # while nothing ran
    await world.work()
    assert locks(world, TOM) == [told, told]
    assert not [job for job in (await world.jobs()).values() if job.dead]


async def test_a_reminder_reaches_those_who_have_not_spoken(world: World) -> None:
    world.clock.move(days=1)  # not on a Sunday
    await everybody(world)
    await world.decide("r1", CARMEN, confirmed=True)
    await say(world, ANA, Remind())
    await world.work()
    assert (locks(world, LUIS), locks(world, CARMEN)) == ([EN.text("lock.reminder", name="Ana")], [])


async def test_what_is_decided_or_withdrawn_meanwhile_reminds_nobody(world: World) -> None:
    await everybody(world)
    await say(world, ANA, Remind())
    await withdraw_request(world.store, world.clock, TENANT, "r1", by(ANA))
    await world.work()
    assert EN.text("lock.reminder", name="Ana") not in locks(world, LUIS)


async def test_one_who_cannot_be_told_keeps_nobody_else_from_it(world: World) -> None:
    world.clock.move(days=1)
    await everybody(world)
    await say(world, ANA, Remind())
    world.messenger.broken[f"chat-{CARMEN.id}"] = Final("no", code="unauthorized")
    await world.work()
    assert locks(world, LUIS) == [EN.text("lock.reminder", name="Ana")]
    (dead,) = [job for job in (await world.jobs()).values() if job.dead]
    assert (dead.kind, dead.last_error) == ("remind_person", "unauthorized")


async def test_more_than_was_approved_is_told_to_all_approvers_at_once(world: World) -> None:
    await everybody(world, replace(POLICY, version=2))
    await world.approve()
    await world.work()
    world.messenger.sent.clear()
    more = Fund(eur(900), date(2026, 11, 22), "PO-9")
    request = await change_request(world.store, world.clock, TENANT, "r1", more, SALDO)
    assert request.ratification is Ratification.UNRATIFIED
    await world.work()
    assert EN.text("lock.ratify", name="Ana") in locks(world, CARMEN)
    assert EN.text("lock.ratify", name="Ana") in locks(world, LUIS)


async def test_what_was_ratified_before_the_job_ran_asks_nobody(world: World) -> None:
    await everybody(world, replace(POLICY, version=2))
    await world.approve()
    await world.work()
    world.messenger.sent.clear()
    more = Fund(eur(900), date(2026, 11, 22), "PO-9")
    await change_request(world.store, world.clock, TENANT, "r1", more, SALDO)
    who = (CARMEN.id, CARMEN.name)
    await decide_request(world.store, world.clock, world.standings, TENANT, "r1", who, Ratify())
    await world.work()
    assert EN.text("lock.ratify", name="Ana") not in locks(world, LUIS)


async def test_where_the_policy_says_so_a_request_expires_and_its_requester_hears(world: World) -> None:
    await everybody(world, replace(POLICY, version=2, expires_after_days=30))
    world.clock.move(days=30)
    await world.work()
    assert (await world.request()).state is State.EXPIRED
    assert EN.text("lock.expired") in locks(world, ANA)
    assert not [job for job in (await world.jobs()).values() if job.dead]


async def test_what_comes_back_after_its_day_has_one_more_and_then_expires(world: World) -> None:
    """The approver lost the right while the order could not leave: the job of the first day found it approved."""
    await everybody(world, replace(POLICY, version=2, expires_after_days=30))
    await world.approve()
    world.clock.move(days=31)
    world.directory.roles[LUIS.id] = frozenset()
    await world.work()
    assert (await world.request()).state is State.PENDING
    world.clock.move(days=1)
    await world.work()
    assert (await world.request()).state is State.EXPIRED
    assert EN.text("lock.expired") in locks(world, ANA)


@pytest.mark.parametrize("days", [1, 399])
async def test_by_default_a_request_lives_as_long_as_it_takes(world: World, days: int) -> None:
    await everybody(world)
    world.clock.move(days=days)
    await world.work()
    assert (await world.request()).state is State.PENDING
