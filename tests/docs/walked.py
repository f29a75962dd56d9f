"""Every entry of the table of requests, carried out once: what the page of states is drawn from. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.domain.decisions import KINDS, TABLE, decide
from bot.domain.events import (
    Answer,
    Approve,
    AskMore,
    Begin,
    Break,
    By,
    Comment,
    Decline,
    Edit,
    Event,
    Evidence,
    Expire,
    Fund,
    Lapse,
    Place,
    Ratify,
    Reassign,
    Reject,
    Report,
    Retract,
    Revise,
    SettleSeat,
    StandingApproval,
    Submit,
    VoidApproval,
)
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.policy import Band, Policy, PolicyChange, Scale
from bot.domain.reconciliation import split_of
from bot.domain.requests import (
    Assignment,
    Correction,
    Kind,
    Order,
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

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
REQUESTER = By(PersonId("requester"), "Requester")
APPROVER = By(PersonId("approver"), "Approver", may_decide=True)
OTHER = By(PersonId("other"), "Other", may_decide=True)
AMOUNT = Money.of("500", "EUR")
ALONE = Policy(1, (Scale("EUR", (Band(None, 1),), standing=AMOUNT, break_glass=AMOUNT),))
TWO = Policy(1, (Scale("EUR", (Band(None, 2),)),), license_approvals=2)
EMERGENCY = Break("twenty characters or more", 40, Evidence.FORECAST, ALONE)
SEATS = (Seat(PersonId("first"), "First"), Seat(PersonId("second"), "Second"))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that `decide` did: from where, by what, to where, and which jobs it wants."""

    kind: Kind
    event: type[Event]
    before: Request
    after: Request
    jobs: tuple[str, ...]


def steps() -> list[Step]:
    """Every entry of the table, carried out on requests of each kind; an entry may lead to several states."""
    return [
        Step(before.kind, type(event), before, outcome.request, tuple(job.kind for _, job in outcome.jobs))
        for state, kind_of_event in TABLE
        for before, event, by in _samples(state, kind_of_event)
        for outcome in [decide(before, event, by, NOW)]
    ]


def _samples(state: State, event: type[Event]) -> Iterator[tuple[Request, Event, By]]:
    for draft in (_RECHARGE, _LICENSES, _ADJUSTMENT, _BUDGET, _POLICY):
        if draft.kind not in KINDS.get(event, Kind) or (state is State.EXECUTING and draft.kind not in KINDS[Begin]):
            continue
        for before in _ways(draft, state, event):
            for sample in _events(event, before):
                yield _settled_before(before, sample), sample, _actor(event)


def _actor(event: type[Event]) -> By:
    if event is Ratify:
        return OTHER
    return APPROVER if event in (Approve, Reject, Retract, AskMore) else REQUESTER


def _events(event: type[Event], before: Request) -> list[Event]:
    last = SEATS[1].person
    samples: dict[type[Event], list[Event]] = {
        Revise: [Revise(recharge=before.recharge, seats=before.seats)],
        Submit: [Submit(ALONE)],
        Edit: [Edit(ALONE, recharge=before.recharge, seats=before.seats)],
        Comment: [Comment("text")],
        AskMore: [AskMore("text")],
        Answer: [Answer("text")],
        Reassign: [Reassign(NamedPerson(OTHER.id, OTHER.name))],
        Break: [EMERGENCY],
        StandingApproval: [StandingApproval(ALONE)],
        VoidApproval: [VoidApproval(APPROVER.id)],
        Fund: [Fund(AMOUNT, date(2026, 11, 20), "order")],
        Decline: [Decline("card_expired")],
        Report: [Report("card_expired")],
        SettleSeat: [
            SettleSeat(SEATS[0].person, Assignment.ASSIGNED),
            *(SettleSeat(last, result) for result in (Assignment.ASSIGNED, Assignment.REFUSED)),
            SettleSeat(last, Assignment.REFUSED, "no_seats"),
        ],
    }
    return samples.get(event) or [event()]  # type: ignore[call-arg]  # the others have no field without a default


def _settled_before(before: Request, event: Event) -> Request:
    """For the last seat, the first is settled already: assigned, or refused where the event gives a reason."""
    if not isinstance(event, SettleSeat) or event.person == SEATS[0].person:
        return before
    first = SettleSeat(SEATS[0].person, Assignment.REFUSED if event.reason else Assignment.ASSIGNED)
    return decide(before, first, REQUESTER, NOW).request


_RECHARGE = draft_recharge("recharge", REQUESTER.id, "Requester", Recharge(AMOUNT), NOW)
_LICENSES = draft_licenses("licenses", REQUESTER.id, "Requester", SEATS, NOW)
_READING = Correction(AMOUNT, NOW, split_of([], AMOUNT, NOW, Money.zero("EUR")))
_ADJUSTMENT = draft_adjustment("adjustment", REQUESTER.id, "Requester", _READING, NOW)
_BUDGET = draft_budget("budget", REQUESTER.id, "Requester", Raise(AMOUNT, AMOUNT), NOW)
_POLICY = draft_policy("policy", REQUESTER.id, "Requester", PolicyChange(ALONE, ALONE), NOW)


def _ways(draft: Request, state: State, event: type[Event]) -> Iterator[Request]:
    """Requests in `state` to which `event` can happen; where it may lead to several states, one for each."""
    if event is Ratify:
        yield _led(draft, state, (EMERGENCY, REQUESTER))
        return
    if event is StandingApproval:
        draft = replace(draft, edited_by=NamedPerson(REQUESTER.id, "Requester"))
    if event in (Approve, Retract) and state is State.PENDING:
        approved = [(Approve(), APPROVER)] if event is Retract else []
        yield _moved(draft, [(Submit(TWO), REQUESTER), *approved])
    if event is Retract and state is State.PENDING:
        return
    before = _led(draft, state, (Approve(), APPROVER))
    if event is Answer:
        before = _moved(before, [(AskMore("text"), APPROVER)])
    if event is Expire and state is State.PENDING:
        before = replace(before, expires_at=NOW)
    if event is Place:
        before = replace(before, recharge=replace(before.asked, order=Order.LEAVING))
    yield before


def _led(draft: Request, state: State, decision: tuple[Event, By]) -> Request:
    """The straight way to a state in which events happen."""
    order: list[tuple[Event, By]] = [(Place(), REQUESTER)] if draft.kind is Kind.RECHARGE else []
    begun: list[tuple[Event, By]] = [(Submit(ALONE), REQUESTER), decision, (Begin(), REQUESTER), *order]
    ways: dict[State, list[tuple[Event, By]]] = {
        State.DRAFT: [],
        State.PENDING: begun[:1],
        State.APPROVED: begun[:2],
        State.EXECUTING: begun,
        State.LAPSED: [*begun, (Lapse(), REQUESTER)],
        State.DONE: [*begun, (Fund(AMOUNT, date(2026, 11, 20), "order"), REQUESTER)],
        State.FAILED: [*begun, (Decline("limit"), REQUESTER)],
    }
    return _moved(draft, ways[state])


def _moved(request: Request, way: list[tuple[Event, By]]) -> Request:
    for event, by in way:
        request = decide(request, event, by, NOW).request
    return request
