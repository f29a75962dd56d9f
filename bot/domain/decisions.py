"""The one state machine of requests: a transition table and `decide`, which is pure.

`docs/states.md` is drawn from `TABLE`; a test fails when it is stale.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from bot.domain.consequences import Outcome, outcome_of
from bot.domain.errors import Refusal
from bot.domain.events import (
    Approve,
    Begin,
    Book,
    By,
    Decline,
    Event,
    Expire,
    Fund,
    Outdate,
    Reject,
    Revise,
    SettleSeat,
    Submit,
    VoidApproval,
    Withdraw,
)
from bot.domain.requests import (
    COMMENT_LIMIT,
    OPEN,
    Assignment,
    Decision,
    Kind,
    Order,
    Request,
    Seat,
    State,
    Verdict,
)

Rule = Callable[[Request, Event, By, datetime], Request]


def decide(request: Request, event: Event, by: By, now: datetime) -> Outcome:
    """What `event` leads to. Raises Refusal where the table or a rule says no; then nothing changes.

    What is not in the table is refused as `state_<state>`, which the reader gets with the present card.
    """
    rule = TABLE.get((request.state, type(event)))
    if rule is None or request.kind not in KINDS.get(type(event), Kind):
        raise Refusal(f"state_{request.state.value}")
    after = rule(request, event, by, now)
    after = replace(after, step=request.step + 1, changed_at=now, open=after.state in OPEN)
    return outcome_of(after, event, by, now)


def _only_requester(request: Request, by: By) -> None:
    if by.id != request.requester:
        raise Refusal("not_the_requester", requester=request.requester_name)


def _revise(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Revise)
    _only_requester(request, by)
    if (event.recharge is None) is not (request.recharge is None):
        raise Refusal("state_draft")  # a recharge never turns into licences, nor they into money
    return replace(request, recharge=event.recharge, seats=event.seats, revision=request.revision + 1)


def _submit(request: Request, event: Event, by: By, now: datetime) -> Request:
    _only_requester(request, by)
    return replace(request, state=State.PENDING)


def _withdraw(request: Request, event: Event, by: By, now: datetime) -> Request:
    _only_requester(request, by)
    return replace(request, state=State.WITHDRAWN)


def _expire(request: Request, event: Event, by: By, now: datetime) -> Request:
    return replace(request, state=State.EXPIRED)


def _may_decide(request: Request, by: By) -> None:
    if by.id == request.requester:
        raise Refusal("own_request")
    if not by.may_decide:
        raise Refusal("not_an_approver")


def _decision(request: Request, by: By, verdict: Verdict, comment: str, now: datetime) -> Request:
    decision = Decision(by.id, by.name, verdict, request.revision, now, comment.strip()[:COMMENT_LIMIT])
    return replace(request, decisions=(*request.decisions, decision))


def _approve(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Approve)
    _may_decide(request, by)
    return replace(_decision(request, by, Verdict.APPROVED, event.comment, now), state=State.APPROVED)


def _reject(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Reject)
    _may_decide(request, by)
    return replace(_decision(request, by, Verdict.REJECTED, event.comment, now), state=State.REJECTED)


def _void(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, VoidApproval)
    decisions = tuple(
        replace(decision, void=True) if decision.person == event.person else decision
        for decision in request.decisions
    )
    return replace(request, decisions=decisions, state=State.PENDING)


def _begin(request: Request, event: Event, by: By, now: datetime) -> Request:
    if request.kind is Kind.RECHARGE:
        return replace(request, state=State.EXECUTING, recharge=replace(request.asked, order=Order.ORDERED))
    return replace(request, state=State.EXECUTING)


def _fund(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Fund)
    funded = replace(
        request.asked,
        order=Order.FUNDED,
        credited=event.credited,
        funded_on=event.on,
        reference=event.reference,
    )
    return replace(request, state=State.DONE, recharge=funded)


def _decline(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Decline)
    declined = replace(request.asked, order=Order.DECLINED, declined_reason=event.reason)
    return replace(request, state=State.FAILED, recharge=declined)


def _settle(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, SettleSeat)
    seats = tuple(
        replace(seat, result=event.result, reason=event.reason, detail=event.detail)
        if seat.person == event.person and seat.result is Assignment.WAITING
        else seat
        for seat in request.seats
    )
    return replace(request, seats=seats, state=_settled(seats))


def _settled(seats: tuple[Seat, ...]) -> State:
    results = {seat.result for seat in seats}
    if Assignment.WAITING in results:
        return State.EXECUTING
    if Assignment.REFUSED not in results:
        return State.DONE
    return State.FAILED if results == {Assignment.REFUSED} else State.PARTLY_DONE


def _book(request: Request, event: Event, by: By, now: datetime) -> Request:
    return replace(request, state=State.DONE)


def _outdate(request: Request, event: Event, by: By, now: datetime) -> Request:
    return replace(request, state=State.FAILED)


TABLE: MappingProxyType[tuple[State, type[Event]], Rule] = MappingProxyType(
    {
        (State.DRAFT, Revise): _revise,
        (State.DRAFT, Submit): _submit,
        (State.DRAFT, Withdraw): _withdraw,
        (State.DRAFT, Expire): _expire,
        (State.PENDING, Approve): _approve,
        (State.PENDING, Reject): _reject,
        (State.PENDING, Withdraw): _withdraw,
        (State.APPROVED, VoidApproval): _void,
        (State.APPROVED, Begin): _begin,
        (State.APPROVED, Book): _book,
        (State.APPROVED, Outdate): _outdate,
        (State.EXECUTING, Fund): _fund,
        (State.EXECUTING, Decline): _decline,
        (State.EXECUTING, SettleSeat): _settle,
    }
)

# Events that belong to some kinds of request; the others belong to all.
KINDS: MappingProxyType[type[Event], frozenset[Kind]] = MappingProxyType(
    {
        Revise: frozenset({Kind.RECHARGE, Kind.LICENSES}),
        Begin: frozenset({Kind.RECHARGE, Kind.LICENSES}),
        Fund: frozenset({Kind.RECHARGE}),
        Decline: frozenset({Kind.RECHARGE}),
        SettleSeat: frozenset({Kind.LICENSES}),
        Book: frozenset({Kind.ADJUSTMENT, Kind.BUDGET}),
        Outdate: frozenset({Kind.ADJUSTMENT}),
    }
)
