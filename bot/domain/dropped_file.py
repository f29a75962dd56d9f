"""A usage export that somebody dropped into their chat. Only its link and digest are kept, never its rows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PersonId


class FileState(StrEnum):
    READING = "reading"
    PREVIEWED = "previewed"
    BOOKING = "booking"
    BOOKED = "booked"
    CANCELED = "canceled"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """`digest` (SHA-256) is set by the preview: what is booked is what was previewed."""

    person: PersonId
    name: str
    url: str
    dropped_at: datetime
    state: FileState = FileState.READING
    digest: str = ""
