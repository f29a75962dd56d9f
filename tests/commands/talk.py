"""Somebody who talks with Saldo, as briefly as a test needs it: `await Talk(world, ANA).say("balance")`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.commands.dispatch import dispatch
from bot.domain.people import Person, TenantId
from bot.ports.turn import (
    Actor,
    Address,
    Event,
    File,
    Installed,
    Mention,
    Message,
    Pressed,
    Removed,
    Reply,
    Said,
    Scope,
    Turn,
)
from cards.actions import Button, Verb
from tests.fakes import TENANT
from tests.usecases.world import SERVICE, SIGNER, World

NUMBERS = count(1)
ITS_REQUESTERS = [  # what can be done about a request of one's own that waits, beside editing it
    Verb.REQUEST_WITHDRAW,
    Verb.REQUEST_REMIND,
    Verb.REQUEST_COMMENT,
    Verb.REQUEST_REASSIGN_OPEN,
    Verb.REQUEST_HISTORY,
]


@dataclass
class Answer:
    """What came back to where it was said."""

    messages: tuple[Message, ...]

    @property
    def text(self) -> str:
        """The plain lines, without cards."""
        return "\n".join(message.text for message in self.messages if not message.card)

    @property
    def first_line(self) -> str:
        """Of the card: what is read out."""
        return str(self.card["speak"])

    @property
    def card(self) -> dict[str, Any]:
        (card,) = [message.card for message in self.messages if message.card]
        return card

    @property
    def shown(self) -> str:
        """All of the card."""
        return str(self.card)

    @property
    def verbs(self) -> list[str]:
        return [button["verb"] for button in buttons(self.card)]

    def button(self, verb: Verb, number: int = 0) -> dict[str, Any]:
        """What the card's button carries. `number` counts those of one verb."""
        found = [button["data"] for button in buttons(self.card) if button["verb"] == verb]
        carried: dict[str, Any] = found[number]
        return carried


def buttons(node: Any) -> Iterator[dict[str, Any]]:
    """What can be pressed: a card's refresh is nobody's button."""
    if isinstance(node, dict):
        if node.get("type") == "Action.Execute":
            yield node
        for name, value in node.items():
            if name != "refresh":
                yield from buttons(value)
    elif isinstance(node, list):
        for value in node:
            yield from buttons(value)


def signed(verb: str, id_: str = "", revision: int = 0, tenant: TenantId = TENANT) -> dict[str, Any]:
    """What a button carries that some card held."""
    return SIGNER.sign(Button(tenant, verb, id_, revision))


@dataclass
class Talk:
    world: World
    who: Person
    scope: Scope = Scope.PERSONAL
    locale: str = "en-US"
    zone: str = "UTC"
    tenant: TenantId = field(default=TENANT)

    async def say(self, text: str, *, mentions: tuple[Mention, ...] = (), activity: str = "") -> Answer:
        return await self.hear(Said(text, mentions), activity=activity)

    async def drop(self, *names: str, text: str = "") -> Answer:
        return await self.hear(Said(text, files=tuple(File(name, f"https://files.example/{name}") for name in names)))

    async def press(self, button: dict[str, Any], *, card_id: str | None = "card", **inputs: Any) -> Answer:
        return await self.hear(Pressed(button["verb"], {**button, **inputs}, card_id=card_id))

    async def refresh(self, button: dict[str, Any]) -> Answer:
        """The card asks of itself, without anybody's click."""
        return await self.hear(Pressed(button["verb"], button, automatic=True, card_id="card"))

    async def install(self) -> Answer:
        return await self.hear(Installed())

    async def remove(self) -> Answer:
        return await self.hear(Removed())

    async def hear(self, event: Event, *, activity: str = "") -> Answer:
        reply: Reply = await dispatch(self.world.house, self.turn(event, activity))
        return Answer(reply.here)

    def turn(self, event: Event, activity: str = "") -> Turn:
        chat = f"chat-{self.who.id}" if self.scope is Scope.PERSONAL else self.scope.value
        return Turn(
            self.tenant,
            Actor(self.who.id, f"29:{self.who.id}", self.who.name),
            Address(chat, SERVICE),
            self.scope,
            activity or f"activity-{next(NUMBERS)}",
            self.locale,
            self.zone,
            event,
        )
