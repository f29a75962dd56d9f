"""The one state machine of requests: a transition table and `decide`, which is pure.

`docs/states.md` is drawn from `TABLE`; a test fails when it is stale.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.ledger import Purchase
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.requests import (
    OPEN,
    Assignment,
    Decision,
    Kind,
    Order,
    Recharge,
    Request,
    Seat,
    State,
    Verdict,
)

COMMENT_LIMIT = 1_000  # characters


@dataclass(frozen=True, slots=True)
class By:
    """Who acts. `may_decide`: their rights, read again for this very click, let them approve this kind."""

    id: PersonId
    name: str
    may_decide: bool = False


SALDO = By(PersonId("saldo"), "Saldo")  # the bot itself, in its jobs


@dataclass(frozen=True, slots=True)
class Revise:
    """The requester changes a draft: exactly one of the two, as its kind says."""

    recharge: Recharge | None = None
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True, slots=True)
class Submit:
    pass


@dataclass(frozen=True, slots=True)
class Approve:
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    pass


@dataclass(frozen=True, slots=True)
class Expire:
    """A draft that nobody sent."""


@dataclass(frozen=True, slots=True)
class VoidApproval:
    """At execution the approver no longer has the right: the approval does not count any more."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class Begin:
    """Execution starts: the order was handed to the desk, or the first licence is about to be assigned."""


@dataclass(frozen=True, slots=True)
class Fund:
    """The order desk confirms the money."""

    credited: Money
    on: date
    reference: str


@dataclass(frozen=True, slots=True)
class Decline:
    """The order desk says no; `reason` is card_expired, limit or other."""

    reason: str


@dataclass(frozen=True, slots=True)
class SettleSeat:
    """One person's licence is settled."""

    person: PersonId
    result: Assignment
    reason: str = ""
    detail: str = ""


Event = Revise | Submit | Approve | Reject | Withdraw | Expire | VoidApproval | Begin | Fund | Decline | SettleSeat
Rule = Callable[[Request, Event, By, datetime], Request]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one commit writes together: the request, the money that it creates, what is to follow, and the audit.

    `jobs` are (id, job): ids are derived from the request's step, so that each follows once.
    """

    request: Request
    purchases: tuple[Purchase, ...]
    jobs: tuple[tuple[str, Job], ...]
    audit: AuditRecord


def decide(request: Request, event: Event, by: By, now: datetime) -> Outcome:
    """What `event` leads to. Raises Refusal where the table or a rule says no; then nothing changes.

    What is not in the table is refused as `state_<state>`, which the reader gets with the present card.
    """
    rule = TABLE.get((request.state, type(event)))
    if rule is None:
        raise Refusal(f"state_{request.state.value}")
    after = rule(request, event, by, now)
    after = replace(after, step=request.step + 1, changed_at=now, open=after.state in OPEN)
    return Outcome(after, _purchases(after, event, now), _jobs(after, event, now), _audit(after, event, by, now))


def _purchases(after: Request, event: Event, now: datetime) -> tuple[Purchase, ...]:
    """Money is created by the desk's confirmation only. The id is derived: the same request books once."""
    if not isinstance(event, Fund):
        return ()
    return (
        Purchase(
            id=f"request:{after.id}",
            on=event.on,
            amount=event.credited,
            recorded_at=now,
            order_number=event.reference,
            request_id=after.id,
        ),
    )


_ORDER_DESK_DELAY = timedelta(seconds=2)

_FOLLOW_UPS: dict[tuple[Kind, State], tuple[str, ...]] = {
    (Kind.RECHARGE, State.PENDING): ("ask_approvers",),
    (Kind.LICENSES, State.PENDING): ("ask_approvers",),
    (Kind.RECHARGE, State.APPROVED): ("place_order",),
    (Kind.LICENSES, State.APPROVED): ("assign_licenses",),
    (Kind.RECHARGE, State.EXECUTING): ("follow_order",),
    (Kind.RECHARGE, State.DONE): ("watch_balance",),
}
_HEARD = frozenset({State.REJECTED, State.DONE, State.PARTLY_DONE, State.FAILED})


def _jobs(after: Request, event: Event, now: datetime) -> tuple[tuple[str, Job], ...]:
    kinds = list(_FOLLOW_UPS.get((after.kind, after.state), ()))
    if after.state in _HEARD:
        kinds.append("tell_requester")
    if after.state not in {State.DRAFT, State.EXPIRED}:
        kinds.append("refresh_cards")
    return tuple((f"{kind}:{after.id}:{after.step}", _job(kind, after, now)) for kind in kinds)


def _job(kind: str, after: Request, now: datetime) -> Job:
    due = now + _ORDER_DESK_DELAY if kind == "follow_order" else now
    return Job(kind, due, {"request": after.id, "since": now.isoformat()})


def _audit(after: Request, event: Event, by: By, now: datetime) -> AuditRecord:
    details = {"state": after.state.value, "revision": str(after.revision), **_said(event)}
    return AuditRecord(now, by.id, f"request.{type(event).__name__.lower()}", after.id, details)


def _said(event: Event) -> dict[str, str]:
    match event:
        case Approve(comment) | Reject(comment):
            return {"comment": comment.strip()[:COMMENT_LIMIT]} if comment.strip() else {}
        case Fund(credited, on, reference):
            return {
                "credited": str(credited),
                "currency": credited.currency,
                "on": on.isoformat(),
                "reference": reference,
            }
        case Decline(reason):
            return {"reason": reason}
        case VoidApproval(person):
            return {"person": person}
        case SettleSeat(person, result, reason, detail):
            return {"person": person, "result": result.value, "reason": reason, "detail": detail[:COMMENT_LIMIT]}
        case Revise(recharge) if recharge is not None:
            return {"amount": str(recharge.amount), "currency": recharge.amount.currency}
        case Revise(seats=seats):
            return {"people": ",".join(seat.person for seat in seats)}
        case _:
            return {}


def _only_requester(request: Request, by: By) -> None:
    if by.id != request.requester:
        raise Refusal("not_the_requester", requester=request.requester_name)


def _revise(request: Request, event: Event, by: By, now: datetime) -> Request:
    assert isinstance(event, Revise)
    _only_requester(request, by)
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
        (State.EXECUTING, Fund): _fund,
        (State.EXECUTING, Decline): _decline,
        (State.EXECUTING, SettleSeat): _settle,
    }
)
