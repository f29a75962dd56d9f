"""Who did what, when and why; what stood there before, and what stands there since. Audit is data, not logs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from bot.domain.money import Money
from bot.domain.people import PersonId

Told = dict[str, str]


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """`verb` is what happened (`request.approve`), `subject` the id of what it happened to.

    Where something was replaced, `before` and `after` hold the same names, each with what it said (see `told`); ''
    is nothing. `why` is the reason that the actor gave, `details` is everything else.
    """

    at: datetime
    actor: PersonId
    verb: str
    subject: str
    details: Told = field(default_factory=dict)
    before: Told = field(default_factory=dict)
    after: Told = field(default_factory=dict)
    why: str = ""

    @property
    def changes(self) -> tuple[tuple[str, str, str], ...]:
        """(name, before, after) of everything that was replaced, in the order of the names."""
        names = sorted({*self.before, *self.after})
        return tuple((name, self.before.get(name, ""), self.after.get(name, "")) for name in names)


def changed(before: Any, after: Any) -> tuple[Told, Told]:
    """What differs between two values of one dataclass, as a record's `before` and `after`. `before` None: there was
    nothing, and all that `after` says is new. `after` None: it was taken away."""
    known = before if before is not None else after
    names = [one.name for one in fields(known)]
    old, new = ({name: told(getattr(value, name, None)) for name in names} for value in (before, after))
    differing = [name for name in names if old[name] != new[name]]
    return {name: old[name] for name in differing}, {name: new[name] for name in differing}


def told(value: object) -> str:
    """A value in plain words that can be compared: `500.00 EUR`, `2026-11-22`, `Ana Torres (id-ana)`."""
    match value:
        case None:
            return ""
        case Enum():
            return str(value.value)
        case bool():
            return "yes" if value else "no"
        case Money():
            return f"{value} {value.currency}"
        case date() | datetime():
            return value.isoformat()
        case Mapping():
            return ", ".join(f"{told(name)}: {told(each)}" for name, each in value.items())
        case tuple() | list():
            return ", ".join(told(each) for each in value)
        case set() | frozenset():
            return ", ".join(sorted(told(each) for each in value))
        case _ if is_dataclass(value):
            return _told_fields({one.name: getattr(value, one.name) for one in fields(value)})
        case _:
            return str(value)


def _told_fields(values: Mapping[str, object]) -> str:
    """Somebody or some group by name and id; anything else field by field."""
    if values.keys() == {"id", "name"}:
        return f"{values['name']} ({values['id']})"
    return ", ".join(f"{name} {told(value)}" for name, value in values.items() if told(value))
