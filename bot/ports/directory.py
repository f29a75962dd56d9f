"""The organisation's directory (Entra). Implemented by `bot/graph`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.domain.people import GroupId, Person, PersonId, Role, TenantId


@dataclass(frozen=True, slots=True)
class Group:
    id: GroupId
    name: str


class Directory(Protocol):
    """Each method raises the errors of `bot.ports.errors`; MissingPermission names the permission."""

    async def person(self, tenant: TenantId, id_: PersonId) -> Person | None: ...

    async def look_up(self, tenant: TenantId, ids: Sequence[str]) -> dict[str, Person]:
        """Many at once, by the id or address that was asked for; whom the directory does not know is left out."""
        ...

    async def search(self, tenant: TenantId, text: str, *, limit: int = 10) -> list[Person]:
        """People whose name or address begins with or holds the words of `text`; exact addresses first."""
        ...

    async def active_roles(self, tenant: TenantId, id_: PersonId) -> frozenset[Role]:
        """Roles active now, for the whole organisation (scope `/`), directly or through groups."""
        ...

    async def holders(self, tenant: TenantId, role: Role) -> list[Person]:
        """Who holds a role actively; empty for one that nobody ever held."""
        ...

    async def groups(self, tenant: TenantId, text: str, *, limit: int = 10) -> list[Group]: ...

    async def group_members(self, tenant: TenantId, group: GroupId) -> list[Person]:
        """Members, also through nested groups. Raises NotFound for a group that is gone."""
        ...
