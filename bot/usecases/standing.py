"""What somebody may do here: read from the directory and the tenant's own approvers.

Viewing may use an answer of up to five minutes ago; a decision reads again (`fresh`) and fails closed.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import Refusal
from bot.domain.people import (
    DEFAULT_RIGHTS,
    FINANCE_RIGHTS,
    FINANCE_ROLES,
    PersonId,
    Right,
    Role,
    TenantId,
    rights_of,
)
from bot.domain.settings import NamedGroup, NamedPerson
from bot.ports.clock import Clock
from bot.ports.collections import ROLES_SEEN
from bot.ports.directory import Directory
from bot.ports.errors import Final, MissingPermission, NotFound, PortError
from bot.ports.store import Store
from bot.usecases.policy import load_policy
from bot.usecases.settings import load_settings

FRESH_FOR = timedelta(minutes=5)
REMEMBERED_FOR = timedelta(days=180)
CACHE_SIZE = 10_000
PROVEN_RIGHTS = frozenset(
    {Right.VIEW, Right.PROPOSE_RECHARGE, Right.PROPOSE_LICENSES, Right.CONFIRM_ORDER, Right.CHANGE_SETTINGS}
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`dormant` are roles that the person was seen holding and that are not active now. `missing_permission` names
    what the organisation has not granted, where that kept us from reading roles or the approvers' group."""

    person: PersonId
    rights: frozenset[Right]
    roles: frozenset[Role] = frozenset()
    dormant: frozenset[Role] = frozenset()
    missing_permission: str = ""
    finance: bool = False  # their voice counts as one of finance

    def may(self, right: Right) -> bool:
        return right in self.rights

    def could_by_role(self, right: Right) -> bool:
        """They would hold the right after activating a role that they were seen with."""
        return any(right in DEFAULT_RIGHTS[role] for role in self.dormant)


class Standings:
    """Reads standings, and keeps each for at most five minutes (in this process, bounded)."""

    def __init__(self, store: Store, directory: Directory, clock: Clock) -> None:
        self._store = store
        self._directory = directory
        self._clock = clock
        self._kept: dict[tuple[TenantId, PersonId], tuple[datetime, Standing]] = {}

    async def of(self, tenant: TenantId, person: PersonId) -> Standing:
        kept = self._kept.get((tenant, person))
        if kept and self._clock.now() < kept[0]:
            return kept[1]
        return await self._keep(tenant, person, self._read(tenant, person))

    async def fresh(self, tenant: TenantId, person: PersonId) -> Standing:
        """Read again, and whether they are still here. Raises Refusal("rights_unreadable") when the directory does
        not answer in time."""
        return await self._keep(tenant, person, self._read_to_decide(tenant, person))

    async def _keep(self, tenant: TenantId, person: PersonId, reading: Awaitable[Standing]) -> Standing:
        self._kept.pop((tenant, person), None)
        try:
            standing = await reading
        except PortError as error:
            raise Refusal("rights_unreadable") from error
        if len(self._kept) >= CACHE_SIZE:
            self._kept.clear()
        self._kept[tenant, person] = (self._clock.now() + FRESH_FOR, standing)
        return standing

    def forget(self, tenant: TenantId) -> None:
        """The tenant's approvers changed: read everybody again."""
        for key in [key for key in self._kept if key[0] == tenant]:
            del self._kept[key]

    async def _read(self, tenant: TenantId, person: PersonId) -> Standing:
        settings = await load_settings(self._store, tenant)
        roles: frozenset[Role] = frozenset()
        dormant: frozenset[Role] = frozenset()
        missing = ""
        try:
            roles = await self._directory.active_roles(tenant, person)
            dormant = await self._dormant(tenant, person, roles)
        except MissingPermission as error:
            missing = error.permission  # what cannot be read is neither active nor dormant
        except NotFound:
            roles = frozenset()  # somebody who is no member of the organisation any more
        policy = await load_policy(self._store, tenant)
        named = finance = False
        try:
            named = await self._is_named(tenant, settings.approver_group, settings.approvers, person)
            finance = await self._is_named(tenant, policy.finance_group, policy.finance, person)
        except MissingPermission as error:
            missing = missing or error.permission
        rights = rights_of(roles, named_approver=named)
        if finance:
            rights |= FINANCE_RIGHTS
        if any(proven.id == person for proven in settings.proven):
            rights |= PROVEN_RIGHTS
        return Standing(person, rights, roles, dormant, missing, finance or bool(roles & FINANCE_ROLES))

    async def _read_to_decide(self, tenant: TenantId, person: PersonId) -> Standing:
        standing = await self._read(tenant, person)
        gone = bool(standing.rights) and await self._has_left(tenant, person)
        return Standing(person, frozenset()) if gone else standing

    async def _has_left(self, tenant: TenantId, person: PersonId) -> bool:
        """Roles, and what the organisation named, outlive the account that they were given to. Where people cannot be
        read, nobody has left."""
        try:
            known = await self._directory.person(tenant, person)
        except MissingPermission:
            return False
        return known is None or not known.enabled

    async def _is_named(
        self, tenant: TenantId, group: NamedGroup | None, people: Sequence[NamedPerson], person: PersonId
    ) -> bool:
        if any(one.id == person for one in people):
            return True
        if group is None:
            return False
        try:
            members = await self._directory.group_members(tenant, group.id)
        except MissingPermission:
            raise
        except Final:
            return False  # the group is gone: it approves nothing
        return any(member.id == person and member.enabled for member in members)

    async def _dormant(self, tenant: TenantId, person: PersonId, roles: frozenset[Role]) -> frozenset[Role]:
        seen = await self._store.find(ROLES_SEEN, tenant, where={"person": person})
        oldest = self._clock.now() - REMEMBERED_FOR
        remembered = {document.body.role for document in seen.documents if document.body.seen_at > oldest}
        return frozenset(remembered) - roles
