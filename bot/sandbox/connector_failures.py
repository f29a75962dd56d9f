"""Faults that the simulated Teams has on demand: busy, refused, broken after it already happened."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class Verb(StrEnum):
    CREATE = "create"  # open a conversation
    SEND = "send"  # a new message, answers among them
    UPDATE = "update"
    DELETE = "delete"
    MEMBERS = "members"
    DOWNLOAD = "download"  # a file that a user attached
    UPLOAD = "upload"  # a file that a user agreed to


@dataclass(frozen=True, slots=True)
class Failure:
    """`status` 0 breaks the connection. `arrived`: it happens all the same, only the answer is lost or wrong."""

    status: int
    retry_after: str = ""
    arrived: bool = False
    code: str = ""


@dataclass(slots=True)
class Failures:
    """`teams.failures.next(Verb.SEND, 429, retry_after="1", times=2)`: the next two sends are refused."""

    waiting: dict[Verb, deque[Failure]] = field(default_factory=dict)
    met: list[tuple[Verb, Failure]] = field(default_factory=list)

    def next(self, verb: Verb, status: int, *, retry_after: str = "", arrived: bool = False, times: int = 1) -> None:
        failure = Failure(status, retry_after, arrived, _CODES.get(status, "ServiceError"))
        self.waiting.setdefault(verb, deque()).extend([failure] * times)

    def take(self, verb: Verb) -> Failure | None:
        """The failure that this call meets, if any."""
        if not self.waiting.get(verb):
            return None
        failure = self.waiting[verb].popleft()
        self.met.append((verb, failure))
        return failure

    def clear(self) -> None:
        self.waiting.clear()


_CODES = {
    403: "MessageWritesBlocked",
    404: "ConversationNotFound",
    412: "PreconditionFailed",
    429: "Throttled",
    502: "BadGateway",
    503: "ServiceUnavailable",
}
