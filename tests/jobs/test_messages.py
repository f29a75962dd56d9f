"""What Saldo writes on its own account: to approvers, to the requester, to the people in charge."""

from dataclasses import replace

import pytest

from bot.domain.contacts import SentCard
from bot.domain.events import Approve, Reject
from bot.domain.jobs import Job
from bot.domain.licenses import CREDITS_PLAN
from bot.domain.people import Person
from bot.domain.requests import Kind, Request, State
from bot.domain.settings import NamedPerson
from bot.jobs.tell_requester import lock_line
from bot.ports.collections import CONTACTS, JOBS, SENT_CARDS
from bot.ports.errors import Final, NotFound, PortError, Retry
from bot.ports.licenses import AssignmentRefused
from bot.ports.order_desk import Declined, Funded
from bot.ports.store import Put
from bot.ports.turn import Message
from tests.clock import StillClock
from tests.fakes import ANA, CARMEN, EVA, GRACE, LUIS, OMAR, TENANT, TOM
from tests.usecases.world import EN, ES, SEEN_ON, World, eur


def to(world: World, person: Person) -> list[Message]:
    return [message for conversation, message in world.messenger.sent if conversation == f"chat-{person.id}"]


async def cards(world: World) -> dict[str, SentCard]:
    page = await world.store.find(SENT_CARDS, TENANT)
    return {document.key.id: document.body for document in page.documents}


async def is_installed(world: World, person: Person) -> bool:
    document = await world.store.get(CONTACTS.key(TENANT, person.id))
    assert document is not None
    return document.body.installed


async def dead(world: World) -> list[str]:
    return [job.kind for job in (await world.jobs()).values() if job.dead]


async def test_every_approver_who_has_saldo_is_asked_once_and_nobody_else(world: World) -> None:
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name), NamedPerson(EVA.id, EVA.name)))
    await world.introduce(ANA, LUIS, CARMEN, GRACE)
    await world.introduce(EVA, installed=False)
    await world.send()
    await world.work()
    assert [conversation for conversation, _ in world.messenger.sent] == [f"chat-{CARMEN.id}", f"chat-{LUIS.id}"]
    assert [(card.person, card.shown_step) for card in (await cards(world)).values()] == [
        (CARMEN.id, 2),
        (LUIS.id, 2),
    ]


async def test_a_locked_phone_shows_who_asks_and_no_sum(world: World) -> None:
    await world.introduce(LUIS, OMAR)
    await world.send()
    await world.plan(EVA)
    await world.submit("l1")
    await world.work()
    (recharge,), (licenses,) = to(world, LUIS), to(world, OMAR)
    assert recharge.text == recharge.summary == EN.text("lock.approval", name="Ana")
    assert licenses.text == EN.text("lock.approval_licenses", name="Ana")


async def test_each_approver_reads_in_their_own_language(world: World) -> None:
    await world.introduce(LUIS, language="es")
    await world.send()
    await world.work()
    assert to(world, LUIS)[0].text == ES.text("lock.approval", name="Ana")


async def test_a_request_that_is_decided_before_anybody_was_asked_asks_nobody(world: World) -> None:
    await world.introduce(LUIS)
    await world.send()
    await world.decide("r1", LUIS, Reject())
    await world.work()
    assert to(world, LUIS) == []
    assert await world.job_kinds() == ["pursue_request", "sweep_draft"]


async def test_a_job_that_comes_again_asks_only_those_who_were_not_asked(world: World) -> None:
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.introduce(LUIS, CARMEN)
    world.messenger.broken[f"chat-{LUIS.id}"] = Retry("busy", after_seconds=9)
    await world.send()
    await world.work()
    assert (len(to(world, CARMEN)), len(to(world, LUIS))) == (1, 0)
    world.messenger.broken.clear()
    world.clock.move(seconds=9)
    await world.work()
    assert (len(to(world, CARMEN)), len(to(world, LUIS))) == (1, 1)


async def test_an_approval_that_was_voided_leaves_the_others_with_the_card_that_they_have(
    world: World,
) -> None:
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.introduce(LUIS, CARMEN)
    await world.send()
    await world.work()
    await world.approve()
    world.directory.roles[LUIS.id] = frozenset()
    await world.work()
    assert (await world.request()).state is State.PENDING
    assert len(to(world, CARMEN)) == 1  # her card is changed in place


async def test_a_card_whose_arrival_is_uncertain_is_superseded_by_one_that_says_so(world: World) -> None:
    await world.introduce(LUIS)
    world.messenger.lost[f"chat-{LUIS.id}"] = 1
    await world.send()
    await world.work()
    first, second = to(world, LUIS)
    assert second.text == second.summary == EN.text("lock.repeated", text=first.text)
    assert second.card == first.card
    (card,) = (await cards(world)).values()
    assert card.activity_id == "m2"


async def test_where_both_answers_are_lost_one_of_them_is_taken_to_be_there(world: World) -> None:
    await world.introduce(LUIS)
    world.messenger.lost[f"chat-{LUIS.id}"] = 2
    await world.send()
    await world.work()
    (card,) = (await cards(world)).values()
    assert card.activity_id == ""
    await world.approve()
    await world.work()  # what cannot be found is not changed in place
    assert len(to(world, LUIS)) == 2
    assert world.messenger.updated == []


@pytest.mark.parametrize("error", [Final("no", code="blocked"), NotFound("gone", code="not_found")])
async def test_who_blocked_saldo_is_not_reached_any_more_and_stops_nothing(world: World, error: PortError) -> None:
    await world.introduce(LUIS)
    world.messenger.broken[f"chat-{LUIS.id}"] = error
    await world.send()
    await world.work()
    assert not await is_installed(world, LUIS)
    assert await cards(world) == {}
    assert await dead(world) == []


async def test_a_failure_that_is_not_the_persons_loses_nobody_and_keeps_nobody_else_from_being_asked(
    world: World,
) -> None:
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.introduce(LUIS, CARMEN)
    world.messenger.broken[f"chat-{CARMEN.id}"] = Final("no", code="unauthorized")
    await world.send()
    await world.work()
    assert await is_installed(world, CARMEN)
    assert len(to(world, LUIS)) == 1
    assert await dead(world) == ["ask_approvers"]


async def test_a_directory_that_does_not_answer_asks_everybody_later(world: World) -> None:
    await world.introduce(LUIS)
    world.directory.broken["holders"] = Retry("busy")
    await world.send()
    await world.work()
    assert to(world, LUIS) == []
    world.directory.broken.clear()
    world.clock.move(seconds=5)
    await world.work()
    assert len(to(world, LUIS)) == 1


async def test_the_requester_hears_once_that_the_money_has_arrived(world: World) -> None:
    await world.introduce(ANA)
    await world.send()
    await world.approve()
    world.desk.answers["r1"] = Funded(eur(500), SEEN_ON, "PO-77")
    await world.work()
    world.clock.move(seconds=2)
    await world.work()
    (message,) = to(world, ANA)
    assert message.text == EN.text("lock.funded")
    assert "€500.00" in str(message.card)


async def test_the_requester_hears_of_a_rejection_and_of_an_order_that_was_declined(world: World) -> None:
    await world.introduce(ANA)
    await world.send("r1")
    await world.decide("r1", LUIS, Reject("too much"))
    await world.send("r2")
    await world.approve("r2")
    world.desk.answers["r2"] = Declined("card_expired")
    await world.work()
    world.clock.move(seconds=2)
    await world.work()
    assert [message.text for message in to(world, ANA)] == [
        EN.text("lock.rejected"),
        EN.text("lock.declined"),
    ]


async def test_a_requester_without_saldo_is_told_nothing_and_the_job_ends(world: World) -> None:
    await world.introduce(ANA, installed=False)
    await world.send()
    await world.decide("r1", LUIS, Reject())
    await world.work()
    assert world.messenger.sent == []
    assert await world.job_kinds() == ["pursue_request", "sweep_draft"]


@pytest.mark.parametrize(
    ("refused", "lock"),
    [((), "lock.licenses_done"), ((EVA,), "lock.licenses_partly"), ((EVA, TOM), "lock.failed")],
)
async def test_the_requester_hears_how_the_licences_ended(
    world: World, refused: tuple[Person, ...], lock: str
) -> None:
    await world.introduce(ANA)
    for person in refused:
        world.licenses.refusals[person.id] = [AssignmentRefused("no_seats", message="none left")]
    await world.plan(EVA, TOM)
    await world.submit("l1")
    await world.approve("l1", OMAR)
    await world.work()
    assert [message.text for message in to(world, ANA)] == [EN.text(lock)]
    assert (CREDITS_PLAN in world.licenses.plans.get(EVA.id, frozenset())) == (EVA not in refused)


def test_no_line_of_a_locked_phone_is_missing() -> None:
    now = StillClock().now()
    request = Request("r", Kind.RECHARGE, State.DONE, 1, 1, ANA.id, ANA.name, now, now)
    heard = (State.REJECTED, State.EXPIRED, State.LAPSED, State.DONE, State.PARTLY_DONE, State.FAILED)
    lines = {lock_line(replace(request, kind=kind, state=state)) for kind in Kind for state in heard}
    assert len({EN.text(line) for line in lines}) == len(lines) == 11


async def tell_low(world: World, person: Person) -> None:
    payload = {"currency": "EUR", "episode": "1", "person": person.id}
    job = Job("tell_low", world.clock.now(), payload)
    await world.store.commit(
        [Put(JOBS.key(TENANT, f"tell_low:EUR:1:{person.id}:{len(world.messenger.sent)}"), job, 0)]
    )
    await world.work()


async def test_a_low_balance_is_told_once_an_episode_without_a_sum_on_the_lock_screen(world: World) -> None:
    await world.introduce(ANA, LUIS)
    await world.buy(1000)
    await world.spend(900)
    for _ in range(3):
        await tell_low(world, ANA)
    (message,) = to(world, ANA)
    assert message.text == EN.text("lock.low")
    assert "€100.00" in str(message.card)


async def test_an_empty_wallet_is_called_empty(world: World) -> None:
    await world.introduce(ANA)
    await world.buy(1000)
    await world.spend(1000)
    await tell_low(world, ANA)
    assert [message.text for message in to(world, ANA)] == [EN.text("lock.empty")]


async def test_who_has_no_saldo_and_a_wallet_that_recovered_meanwhile_lead_to_no_message(world: World) -> None:
    await world.buy(1000)
    await world.spend(900)
    await tell_low(world, ANA)
    await world.introduce(ANA)
    await world.buy(1000)
    await tell_low(world, ANA)
    assert world.messenger.sent == []
    assert await world.jobs() == {}


async def test_an_approval_needs_no_message_to_the_requester_before_it_ends(world: World) -> None:
    await world.introduce(ANA)
    await world.send()
    await world.decide("r1", LUIS, Approve())
    await world.work()
    assert to(world, ANA) == []
