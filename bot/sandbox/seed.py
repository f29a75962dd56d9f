"""The sandbox's first day: what Contoso Ibérica has told Saldo and booked before anybody types. Done once.

The sums are chosen so that the balance of 20 November 2026 is 212.40 EUR: the admin center showed 394.31 EUR on the
13th, and from that day to the 20th calls cost 181.91 EUR.
"""

from dataclasses import replace
from datetime import UTC, date, datetime

from bot.domain.alerts import Episode
from bot.domain.contacts import Contact, RoleSeen
from bot.domain.money import Money
from bot.domain.people import PersonId, Role
from bot.domain.policy import Policy, proposed
from bot.domain.settings import Account, NamedGroup, NamedPerson, Progress, Settings, SetupStep
from bot.ports.clock import Clock
from bot.ports.collections import CONTACTS, EPISODES, ROLES_SEEN, SETTINGS
from bot.ports.store import Conflict, Operation, Put, Store
from bot.sandbox.connector_chats import personal_id
from bot.sandbox.state import SandboxState
from bot.sandbox.world import CURRENCY, LOCALE, TENANT, ZONE, SandboxPerson, World
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.policy import policy_key
from bot.usecases.reconcile_opening import Reading, reconcile

ADMIN = "ana"
APPROVERS = "Saldo approvers"
SEEN_ACTIVE = datetime(2026, 11, 10, 8, 30, tzinfo=UTC)  # Grace, when she last had activated her role
LOW_SINCE = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
OPENING = ("8.90", datetime(2026, 5, 25, 16, 0, tzinfo=UTC))
PURCHASES = (
    ("500.00", date(2026, 5, 26), "G044871203"),
    ("1000.00", date(2026, 6, 15), "G045310877"),
    ("1000.00", date(2026, 8, 10), "G046992514"),
    ("1500.00", date(2026, 9, 21), "G047885120"),
)
CHECKED = ("394.31", datetime(2026, 11, 13, 15, 0, tzinfo=UTC))


async def seed(store: Store, clock: Clock, world: World) -> bool:
    """Whether this was the first time. The usage is not here: it is read from Graph, like anywhere."""
    if await store.get(SETTINGS.key(TENANT, "tenant")):
        return False
    ana = _person(world, ADMIN)
    group = world.group_named(APPROVERS)
    settings = Settings(
        currency=CURRENCY,
        locale=LOCALE,
        zone=ZONE,
        account=Account.MOSA,
        approver_group=NamedGroup(group.id, group.name),
        installer=NamedPerson(ana.id, ana.name),
        steps={step.value: Progress.DONE.value for step in SetupStep},
    )
    operations: list[Operation] = [
        Put(SETTINGS.key(TENANT, "tenant"), settings, 0),
        Put(policy_key(TENANT, 1), _policy(), 0),
        Put(EPISODES.key(TENANT, CURRENCY), Episode(1, open=True, since=LOW_SINCE), 0),
        *_roles_seen(world),
    ]
    try:
        await store.commit(operations)
    except Conflict:
        return False
    await _book(store, clock, ana.id)
    return True


async def check_with_portal(store: Store, world: World) -> None:
    """The reading of the 13th, booked once the usage before it is there. Booked already: nothing more happens."""
    amount, read_at = CHECKED
    await reconcile(
        store, _At(read_at), TENANT, Reading(Money.of(amount, CURRENCY), read_at), _person(world, ADMIN).id
    )


async def introduce(store: Store, clock: Clock, world: World, state: SandboxState, service_url: str) -> None:
    """Everybody who has Saldo is a contact, at the address where the simulated Teams listens today."""
    for person in world.people:
        if not state.has_saldo(person):
            continue
        key = CONTACTS.key(TENANT, person.id)
        known = await store.get(key)
        contact = replace(known.body if known else _contact(person, clock.now()), service_url=service_url)
        if known is None or known.body != contact:
            await store.commit([Put(key, contact, known.version if known else 0)])


async def _book(store: Store, clock: Clock, actor: PersonId) -> None:
    amount, read_at = OPENING
    await reconcile(store, _At(read_at), TENANT, Reading(Money.of(amount, CURRENCY), read_at), actor)
    for amount, on, order_number in PURCHASES:
        await add_purchase(store, clock, TENANT, Bought(Money.of(amount, CURRENCY), on, order_number), actor)


def _policy() -> Policy:
    """What Contoso's own purchases speak for: up to 2,000 one approver."""
    return Policy(1, (proposed((Money.of(amount, CURRENCY) for amount, _, _ in PURCHASES), CURRENCY),))


def _contact(person: SandboxPerson, now: datetime) -> Contact:
    return Contact(
        person=person.id,
        name=person.name,
        teams_id=person.teams_id,
        conversation_id=personal_id(person),
        service_url="",
        client_locale=person.client_locale,
        zone=person.zone,
        welcomed_at=now,
    )


def _roles_seen(world: World) -> list[Operation]:
    seen = [
        RoleSeen(person.id, person.name, Role(role), SEEN_ACTIVE)
        for person in world.people
        for role in sorted(person.eligible)
    ]
    return [Put(ROLES_SEEN.key(TENANT, f"{one.person}:{one.role.value}"), one, 0) for one in seen]


def _person(world: World, name: str) -> SandboxPerson:
    person = world.by_name(name)
    if person is None:
        raise LookupError(f"nobody in the sandbox is called {name!r}")
    return person


class _At:
    """A clock that stands at the moment of something that is booked afterwards."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now
