"""One turn of a conversation: what came in, and what goes back. No Bot Framework here.

`bot/teams` makes a `Turn` of a verified activity; `bot/commands` answers it with a `Reply`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.domain.people import PersonId, TenantId

Card = dict[str, Any]  # an Adaptive Card as JSON, made in `cards/` only


class Scope(StrEnum):
    PERSONAL = "personal"
    GROUP = "groupChat"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: `id` is the Entra object id, `teams_id` the `29:…` id that Teams uses for the same person."""

    id: PersonId
    teams_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message can be sent: a conversation at a service host."""

    conversation_id: str
    service_url: str


@dataclass(frozen=True, slots=True)
class Mention:
    teams_id: str
    name: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that somebody attached in a personal chat; `url` is pre-authenticated and short-lived."""

    name: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """Typed text, mentions of the bot already taken out."""

    text: str
    mentions: tuple[Mention, ...] = ()
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button: `data` is what the card carried plus its inputs (all strings), not trusted.

    `automatic` is a card's own refresh, which must never write. `alone`: the card that answers is seen by the presser
    alone, also where many see the pressed one.
    """

    verb: str
    data: Mapping[str, Any]
    automatic: bool = False
    card_id: str | None = None  # activity id of the message that holds the card
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Upload:
    """Where Teams wants an accepted file to be put: `url` is pre-authenticated and short-lived; the rest names the
    file as it will be known there."""

    url: str = field(repr=False)
    name: str
    content_url: str
    unique_id: str
    file_type: str


@dataclass(frozen=True, slots=True)
class OfferAnswered:
    """What somebody said to an offered file. `data` is what the offer carried, not trusted; `upload` None: no."""

    data: Mapping[str, Any]
    upload: Upload | None


@dataclass(frozen=True, slots=True)
class Installed:
    """The bot was added, by `Turn.actor`."""


@dataclass(frozen=True, slots=True)
class Removed:
    """The bot was taken out of the conversation."""


Event = Said | Pressed | OfferAnswered | Installed | Removed


@dataclass(frozen=True, slots=True)
class Turn:
    """One activity, verified and decoded. `locale` (BCP 47) and `zone` (IANA) are the client's, '' if not told."""

    tenant: TenantId
    actor: Actor
    address: Address
    scope: Scope
    activity_id: str
    locale: str
    zone: str
    event: Event


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that Saldo would put into somebody's own storage, if they agree. Personal chats only. `data` comes back
    with the answer."""

    name: str
    description: str
    size_bytes: int  # about: it is made anew when it is accepted
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A file that was put where somebody agreed to: Teams shows a card that opens it."""

    name: str
    url: str
    unique_id: str
    file_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a person gets: text, a card, an offered file or one that is there. `summary` and `text` are what a locked
    phone shows: never a sum there when the message is proactive. `quick` are replies offered under the message."""

    text: str = ""
    card: Card | None = None
    summary: str = ""
    quick: tuple[str, ...] = ()
    offer: Offer | None = None
    file: SharedFile | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """`here` goes where the turn came from; for a pressed button its first message with a card takes the place of
    the pressed card. What is for the actor's personal chat goes through the `Messenger`."""

    here: tuple[Message, ...] = ()


SILENCE = Reply()
