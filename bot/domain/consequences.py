"""What follows from a transition of a request: the money it creates, the jobs it wants, its audit record. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.audit import AuditRecord, Told, changed
from bot.domain.events import (
    Answer,
    Approve,
    AskMore,
    Book,
    Break,
    Buy,
    By,
    Comment,
    Decline,
    Edit,
    Event,
    Fund,
    Place,
    Ratify,
    Reassign,
    Reject,
    Remind,
    Report,
    SettleSeat,
    StandingApproval,
    Submit,
    VoidApproval,
)
from bot.domain.jobs import Job
from bot.domain.ledger import Adjustment, Purchase
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.requests import COMMENT_LIMIT, Kind, Order, Ratification, Request, Saying, State


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one commit writes together: the request, what it enters into the books, what is to follow, the audit.

    `jobs` are (id, job): ids are derived from the request's step, so that each follows once.
    """

    request: Request
    entries: tuple[Purchase | Adjustment, ...]
    jobs: tuple[tuple[str, Job], ...]
    audit: AuditRecord


def outcome_of(before: Request, after: Request, event: Event, by: By, now: datetime) -> Outcome:
    """The request as it is after `event`, with all that its commit writes beside it."""
    jobs = _jobs(before, after, event, now)
    return Outcome(after, _entries(after, event, now), jobs, _audit(before, after, event, by, now))


def _entries(after: Request, event: Event, now: datetime) -> tuple[Purchase | Adjustment, ...]:
    """Money is created by a confirmation only (where nobody booked it before), and corrected by an approved reading.
    The id is derived: the same request books once."""
    match event:
        case Fund(credited, on, reference, booked=False):
            return (Purchase(entry_id(after), on, credited, now, order_number=reference, request_id=after.id),)
        case Book(Adjustment() as adjustment):
            return (adjustment,)
        case _:
            return ()


def entry_id(request: Request) -> str:
    """The id of what a request enters into the books."""
    return f"request:{request.id}"


_ORDER_DESK_DELAY = timedelta(seconds=2)

_CARRIED_OUT_BY = {
    Kind.RECHARGE: "place_order",
    Kind.LICENSES: "assign_licenses",
    Kind.ADJUSTMENT: "book_reading",
    Kind.BUDGET: "raise_budget",
    Kind.POLICY: "change_policy",
}
_MOVES_MONEY = frozenset({Kind.RECHARGE, Kind.ADJUSTMENT, Kind.BUDGET})
_HEARD = frozenset({State.REJECTED, State.DONE, State.PARTLY_DONE, State.FAILED, State.LAPSED})


def _jobs(before: Request, after: Request, event: Event, now: datetime) -> tuple[tuple[str, Job], ...]:
    wanted = [*_after_state(before, after), *_after_event(after, event), *_afterwards(before, after)]
    if _is_seen(before, after):
        wanted.append(("refresh_cards", {}))
    return tuple((f"{kind}:{after.id}:{after.step}", _job(kind, told, after, now)) for kind, told in wanted)


def _is_seen(before: Request, after: Request) -> bool:
    """A draft is seen by nobody else; and that an order is about to leave is over in a moment."""
    if after.state is State.DRAFT or (before.state, after.state) == (State.DRAFT, State.EXPIRED):
        return False
    return after.recharge is None or after.recharge.order is not Order.LEAVING


Wanted = tuple[str, dict[str, str]]  # a kind of job, and what it is told beside the request


def _after_state(before: Request, after: Request) -> list[Wanted]:
    """What follows from getting into a state."""
    if before.state is after.state:
        return []
    kinds: list[str] = []
    if after.state is State.PENDING:
        kinds += ["ask_approvers"]
    if after.state is State.PENDING and before.state is State.DRAFT and after.expires_at:
        kinds += ["expire_request"]
    if after.state is State.APPROVED:
        kinds += [_CARRIED_OUT_BY[after.kind]]
    if after.state is State.DONE and after.kind in _MOVES_MONEY:
        kinds += ["watch_balance"]
    if after.kind is Kind.RECHARGE and after.state in {State.FAILED, State.LAPSED}:
        kinds += ["order_news"]
    if after.state in _HEARD or (before.state, after.state) == (State.PENDING, State.EXPIRED):
        kinds += ["tell_requester"]
    return [(kind, {}) for kind in kinds]


def _after_event(after: Request, event: Event) -> list[Wanted]:
    """What follows from an event that leaves the request where it is."""
    match event:
        case Edit():
            return [("ask_approvers", {})]
        case Place():
            return [("follow_order", {}), ("ask_buyers", {})]
        case Remind():
            return [("remind_approvers", {})]
        case AskMore():
            return [("tell_person", {"to": asker_of(after), "line": "asked_more"})]
        case Answer():
            return [("tell_person", {"to": _questioner(after), "line": "answered"})]
        case Reassign(to):
            return [("tell_person", {"to": to.id, "line": "reassigned"})]
        case _:
            return []


def asker_of(request: Request) -> PersonId:
    """The person who answers for a request: its requester, or the last editor of the rule that made it."""
    return request.edited_by.id if request.edited_by else request.requester


def _questioner(request: Request) -> PersonId:
    return next(one.person for one in reversed(request.remarks) if one.saying is Saying.QUESTION)


def _afterwards(before: Request, after: Request) -> list[Wanted]:
    """Who was passed over, or was asked for less than came, is told at once and asked to approve it."""
    newly = after.ratification is Ratification.UNRATIFIED and before.ratification is not Ratification.UNRATIFIED
    return [("ask_to_ratify", {})] if newly else []


def _job(kind: str, told: dict[str, str], after: Request, now: datetime) -> Job:
    due = now + _ORDER_DESK_DELAY if kind == "follow_order" else now
    if kind == "expire_request" and after.expires_at is not None:
        due = after.expires_at
    return Job(kind, due, {"request": after.id, "since": now.isoformat(), **told})


def _audit(before: Request, after: Request, event: Event, by: By, now: datetime) -> AuditRecord:
    details = {"revision": str(after.revision), **_details(after, event)}
    if by.behalf is not None:
        details |= {"for": by.behalf.id, "for_name": by.behalf.name}
    if after.exemption is not None:
        details |= {"clause": after.exemption.clause.value}
    old, new = _replaced(before, after)
    verb = f"request.{type(event).__name__.lower()}"
    return AuditRecord(now, by.id, verb, after.id, details, before=old, after=new, why=_why(event))


def _replaced(before: Request, after: Request) -> tuple[Told, Told]:
    """What the transition changed: the state, what is asked for, and how an exemption stands."""
    return changed(_Facts.of(before), _Facts.of(after))


@dataclass(frozen=True, slots=True)
class _Facts:
    state: State
    amount: Money | None
    reason: str
    po_number: str
    people: str
    ratification: Ratification | None

    @classmethod
    def of(cls, request: Request) -> "_Facts":
        recharge = request.recharge
        return cls(
            request.state,
            recharge.amount if recharge else None,
            recharge.reason if recharge else "",
            recharge.po_number if recharge else "",
            ",".join(seat.person for seat in request.seats),
            request.ratification,
        )


def _why(event: Event) -> str:
    """The reason that the actor gave, in their words."""
    match event:
        case Approve(text) | Reject(text) | Ratify(text) | Break(text):
            return text.strip()[:COMMENT_LIMIT]
        case _:
            return ""


def _details(after: Request, event: Event) -> Told:
    match event:
        case Comment(text) | AskMore(text) | Answer(text):
            return {"text": text.strip()[:COMMENT_LIMIT]}
        case Submit(policy) | Edit(policy) | StandingApproval(policy):
            return {"policy": str(policy.version)}
        case Break(hours_left=hours_left, evidence=evidence):
            return {"hours_left": str(hours_left), "evidence": evidence.value}
        case Reassign(to):
            return {"to": to.id}
        case Buy(order_number):
            return {"order_number": order_number}
        case Fund():
            return _funded(event)
        case Book(Adjustment(portal=portal, estimate=estimate)):
            return {"portal": str(portal), "estimate": str(estimate), "currency": portal.currency}
        case Book() if after.policy_change is not None:
            return {"version": str(after.policy_change.to.version)}
        case Decline(reason) | Report(reason):
            return {"reason": reason}
        case VoidApproval(person):
            return {"person": person}
        case SettleSeat(person, result, reason, detail):
            return {"person": person, "result": result.value, "reason": reason, "detail": detail[:COMMENT_LIMIT]}
        case _:
            return {}


def _funded(event: Fund) -> Told:
    return {
        "credited": str(event.credited),
        "currency": event.credited.currency,
        "on": event.on.isoformat(),
        "reference": event.reference,
        **({"invoiced": str(event.invoiced)} if event.invoiced else {}),
        **({"tax": str(event.tax)} if event.tax else {}),
        **({"booked": "before"} if event.booked else {}),
    }
