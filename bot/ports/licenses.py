"""Licences of the organisation. Implemented by `bot/graph`."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.people import PersonId, TenantId
from bot.ports.errors import Final


@dataclass(frozen=True, slots=True)
class Holdings:
    """What one person holds: the ids of the service plans that are theirs and not disabled."""

    plans: frozenset[str]
    sku_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seats:
    """A product of the tenant. `free` = enabled + warning - consumed; suspended ones do not count. `consumed`: how
    many are assigned."""

    sku_id: str
    part_number: str
    plans: frozenset[str]
    free: int
    consumed: int = 0


class AssignmentRefused(Final):
    """Graph refused an assignment. `reason`: no_seats, usage_location, dependency, exclusive, not_found, denied,
    or unknown (then `message` and `request_id` are what the person in charge needs)."""

    def __init__(self, reason: str, *, message: str, request_id: str = "") -> None:
        super().__init__(message, code=reason, request_id=request_id)
        self.reason = reason


class Licenses(Protocol):
    async def seats(self, tenant: TenantId) -> list[Seats]: ...

    async def holdings(self, tenant: TenantId, people: list[PersonId]) -> dict[PersonId, Holdings]:
        """One answer per person; raises on the first that fails. Asked in batches of at most 20."""
        ...

    async def assign(self, tenant: TenantId, person: PersonId, sku_id: str) -> None:
        """Assign one licence. A person who has it already is no error.

        Raises AssignmentRefused when Graph says no, Unknown when the answer was lost.
        """
        ...
