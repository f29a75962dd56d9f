from dataclasses import replace

from bot.domain.contacts import SentCard
from bot.domain.events import Approve
from bot.domain.jobs import Job
from bot.domain.settings import NamedPerson
from bot.ports.collections import JOBS, SENT_CARDS
from bot.ports.errors import Final, NotFound, Retry
from bot.ports.order_desk import Declined
from bot.ports.store import Put
from tests.fakes import ANA, CARMEN, LUIS, TENANT
from tests.usecases.world import EN, SERVICE, World, touch


async def asked(world: World) -> None:
    """Ana's request waits in the chats of Luis and Carmen, and in her own."""
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.introduce(ANA, LUIS, CARMEN)
    request = await world.send()
    own = SentCard("r1", ANA.id, f"chat-{ANA.id}", SERVICE, "own", request.step)
    await world.store.commit([Put(SENT_CARDS.key(TENANT, "r1:own"), own, 0)])
    await world.work()
    assert len(world.messenger.sent) == 2


async def kept(world: World) -> dict[str, int]:
    """The step that each card shows."""
    page = await world.store.find(SENT_CARDS, TENANT)
    return {document.body.person: document.body.shown_step for document in page.documents}


async def test_every_card_of_a_request_changes_in_place_and_nobody_is_notified(world: World) -> None:
    await asked(world)
    await world.decide("r1", LUIS, Approve("fine"))
    await world.work()
    shown = {conversation: str(message.card) for conversation, message in world.messenger.updated[-3:]}
    assert set(shown) == {f"chat-{person.id}" for person in (ANA, LUIS, CARMEN)}
    assert all("Luis" in card for card in shown.values())
    assert "request.approve" not in shown[f"chat-{CARMEN.id}"]  # the button is gone
    assert len(world.messenger.sent) == 2
    assert {message.text for _, message in world.messenger.updated} == {EN.text("lock.changed")}


async def test_a_card_that_shows_the_present_step_is_left_alone(world: World) -> None:
    await asked(world)
    await world.approve()
    await world.work()
    steps, updates = await kept(world), len(world.messenger.updated)
    assert set(steps.values()) == {(await world.request()).step}
    again = Job("refresh_cards", world.clock.now(), {"request": "r1"})
    await world.store.commit([Put(JOBS.key(TENANT, "refresh_cards:again"), again, 0)])
    await world.work()
    assert len(world.messenger.updated) == updates


async def test_a_message_that_was_deleted_is_forgotten_and_the_others_change(world: World) -> None:
    await asked(world)
    world.messenger.broken[f"chat-{CARMEN.id}"] = NotFound("deleted")
    await world.approve()
    await world.work()
    assert set(await kept(world)) == {ANA.id, LUIS.id}


async def test_a_message_that_cannot_be_changed_today_is_changed_at_the_next_step(world: World) -> None:
    await asked(world)
    world.messenger.broken[f"chat-{CARMEN.id}"] = Final("no", code="unauthorized")
    await world.approve()
    await world.work()
    assert (await kept(world))[CARMEN.id] == 2
    assert not [job for job in (await world.jobs()).values() if job.dead]
    world.messenger.broken.clear()
    world.desk.answers["r1"] = Declined("limit")
    world.clock.move(seconds=2)
    await world.work()
    assert (await kept(world))[CARMEN.id] == (await world.request()).step


async def test_a_busy_messenger_makes_the_job_come_again_and_change_the_rest(world: World) -> None:
    await asked(world)
    world.messenger.broken[f"chat-{CARMEN.id}"] = Retry("busy", after_seconds=3)
    await world.approve()
    await world.work()
    assert (await kept(world))[CARMEN.id] == 2
    world.messenger.broken.clear()
    world.clock.move(seconds=5)
    await world.work()
    assert set((await kept(world)).values()) == {(await world.request()).step}


async def test_another_refresh_that_was_faster_has_the_last_word(world: World) -> None:
    await asked(world)
    await world.approve()
    (document,) = (await world.store.find(SENT_CARDS, TENANT, where={"request": "r1"}, limit=1)).documents
    busy = replace(world, store=world.beside(touch(world, document.key)).store)
    await busy.work()
    assert not [job for job in (await world.jobs()).values() if job.dead]


async def test_more_cards_than_one_page_holds_are_all_changed(world: World) -> None:
    request = await world.send()
    cards = [SentCard("r1", ANA.id, f"chat-{number}", SERVICE, "m", request.step) for number in range(120)]
    await world.store.commit([Put(SENT_CARDS.key(TENANT, f"r1:{card.conversation_id}"), card, 0) for card in cards])
    await world.approve()
    await world.work()
    assert {conversation for conversation, _ in world.messenger.updated} == {card.conversation_id for card in cards}
