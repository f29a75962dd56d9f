"""What follows from a transition of a request: the money it creates, the jobs it wants, its audit record. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.audit import AuditRecord
from bot.domain.events import Approve, Book, By, Decline, Event, Fund, Reject, Revise, SettleSeat, VoidApproval
from bot.domain.jobs import Job
from bot.domain.ledger import OF_A_REQUEST, Adjustment, Purchase
from bot.domain.requests import COMMENT_LIMIT, Kind, Request, State


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one commit writes together: the request, what it enters into the books, what is to follow, the audit.

    `jobs` are (id, job): ids are derived from the request's step, so that each follows once.
    """

    request: Request
    entries: tuple[Purchase | Adjustment, ...]
    jobs: tuple[tuple[str, Job], ...]
    audit: AuditRecord


def outcome_of(after: Request, event: Event, by: By, now: datetime) -> Outcome:
    """The request as it is after `event`, with all that its commit writes beside it."""
    return Outcome(after, _entries(after, event, now), _jobs(after, event, now), _audit(after, event, by, now))


def _entries(after: Request, event: Event, now: datetime) -> tuple[Purchase | Adjustment, ...]:
    """Money is created by the desk's confirmation only (where nobody booked it before), and corrected by an approved
    reading. The id is derived: the same request books once."""
    match event:
        case Fund(credited, on, reference, booked=False):
            return (Purchase(entry_id(after), on, credited, now, order_number=reference, request_id=after.id),)
        case Book(Adjustment() as adjustment):
            return (adjustment,)
        case _:
            return ()


def entry_id(request: Request) -> str:
    """The id of what a request enters into the books."""
    return f"{OF_A_REQUEST}{request.id}"


_ORDER_DESK_DELAY = timedelta(seconds=2)

_FOLLOW_UPS: dict[tuple[Kind, State], tuple[str, ...]] = {
    (Kind.RECHARGE, State.PENDING): ("ask_approvers",),
    (Kind.LICENSES, State.PENDING): ("ask_approvers",),
    (Kind.ADJUSTMENT, State.PENDING): ("ask_approvers",),
    (Kind.BUDGET, State.PENDING): ("ask_approvers",),
    (Kind.RECHARGE, State.APPROVED): ("place_order",),
    (Kind.LICENSES, State.APPROVED): ("assign_licenses",),
    (Kind.ADJUSTMENT, State.APPROVED): ("book_reading",),
    (Kind.BUDGET, State.APPROVED): ("raise_budget",),
    (Kind.RECHARGE, State.EXECUTING): ("follow_order",),
    (Kind.RECHARGE, State.DONE): ("watch_balance",),
    (Kind.ADJUSTMENT, State.DONE): ("watch_balance",),
    (Kind.BUDGET, State.DONE): ("watch_balance",),
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
        case Fund(credited, on, reference, booked):
            return {
                "credited": str(credited),
                "currency": credited.currency,
                "on": on.isoformat(),
                "reference": reference,
                **({"booked": "before"} if booked else {}),
            }
        case Book(Adjustment(portal=portal, estimate=estimate)):
            return {"portal": str(portal), "estimate": str(estimate), "currency": portal.currency}
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
