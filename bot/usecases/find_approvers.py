"""Who can approve, and whether Saldo can reach them."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bot.domain.contacts import RoleSeen
from bot.domain.people import DEFAULT_RIGHTS, FINANCE_ROLES, Person, PersonId, Right, Role, TenantId
from bot.domain.policy import Who
from bot.domain.settings import NamedGroup, NamedPerson
from bot.ports.collections import CONTACTS, DELEGATIONS, ROLES_SEEN
from bot.ports.errors import MissingPermission, NotFound
from bot.ports.outside import Outside
from bot.ports.store import Conflict, Put
from bot.usecases.policy import load_policy
from bot.usecases.settings import load_settings
from bot.usecases.standing import REMEMBERED_FOR

IN_CHARGE = (Role.GLOBAL_ADMINISTRATOR, Role.BILLING_ADMINISTRATOR, Role.TEAMS_ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Approver:
    """`reachable`: has Saldo in their personal chat. `dormant`: must activate a role first. `finance`: theirs is a
    voice of finance. `behalf`: whose voice it is, where it was handed on to them for a time."""

    person: PersonId
    name: str
    short_name: str
    reachable: bool
    dormant: bool = False
    finance: bool = False
    behalf: str = ""


@dataclass(frozen=True, slots=True)
class Approvers:
    """The tenant's named approvers, then holders of roles, then delegates. `missing_permission` names what could not
    be read."""

    people: tuple[Approver, ...]
    missing_permission: str = ""

    @property
    def voices(self) -> tuple[Approver, ...]:
        """A voice that was handed on is one voice."""
        return tuple(one for one in self.people if not one.behalf)


@dataclass(frozen=True, slots=True)
class Named:
    """Whom an organisation names: its approvers, and those who speak for finance."""

    approvers: Who
    finance: Who


@dataclass(frozen=True, slots=True)
class _Found:
    person: Person
    dormant: bool = False
    finance: bool = False
    behalf: str = ""


async def find_approvers(outside: Outside, tenant: TenantId, right: Right, *askers: PersonId) -> Approvers:
    """Everybody but `askers` who holds `right`, or would after activating a role, and who decides for them now."""
    named = await named_now(outside, tenant)
    return await find_among(outside, tenant, right, named, *askers)


async def named_now(outside: Outside, tenant: TenantId) -> Named:
    settings, policy = await load_settings(outside.store, tenant), await load_policy(outside.store, tenant)
    return Named(Who(settings.approver_group, settings.approvers), Who(policy.finance_group, policy.finance))


async def find_among(outside: Outside, tenant: TenantId, right: Right, named: Named, *askers: PersonId) -> Approvers:
    """As `find_approvers`, if the organisation named these."""
    found: dict[PersonId, _Found] = {}
    missing = ""
    finance = partial(_people, outside, tenant, named.finance if right is Right.APPROVE_RECHARGE else Who())
    for read in (
        partial(_members, outside, tenant, named.approvers.group),
        partial(_named, outside, tenant, named.approvers.people),
        finance,
        partial(holders_of, outside, tenant, right),
    ):
        try:
            for person in await read():
                known = found.get(person.id, _Found(person))
                found[person.id] = replace(known, finance=known.finance or read is finance)
        except MissingPermission as error:
            missing = missing or error.permission
    found = await _with_sightings(outside, tenant, right, found)
    for asker in askers:
        found.pop(asker, None)
    found |= await _delegates(outside, tenant, found, askers)
    people = [await _approver(outside, tenant, one) for one in found.values()]
    return Approvers(tuple(people), missing)


async def _people(outside: Outside, tenant: TenantId, who: Who) -> list[Person]:
    return [*await _members(outside, tenant, who.group), *await _named(outside, tenant, who.people)]


async def _with_sightings(
    outside: Outside, tenant: TenantId, right: Right, found: dict[PersonId, _Found]
) -> dict[PersonId, _Found]:
    """Who was seen with a role of finance speaks for it; who was seen with a role and is not found is dormant."""
    every = dict(found)
    for seen in await _seen_with(outside, tenant, right):
        known = every.get(seen.person, _Found(Person(seen.person, seen.name), dormant=True))
        every[seen.person] = replace(known, finance=known.finance or seen.role in FINANCE_ROLES)
    return every


async def _delegates(
    outside: Outside, tenant: TenantId, found: dict[PersonId, _Found], askers: Sequence[PersonId]
) -> dict[PersonId, _Found]:
    """Those who decide for one of `found` at present, and have no right of their own. Whoever may use a role only
    after activating it has nothing to hand on until then."""
    delegates: dict[PersonId, _Found] = {}
    for one in [one for one in found.values() if not one.dormant]:
        kept = await outside.store.get(DELEGATIONS.key(tenant, one.person.id))
        if kept is None or not kept.body.holds_at(outside.clock.now()):
            continue
        if kept.body.delegate in found or kept.body.delegate in askers:
            continue
        person = await outside.directory.person(tenant, kept.body.delegate)
        if person is not None and person.enabled:
            delegates[person.id] = _Found(person, finance=one.finance, behalf=one.person.short_name)
    return delegates


async def people_in_charge(outside: Outside, tenant: TenantId) -> list[PersonId]:
    """Who is told about the wallet: administrators who see or buy, the named approvers, and who set Saldo up.

    Where Graph does not let us read roles, the others are told all the same.
    """
    settings = await load_settings(outside.store, tenant)
    found: dict[PersonId, None] = {}
    with contextlib.suppress(MissingPermission):
        found.update((person.id, None) for person in await _members(outside, tenant, settings.approver_group))
    with contextlib.suppress(MissingPermission):
        for role in IN_CHARGE:
            found.update((person.id, None) for person in await outside.directory.holders(tenant, role))
    keepers = (*settings.approvers, *settings.proven, *([settings.installer] if settings.installer else []))
    found.update((keeper.id, None) for keeper in keepers)
    return list(found)


async def _members(outside: Outside, tenant: TenantId, group: NamedGroup | None) -> list[Person]:
    """A group that the tenant named; one that is gone names nobody."""
    if group is None:
        return []
    try:
        members = await outside.directory.group_members(tenant, group.id)
    except NotFound:
        return []
    return [person for person in members if person.enabled]


async def _named(outside: Outside, tenant: TenantId, named: Sequence[NamedPerson]) -> list[Person]:
    people = [await outside.directory.person(tenant, one.id) for one in named]
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


async def _approver(outside: Outside, tenant: TenantId, found: _Found) -> Approver:
    person = found.person
    contact = await outside.store.get(CONTACTS.key(tenant, person.id))
    reachable = contact is not None and contact.body.installed
    return Approver(person.id, person.name, person.short_name, reachable, found.dormant, found.finance, found.behalf)
