"""What somebody asks for and others decide: the shapes of a request. The rules are in `decisions.py`."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.reconciliation import Split

COMMENT_LIMIT = 1_000  # characters


class Kind(StrEnum):
    RECHARGE = "recharge"
    LICENSES = "licenses"
    ADJUSTMENT = "adjustment"  # of the books to a reading of the admin center
    BUDGET = "budget"  # a higher one, where the account is post-paid


class State(StrEnum):
    DRAFT = "draft"
    PENDING = "pending"
    APPROVED = "approved"
    EXECUTING = "executing"
    DONE = "done"
    PARTLY_DONE = "partly_done"
    FAILED = "failed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


OPEN = frozenset({State.PENDING, State.APPROVED, State.EXECUTING})


class Order(StrEnum):
    """How far the execution of a recharge is."""

    ORDERED = "ordered"
    FUNDED = "funded"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Recharge:
    """A recharge that is asked for, and what became of its order."""

    amount: Money
    reason: str = ""
    po_number: str = ""
    order: Order | None = None
    declined_reason: str = ""
    credited: Money | None = None
    funded_on: date | None = None
    reference: str = ""


class Assignment(StrEnum):
    WAITING = "waiting"
    ASSIGNED = "assigned"
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's licence in a request. `reason` and `detail` say why it was refused, `detail` in Graph's words."""

    person: PersonId
    name: str
    result: Assignment = Assignment.WAITING
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """A reading that is too far from the estimate for one admin alone; `split` is why, as it was seen then."""

    portal: Money
    read_at: datetime
    split: Split


@dataclass(frozen=True, slots=True)
class Raise:
    """A monthly budget of `to` in the place of `before`."""

    to: Money
    before: Money


class Verdict(StrEnum):
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Decision:
    """What one approver said about one revision. A void one no longer counts: its maker lost the right."""

    person: PersonId
    name: str
    verdict: Verdict
    revision: int
    at: datetime
    comment: str = ""
    void: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """`revision` moves only when what is asked for changes; `step` moves with every transition.

    Exactly one of `recharge`, `seats`, `correction` and `budget` is set, as `kind` says.
    """

    id: str
    kind: Kind
    state: State
    revision: int
    step: int
    requester: PersonId
    requester_name: str
    created_at: datetime
    changed_at: datetime
    recharge: Recharge | None = None
    seats: tuple[Seat, ...] = ()
    decisions: tuple[Decision, ...] = ()
    open: bool = False  # others still have something to do about it: pending, approved or executing
    correction: Correction | None = None
    budget: Raise | None = None

    @property
    def approvals(self) -> tuple[Decision, ...]:
        """The approvals that count: of what is asked for now, by people who still may."""
        return tuple(
            decision
            for decision in self.decisions
            if decision.verdict is Verdict.APPROVED and decision.revision == self.revision and not decision.void
        )

    @property
    def asked(self) -> Recharge:
        """The recharge of a recharge request."""
        if self.recharge is None:
            raise TypeError(f"request {self.id} is no recharge")
        return self.recharge


def draft_recharge(id_: str, requester: PersonId, name: str, recharge: Recharge, now: datetime) -> Request:
    return Request(id_, Kind.RECHARGE, State.DRAFT, 1, 1, requester, name, now, now, recharge=recharge)


def draft_licenses(id_: str, requester: PersonId, name: str, seats: tuple[Seat, ...], now: datetime) -> Request:
    return Request(id_, Kind.LICENSES, State.DRAFT, 1, 1, requester, name, now, now, seats=seats)


def draft_adjustment(id_: str, requester: PersonId, name: str, correction: Correction, now: datetime) -> Request:
    return Request(id_, Kind.ADJUSTMENT, State.DRAFT, 1, 1, requester, name, now, now, correction=correction)


def draft_budget(id_: str, requester: PersonId, name: str, budget: Raise, now: datetime) -> Request:
    return Request(id_, Kind.BUDGET, State.DRAFT, 1, 1, requester, name, now, now, budget=budget)
