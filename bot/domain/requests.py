"""What somebody asks for and others decide: the shapes of a request. The rules are in `decisions.py`."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.policy import Band, PolicyChange
from bot.domain.reconciliation import Split
from bot.domain.settings import NamedPerson

COMMENT_LIMIT = 1_000  # characters


class Kind(StrEnum):
    RECHARGE = "recharge"
    LICENSES = "licenses"
    ADJUSTMENT = "adjustment"  # of the books to a reading of the admin center
    BUDGET = "budget"  # a higher one, where the account is post-paid
    POLICY = "policy"  # another policy of approvals


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
    LAPSED = "lapsed"  # nobody confirmed the order; a late confirmation is still booked


OPEN = frozenset({State.PENDING, State.APPROVED, State.EXECUTING})


class Order(StrEnum):
    """How far the execution of a recharge is."""

    LEAVING = "leaving"  # about to be handed over: no approval can be taken back any more
    ORDERED = "ordered"
    FUNDED = "funded"
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Recharge:
    """A recharge that is asked for, before tax, and what became of its order.

    `credited` is what the wallet got, `invoiced` what the invoice comes to, with its `tax`. `reported_by`: who said
    that the order was declined, where it was not the desk. `bought_by`: who placed it by hand; `reference` is the
    order's number, as they or the desk told it.
    """

    amount: Money
    reason: str = ""
    po_number: str = ""
    order: Order | None = None
    ordered_at: datetime | None = None
    declined_reason: str = ""
    reported_by: NamedPerson | None = None
    bought_by: NamedPerson | None = None
    credited: Money | None = None
    funded_on: date | None = None
    reference: str = ""
    invoiced: Money | None = None
    tax: Money | None = None

    @property
    def excess(self) -> Money | None:
        """What was credited beyond what was asked for."""
        if self.credited is None or self.credited <= self.amount:
            return None
        return self.credited - self.amount


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
    RATIFIED = "ratified"  # afterwards: what was ordered in an emergency, or more than was approved


@dataclass(frozen=True, slots=True)
class Decision:
    """What one approver said about one revision. A void one no longer counts: it was taken back, or its maker lost
    the right. `behalf`: whose voice it is, where they decided for somebody. `finance`: it is the voice of finance."""

    person: PersonId
    name: str
    verdict: Verdict
    revision: int
    at: datetime
    comment: str = ""
    void: bool = False
    behalf: NamedPerson | None = None
    finance: bool = False

    @property
    def whose(self) -> frozenset[PersonId]:
        """Who has spoken with it: its maker, and whoever they spoke for. Each counts once."""
        return frozenset({self.person} | ({self.behalf.id} if self.behalf else set()))


class Saying(StrEnum):
    """What somebody said about a request without deciding it."""

    COMMENT = "comment"
    QUESTION = "question"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Remark:
    person: PersonId
    name: str
    saying: Saying
    text: str
    at: datetime


class Clause(StrEnum):
    """What of the policy lets a request be carried out before anybody approved it."""

    BREAK_GLASS = "break_glass"
    STANDING = "standing"


class Ratification(StrEnum):
    """Whether what came without the approvals that it takes was approved afterwards."""

    UNRATIFIED = "unratified"
    RATIFIED = "ratified"


@dataclass(frozen=True, slots=True)
class Exemption:
    """By which clause of the policy the request goes on, who called on it (`standing`: the bot itself) and why."""

    clause: Clause
    by: NamedPerson
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """`revision` moves only when what is asked for changes; `step` moves with every transition.

    Exactly one of `recharge`, `seats`, `correction`, `budget` and `policy_change` is set, as `kind` says. `policy` is
    the version under which it was sent, `bands` what that version says about such requests. `edited_by`: whoever last
    changed the rule that made it, who counts as its requester. `reassigned_to`: who was asked in somebody's place.
    `ratify_by` None: there is no hurry.
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
    policy_change: PolicyChange | None = None
    policy: int = 0
    bands: tuple[Band, ...] = (Band(),)
    edited_by: NamedPerson | None = None
    reassigned_to: NamedPerson | None = None
    remarks: tuple[Remark, ...] = ()
    reminded_at: datetime | None = None
    expires_at: datetime | None = None
    exemption: Exemption | None = None
    ratification: Ratification | None = None
    ratify_by: datetime | None = None

    @property
    def approvals(self) -> tuple[Decision, ...]:
        """The approvals that count: of what is asked for now, by people who still may."""
        return self._counting(Verdict.APPROVED)

    @property
    def ratifications(self) -> tuple[Decision, ...]:
        return self._counting(Verdict.RATIFIED)

    def _counting(self, verdict: Verdict) -> tuple[Decision, ...]:
        return tuple(
            decision
            for decision in self.decisions
            if decision.verdict is verdict and decision.revision == self.revision and not decision.void
        )

    @property
    def clause(self) -> Clause | None:
        return self.exemption.clause if self.exemption else None

    @property
    def askers(self) -> frozenset[PersonId]:
        """Who counts as its requester, and never approves it: a rule's last editor too."""
        return frozenset({self.requester} | ({self.edited_by.id} if self.edited_by else set()))

    @property
    def asker_name(self) -> str:
        """Of the person who answers for it: where a rule asks, whoever edited it last."""
        return self.edited_by.name if self.edited_by else self.requester_name

    @property
    def question(self) -> Remark | None:
        """What an approver wants to know and nobody has answered."""
        asked = [remark for remark in self.remarks if remark.saying is not Saying.COMMENT]
        return asked[-1] if asked and asked[-1].saying is Saying.QUESTION else None

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


def draft_policy(id_: str, requester: PersonId, name: str, change: PolicyChange, now: datetime) -> Request:
    return Request(id_, Kind.POLICY, State.DRAFT, 1, 1, requester, name, now, now, policy_change=change)
