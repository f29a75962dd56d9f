"""Attempts that were turned away for want of a right: counted by actor, verb and minute, so that a flood of them is
one record of the audit."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.audit import AuditRecord
from bot.domain.people import PersonId

MINUTE = timedelta(minutes=1)
MOST_SUBJECTS = 5  # requests (or files) that a record names; of more the first

# The codes of refusals that mean: you may not. Beside these, all that begin with `NOT_ALLOWED`.
DENIED = frozenset(
    {
        "activate_role",
        "button_unknown",  # forged, of another tenant, or signed with a key that is gone
        "code_expired",
        "code_none",
        "file_not_yours",
        "not_an_approver",
        "not_concerned",
        "not_the_requester",
        "nothing_to_delegate",
        "own_request",
    }
)
NOT_ALLOWED = "not_allowed_"


def is_denial(code: str) -> bool:
    """Whether a refusal of this code is a denied attempt. A wrong one-time code has a record of its own."""
    return code in DENIED or code.startswith(NOT_ALLOWED)


@dataclass(frozen=True, slots=True)
class Denial:
    """What one actor was denied of one kind within one minute. `codes` are the refusals', `subjects` the ids of the
    requests (or files) that it was about, in the order in which they came."""

    actor: PersonId
    verb: str
    first_at: datetime
    last_at: datetime
    count: int = 1
    codes: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    @property
    def minute(self) -> datetime:
        return self.first_at.astimezone(UTC).replace(second=0, microsecond=0)

    @property
    def over_at(self) -> datetime:
        """From here on nothing is added any more."""
        return self.minute + MINUTE

    @property
    def id(self) -> str:
        """Of the minute's count."""
        return f"{self.minute.isoformat()}:{self.actor}:{self.verb}"

    @property
    def record_id(self) -> str:
        """Another one where a clock that was set back counts the same minute a second time."""
        return f"denied:{self.first_at.isoformat()}:{self.actor}:{self.verb}"

    def plus(self, other: "Denial") -> "Denial":
        """The same minute with what came after it."""
        return replace(
            self,
            last_at=max(self.last_at, other.last_at),
            count=self.count + other.count,
            codes=tuple(dict.fromkeys((*self.codes, *other.codes))),
            subjects=tuple(dict.fromkeys((*self.subjects, *other.subjects)))[:MOST_SUBJECTS],
        )

    def record(self) -> AuditRecord:
        """`denied.<verb>`, with how often within the minute and why."""
        details = {"count": str(self.count), "codes": ",".join(self.codes), "first_at": self.first_at.isoformat()}
        details |= {"subjects": ",".join(self.subjects)} if self.subjects else {}
        return AuditRecord(self.last_at, self.actor, f"denied.{self.verb}", next(iter(self.subjects), ""), details)
