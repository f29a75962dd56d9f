"""What a command works with: the turn, who reads the answer, and the house around it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.commands.tokens import visible
from bot.domain.contacts import Contact
from bot.domain.errors import Refusal
from bot.domain.events import By
from bot.domain.people import PersonId, Right, TenantId
from bot.domain.settings import Settings
from bot.locale.reader import CatalogueReader
from bot.ports.outside import Outside
from bot.ports.store import Document
from bot.ports.turn import Card, Message, Pressed, Reply, Scope, Turn
from bot.usecases.standing import Standing
from bot.views.house import House, card_message
from cards.actions import Button, Buttons, Verb


@dataclass(frozen=True, slots=True)
class Context:
    turn: Turn
    house: House
    reader: CatalogueReader
    settings: Settings
    menu: tuple[tuple[str, Right | None], ...] = ()  # every command's name, and the right that it takes
    contact: Document[Contact] | None = None  # what was known of the actor before this turn

    @property
    def tenant(self) -> TenantId:
        return self.turn.tenant

    @property
    def actor(self) -> PersonId:
        return self.turn.actor.id

    @property
    def by(self) -> By:
        return By(self.turn.actor.id, self.turn.actor.name)

    @property
    def outside(self) -> Outside:
        return self.house.outside

    @property
    def buttons(self) -> Buttons:
        return self.house.buttons(self.tenant)

    @property
    def personal(self) -> bool:
        return self.turn.scope is Scope.PERSONAL

    async def standing(self) -> Standing:
        """The actor's rights, of at most five minutes ago."""
        return await self.house.standings.of(self.tenant, self.actor)

    async def require(self, right: Right) -> Standing:
        """Raises Refusal("missing_permission"|"activate_role"|"not_allowed_<right>") for who lacks `right`.

        Before anybody is turned away their rights are read again: a role may just have been activated.
        """
        standing = await self.standing()
        if not standing.may(right):
            standing = await self.house.standings.fresh(self.tenant, self.actor)
        if standing.may(right):
            return standing
        if standing.could_by_role(right):
            raise Refusal("activate_role")
        if standing.missing_permission:
            raise Refusal("missing_permission", permission=standing.missing_permission)
        raise Refusal(f"not_allowed_{right.value}")


@dataclass(frozen=True, slots=True)
class Press:
    """A button that was verified: what it is about, and its unverified inputs and arguments."""

    button: Button
    data: Mapping[str, Any]
    pressed: Pressed

    def input(self, name: str, *, limit: int = 2_000) -> str:
        """An input as text, trimmed and without what is invisible; '' if absent. Raises Refusal("text_too_long")."""
        value = self.data.get(name, "")
        text = visible(value).strip() if isinstance(value, str) else ""
        if len(text) > limit:
            raise Refusal("text_too_long", limit=limit)
        return text

    def count(self, name: str) -> int:
        """How many there were of something when the button was drawn; 0 where it does not say."""
        told = self.input(name, limit=4)
        return int(told) if told.isdecimal() else 0

    @property
    def request_id(self) -> str:
        if not self.button.request_id:
            raise Refusal("request_unknown")
        return self.button.request_id


Say = Callable[[Context, str], Awaitable[Reply]]
SaidHere = Callable[[Context, bool], Awaitable[str]]
Answer = Callable[[Context, Press], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `name` keys its texts (`command.<name>.*`); `right` decides to whom help shows it, None: to all.

    `say` answers the typed command with its arguments; `buttons` answer its verbs. Outside the personal chat the
    answer goes to the actor in private, and the place hears `said_here` (a state word, say), which is told whether
    the private message could be sent. `menu` False: help shows it, the app's menu of eight does not.
    """

    name: str
    say: Say
    right: Right | None = None
    buttons: Mapping[Verb, Answer] = field(default_factory=dict)
    said_here: SaidHere | None = None
    menu: bool = True


def answer(card: Card) -> Reply:
    """A reply that is one card."""
    return Reply(here=(card_message(card),))


def line(text: str) -> Reply:
    """A reply that is one plain sentence."""
    return Reply(here=(Message(text=text),))
