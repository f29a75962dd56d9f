"""The simulated tenant: its people, groups and licences as they were on the first day.

Everything here is a constant of the seed; what changes while the sandbox runs is in `state.py`. No I/O here.
"""

import unicodedata
from dataclasses import dataclass
from uuid import UUID, uuid5

from bot.domain.people import GroupId, Person, PersonId, Role, TenantId
from bot.sandbox import roster
from bot.sandbox.roster import Entry

TENANT = TenantId("5a1d0000-0000-4000-8000-000000000001")
TENANT_NAME = "Contoso Ibérica"
DOMAIN = "contoso-iberica.example"
SEED = 7
LOCALE = "es-ES"
ZONE = "Europe/Madrid"
CURRENCY = "EUR"
BOT_APP_ID = "5a1d0000-0000-4000-8000-0000000000b0"
CATALOG_APP_ID = "5a1d0000-0000-4000-8000-0000000000c0"  # the app's id in the organisation's own catalogue

_IDS = UUID(str(TENANT))
_LANGUAGES = {"ES": "es-ES", "MX": "es-MX", "US": "en-US"}
_ZONES = {"ES": "Europe/Madrid", "MX": "America/Mexico_City", "US": "America/New_York"}


@dataclass(frozen=True, slots=True)
class SandboxGroup:
    """A group of the directory. `nested` groups count as members; `roles` are assigned to the group itself."""

    id: GroupId
    name: str
    nested: tuple[GroupId, ...] = ()
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class SandboxPerson:
    """Somebody of the tenant, with what Teams and Graph tell about them on the first day.

    `eligible` roles are not active until activated; `scoped` ones hold for one administrative unit only.
    """

    person: Person
    teams_id: str  # "29:…"
    client_locale: str
    zone: str
    roles: frozenset[Role]
    eligible: frozenset[Role]
    sku_ids: frozenset[str]
    manager: PersonId | None
    has_saldo: bool
    groups: frozenset[GroupId]
    scoped: frozenset[Role] = frozenset()
    disabled_plans: frozenset[str] = frozenset()  # of what is assigned, by service plan id
    resource_account: bool = False
    country: str = ""  # where they work, known even where Graph has no usage location

    @property
    def id(self) -> PersonId:
        return self.person.id

    @property
    def name(self) -> str:
        return self.person.name


class World:
    """All people and groups, the named ones first. Built from the seed; two of them are equal."""

    def __init__(self, seed: int = SEED) -> None:
        entries = (*roster.NAMED, *roster.fillers(seed))
        self.people = tuple(_person(entry) for entry in entries)
        self.groups = _groups()
        self._by_id = {each.id: each for each in self.people}
        self._by_address = {each.person.address.casefold(): each for each in self.people}
        self._by_teams_id = {each.teams_id: each for each in self.people}
        self._groups_by_id = {group.id: group for group in self.groups}

    def by_name(self, text: str) -> SandboxPerson | None:
        """By given name, full name or address, accents and case aside; the named people come first."""
        wanted = folded(text.strip())
        exact = [each for each in self.people if wanted in (folded(each.name), folded(each.person.address))]
        given = [each for each in self.people if folded(each.person.short_name) == wanted]
        return next(iter(exact + given), None)

    def by_id(self, id_: str) -> SandboxPerson | None:
        """By Entra object id or user principal name, as Graph addresses people."""
        return self._by_id.get(PersonId(id_.casefold())) or self._by_address.get(id_.casefold())

    def by_teams_id(self, teams_id: str) -> SandboxPerson | None:
        return self._by_teams_id.get(teams_id)

    def group(self, id_: str) -> SandboxGroup | None:
        return self._groups_by_id.get(GroupId(id_.casefold()))

    def group_named(self, name: str) -> SandboxGroup:
        """Raises KeyError for a name that no group has."""
        return self._groups_by_id[group_id(name)]

    def groups_of(self, person: SandboxPerson) -> tuple[SandboxGroup, ...]:
        """Groups that the person is in, directly or through nested ones."""
        return tuple(group for group in self.groups if person in self.members(group))

    def members(self, group: SandboxGroup) -> tuple[SandboxPerson, ...]:
        """Everybody in the group, also through nested ones, in the order of `people`."""
        inside = {group.id, *group.nested}
        if group.name == roster.EVERYBODY:
            return tuple(each for each in self.people if not each.resource_account and not each.person.guest)
        return tuple(each for each in self.people if each.groups & inside)


def personal_chat_id(person: PersonId) -> str:
    """The chat of the person with the bot, as Graph names it; the connector accepts it as a conversation id."""
    return f"19:{person}_{BOT_APP_ID}@unq.gbl.spaces"


def folded(text: str) -> str:
    """Without accents and case, for comparing what people type."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def group_id(name: str) -> GroupId:
    return GroupId(str(uuid5(_IDS, f"group:{name}")))


def person_id(name: str) -> PersonId:
    return PersonId(str(uuid5(_IDS, f"person:{name}")))


def _person(entry: Entry) -> SandboxPerson:
    given = entry.name.split(" ")[0]
    person = Person(
        id=person_id(entry.name),
        name=entry.name,
        given_name="" if entry.resource else given,
        address=entry.address or f"{folded(entry.name).replace(' ', '.')}@{DOMAIN}",
        department=entry.department,
        usage_location=entry.where if entry.located and not entry.guest else None,
        preferred_language=None if entry.guest or entry.resource else _LANGUAGES[entry.where],
        enabled=entry.enabled,
        guest=entry.guest,
    )
    return _tenant_member(entry, person)


def _tenant_member(entry: Entry, person: Person) -> SandboxPerson:
    return SandboxPerson(
        person=person,
        teams_id=f"29:sandbox-{uuid5(_IDS, f'teams:{entry.name}').hex}",
        client_locale=_LANGUAGES[entry.where],
        zone=_ZONES[entry.where],
        roles=entry.roles,
        eligible=entry.eligible,
        sku_ids=entry.sku_ids,
        manager=person_id(entry.manager) if entry.manager else None,
        has_saldo=entry.has_saldo,
        groups=frozenset(group_id(name) for name in entry.groups),
        scoped=entry.scoped,
        disabled_plans=entry.disabled_plans,
        resource_account=entry.resource,
        country=entry.where,
    )


def _groups() -> tuple[SandboxGroup, ...]:
    return (
        SandboxGroup(group_id(roster.APPROVERS), roster.APPROVERS),
        SandboxGroup(group_id(roster.SALES), roster.SALES, nested=(group_id(roster.SALES_IBERIA),)),
        SandboxGroup(group_id(roster.SALES_IBERIA), roster.SALES_IBERIA),
        SandboxGroup(
            group_id(roster.VOICE), roster.VOICE, roles=frozenset({Role.TEAMS_COMMUNICATIONS_ADMINISTRATOR})
        ),
        SandboxGroup(group_id(roster.EVERYBODY), roster.EVERYBODY),
    )
