"""Who gets the month-end statement, which months were sent, and the files that people asked for. No I/O here."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class Subscription:
    """Somebody wants every month's statement."""

    person: PersonId
    since: datetime


@dataclass(frozen=True, slots=True)
class MonthMade:
    """A month was sent to `people` subscribers: it is never sent again."""

    month: str
    made_at: datetime
    people: int


class TransferState(StrEnum):
    WAITING = "waiting"
    UNCERTAIN = "uncertain"  # it may be there: the answer was lost
    THERE = "there"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class FileTransfer:
    """A file that somebody agreed to, on its way to where Teams wants it. `url` lets whoever has it write there: it
    shows in no repr, and is '' as soon as it is needed no more."""

    person: PersonId
    month: str
    format: str
    name: str
    url: str = field(repr=False)
    content_url: str
    unique_id: str
    file_type: str
    state: TransferState = TransferState.WAITING
