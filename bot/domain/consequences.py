"""What follows from a transition of a request: the money it creates, the jobs it wants, its audit record. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.audit import AuditRecord
from bot.domain.events import (
    Answer,
    AskMore,
    Book,
    By,
    Edit,
    Event,
    Fund,
    Place,
    Reassign,
    Remind,
    Submit,
)
from bot.domain.jobs import Job
from bot.domain.ledger import OF_A_REQUEST, Adjustment, Purchase
from bot.domain.people import PersonId
from bot.domain.requests import Kind, Order, Ratification, Request, Saying, State
from bot.domain.traces import audit_of


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
    return Outcome(after, _entries(after, event, now), jobs, audit_of(before, after, event, by, now))


def _entries(after: Request, event: Event, now: datetime) -> tuple[Purchase | Adjustment, ...]:
    """Money is created by a confirmation only (where nobody booked it before), and corrected by an approved reading.
    The id is derived: the same request books once."""
    match event:
        case Fund(credited, on, reference, booked=False, invoiced=invoiced, tax=tax):
            return (Purchase(entry_id(after), on, credited, now, reference, after.id, invoiced, tax),)
        case Book(Adjustment() as adjustment):
            return (adjustment,)
        case _:
            return ()


def entry_id(request: Request) -> str:
    """The id of what a request enters into the books."""
    return f"{OF_A_REQUEST}{request.id}"


_DELAYS = {"follow_order": timedelta(seconds=2), "pursue_request": timedelta(hours=1)}

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
        kinds += ["ask_approvers", *(["expire_request"] if after.expires_at else [])]
    if after.state is State.PENDING and before.state is State.DRAFT:
        kinds += ["pursue_request"]
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
    """What follows from an event, whatever state it leads to."""
    match event:
        case Submit() if after.edited_by is not None:
            return [("tell_person", {"to": asker_of(after), "line": "rule_proposes"})]
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


def first_name_of(request: Request) -> str:
    """Of the person who answers for a request, for a locked phone."""
    return request.asker_name.split(" ")[0]


def _questioner(request: Request) -> PersonId:
    return next(one.person for one in reversed(request.remarks) if one.saying is Saying.QUESTION)


def _afterwards(before: Request, after: Request) -> list[Wanted]:
    """Who was passed over, or was asked for less than came, is told at once and asked to approve it."""
    newly = after.ratification is Ratification.UNRATIFIED and before.ratification is not Ratification.UNRATIFIED
    return [("ask_to_ratify", {}), ("pursue_ratification", {})] if newly else []


def _job(kind: str, told: dict[str, str], after: Request, now: datetime) -> Job:
    due = now + _DELAYS.get(kind, timedelta())
    if kind == "expire_request" and after.expires_at is not None:
        due = after.expires_at
    return Job(kind, due, {"request": after.id, "since": now.isoformat(), **told})
