"""`threshold 300`: seen by who sees the balance, set by who may change settings."""

from dataclasses import dataclass
from datetime import date

import pytest

from bot.commands.context import Context, Press
from bot.commands.threshold import COMMAND, say
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import Person
from bot.locale.reader import reader_for
from bot.ports.turn import Actor, Address, Pressed, Reply, Said, Scope, Turn
from bot.store.tiny import TinyStore
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.settings import load_settings
from bot.views.house import House
from cards.actions import Button, Verb
from tests.fakes import ANA, EVA, TENANT
from tests.usecases.world import World


@dataclass
class Room:
    house: House

    async def context(self, person: Person = ANA) -> Context:
        actor = Actor(person.id, f"29:{person.id}", person.name)
        turn = Turn(TENANT, actor, Address("a:1", "http://127.0.0.1/"), Scope.PERSONAL, "1", "en-US", "UTC", Said(""))
        reader = reader_for("en", tenant_locale="en-US", client_locale="en-US", zone="UTC")
        return Context(turn, self.house, reader, await load_settings(self.house.outside.store, TENANT))

    async def press(self, verb: Verb, **inputs: str) -> str:
        pressed = Pressed(verb, inputs)
        act = COMMAND.buttons[verb]
        return first_line(await act(await self.context(), Press(Button(TENANT, verb), inputs, pressed)))


@pytest.fixture
def room(store: TinyStore) -> Room:
    return Room(World(store).house)


def first_line(reply: Reply) -> str:
    card = reply.here[0].card
    assert card is not None
    return str(card["speak"])


async def test_without_a_purchase_there_is_nothing_to_tell(room: Room) -> None:
    assert "Nothing was bought yet" in first_line(await say(await room.context(), ""))


async def test_by_default_it_is_a_fifth_of_the_last_purchase(room: Room) -> None:
    outside = room.house.outside
    bought = Bought(Money.of(1000, "EUR"), date(2026, 11, 1))
    await add_purchase(outside.store, outside.clock, TENANT, bought, ANA.id)
    assert "€200.00: 20 %" in first_line(await say(await room.context(), ""))


async def test_a_sum_can_be_set_and_taken_back(room: Room) -> None:
    assert first_line(await say(await room.context(), "300")) == "I warn when the balance falls below €300.00."
    settings = await load_settings(room.house.outside.store, TENANT)
    assert settings.threshold == Money.of(300, "EUR")
    assert "Nothing was bought yet" in await room.press(Verb.THRESHOLD_RESET)
    assert "€250.50" in await room.press(Verb.THRESHOLD_SET, amount="250.50")


async def test_what_can_be_read_in_two_ways_is_asked_about_and_changes_nothing(room: Room) -> None:
    assert "or one and a half" in first_line(await say(await room.context(), "1.500"))
    assert (await load_settings(room.house.outside.store, TENANT)).threshold is None


@pytest.mark.parametrize("typed", ["lots", "-5", "0", "300 USD"])
async def test_a_wrong_amount_is_said_beside_the_field_and_changes_nothing(room: Room, typed: str) -> None:
    card = (await say(await room.context(), typed)).here[0].card
    assert card is not None
    assert next(part for part in card["body"] if part.get("id") == "amount")["value"] == typed
    assert (await load_settings(room.house.outside.store, TENANT)).threshold is None


async def test_who_may_not_change_settings_sets_nothing(room: Room) -> None:
    with pytest.raises(Refusal, match="not_allowed_change_settings"):
        await say(await room.context(EVA), "300")
    with pytest.raises(Refusal, match="not_allowed_view"):
        await say(await room.context(EVA), "")
