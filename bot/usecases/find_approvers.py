"""Who can approve, and whether Saldo can reach them."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from bot.domain.contacts import RoleSeen
from bot.domain.people import DEFAULT_RIGHTS, Person, PersonId, Right, Role, TenantId
from bot.domain.settings import Settings
from bot.ports.collections import CONTACTS, ROLES_SEEN
from bot.ports.errors import MissingPermission, NotFound
from bot.ports.outside import Outside
from bot.ports.store import Conflict, Put
from bot.usecases.settings import load_settings
from bot.usecases.standing import REMEMBERED_FOR

IN_CHARGE = (Role.GLOBAL_ADMINISTRATOR, Role.BILLING_ADMINISTRATOR, Role.TEAMS_ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Approver:
    """`reachable`: has Saldo in their personal chat. `dormant`: must activate a role first."""

    person: PersonId
    name: str
    short_name: str
    reachable: bool
    dormant: bool = False


@dataclass(frozen=True, slots=True)
class Approvers:
    """The tenant's named approvers, then holders of roles. `missing_permission` names what could not be read."""

    people: tuple[Approver, ...]
    missing_permission: str = ""


async def find_approvers(outside: Outside, tenant: TenantId, right: Right, requester: PersonId) -> Approvers:
    """Everybody but the requester who holds `right`, or would after activating a role."""
    settings = await load_settings(outside.store, tenant)
    found: dict[PersonId, tuple[Person, bool]] = {}
    missing = ""
    for read in (
        partial(_members, outside, tenant, settings),
        partial(_named, outside, tenant, settings),
        partial(holders_of, outside, tenant, right),
    ):
        try:
            found |= {person.id: (person, False) for person in await read() if person.id not in found}
        except MissingPermission as error:
            missing = missing or error.permission
    for seen in await _seen_with(outside, tenant, right):
        found.setdefault(seen.person, (Person(seen.person, seen.name), True))
    found.pop(requester, None)
    people = [await _approver(outside, tenant, person, dormant) for person, dormant in found.values()]
    return Approvers(tuple(people), missing)


async def people_in_charge(outside: Outside, tenant: TenantId) -> list[PersonId]:
    """Who is told about the wallet: administrators who see or buy, the named approvers, and who set Saldo up.

    Where Graph does not let us read roles, the others are told all the same.
    """
    settings = await load_settings(outside.store, tenant)
    found: dict[PersonId, None] = {}
    with contextlib.suppress(MissingPermission):
        found.update((person.id, None) for person in await _members(outside, tenant, settings))
    with contextlib.suppress(MissingPermission):
        for role in IN_CHARGE:
            found.update((person.id, None) for person in await outside.directory.holders(tenant, role))
    keepers = (*settings.approvers, *settings.proven, *([settings.installer] if settings.installer else []))
    found.update((keeper.id, None) for keeper in keepers)
    return list(found)


async def _members(outside: Outside, tenant: TenantId, settings: Settings) -> list[Person]:
    """The group of approvers that the tenant named; one that is gone names nobody."""
    if settings.approver_group is None:
        return []
    try:
        members = await outside.directory.group_members(tenant, settings.approver_group.id)
    except NotFound:
        return []
    return [person for person in members if person.enabled]


async def _named(outside: Outside, tenant: TenantId, settings: Settings) -> list[Person]:
    """The people whom the tenant named as approvers."""
    people = [await outside.directory.person(tenant, named.id) for named in settings.approvers]
    return [person for person in people if person is not None and person.enabled]


async def holders_of(outside: Outside, tenant: TenantId, right: Right) -> list[Person]:
    """Who holds a role with `right` actively, in the order of the roles; each sighting is remembered."""
    found: dict[PersonId, Person] = {}
    for role in roles_with(right):
        holders = [person for person in await outside.directory.holders(tenant, role) if person.enabled]
        await _remember(outside, tenant, role, holders)
        for person in holders:
            found.setdefault(person.id, person)
    return list(found.values())


def roles_with(right: Right) -> list[Role]:
    return [role for role in Role if right in DEFAULT_RIGHTS[role]]


async def _remember(outside: Outside, tenant: TenantId, role: Role, holders: Iterable[Person]) -> None:
    """Once a day is enough; somebody else remembering at the same moment is just as good."""
    now = outside.clock.now()
    for person in holders:
        key = ROLES_SEEN.key(tenant, f"{person.id}:{role.value}")
        known = await outside.store.get(key)
        if known and known.body.seen_at.date() == now.date():
            continue
        seen = RoleSeen(person.id, person.name, role, now)
        try:
            await outside.store.commit([Put(key, seen, known.version if known else 0)])
        except Conflict:
            continue


async def _seen_with(outside: Outside, tenant: TenantId, right: Right) -> list[RoleSeen]:
    oldest = outside.clock.now() - REMEMBERED_FOR
    seen: list[RoleSeen] = []
    for role in roles_with(right):
        page = await outside.store.find(ROLES_SEEN, tenant, where={"role": role.value})
        seen += [document.body for document in page.documents if document.body.seen_at > oldest]
    return seen


async def _approver(outside: Outside, tenant: TenantId, person: Person, dormant: bool) -> Approver:
    contact = await outside.store.get(CONTACTS.key(tenant, person.id))
    reachable = contact is not None and contact.body.installed
    return Approver(person.id, person.name, person.short_name, reachable, dormant)
