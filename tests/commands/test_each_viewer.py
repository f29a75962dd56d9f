"""One request, many viewers: each gets their own card, in their language, and a card's own refresh never writes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot.domain.contacts import SHARED
from bot.domain.people import Person, PersonId, Role
from bot.domain.settings import NamedPerson
from bot.ports.collections import CONTACTS, SENT_CARDS
from bot.ports.errors import Final
from bot.ports.store import Operation, Put
from bot.ports.turn import Pressed, Scope
from bot.store.tiny import TinyStore
from cards.actions import Verb
from tests.commands.talk import Talk, signed
from tests.fakes import ANA, CARMEN, EVA, LUIS, TENANT
from tests.usecases.world import EN, ES, BusyStore, World


class GuardedStore(BusyStore):
    """The real store, in which nothing may be written any more."""

    async def commit(self, operations: Sequence[Operation]) -> None:
        raise AssertionError(f"written: {[type(one).__name__ for one in operations]}")

    async def lease(self, now: datetime, *, limit: int, seconds: int) -> list[Any]:
        raise AssertionError("leased")


def guarded(world: World) -> World:
    assert isinstance(world.store, TinyStore)
    return replace(world, store=GuardedStore(world.store, []))


async def asked(world: World) -> None:
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await world.introduce(ANA, LUIS, CARMEN)
    await world.send()
    await world.work()


def sent_to(world: World, chat: str) -> list[dict[str, Any]]:
    return [message.card for where, message in world.messenger.sent if where == chat and message.card]


async def test_a_cards_own_refresh_writes_nothing_whoever_looks_and_whatever_verb_it_carries(world: World) -> None:
    await asked(world)
    await world.draft("d1")
    world.clock.move(days=2)  # what was seen of people's roles would be noted again
    still = guarded(world)
    for who in (ANA, LUIS, EVA):
        for verb in Verb:
            for id_, scope in (("r1", Scope.PERSONAL), ("r1", Scope.CHANNEL), ("d1", Scope.PERSONAL)):
                button = {**signed(verb, id_, 1), "amount": "9", "typed": "Eva", "comment": "x", "text": "recharge 5"}
                await Talk(still, who, scope).refresh(button)
    with pytest.raises(AssertionError, match="written"):
        await Talk(still, LUIS).press(signed(Verb.REQUEST_APPROVE, "r1", 1))


async def test_each_viewer_gets_their_own_card_in_their_language(world: World) -> None:
    await asked(world)
    await world.introduce(CARMEN, language="es")
    look = signed(Verb.REQUEST_SHOW, "r1", 1)
    still = guarded(world)
    ana, carmen, eva = [await Talk(still, who, Scope.CHANNEL).refresh(look) for who in (ANA, CARMEN, EVA)]
    assert Verb.REQUEST_WITHDRAW in ana.verbs
    assert Verb.REQUEST_APPROVE not in ana.verbs
    assert Verb.REQUEST_APPROVE in carmen.verbs
    assert carmen.first_line.startswith("Ana Torres te pide una aprobación")
    assert eva.first_line == EN.text("request.pending_anybody", name=ANA.name)
    assert eva.verbs == []
    assert "500" not in eva.shown


async def test_a_card_in_somebodys_own_chat_asks_for_that_persons_fresh_one(world: World) -> None:
    await asked(world)
    for person in (LUIS, CARMEN):
        (card,) = sent_to(world, f"chat-{person.id}")
        assert card["refresh"]["userIds"] == [f"29:{person.id}"]
        assert card["refresh"]["action"]["verb"] == Verb.REQUEST_SHOW


async def test_requests_in_a_channel_are_shared_without_a_sum_and_ask_for_each_viewers_card(world: World) -> None:
    await asked(world)
    world.messenger.sent.clear()
    answer = await Talk(world, ANA, Scope.CHANNEL).say("requests")
    assert answer.text == EN.text("private.sent")
    (card,) = sent_to(world, Scope.CHANNEL.value)
    assert card["speak"] == EN.text("request.pending_anybody", name=ANA.name)
    assert "500" not in str(card)
    assert card["refresh"]["userIds"] == ["29:id-carmen", "29:id-luis", "29:id-ana"]  # the requester last


async def test_at_most_sixty_are_named_and_those_who_approve_before_the_requester(world: World) -> None:
    crowd = [Person(PersonId(f"id-{number}"), f"Person {number}", f"P{number}") for number in range(70)]
    for person in crowd:
        world.directory.people[person.id] = person
        world.directory.roles[person.id] = frozenset({Role.BILLING_ADMINISTRATOR})
    await world.introduce(ANA, *crowd)
    await world.send()
    await Talk(world, ANA, Scope.GROUP).say("requests")
    (card,) = sent_to(world, Scope.GROUP.value)
    assert len(card["refresh"]["userIds"]) == 60
    assert "29:id-ana" not in card["refresh"]["userIds"]


async def test_where_the_directory_does_not_answer_those_are_named_who_are_known(world: World) -> None:
    await asked(world)
    await world.approve()
    world.directory.broken["holders"] = Final("no")
    await Talk(world, ANA, Scope.CHANNEL).say("requests")
    (card,) = sent_to(world, Scope.CHANNEL.value)
    assert card["refresh"]["userIds"] == ["29:id-luis", "29:id-ana"]


async def test_the_line_that_is_delivered_again_shares_nothing_again(world: World) -> None:
    await asked(world)
    for _ in range(2):
        await Talk(world, ANA, Scope.CHANNEL).say("requests", activity="line1")
    assert len(sent_to(world, Scope.CHANNEL.value)) == 1


async def test_a_place_that_takes_no_message_is_answered_all_the_same(world: World) -> None:
    await asked(world)
    world.messenger.broken[Scope.CHANNEL.value] = Final("no")
    assert (await Talk(world, ANA, Scope.CHANNEL).say("requests")).text == EN.text("private.sent")


async def test_a_shared_card_changes_in_place_and_stays_safe_for_anybody(world: World) -> None:
    await world.configure(locale="es-ES")
    await asked(world)
    await Talk(world, ANA, Scope.CHANNEL).say("requests")
    kept = [one.body for one in (await world.store.find(SENT_CARDS, TENANT)).documents if one.body.person == SHARED]
    assert [one.conversation_id for one in kept] == [Scope.CHANNEL.value]
    await world.approve()
    await world.work()
    (card,) = [message.card for chat, message in world.messenger.updated if chat == Scope.CHANNEL.value][-1:]
    assert card is not None
    assert card["speak"] == ES.text("request.ordered_anybody", name=ANA.name)
    assert "500" not in str(card)


async def test_a_button_of_ones_own_view_is_answered_in_that_view_and_nowhere_else(world: World) -> None:
    await asked(world)
    world.messenger.sent.clear()
    data = signed(Verb.REQUEST_REJECT, "r1", 1)
    answer = await Talk(world, LUIS, Scope.CHANNEL).hear(Pressed(data["verb"], data, card_id="shared", alone=True))
    assert answer.first_line == EN.text("request.your_rejection")
    assert world.messenger.sent == []
    kept = (await world.store.find(SENT_CARDS, TENANT)).documents
    assert "shared" not in [one.body.activity_id for one in kept]  # changed in place it would show all what is Luis's


async def test_other_buttons_where_many_see_them_are_answered_in_private(world: World) -> None:
    await asked(world)
    data = signed(Verb.REQUESTS_SHOW)
    answer = await Talk(world, LUIS, Scope.CHANNEL).hear(Pressed(data["verb"], data, card_id="shared", alone=True))
    assert answer.text == EN.text("private.sent")


async def test_an_approver_reads_who_else_is_asked_and_whose_voice_they_have(world: World) -> None:
    await asked(world)
    (card,) = sent_to(world, f"chat-{LUIS.id}")
    assert "Carmen Soler" in str(card)  # of those who are asked at the same moment
    await world.introduce(EVA)
    await Talk(world, LUIS).press(signed(Verb.DELEGATE_START), people=EVA.id, until="2026-11-30")
    shown = await Talk(world, EVA).press(signed(Verb.REQUEST_SHOW, "r1", 1))
    facts = {fact["title"]: fact["value"] for fact in shown.card["body"][1]["facts"]}
    assert facts[EN.text("request.asked")] == "Carmen Soler and Luis Vega"
    assert facts[EN.text("request.behalf")] == LUIS.name
    contact = await world.store.get(CONTACTS.key(TENANT, CARMEN.id))
    assert contact is not None
    await world.store.commit([Put(contact.key, replace(contact.body, installed=False), contact.version)])
    assert "Carmen Soler" not in (await Talk(world, LUIS).press(signed(Verb.REQUEST_SHOW, "r1", 1))).shown
