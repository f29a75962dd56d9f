"""What whole lives of requests are lived in: a store that is opened anew, what was true before each step, and what
must hold after it. What happens in them is in `test_request_lives.py`."""

import asyncio
import tempfile
from collections.abc import Coroutine
from itertools import count
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine

from bot.commands.dispatch import dispatch
from bot.domain.auto_recharge import Course, Expected
from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.ledger import Entry, Purchase
from bot.domain.people import Person, PersonId, Role
from bot.domain.policy import Band
from bot.domain.requests import Clause, Ratification, Request, State
from bot.jobs.handlers import HANDLERS
from bot.jobs.job import Ending, Handler
from bot.ports.collections import AUDIT, EXPECTED, LEDGER
from bot.ports.store import Conflict, Document, Put
from bot.ports.turn import Turn
from bot.store.connection import open_file
from bot.store.tiny import TinyStore
from cards.actions import Verb
from tests.attack.deliveries import pressed, turn
from tests.audited import AuditedStore
from tests.fakes import ANA, CARMEN, EVA, GRACE, LUIS, TENANT
from tests.property.paths import ENDS
from tests.usecases.world import World, eur

KEY = b"a key for tests"
PEOPLE = (ANA, LUIS, CARMEN, GRACE, EVA)
OF_THEM = {LUIS.id: Role.BILLING_ADMINISTRATOR, GRACE.id: Role.GLOBAL_ADMINISTRATOR}
# By hand: the bands of each policy, and what a sum takes under them.
BANDS = (
    (Band(eur(200), 1), Band(eur(2_000), 2), Band(None, 2, needs_finance=True)),
    (Band(None, 1),),
    (Band(eur(1_000), 1), Band(None, 2)),
)
TAKES = (
    {150: (1, False), 500: (2, False), 5_000: (2, True)},
    {150: (1, False), 500: (1, False), 5_000: (1, False)},
    {150: (1, False), 500: (1, False), 5_000: (2, False)},
)
EMERGENCY = eur(600)  # the most that break-glass orders
STANDING = (None, eur(400), None)  # what each policy has approved of a rule's proposals once and for all
LOOKS = "watch_balance"  # this job is no deed: whatever it finds each time is new
WAITS = frozenset({State.PENDING})
UNDER_WAY = frozenset({State.APPROVED, State.EXECUTING})
ASKED = WAITS | UNDER_WAY
ANY = frozenset(State)
WAS_APPROVED = UNDER_WAY | {State.DONE, State.FAILED, State.LAPSED}
Facts = tuple[dict[str, Request], list[Entry], dict[str, Any], dict[str, Expected]]


class Watched(RuleBasedStateMachine):
    """Lives that are looked at after each step."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._folder = tempfile.TemporaryDirectory()
        self._numbers = count()
        self._handlers = {kind: self._noting(handler) for kind, handler in HANDLERS.items()}
        self._jobs: list[Document[Job]] = []
        self.clicks: list[Turn] = []  # those that moved something
        self.confirmed: set[str] = set()  # where money may come from, each once
        self.requests: dict[str, Request] = {}
        self.expected: dict[str, Expected] = {}
        self.books: list[Entry] = []
        self.known: Facts = ({}, [], {}, {})  # as it was looked at last

    # How it is done.

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    def number(self) -> int:
        return next(self._numbers)

    def teardown(self) -> None:
        try:
            self.run(self._close())
        finally:
            self._runner.close()
            self._folder.cleanup()

    async def _close(self) -> None:
        for stream in (LEDGER.of_tenant(TENANT), AUDIT.of_tenant(TENANT)):
            assert (await self.world.store.verify(stream)).broken is None
        assert [id_ for id_, job in (await self.world.jobs()).items() if job.dead] == []
        await self.world.store.close()

    async def open_again(self) -> TinyStore:
        return AuditedStore(open_file(Path(self._folder.name)), chain_key=KEY)

    def _noting(self, handler: Handler) -> Handler:
        async def noted(house: Any, job: Document[Job]) -> Ending:
            if job.body.kind != LOOKS:
                self._jobs.append(job)
            return await handler(house, job)

        return noted

    def press(self, who: Person, verb: Verb, id_: str, *, revision: int | None = None, **args: str) -> None:
        """On the newest card of theirs, or on one of that revision: twice, as impatient people do."""
        newest = self.requests[id_].revision if id_ in self.requests else 0
        event = pressed(verb, id_, newest if revision is None else revision, f"card-{who.id}-{id_}", **args)
        before, click = self.known, turn(self.number(), who, event)
        self.deliver(click)
        if self.known != before:
            self.clicks.append(click)
            self.comes_again(click)

    def deliver(self, click: Turn) -> None:
        self.run(dispatch(self.world.house, click))
        self.look()

    def comes_again(self, click: Turn) -> None:
        """The same click with another activity id, whatever has happened since."""
        before = self.known
        self.deliver(turn(self.number(), _person(click), click.event))
        assert self.known == before

    async def _facts(self) -> Facts:
        world = self.world
        expected = (await world.store.find(EXPECTED, TENANT)).documents
        return (
            {one.id: one for one in await world.requests()},
            await self.ledger(),
            dict(world.desk.orders),
            {one.key.id: one.body for one in expected},
        )

    async def ledger(self) -> list[Entry]:
        return [record.body for record in await self.world.store.read(LEDGER.of_tenant(TENANT))]

    def has(self, states: frozenset[State]) -> bool:
        return any(request.state in states for request in self.requests.values())

    def one_of(self, states: frozenset[State], which: int) -> str:
        """The id of a request in one of these states."""
        found = sorted(id_ for id_, request in self.requests.items() if request.state in states)
        return found[which % len(found)]

    def work(self) -> None:
        """All jobs that are due; then each once more, as after a power cut that lost nothing but the answer."""
        lost = {id_ for id_, request in self.requests.items() if self._lacks_a_right(request)}
        self._jobs.clear()
        self.world.clock.move(seconds=10)
        self.run(self.world.work(self._handlers))
        self.look()
        for id_ in lost:
            assert self.requests[id_].asked.order is None
        for job in list(self._jobs):
            self.run(self._once_more(job))
        assert self.run(self._facts()) == self.known

    async def _once_more(self, job: Document[Job]) -> None:
        store = self.world.store
        kept = await store.get(job.key)
        if kept is None:
            await store.commit([Put(job.key, job.body, 0)])
            kept = await store.get(job.key)
        assert kept is not None
        try:
            await HANDLERS[job.body.kind](self.world.house, kept)
        except (Conflict, Refusal):
            return

    def _lacks_a_right(self, request: Request) -> bool:
        """It waits to be ordered, and one of those who approved it may not approve any more."""
        if request.state is not State.APPROVED or request.exemption is not None:
            return False
        voices = (voice.behalf.id if voice.behalf else voice.person for voice in request.approvals)
        return not all(self._may_approve(person) for person in voices)

    def _may_approve(self, person: PersonId) -> bool:
        return person in {CARMEN.id, ANA.id} or bool(self.world.directory.roles.get(person))

    # What must hold after each step.

    def look(self) -> None:
        requests, books, orders, expected = known = self.run(self._facts())
        for id_, before in self.requests.items():
            self._ends_stay(before, requests[id_])
        for id_, was in self.expected.items():
            self._expected_stays(was, expected[id_])
        for request in requests.values():
            self._is_approved(request, id_in=orders)
            self._excess_is_flagged(request)
        self._money_was_confirmed(books)
        booked = {entry.request_id for entry in books if isinstance(entry, Purchase)}
        assert {one.id for one in requests.values() if one.state is State.DONE} <= booked
        self.known, self.requests, self.books, self.expected = known, requests, books, expected

    def _money_was_confirmed(self, books: list[Entry]) -> None:
        """What is in the books stays; what is new is a purchase that somebody, or the desk, confirmed: each once."""
        assert books[: len(self.books)] == self.books
        told = [_origin(entry) for entry in books if isinstance(entry, Purchase)]
        assert len(told) == len(set(told))
        assert {_origin(entry) for entry in books[len(self.books) :]} <= self.confirmed

    def _ends_stay(self, before: Request, after: Request) -> None:
        assert after.step >= before.step
        if before.state in ENDS and after.state is not before.state:
            assert (before.state, after.state) == (State.LAPSED, State.DONE)
            assert after.id in self.confirmed
        if before.ratification is Ratification.RATIFIED and after.ratification is not before.ratification:
            assert after.asked.excess is not None

    def _expected_stays(self, before: Expected, after: Expected) -> None:
        """What arrived stays; of what nobody answered in time somebody may say so later."""
        if before.course is not Course.OPEN and after.course is not before.course:
            assert before.course is not Course.ARRIVED
            assert after.course in {Course.ARRIVED, Course.FAILED}
        assert after.course is not Course.ARRIVED or f"expected:{after.id}" in self.confirmed

    def _is_approved(self, request: Request, id_in: dict[str, Any]) -> None:
        """No voice is Ana's, nobody has two; what was approved, or is at the desk, has those that its sum took under
        its policy, or its clause."""
        people = [person for voice in request.approvals for person in voice.whose]
        assert ANA.id not in {person for voice in request.decisions for person in voice.whose}
        assert len(people) == len(set(people))
        if request.exemption is not None:
            self._is_exempt(request)
        elif request.state in WAS_APPROVED or request.id in id_in:
            approvals, finance = TAKES[(request.policy - 1) % 3][request.asked.amount.micros // 1_000_000]
            assert len(request.approvals) >= approvals
            assert not finance or any(voice.finance for voice in request.approvals)

    def _is_exempt(self, request: Request) -> None:
        if request.clause is Clause.BREAK_GLASS:
            assert request.asked.amount <= EMERGENCY
            assert request.ratification is not None
            return
        most = STANDING[(request.policy - 1) % 3]
        assert most is not None
        assert request.asked.amount <= most
        assert request.edited_by is not None

    def _excess_is_flagged(self, request: Request) -> None:
        if request.asked.excess is not None:
            assert request.ratification is not None
            assert all(voice.person != ANA.id for voice in request.ratifications)


def _origin(entry: Entry) -> str:
    """What a purchase came of: a request, an expected recharge, or an order that somebody told of."""
    assert isinstance(entry, Purchase)
    return entry.request_id or (entry.id if entry.id.startswith("expected:") else entry.order_number or "")


def _person(click: Turn) -> Person:
    return next(one for one in PEOPLE if one.id == click.actor.id)
