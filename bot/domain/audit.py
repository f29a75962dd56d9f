"""Who did what, when: one record for every change. Audit is data, not logs."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.people import PersonId


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """`verb` is what happened (`request.approve`), `subject` the id of what it happened to."""

    at: datetime
    actor: PersonId
    verb: str
    subject: str
    details: dict[str, str] = field(default_factory=dict)
