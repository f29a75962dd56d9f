"""Turns as Teams delivers them: a click again has another activity id, a line again has the same."""

from dataclasses import dataclass, field
from typing import Any

from bot.domain.people import Person
from bot.ports.order_desk import Funded, Order
from bot.ports.turn import Actor, Address, Event, Pressed, Scope, Turn
from cards.actions import Verb
from tests.attack.bot import signed
from tests.fakes import TENANT, FakeDesk
from tests.usecases.world import SEEN_ON


@dataclass
class PromptDesk(FakeDesk):
    """Funds every order as soon as it has it; counts how often each was placed."""

    placed: list[str] = field(default_factory=list)

    async def place(self, order: Order) -> None:
        self.placed.append(order.id)
        await super().place(order)
        self.answers[order.id] = Funded(order.amount, SEEN_ON, f"SBX-{order.id[:6]}")


def turn(number: object, who: Person, event: Event) -> Turn:
    """The same delivery each time it is made again."""
    return Turn(
        tenant=TENANT,
        actor=Actor(who.id, f"29:{who.id}", who.name),
        address=Address(f"chat-{who.id}", "https://smba.example/teams/"),
        scope=Scope.PERSONAL,
        activity_id=f"activity-{number}",
        locale="en-US",
        zone="UTC",
        event=event,
    )


def pressed(verb: Verb, id_: str, revision: int, card: str, **args: Any) -> Pressed:
    return Pressed(verb.value, signed(verb, id_, revision, **args), card_id=card)
