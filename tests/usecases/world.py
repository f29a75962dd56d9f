"""A small organisation held in the hand: the real store and the fakes, and the shortest words for what happens in it.

Ana (Teams administrator) asks, Luis (billing) and Carmen (of the approvers' group, where it is named) decide.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest_asyncio

from bot.domain.audit import AuditRecord
from bot.domain.contacts import Contact
from bot.domain.events import Approve, By, Reject
from bot.domain.jobs import Job
from bot.domain.ledger import Purchase
from bot.domain.money import Money
from bot.domain.people import Person, PersonId, TenantId
from bot.domain.policy import Band, Policy, Scale
from bot.domain.requests import Recharge, Request
from bot.domain.settings import Settings
from bot.domain.usage import CallRow
from bot.domain.usage_batch import UsageBatch
from bot.jobs.handlers import HANDLERS
from bot.jobs.job import Handlers
from bot.jobs.runner import Runner
from bot.locale.reader import reader_for
from bot.ports.collections import AUDIT, CONTACTS, JOBS, LEDGER, REQUESTS, SETTINGS
from bot.ports.outside import Outside
from bot.ports.store import (
    Collection,
    Document,
    Finding,
    Head,
    IndexValue,
    Key,
    Page,
    Put,
    Record,
    Store,
    Stream,
)
from bot.store.tiny import TinyStore
from bot.usecases.add_purchase import Bought, add_purchase
from bot.usecases.change_request import load_request
from bot.usecases.decide_request import decide_request
from bot.usecases.import_usage import import_graph_day
from bot.usecases.plan_licenses import plan_licenses, propose_licenses
from bot.usecases.policy import policy_key
from bot.usecases.propose_recharge import propose_recharge, submit_request
from bot.usecases.standing import Standings
from bot.views.house import House
from cards.actions import Signer
from tests.clock import StillClock
from tests.fakes import (
    ANA,
    LUIS,
    TENANT,
    FakeCallLog,
    FakeDesk,
    FakeDirectory,
    FakeLicenses,
    FakeMessenger,
)
from tests.usecases.rivals import Deed, RivalStore

SIGNER = Signer((b"a key for nothing but tests",))
EN, ES = (reader_for(language, tenant_locale="en-US", client_locale="", zone="UTC") for language in ("en", "es"))
SERVICE = "https://smba.example/teams/"
OTHER_TENANT = TenantId("22222222-2222-4222-8222-222222222222")
SEEN_ON = date(2026, 11, 20)  # the newest day that is whole, two days before the clock stands still


def eur(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


POLICY = Policy(1, (Scale("EUR", (Band(eur(2_000), 1), Band(eur(10_000), 2), Band(None, 2, needs_finance=True))),))


def by(person: Person) -> By:
    return By(person.id, person.name)


@dataclass
class World:
    """`house` is what commands and jobs are given. `replace(world, store=...)` is the same world on another store."""

    store: Store
    clock: StillClock = field(default_factory=StillClock)
    directory: FakeDirectory = field(default_factory=FakeDirectory)
    licenses: FakeLicenses = field(default_factory=FakeLicenses)
    calls: FakeCallLog = field(default_factory=FakeCallLog)
    messenger: FakeMessenger = field(default_factory=FakeMessenger)
    desk: FakeDesk = field(default_factory=FakeDesk)
    consent_url: str = ""

    def __post_init__(self) -> None:
        self.outside = Outside(
            self.store, self.clock, self.directory, self.licenses, self.calls, self.messenger, self.desk
        )
        self.standings = Standings(self.store, self.directory, self.clock)
        self.house = House(self.outside, self.standings, SIGNER, self.consent_url)

    def beside(self, *deeds: Deed) -> "World":
        """The same world, where before each of our commits the next of `deeds` gets there first."""
        return replace(self, store=BusyStore(self.store, list(deeds)))

    async def introduce(self, *people: Person, **facts: Any) -> None:
        """They have Saldo in their personal chat."""
        for person in people:
            contact = Contact(person.id, person.name, f"29:{person.id}", f"chat-{person.id}", SERVICE, language="en")
            key = CONTACTS.key(TENANT, person.id)
            known = await self.store.get(key)
            await self.store.commit([Put(key, replace(contact, **facts), known.version if known else 0)])

    async def configure(self, **facts: Any) -> Settings:
        """The tenant's settings, some of them changed."""
        key = SETTINGS.key(TENANT, "tenant")
        known = await self.store.get(key)
        settings = replace(known.body if known else Settings(), **facts)
        await self.store.commit([Put(key, settings, known.version if known else 0)])
        return settings

    async def adopt(self, policy: Policy = POLICY) -> Policy:
        """The organisation has chosen a policy: with this one, a single approver up to 2,000."""
        await self.store.commit([Put(policy_key(TENANT, policy.version), policy, 0)])
        return policy

    async def draft(self, id_: str = "r1", who: Person = ANA, amount: int | str = 500) -> Request:
        return await propose_recharge(
            self.store, self.clock, TENANT, id_, by(who), Recharge(eur(amount), "new phones")
        )

    async def plan(self, *people: Person, id_: str = "l1", who: Person = ANA) -> Request:
        """A draft of licences for `people`."""
        lines = await plan_licenses(self.outside, TENANT, [person.id for person in people])
        request = await propose_licenses(self.outside, TENANT, id_, by(who), lines)
        assert request is not None
        return request

    async def submit(self, id_: str = "r1", who: Person = ANA) -> Request:
        return await submit_request(self.store, self.clock, TENANT, id_, by(who))

    async def send(self, id_: str = "r1", who: Person = ANA, amount: int | str = 500) -> Request:
        """A recharge that waits for approval."""
        await self.draft(id_, who, amount)
        return await self.submit(id_, who)

    async def decide(
        self, id_: str, who: Person, verdict: Approve | Reject | None = None, *, confirmed: bool = False
    ) -> Request:
        return await decide_request(
            self.store,
            self.clock,
            self.standings,
            TENANT,
            id_,
            (who.id, who.name),
            verdict or Approve(),
            confirmed=confirmed,
        )

    async def approve(self, id_: str = "r1", who: Person = LUIS) -> Request:
        return await self.decide(id_, who)

    async def request(self, id_: str = "r1") -> Request:
        return (await load_request(self.store, TENANT, id_)).body

    async def buy(self, amount: int | str, on: date = SEEN_ON) -> None:
        await add_purchase(self.store, self.clock, TENANT, Bought(eur(amount), on), PersonId("operator:tests"))

    async def spend(self, amount: int | str, day: date = SEEN_ON, **facts: Any) -> None:
        """All the calls of a UTC day, as Graph tells them: one, which costs `amount`."""
        row = call(f"c-{day}", day, charge_micros=eur(amount).micros, **facts)
        await import_graph_day(self.store, self.clock, TENANT, day, UsageBatch.of([row]), PersonId("saldo"))

    async def work(self, handlers: Handlers = HANDLERS) -> None:
        """Do all the jobs that are due now, and those that they lead to."""
        runner = Runner(self.house, handlers)
        while await runner.run_due():
            pass

    async def jobs(self) -> dict[str, Job]:
        page = await self.store.find(JOBS, TENANT, limit=1_000)
        return {document.key.id: document.body for document in page.documents}

    async def job_kinds(self) -> list[str]:
        return sorted(job.kind for job in (await self.jobs()).values())

    async def audit(self) -> list[AuditRecord]:
        return [record.body for record in await self.store.read(AUDIT.of_tenant(TENANT))]

    async def verbs(self) -> list[str]:
        return [record.verb for record in await self.audit()]

    async def purchases(self) -> list[Purchase]:
        entries = [record.body for record in await self.store.read(LEDGER.of_tenant(TENANT))]
        return [entry for entry in entries if isinstance(entry, Purchase)]

    async def requests(self) -> list[Request]:
        return [document.body for document in (await self.store.find(REQUESTS, TENANT, limit=1_000)).documents]


def call(id_: str, day: date = SEEN_ON, **facts: Any) -> CallRow:
    """A call of a cent, paid from the wallet."""
    base = CallRow(id_, day, f"{day}T08:15:30Z", ANA.id, "user_out", "France", "MCOPSTNPP", 60, 10_000, 0, "EUR")
    return base._replace(**facts)


class BusyStore(RivalStore):
    """A rival's store with all that the port asks for."""

    def __init__(self, store: Store, deeds: list[Deed]) -> None:
        assert isinstance(store, TinyStore)
        super().__init__(store, deeds)

    async def find(
        self,
        collection: Collection[Any],
        tenant: Any,
        *,
        where: dict[str, IndexValue] | None = None,
        order_by: str | None = None,
        start: IndexValue = None,
        end: IndexValue = None,
        after: str | None = None,
        newest_first: bool = False,
        limit: int = 100,
    ) -> Page[Any]:
        return await self._store.find(
            collection,
            tenant,
            where=where,
            order_by=order_by,
            start=start,
            end=end,
            after=after,
            newest_first=newest_first,
            limit=limit,
        )

    async def count(
        self, collection: Collection[Any], tenant: Any, *, where: dict[str, IndexValue] | None = None
    ) -> int:
        return await self._store.count(collection, tenant, where=where)

    async def records_of(self, stream: Stream[Any], id_prefix: str, *, limit: int = 1_000) -> list[Record[Any]]:
        return await self._store.records_of(stream, id_prefix, limit=limit)

    def known_head(self, stream: Stream[Any]) -> Head | None:
        return self._store.known_head(stream)

    async def verify(self, stream: Stream[Any], earlier: Sequence[Head] = ()) -> Finding:
        return await self._store.verify(stream, earlier)

    async def copy_to(self, folder: Path) -> Path:
        return await self._store.copy_to(folder)

    async def tenants(self) -> list[Any]:
        return await self._store.tenants()

    async def lease(self, now: datetime, *, limit: int, seconds: int) -> list[Document[Any]]:
        return await self._store.lease(now, limit=limit, seconds=seconds)

    def wakeups(self) -> AsyncIterator[None]:
        return self._store.wakeups()

    async def close(self) -> None:
        await self._store.close()


def touch(world: World, key: Key[Any]) -> Deed:
    """Somebody writes the document again as it is: only its version moves."""

    async def deed() -> None:
        known = await world.store.get(key)
        assert known is not None
        await world.store.commit([Put(key, known.body, known.version)])

    return deed


@pytest_asyncio.fixture
async def world(store: TinyStore) -> World:
    world = World(store)
    await world.adopt()
    return world
