"""Whole lives of requests, with restarts, other policies, lost roles, delegations and emergencies in between: money
is created only by a confirmation, ends never move, and whatever is done again changes nothing.

What people do goes through the true dispatch, as pressed on the newest card; jobs, store and use-cases are the real
ones. The outside, which outlives each restart, is held in the hand.
"""

import asyncio
import tempfile
from collections.abc import Coroutine
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from bot.commands.dispatch import dispatch
from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.ledger import Entry, Purchase
from bot.domain.people import Person, PersonId, Role
from bot.domain.policy import Band, Policy, Scale
from bot.domain.requests import Request, State
from bot.domain.settings import NamedPerson
from bot.domain.voices import ratifiable, taken_back
from bot.jobs.handlers import HANDLERS
from bot.jobs.job import Ending, Handler
from bot.ports.collections import AUDIT, LEDGER
from bot.ports.order_desk import Declined, Funded
from bot.ports.store import Conflict, Document, Put
from bot.ports.turn import Turn
from bot.store.connection import open_file
from bot.store.tiny import TinyStore
from bot.usecases.policy import load_policy
from bot.usecases.reconcile_opening import Reading, reconcile
from cards.actions import Verb
from tests.attack.deliveries import pressed, turn
from tests.audited import AuditedStore
from tests.fakes import ANA, CARMEN, EVA, GRACE, LUIS, TENANT
from tests.property.paths import ENDS
from tests.usecases.world import SEEN_ON, World, eur

KEY = b"a key for tests"
WHICH = st.integers(0, 5)  # of those to which it can happen
MOST = 5  # requests in one world
SUMS = st.sampled_from([150, 500, 5_000])
APPROVERS = st.sampled_from([LUIS, CARMEN, GRACE, EVA])
ANYBODY = st.sampled_from([ANA, LUIS, CARMEN, GRACE, EVA])
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
TALK = st.sampled_from([Verb.REQUEST_COMMENT, Verb.REQUEST_ASK, Verb.REQUEST_ANSWER, Verb.REQUEST_REMIND])
REASON = "the trade fair opens tomorrow"


WAITS = frozenset({State.PENDING})
UNDER_WAY = frozenset({State.APPROVED, State.EXECUTING})
ASKED = WAITS | UNDER_WAY
ANY = frozenset(State)


class Lives(RuleBasedStateMachine):
    """Requests of Ana's. Luis and Grace may approve by their roles, Carmen by name, Eva for whoever lets her."""

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._folder = tempfile.TemporaryDirectory()
        self._numbers = count()
        self._handlers = {kind: self._noting(handler) for kind, handler in HANDLERS.items()}
        self.done: list[Document[Job]] = []
        self.clicks: list[Turn] = []  # those that moved something
        self.confirmed: set[str] = set()
        self.requests: dict[str, Request] = {}
        self.books: list[Entry] = []

    # How it is done.

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

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

    async def _open(self) -> TinyStore:
        return AuditedStore(open_file(Path(self._folder.name)), chain_key=KEY)

    def _noting(self, handler: Handler) -> Handler:
        async def noted(house: Any, job: Document[Job]) -> Ending:
            self.done.append(job)
            return await handler(house, job)

        return noted

    def press(self, who: Person, verb: Verb, id_: str, **args: str) -> None:
        """On the newest card of theirs."""
        revision = self.requests[id_].revision if id_ in self.requests else 0
        event = pressed(verb, id_, revision, f"card-{who.id}-{id_}", **args)
        click = turn(next(self._numbers), who, event)
        before = self.run(self._facts())
        self.run(dispatch(self.world.house, click))
        self._look()
        if self.run(self._facts()) != before:
            self.clicks.append(click)

    async def _facts(self) -> tuple[object, ...]:
        world = self.world
        return {one.id: one for one in await world.requests()}, await self._ledger(), dict(world.desk.orders)

    async def _ledger(self) -> list[Entry]:
        return [record.body for record in await self.world.store.read(LEDGER.of_tenant(TENANT))]

    def has(self, states: frozenset[State]) -> bool:
        return any(request.state in states for request in self.requests.values())

    def one_of(self, states: frozenset[State], which: int) -> str:
        """The id of a request in one of these states."""
        found = sorted(id_ for id_, request in self.requests.items() if request.state in states)
        return found[which % len(found)]

    # What must hold after each step.

    def _look(self) -> None:
        requests, books, orders = self.run(self._facts())
        for id_, before in self.requests.items():
            self._ends_stay(before, requests[id_])
        for request in requests.values():
            self._is_approved(request, id_in=orders)
        assert books[: len(self.books)] == self.books
        booked = [entry.request_id for entry in books if isinstance(entry, Purchase) and entry.request_id]
        assert len(booked) == len(set(booked))
        assert set(booked) <= self.confirmed
        assert {one.id for one in requests.values() if one.state is State.DONE} <= set(booked)
        self.requests, self.books = requests, books

    def _ends_stay(self, before: Request, after: Request) -> None:
        assert after.step >= before.step
        if before.state in ENDS and after.state is not before.state:
            assert (before.state, after.state) == (State.LAPSED, State.DONE)
            assert after.id in self.confirmed

    def _is_approved(self, request: Request, id_in: dict[str, Any]) -> None:
        """What is at the desk has the voices that its sum took under its policy, or its clause; never Ana's."""
        if request.id not in id_in or request.exemption is not None:
            return
        approvals, finance = TAKES[(request.policy - 1) % 3][request.asked.amount.micros // 1_000_000]
        people = [person for voice in request.approvals for person in voice.whose]
        assert ANA.id not in people
        assert len(people) == len(set(people))
        assert len(request.approvals) >= approvals
        assert not finance or any(voice.finance for voice in request.approvals)

    # What happens.

    @initialize()
    def found(self) -> None:
        self.run(self._found())

    async def _found(self) -> None:
        self.world = World(await self._open())
        await self.world.introduce(ANA, LUIS, CARMEN, GRACE, EVA)
        self.world.directory.roles[GRACE.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
        await self.world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
        await self._adopt(1)
        await self.world.buy(100)
        self.books = await self._ledger()

    async def _adopt(self, version: int) -> None:
        scale = Scale("EUR", BANDS[(version - 1) % 3], break_glass=eur(600))
        days = 30 if version % 2 else None
        await self.world.adopt(Policy(version, (scale,), expires_after_days=days))

    @precondition(lambda self: len(self.requests) < MOST)
    @rule(amount=SUMS, revised=st.booleans())
    def asks(self, amount: int, revised: bool) -> None:
        id_ = f"r{len(self.requests)}"
        for wanted in [500, amount] if revised else [amount]:
            self.press(ANA, Verb.RECHARGE_PROPOSE, id_, amount=str(wanted))
        self.press(ANA, Verb.RECHARGE_SEND, id_)

    @precondition(lambda self: self.has(WAITS))
    @rule(which=WHICH, who=APPROVERS)
    def approves(self, which: int, who: Person) -> None:
        id_ = self.one_of(WAITS, which)
        self.press(who, Verb.REQUEST_APPROVE, id_, confirmed="yes", taken_back=self._gone(id_, who))

    @precondition(lambda self: self.has(WAITS))
    @rule(which=WHICH)
    def those_approve_who_usually_do(self, which: int) -> None:
        id_ = self.one_of(WAITS, which)
        for who in (LUIS, CARMEN):
            self.press(who, Verb.REQUEST_APPROVE, id_, confirmed="yes", taken_back=self._gone(id_, who))

    @precondition(lambda self: self.has(ASKED))
    @rule(which=WHICH, who=ANYBODY)
    def takes_back(self, which: int, who: Person) -> None:
        id_ = self.one_of(ASKED, which)
        self.press(who, Verb.REQUEST_RETRACT, id_, taken_back=self._gone(id_, who))

    def _gone(self, id_: str, who: Person) -> str:
        return str(taken_back(self.requests[id_], who.id))

    @precondition(lambda self: self.has(ASKED))
    @rule(which=WHICH, who=ANYBODY, verb=st.sampled_from([Verb.REQUEST_REJECT, Verb.REQUEST_WITHDRAW]))
    def ends(self, which: int, who: Person, verb: Verb) -> None:
        self.press(who, verb, self.one_of(ASKED, which))

    @precondition(lambda self: self.has(ASKED))
    @rule(which=WHICH, amount=SUMS)
    def edits(self, which: int, amount: int) -> None:
        self.press(ANA, Verb.RECHARGE_CHANGE, self.one_of(ASKED, which), amount=str(amount))

    @precondition(lambda self: self.has(ASKED))
    @rule(which=WHICH, who=ANYBODY, verb=TALK, text=st.sampled_from(["Hm.", "Why?"]))
    def talks(self, which: int, who: Person, verb: Verb, text: str) -> None:
        id_ = self.one_of(ASKED, which)
        known = self.requests[id_]
        said = sum(one.person == who.id for one in known.remarks)
        reminded = known.reminded_at.isoformat() if known.reminded_at else ""
        self.press(who, verb, id_, comment=text, said=str(said), reminded=reminded)

    @precondition(lambda self: self.has(WAITS))
    @rule(which=WHICH, who=ANYBODY)
    def breaks_the_glass(self, which: int, who: Person) -> None:
        """After the admin center has shown that nothing is left."""
        self.run(self._read(0))
        self.press(who, Verb.BREAK_GLASS, self.one_of(WAITS, which), reason=REASON)

    async def _read(self, amount: int) -> None:
        self.world.clock.move(seconds=1)
        reading = Reading(eur(amount), self.world.clock.now())
        await reconcile(self.world.store, self.world.clock, TENANT, reading, ANA.id)
        self.books = await self._ledger()

    @precondition(lambda self: any(one.ratification for one in self.requests.values()))
    @rule(which=WHICH, who=APPROVERS)
    def ratifies(self, which: int, who: Person) -> None:
        found = sorted(id_ for id_, one in self.requests.items() if one.ratification)
        id_ = found[which % len(found)]
        self.press(who, Verb.REQUEST_RATIFY, id_, amount=str(ratifiable(self.requests[id_])))

    @precondition(lambda self: self.has(UNDER_WAY))
    @rule(which=WHICH, amount=SUMS)
    def the_desk_funds(self, which: int, amount: int) -> None:
        id_ = self.one_of(UNDER_WAY, which)
        self.world.desk.answers.setdefault(id_, Funded(eur(amount), SEEN_ON, f"D-{id_}"))
        self.confirmed.add(id_)
        self.works()

    @precondition(lambda self: self.has(UNDER_WAY))
    @rule(which=WHICH)
    def the_desk_declines(self, which: int) -> None:
        self.world.desk.answers.setdefault(self.one_of(UNDER_WAY, which), Declined("limit"))
        self.works()

    @precondition(lambda self: self.has(ANY))
    @rule(which=WHICH, who=ANYBODY)
    def somebody_confirms(self, which: int, who: Person) -> None:
        id_ = self.one_of(ANY, which)
        self.confirmed.add(id_)
        self.press(who, Verb.ORDER_CONFIRM, id_, amount="500", on=SEEN_ON.isoformat(), order_number=f"H-{id_}")

    @precondition(lambda self: self.has(ANY))
    @rule(which=WHICH, who=ANYBODY)
    def somebody_reports(self, which: int, who: Person) -> None:
        self.press(who, Verb.ORDER_DECLINED, self.one_of(ANY, which), reason="limit")

    @rule(who=st.sampled_from([LUIS, GRACE]))
    def a_role_goes_or_comes(self, who: Person) -> None:
        roles = self.world.directory.roles
        roles[who.id] = frozenset() if roles.get(who.id) else frozenset({OF_THEM[who.id]})

    @rule(who=APPROVERS, to=APPROVERS)
    def somebody_hands_on(self, who: Person, to: Person) -> None:
        until = (self.world.clock.now() + timedelta(days=3)).date().isoformat()
        form = f"form{next(self._numbers)}"
        event = pressed(Verb.DELEGATE_START, "", 0, "c", people=to.id, until=until, form=form)
        self.run(dispatch(self.world.house, turn(next(self._numbers), who, event)))

    @rule(who=APPROVERS)
    def somebody_decides_themselves_again(self, who: Person) -> None:
        event = pressed(Verb.DELEGATE_END, "", 0, "c")
        self.run(dispatch(self.world.house, turn(next(self._numbers), who, event)))

    @rule()
    def the_policy_changes(self) -> None:
        self.run(self._adopt(self.run(load_policy(self.world.store, TENANT)).version + 1))

    @rule(hours=st.sampled_from([1, 30, 24 * 8, 24 * 40]))
    def time_passes(self, hours: int) -> None:
        self.world.clock.move(hours=hours)
        self.works()

    @rule()
    def the_bot_starts_anew(self) -> None:
        self.run(self._start_anew())
        self._look()

    async def _start_anew(self) -> None:
        await self.world.store.close()
        old = self.world
        self.world = World(await self._open(), old.clock, old.directory, messenger=old.messenger, desk=old.desk)

    @rule()
    def works(self) -> None:
        """All jobs that are due; then each once more, as after a power cut that lost nothing but the answer."""
        before = self.requests
        lost = {id_ for id_, request in before.items() if self._lacks_a_right(request)}
        self.done.clear()
        self.world.clock.move(seconds=10)
        self.run(self.world.work(self._handlers))
        self._look()
        for id_ in lost:
            assert self.requests[id_].asked.order is None
        facts = self.run(self._facts())
        for job in list(self.done):
            self.run(self._once_more(job))
        assert self.run(self._facts()) == facts

    def _lacks_a_right(self, request: Request) -> bool:
        """It waits to be ordered, and one of those who approved it may not approve any more."""
        if request.state is not State.APPROVED or request.exemption is not None:
            return False
        voices = (voice.behalf.id if voice.behalf else voice.person for voice in request.approvals)
        return not all(self._may_approve(person) for person in voices)

    def _may_approve(self, person: PersonId) -> bool:
        return person == CARMEN.id or bool(self.world.directory.roles.get(person))

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

    @precondition(lambda self: bool(self.clicks))
    @rule(number=st.integers(0, 1_000))
    def an_old_click_comes_again(self, number: int) -> None:
        """With another activity id, whatever has happened since."""
        old = self.clicks[number % len(self.clicks)]
        facts = self.run(self._facts())
        again = turn(next(self._numbers), _person(old), old.event)
        self.run(dispatch(self.world.house, again))
        assert self.run(self._facts()) == facts


def _person(old: Turn) -> Person:
    return next(one for one in (ANA, LUIS, CARMEN, GRACE, EVA) if one.id == old.actor.id)


def test_whatever_happens_money_needs_a_confirmation_ends_stay_and_nothing_counts_twice() -> None:
    run_state_machine_as_test(Lives, settings=settings(max_examples=20, stateful_step_count=40, deadline=None))


@pytest.mark.soak
def test_it_holds_in_long_lives_too() -> None:
    run_state_machine_as_test(Lives, settings=settings(max_examples=500, stateful_step_count=100, deadline=None))
