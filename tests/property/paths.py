"""Every path that a request can take, and beside it who has said yes to what is asked for now, counted a second way.

Two requests are at the same place where the rules cannot tell them apart; from each place everything is tried once,
by everybody. Nothing limits how long a path is.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.consequences import Outcome
from bot.domain.decisions import TABLE, decide
from bot.domain.errors import Refusal
from bot.domain.events import (
    SALDO,
    Answer,
    Approve,
    AskMore,
    Begin,
    Book,
    Break,
    Buy,
    By,
    Comment,
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
    Reassign,
    Reject,
    Remind,
    Report,
    Retract,
    Revise,
    SettleSeat,
    StandingApproval,
    Submit,
    VoidApproval,
    Withdraw,
)
from bot.domain.ledger import Adjustment
from bot.domain.people import PersonId
from bot.domain.policy import Band, Policy, PolicyChange, Scale
from bot.domain.reconciliation import split_of
from bot.domain.requests import (
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
    draft_policy,
    draft_recharge,
)
from bot.domain.settings import NamedPerson
from tests.usecases.world import eur

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=40)  # after all that anybody waits for
TODAY = date(2026, 11, 22)
ANA, LUIS, GRACE, EVA, TOM = (PersonId(name) for name in ("ana", "luis", "grace", "eva", "tom"))
REQUESTER = By(ANA, "Ana", may_decide=True, finance=True)  # a Global administrator: only four eyes stop her
APPROVER, SECOND = By(LUIS, "Luis", may_decide=True), By(PersonId("carmen"), "Carmen", may_decide=True)
FINANCE = By(GRACE, "Grace", may_decide=True, finance=True)
FOR_APPROVER = By(EVA, "Eva", may_decide=True, behalf=NamedPerson(LUIS, "Luis"))
FOR_REQUESTER = By(EVA, "Eva", may_decide=True, finance=True, behalf=NamedPerson(ANA, "Ana"))
NOBODY = By(TOM, "Tom")
ACTORS = (REQUESTER, APPROVER, FINANCE, FOR_APPROVER, FOR_REQUESTER, NOBODY, SALDO)

STRICT = Policy(
    1,
    (Scale("EUR", (Band(eur(200), 1), Band(eur(2_000), 2), Band(None, 2, needs_finance=True))),),
    expires_after_days=30,
)
EASY = Policy(2, (Scale("EUR", (Band(None, 1),), standing=eur(600), break_glass=eur(1_000)),))
POLICIES = {policy.version: policy for policy in (STRICT, EASY)}
SUMS = (150, 500, 5_000)
# (policy, what is asked for): how many others it takes, and whether one of them is of finance. Written by hand.
TAKES: dict[tuple[int, int | str], tuple[int, bool]] = {
    (1, 150): (1, False),
    (1, 500): (2, False),
    (1, 5_000): (2, True),
    (1, "seats"): (1, False),
    (2, 150): (1, False),
    (2, 500): (1, False),
    (2, 5_000): (1, False),
    (2, "seats"): (1, False),
    (1, "policy"): (2, True),
    (2, "policy"): (1, False),
}
STANDING = {(2, 150), (2, 500)}  # what a rule may order without asking anybody
EMERGENCY = {(1, 150), (2, 150), (2, 500)}  # what break-glass may order

Timed = tuple[Event, datetime]


def _now(*events: Event) -> list[Timed]:
    return [(event, NOW) for event in events]


OF_ALL: list[Timed] = [
    *_now(*(Submit(policy) for policy in POLICIES.values())),
    *_now(*(Approve("fine", taken_back=gone) for gone in (0, 1)), Reject(), Withdraw(), Retract()),
    *_now(*(VoidApproval(person) for person in (LUIS, GRACE, EVA))),
    *_now(Comment("hm"), AskMore("why?"), Answer("so"), Reassign(NamedPerson(GRACE, "Grace"))),
    *((event, at) for event in (Remind(), Expire()) for at in (NOW, LATER)),
    *_now(Begin(), Outdate()),
]
REASON = "the trade fair opens tomorrow"
OF_MONEY: list[Timed] = [
    *_now(*(Revise(Recharge(eur(amount))) for amount in SUMS)),
    *_now(*(Edit(policy, Recharge(eur(amount))) for policy in POLICIES.values() for amount in SUMS)),
    *_now(*(Break(REASON, 40, Evidence.PORTAL, policy) for policy in POLICIES.values())),
    *_now(Break("now", 40, Evidence.PORTAL, EASY), Break(REASON, 96, Evidence.FORECAST, EASY)),
    *_now(*(StandingApproval(policy) for policy in POLICIES.values())),
    *_now(Place(), Buy("PO-1"), Decline("limit"), Report("limit"), Lapse(), Book()),
    *_now(*(Fund(eur(amount), TODAY, "PO-1") for amount in SUMS), Fund(eur(150), TODAY, "PO-1", booked=True)),
    *((Ratify(), at) for at in (NOW, LATER)),
]
OF_SEATS: list[Timed] = [
    *_now(Revise(seats=(Seat(EVA, "Eva"),)), Edit(EASY, seats=(Seat(EVA, "Eva"),)), Edit(EASY, Recharge(eur(150)))),
    *_now(*(SettleSeat(one, how) for one in (EVA, TOM) for how in (Assignment.ASSIGNED, Assignment.REFUSED))),
    *_now(Fund(eur(150), TODAY, "PO-1"), Place(), Book()),
]
READING = Adjustment("request:a1", TODAY, NOW, eur(500), eur(480), NOW)
OF_BOOKS: list[Timed] = _now(Book(READING), Book(), Fund(eur(150), TODAY, "PO-1"), Place(), Ratify())

RECHARGE = draft_recharge("r1", ANA, "Ana", Recharge(eur(500)), NOW)
RULES = replace(draft_recharge("u1", SALDO.id, "Saldo", Recharge(eur(500)), NOW), edited_by=NamedPerson(ANA, "Ana"))
LICENSES = draft_licenses("l1", ANA, "Ana", (Seat(EVA, "Eva"), Seat(TOM, "Tom")), NOW)
ADJUSTMENT = draft_adjustment("a1", ANA, "Ana", Correction(eur(500), NOW, split_of([], eur(500), NOW, eur(0))), NOW)
BUDGET = draft_budget("b1", ANA, "Ana", Raise(eur(500), eur(400)), NOW)
POLICY = draft_policy("p1", ANA, "Ana", PolicyChange(EASY, STRICT), NOW)
WALKS: dict[str, tuple[Request, list[Timed]]] = {
    "recharge": (RECHARGE, OF_ALL + OF_MONEY),
    "rule": (RULES, OF_ALL + OF_MONEY),
    "licenses": (LICENSES, OF_ALL + OF_SEATS),
    "adjustment": (ADJUSTMENT, OF_ALL + OF_BOOKS),
    "budget": (BUDGET, OF_ALL + OF_BOOKS),
    "policy": (POLICY, OF_ALL + OF_BOOKS),
}


@dataclass(frozen=True)
class Voice:
    """One yes. `people`: who has said it, and for whom."""

    people: frozenset[PersonId]
    finance: bool


@dataclass(frozen=True)
class Count:
    """What the path has led to, as somebody who looks on would count it."""

    voices: frozenset[Voice] = frozenset()
    clause: Clause | None = None
    policy: int = 0
    asked: int | str = 500

    def after(self, event: Event, actor: By) -> "Count":
        match event:
            case Submit(policy):
                return replace(self, policy=policy.version)
            case Edit(policy=policy, recharge=wanted):
                asked = _units(wanted) if wanted else self.asked
                return Count(clause=self.clause, policy=policy.version, asked=asked)
            case Revise(recharge=Recharge() as wanted):
                return replace(self, asked=_units(wanted))
            case Approve():
                people = frozenset({actor.id, actor.behalf.id if actor.behalf else actor.id})
                return replace(self, voices=self.voices | {Voice(people, actor.finance)})
            case Retract():
                return self._without(actor.id)
            case VoidApproval(person):
                return self._without(person)
            case Break():
                return replace(self, clause=Clause.BREAK_GLASS)
            case StandingApproval():
                return replace(self, clause=Clause.STANDING)
            case _:
                return self

    def _without(self, person: PersonId) -> "Count":
        return replace(self, voices=frozenset(voice for voice in self.voices if person not in voice.people))

    @property
    def enough(self) -> bool:
        """As many different people as the policy asks for said yes, none of them the requester."""
        approvals, finance = TAKES[self.policy, self.asked]
        people = [person for voice in self.voices for person in voice.people]
        if ANA in people or len(people) != len(set(people)):
            return False
        return len(self.voices) >= approvals and (not finance or any(voice.finance for voice in self.voices))


def _units(wanted: Recharge) -> int:
    return wanted.amount.micros // 1_000_000


@dataclass(frozen=True)
class Step:
    before: Request
    event: Event
    actor: By
    outcome: Outcome
    count: Count  # before it

    @property
    def after(self) -> Request:
        return self.outcome.request


def first_count(first: Request) -> Count:
    names: dict[Kind, int | str] = {Kind.LICENSES: "seats", Kind.POLICY: "policy"}
    return Count(asked=names.get(first.kind, 500))


def walk(name: str) -> Iterator[Step]:
    """Every step from every place that can be reached."""
    first, events = WALKS[name]
    waiting = deque([(first, first_count(first))])
    seen = {place(*waiting[0])}
    while waiting:
        request, count = waiting.popleft()
        for event, at, actor in tries(request, events):
            try:
                step = Step(request, event, actor, decide(request, event, actor, at), count)
            except Refusal:
                continue
            yield step
            reached = (step.after, count.after(event, actor))
            if place(*reached) not in seen and not _again_and_again(step.after):
                seen.add(place(*reached))
                waiting.append(reached)


def tries(request: Request, events: list[Timed]) -> list[tuple[Event, datetime, By]]:
    """What the table knows in this state, by everybody; where the rules do not ask who it is, by Saldo and a
    stranger. People talk while nobody has decided anything."""
    return [
        (event, at, actor)
        for event, at in events
        if (request.state, type(event)) in TABLE and not (request.decisions and isinstance(event, TALK))
        for actor in ((SALDO, NOBODY) if isinstance(event, SALDOS + TOLD) else ACTORS)
    ]


def _again_and_again(request: Request) -> bool:
    """Whoever takes back a second time is where they were after the first."""
    return sum(one.void and one.revision == request.revision for one in request.decisions) > 1


def place(request: Request, count: Count) -> tuple[object, ...]:
    """What the rules go by. What was said without deciding is looked at while nobody has decided anything; who has
    approved, until the order leaves, or a clause carries the request."""
    if request.state in {State.REJECTED, State.WITHDRAWN, State.EXPIRED}:
        return (request.state,)
    asked, exemption = request.recharge, request.exemption
    under_way = (
        request.state,
        asked and (asked.amount, asked.order, asked.credited, asked.bought_by is None),
        request.seats,
        exemption and (exemption.clause, exemption.by.id),
        request.ratification,
        frozenset(one.whose for one in request.ratifications),
        (request.policy, request.bands, request.askers, replace(count, voices=frozenset())),
    )
    if exemption is not None or request.state not in {State.DRAFT, State.PENDING, State.APPROVED}:
        return (*under_way, count.enough)
    present = [one for one in request.decisions if one.revision == request.revision]
    talk = (request.question is not None, request.reminded_at, request.expires_at)
    return (
        *under_way,
        count,
        frozenset((one.person, one.behalf, one.verdict, one.void) for one in present),
        len(present) == len(request.decisions),
        () if request.decisions else talk,
    )


SALDOS = (Expire, VoidApproval, Begin, Place, Fund, Decline, Lapse, SettleSeat, Book, Outdate)  # in its jobs
TOLD = (Buy, Report)  # by whoever the use-cases let in: the rules do not ask
TALK = (AskMore, Answer, Reassign, Remind)
CARRIED_OUT = (Begin, Place, Buy, Fund, SettleSeat, Book)
CARRY_OUT_JOBS = frozenset({"place_order", "assign_licenses", "book_reading", "raise_budget", "change_policy"})
ENDS = frozenset(State) - {State.DRAFT, State.PENDING, State.APPROVED, State.EXECUTING}
