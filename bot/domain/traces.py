"""What a transition of a request leaves in the audit: who, what, what stood there before and since, and why. Pure."""

from dataclasses import dataclass
from datetime import datetime

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
    Ratify,
    Reassign,
    Reject,
    Report,
    SettleSeat,
    StandingApproval,
    Submit,
    VoidApproval,
)
from bot.domain.ledger import Adjustment
from bot.domain.money import Money
from bot.domain.requests import COMMENT_LIMIT, Ratification, Request, State


def audit_of(before: Request, after: Request, event: Event, by: By, now: datetime) -> AuditRecord:
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
        case VoidApproval(person):
            return {"person": person}
        case _:
            return _carried_out(after, event)


def _carried_out(after: Request, event: Event) -> Told:
    match event:
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
