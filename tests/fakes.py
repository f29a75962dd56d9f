"""The one set of fakes: the outside, held in the hand. Each records what happened, so that tests assert state."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.domain.licenses import CREDITS_PLAN
from bot.domain.people import GroupId, Person, PersonId, Role, TenantId
from bot.domain.usage import CallRow
from bot.domain.usage_batch import Columns
from bot.ports.directory import Group
from bot.ports.errors import Final, NotFound, PortError, Unknown
from bot.ports.licenses import Holdings, Seats
from bot.ports.messenger import MessageRef
from bot.ports.order_desk import Order, OrderStatus, StillOpen
from bot.ports.turn import Address, File, Message

TENANT = TenantId("11111111-1111-4111-8111-111111111111")


def person(name: str, **facts: object) -> Person:
    """Somebody whose object id is `id-<given name>`."""
    given = name.split(" ")[0]
    base = Person(
        PersonId(f"id-{given.lower()}"), name, given, f"{given.lower()}@contoso.example", usage_location="ES"
    )
    return replace(base, **facts)  # type: ignore[arg-type]  # the facts are Person's own fields


ANA, LUIS, CARMEN = person("Ana Torres"), person("Luis Vega"), person("Carmen Soler")
GRACE, OMAR, EVA, TOM = person("Grace Kim"), person("Omar Haddad"), person("Eva Ruiz"), person("Tom Baker")
APPROVERS = GroupId("group-approvers")


@dataclass
class FakeDirectory:
    """`broken` is raised by every call until it is taken away."""

    people: dict[PersonId, Person] = field(
        default_factory=lambda: {one.id: one for one in (ANA, LUIS, CARMEN, GRACE, OMAR, EVA, TOM)}
    )
    roles: dict[PersonId, frozenset[Role]] = field(
        default_factory=lambda: {
            ANA.id: frozenset({Role.TEAMS_ADMINISTRATOR}),
            LUIS.id: frozenset({Role.BILLING_ADMINISTRATOR}),
            OMAR.id: frozenset({Role.LICENSE_ADMINISTRATOR}),
        }
    )
    members: dict[GroupId, list[PersonId]] = field(default_factory=lambda: {APPROVERS: [CARMEN.id]})
    broken: dict[str, PortError] = field(default_factory=dict)
    reads: int = 0

    def _call(self, name: str) -> None:
        self.reads += 1
        if name in self.broken:
            raise self.broken[name]

    async def person(self, tenant: TenantId, id_: PersonId) -> Person | None:
        self._call("person")
        return self.people.get(id_)

    async def look_up(self, tenant: TenantId, ids: Sequence[str]) -> dict[str, Person]:
        self._call("look_up")
        return {id_: self.people[PersonId(id_)] for id_ in ids if id_ in self.people}

    async def search(self, tenant: TenantId, text: str, *, limit: int = 10) -> list[Person]:
        self._call("search")
        wanted = text.casefold()
        found = [one for one in self.people.values() if wanted in one.name.casefold() or wanted == one.address]
        return found[:limit]

    async def active_roles(self, tenant: TenantId, id_: PersonId) -> frozenset[Role]:
        self._call("active_roles")
        return self.roles.get(id_, frozenset())

    async def holders(self, tenant: TenantId, role: Role) -> list[Person]:
        self._call("holders")
        return [self.people[id_] for id_, roles in self.roles.items() if role in roles]

    async def groups(self, tenant: TenantId, text: str, *, limit: int = 10) -> list[Group]:
        self._call("groups")
        known = [Group(APPROVERS, "Saldo approvers")]
        return [group for group in known if text.casefold() in group.name.casefold()]

    async def group_members(self, tenant: TenantId, group: GroupId) -> list[Person]:
        self._call("group_members")
        if group not in self.members:
            raise NotFound("no such group")
        return [self.people[id_] for id_ in self.members[group]]


@dataclass
class FakeLicenses:
    """`refusals` are raised once a person, in order; an assignment that goes through is kept in `assigned`. For those
    in `lost` it goes through once and the answer is lost; `broken` is raised by every reading."""

    plans: dict[PersonId, frozenset[str]] = field(default_factory=dict)
    refusals: dict[PersonId, list[PortError]] = field(default_factory=dict)
    assigned: list[PersonId] = field(default_factory=list)
    lost: set[PersonId] = field(default_factory=set)
    broken: PortError | None = None
    products: list[Seats] = field(default_factory=list)

    async def seats(self, tenant: TenantId) -> list[Seats]:
        if self.broken:
            raise self.broken
        return self.products

    async def holdings(self, tenant: TenantId, people: list[PersonId]) -> dict[PersonId, Holdings]:
        if self.broken:
            raise self.broken
        return {id_: Holdings(self.plans.get(id_, frozenset()), frozenset()) for id_ in people}

    async def assign(self, tenant: TenantId, person: PersonId, sku_id: str) -> None:
        waiting = self.refusals.get(person, [])
        if waiting:
            raise waiting.pop(0)
        self.assigned.append(person)
        self.plans[person] = self.plans.get(person, frozenset()) | {CREDITS_PLAN}
        if person in self.lost:
            self.lost.remove(person)
            raise Unknown("the answer was lost")


@dataclass
class FakeDesk:
    orders: dict[str, Order] = field(default_factory=dict)
    answers: dict[str, OrderStatus] = field(default_factory=dict)
    broken: PortError | None = None

    async def place(self, order: Order) -> None:
        if self.broken:
            raise self.broken
        if self.orders.setdefault(order.id, order) != order:
            raise Final("another order has this id")

    async def status(self, order: Order) -> OrderStatus:
        if self.broken:
            raise self.broken
        return self.answers.get(order.id, StillOpen())


@dataclass
class FakeMessenger:
    """`sent` and `updated` hold (conversation id, message) in order. To a conversation in `lost` the next messages go
    through, as many as it says, and their answers are lost."""

    sent: list[tuple[str, Message]] = field(default_factory=list)
    updated: list[tuple[str, Message]] = field(default_factory=list)
    broken: dict[str, PortError] = field(default_factory=dict)  # conversation id -> raised by send and update
    files: dict[str, bytes] = field(default_factory=dict)
    members: dict[str, PersonId] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    slow: dict[str, PortError] = field(default_factory=dict)  # url -> raised by download
    put: list[tuple[str, bytes]] = field(default_factory=list)  # (url, content) of uploads, those refused left out
    refusals: list[Exception] = field(default_factory=list)  # raised by the next uploads, in order

    async def send(self, address: Address, message: Message) -> MessageRef:
        if address.conversation_id in self.broken:
            raise self.broken[address.conversation_id]
        self.sent.append((address.conversation_id, message))
        if self.lost.get(address.conversation_id, 0):
            self.lost[address.conversation_id] -= 1
            raise Unknown("the answer was lost")
        return MessageRef(address, f"m{len(self.sent)}")

    async def update(self, ref: MessageRef, message: Message) -> None:
        if ref.address.conversation_id in self.broken:
            raise self.broken[ref.address.conversation_id]
        self.updated.append((ref.address.conversation_id, message))

    async def open_chat(self, tenant: TenantId, service_url: str, teams_id: str) -> Address:
        if teams_id in self.broken:
            raise self.broken[teams_id]
        return Address(f"chat-{teams_id}", service_url)

    async def person_of(self, tenant: TenantId, address: Address, teams_id: str) -> PersonId | None:
        return self.members.get(teams_id)

    async def download(self, file: File, *, limit_bytes: int) -> bytes:
        if file.url in self.slow:
            raise self.slow[file.url]
        if file.url not in self.files:
            raise NotFound("the link has expired")
        return self.files[file.url]

    async def upload(self, url: str, content: bytes) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.put.append((url, content))


@dataclass
class FakeCallLog:
    """`broken` is raised for days from `broken_from` on, those before it answer; `silent`: no answer at all."""

    rows: dict[date, list[CallRow]] = field(default_factory=dict)
    broken: PortError | None = None
    broken_from: date = date.min
    silent: bool = False

    async def pstn_calls(self, tenant: TenantId, first: date, last: date) -> AsyncIterator[Columns]:
        if self.silent:
            await asyncio.Event().wait()
        if self.broken and last >= self.broken_from:
            raise self.broken
        for day in sorted(self.rows):
            if first <= day <= last and self.rows[day]:
                yield Columns.of(self.rows[day])
