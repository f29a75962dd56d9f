"""People whom Saldo has met: where to write to them, and in which language."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.people import PersonId, Role


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody's personal chat with Saldo. `installed` False: they took Saldo out; nothing reaches them.

    `language` is the one they last wrote in; `client_locale` and `zone` are their client's.
    """

    person: PersonId
    name: str
    teams_id: str
    conversation_id: str
    service_url: str
    installed: bool = True
    language: str = ""
    client_locale: str = ""
    zone: str = ""
    welcomed_at: datetime | None = None

    @property
    def short_name(self) -> str:
        return self.name.split(" ")[0]


@dataclass(frozen=True, slots=True)
class Place:
    """A channel or group in which Saldo is installed and has said who it is."""

    welcomed_at: datetime


@dataclass(frozen=True, slots=True)
class RoleSeen:
    """Somebody was seen holding a role. When it is not active today, it is probably one that they activate."""

    person: PersonId
    name: str
    role: Role
    seen_at: datetime


SHARED = PersonId("")  # nobody's own: a card that many see


@dataclass(frozen=True, slots=True)
class SentCard:
    """A card of a request in somebody's chat, or SHARED in a channel or group, so that it can be changed in place.
    `activity_id` is '' while the answer to its sending was lost: it may be there."""

    request: str
    person: PersonId
    conversation_id: str
    service_url: str
    activity_id: str
    shown_step: int
