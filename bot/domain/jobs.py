"""What is to be done later. A job is written in the same commit as the change that wants it."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Job:
    """`kind` names the file in `bot/jobs/`; `payload` holds ids only. Execution is at least once."""

    kind: str
    due_at: datetime
    payload: dict[str, str] = field(default_factory=dict)
    attempts: int = 0
    dead: bool = False  # given up: shown to admins, never leased
    last_error: str = ""
