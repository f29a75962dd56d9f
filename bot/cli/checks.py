"""What the doctor finds: one line a check, and what to do about it. No I/O."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    OK = "ok"
    NOTE = "note"  # worth knowing, nothing is wrong
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """`area` groups the checks and names their title (`cli.doctor.area_<area>`); `text` and `remedy` are
    for people."""

    area: str
    state: State
    text: str
    remedy: str = ""

    @property
    def json(self) -> dict[str, Any]:
        return asdict(self)


def ok(area: str, text: str) -> Check:
    return Check(area, State.OK, text)


def note(area: str, text: str, remedy: str = "") -> Check:
    return Check(area, State.NOTE, text, remedy)


def problem(area: str, text: str, remedy: str = "") -> Check:
    return Check(area, State.PROBLEM, text, remedy)
