"""A usage export that somebody dropped into their chat. Only its link and digest are kept, never its rows."""

from dataclasses import dataclass, field
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

    @property
    def is_over(self) -> bool:
        return self in {FileState.BOOKED, FileState.CANCELED, FileState.BROKEN}


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """`digest` (SHA-256) is set by the preview: what is booked is what was previewed. `url` opens the file to whoever
    has it: it shows in no repr, and is '' as soon as it is needed no more."""

    person: PersonId
    name: str
    url: str = field(repr=False)
    dropped_at: datetime
    state: FileState = FileState.READING
    digest: str = ""
