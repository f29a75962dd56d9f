"""Wherever requests go: no money without an approval by somebody else, no way out of an end, no effect twice."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.consequences import Outcome
from bot.domain.decisions import decide
from bot.domain.errors import Refusal
from bot.domain.events import (
    SALDO,
    Approve,
    Begin,
    Book,
    Break,
    By,
    Decline,
    Edit,
    Event,
    Evidence,
    Expire,
    Fund,
    Lapse,
    Outdate,
    Place,
    Ratify,
    Reject,
    Report,
    Retract,
    Revise,
    SettleSeat,
    Submit,
    VoidApproval,
    Withdraw,
)
from bot.domain.jobs import Job
from bot.domain.ledger import Adjustment, Purchase
from bot.domain.people import Person, PersonId, Role
from bot.domain.policy import FALLBACK, Band, Policy, Scale
from bot.domain.reconciliation import split_of
from bot.domain.requests import (
    OPEN,
    Assignment,
    Clause,
    Correction,
    Kind,
    Raise,
    Recharge,
    Request,
    Seat,
    State,
    draft_adjustment,
    draft_budget,
    draft_licenses,
    draft_recharge,
)
from bot.domain.voices import wants
from bot.jobs.handlers import HANDLERS
from bot.jobs.job import Ending, Handler, Handlers
from bot.ports.collections import LEDGER
from bot.ports.order_desk import Declined, Funded
from bot.ports.store import Conflict, Document, Put
from bot.usecases.propose_recharge import withdraw_request
from bot.views.house import House
from tests.fakes import ANA, GRACE, LUIS, TENANT
from tests.property.worlds import in_a_new_world
from tests.usecases.world import World, by, eur

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
REQUESTER = By(PersonId("ana"), "Ana", may_decide=True)  # a Global administrator: only four eyes stop her
APPROVER = By(PersonId("luis"), "Luis", may_decide=True)
OTHER = By(PersonId("grace"), "Grace", may_decide=True)
NOBODY = By(PersonId("tom"), "Tom")
ACTORS = (REQUESTER, APPROVER, OTHER, NOBODY, SALDO)
GENEROUS = Policy(1, (Scale("EUR", (Band(None, 2),), break_glass=eur(9_000)),))
OF_BOTH: tuple[Event, ...] = (
    Submit(FALLBACK),
    Approve("fine"),
    Reject(),
    Withdraw(),
    Expire(),
    Approve("fine", taken_back=1),
    Retract(),
    VoidApproval(APPROVER.id),
    VoidApproval(OTHER.id),
    Begin(),
)
OF_RECHARGES: tuple[Event, ...] = (
    Revise(Recharge(eur(600))),
    Edit(FALLBACK, Recharge(eur(600))),
    Break("the trade fair opens tomorrow", 40, Evidence.PORTAL, GENEROUS),
    Place(),
    Fund(eur(500), date(2026, 11, 22), "PO-1"),
    Decline("limit"),
    Report("limit"),
    Lapse(),
    Ratify(),
)
EVA, TOM = PersonId("eva"), PersonId("tom")
OF_ADJUSTMENTS: tuple[Event, ...] = (
    Book(Adjustment("request:a1", NOW.date(), NOW, eur(500), eur(480), NOW)),
    Outdate(),
)
OF_BUDGETS: tuple[Event, ...] = (Book(),)
OF_LICENSES: tuple[Event, ...] = (
    Revise(seats=(Seat(EVA, "Eva"),)),
    *(SettleSeat(person, result) for person in (EVA, TOM) for result in (Assignment.ASSIGNED, Assignment.REFUSED)),
)
ENDS = frozenset(State) - OPEN - {State.DRAFT}
DEPTH = 9  # enough for approvals that are voided or taken back, and others that are carried out
RECHARGE = draft_recharge("r1", REQUESTER.id, "Ana", Recharge(eur(500)), NOW)
ADJUSTMENT = draft_adjustment(
    "a1", REQUESTER.id, "Ana", Correction(eur(500), NOW, split_of([], eur(500), NOW, eur(0))), NOW
)
BUDGET = draft_budget("b1", REQUESTER.id, "Ana", Raise(eur(500), eur(400)), NOW)
LICENSES = draft_licenses("l1", REQUESTER.id, "Ana", (Seat(EVA, "Eva"), Seat(TOM, "Tom")), NOW)


@dataclass(frozen=True)
class Step:
    before: Request
    event: Event
    actor: By
    outcome: Outcome

    @property
    def after(self) -> Request:
        return self.outcome.request


@lru_cache(maxsize=1)
def steps() -> tuple[Step, ...]:
    """Every step that can be taken, by anybody, from everywhere that can be reached."""
    return (
        *walk(RECHARGE, OF_BOTH + OF_RECHARGES),
        *walk(LICENSES, OF_BOTH + OF_LICENSES),
        *walk(ADJUSTMENT, OF_BOTH + OF_ADJUSTMENTS),
        *walk(BUDGET, OF_BOTH + OF_BUDGETS),
    )


def walk(first: Request, events: Iterable[Event]) -> Iterator[Step]:
    waiting = deque([(first, 0)])
    seen = {position(first)}
    while waiting:
        request, depth = waiting.popleft()
        for event, actor in product(events, ACTORS):
            try:
                step = Step(request, event, actor, decide(request, event, actor, NOW))
            except Refusal:
                continue
            yield step
            if depth < DEPTH and position(step.after) not in seen:
                seen.add(position(step.after))
                waiting.append((step.after, depth + 1))


def position(request: Request) -> tuple[object, ...]:
    """Where a request is, however many steps it took; more revisions than two are as good as two."""
    return (
        request.state,
        min(request.revision, 2),
        request.recharge,
        request.seats,
        frozenset((d.person, d.verdict, d.revision, d.void) for d in request.decisions),
        request.clause,
        request.ratification,
    )


def test_nothing_is_carried_out_without_an_approval_that_counts_by_somebody_else() -> None:
    carried_out = [step for step in steps() if isinstance(step.event, Begin | Fund | SettleSeat | Book)]
    assert {type(step.event) for step in carried_out} == {Begin, Fund, SettleSeat, Book}
    for step in carried_out:
        voices = {approval.person for approval in step.before.approvals}
        assert step.before.clause is Clause.BREAK_GLASS or len(voices) >= wants(step.before).approvals
        assert step.before.requester not in voices


def test_money_comes_from_the_desks_confirmation_and_is_corrected_by_a_reading_only() -> None:
    for step in steps():
        kinds = {type(entry) for entry in step.outcome.entries}
        assert (kinds == {Purchase}) == isinstance(step.event, Fund)
        assert (kinds == {Adjustment}) == (step.before.kind is Kind.ADJUSTMENT and isinstance(step.event, Book))
        assert len(step.outcome.entries) < 2


def test_whoever_decided_had_the_right_and_is_not_the_requester() -> None:
    for step in steps():
        if isinstance(step.event, Approve | Reject | Ratify):
            assert step.actor.may_decide
            assert step.actor.id != step.before.requester
        assert all(decision.person in {APPROVER.id, OTHER.id} for decision in step.after.decisions)


def test_no_step_leads_out_of_an_end_and_every_end_is_reached() -> None:
    """What came before its approval is approved afterwards, and money that comes late is booked all the same."""
    out = [step for step in steps() if step.before.state in ENDS and step.after.state is not step.before.state]
    assert {(step.before.state, type(step.event), step.after.state) for step in out} == {
        (State.LAPSED, Fund, State.DONE)
    }
    beside = {type(step.event) for step in steps() if step.before.state in ENDS} - {Fund}
    assert beside == {Ratify}
    assert {step.after.state for step in steps()} >= ENDS


def test_each_step_counts_one_and_only_what_is_not_decided_is_changed() -> None:
    for step in steps():
        before, after = step.before, step.after
        assert (after.step, after.open) == (before.step + 1, after.state in OPEN)
        revised = isinstance(step.event, Revise | Edit)
        assert after.revision == before.revision + revised
        assert before.state in {State.DRAFT, State.PENDING} or not revised
        assert revised or asked(after) == asked(before)


def asked(request: Request) -> tuple[object, ...]:
    """What is approved."""
    return (
        request.kind,
        request.requester,
        request.recharge and request.recharge.amount,
        [seat.person for seat in request.seats],
        request.correction,
        request.budget,
    )


def test_what_follows_a_step_has_ids_of_that_step_alone() -> None:
    for step in steps():
        assert all(id_.endswith(f":{step.after.id}:{step.after.step}") for id_, _ in step.outcome.jobs)


# The same with the real use-cases, jobs and store.

PEOPLE = (ANA, LUIS, GRACE)
Deed = tuple[str, Person | None]
ROAD: tuple[Deed, ...] = (("submit", ANA), ("approve", LUIS), ("work", None), ("fund", None), ("work", None))
ASIDE = st.one_of(
    st.tuples(st.sampled_from(["approve", "reject", "take the role of", "give a role to"]), st.sampled_from(PEOPLE)),
    st.tuples(st.sampled_from(["revise", "decline", "work"]), st.none()),
    st.just(("withdraw", ANA)),
)
DEEDS = st.tuples(*[st.lists(ASIDE, max_size=2)] * (len(ROAD) + 1)).map(
    lambda asides: [
        *asides[0],
        *(deed for step, aside in zip(ROAD, asides[1:], strict=True) for deed in (step, *aside)),
    ]
)


class Walk:
    """Does deeds in a world, and remembers the jobs that were done."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.done: list[Document[Job]] = []
        self.handlers: Handlers = {kind: self._noting(handler) for kind, handler in HANDLERS.items()}

    def _noting(self, handler: Handler) -> Handler:
        async def noted(house: House, job: Document[Job]) -> Ending:
            self.done.append(job)
            return await handler(house, job)

        return noted

    async def do(self, deed: str, who: Person | None) -> None:
        try:
            await (self._do(deed) if who is None else self._do_by(deed, who))
        except Refusal:
            return

    async def _do(self, deed: str) -> None:
        world = self.world
        match deed:
            case "revise":
                await world.draft(amount=600)
            case "work":
                world.clock.move(seconds=10)
                await world.work(self.handlers)
            case "fund":
                world.desk.answers.setdefault("r1", Funded(eur(500), date(2026, 11, 22), "PO-1"))
            case _:
                world.desk.answers.setdefault("r1", Declined("limit"))

    async def _do_by(self, deed: str, who: Person) -> None:
        world = self.world
        match deed:
            case "submit":
                await world.submit("r1", who)
            case "approve":
                await world.approve("r1", who)
            case "reject":
                await world.decide("r1", who, Reject())
            case "withdraw":
                await withdraw_request(world.store, world.clock, TENANT, "r1", by(who))
            case "take the role of":
                world.directory.roles[who.id] = frozenset()
            case _:
                world.directory.roles[who.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})

    async def facts(self) -> tuple[object, ...]:
        ledger = await self.world.store.read(LEDGER.of_tenant(TENANT))
        return await self.world.request(), ledger, dict(self.world.desk.orders), list(self.world.messenger.sent)

    async def replay(self) -> None:
        """Every job that was done is done once more, as after a power cut that lost nothing but the answer."""
        for job in self.done:
            kept = await self.world.store.get(job.key)
            if kept is None:
                await self.world.store.commit([Put(job.key, job.body, 0)])
                kept = Document(job.key, 1, job.body)
            try:
                await HANDLERS[job.body.kind](self.world.house, kept)
            except (Conflict, Refusal):
                continue


@settings(max_examples=80, deadline=None)
@given(DEEDS)
def test_whatever_people_do_money_needs_an_approval_by_somebody_else_and_comes_once(
    deeds: list[Deed],
) -> None:
    async def story(world: World) -> None:
        await world.introduce(*PEOPLE)
        await world.draft()
        walker = Walk(world)
        before = await world.request()
        for deed, who in deeds:
            await walker.do(deed, who)
            after = await world.request()
            assert before.state not in ENDS or after == before
            before = after
        purchases = await world.purchases()
        assert len(purchases) == (before.state is State.DONE)
        assert not purchases or any(approval.person != ANA.id for approval in before.approvals)
        facts = await walker.facts()
        await walker.replay()
        if before.state in ENDS:
            assert await walker.facts() == facts

    in_a_new_world(story)


def test_a_request_never_turns_into_one_of_another_kind() -> None:
    for step in steps():
        assert step.after.kind is step.before.kind
        assert (step.after.recharge is None) == (step.before.recharge is None)
        assert bool(step.after.seats) == bool(step.before.seats)
