"""What happens to a request, and who acts. Pure shapes; the rules are in `decisions.py`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.ledger import Adjustment
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.policy import Policy
from bot.domain.requests import Assignment, Recharge, Seat
from bot.domain.settings import NamedPerson


@dataclass(frozen=True, slots=True)
class By:
    """Who acts. `may_decide`: rights, read again for this very click, let them approve this kind: their own, or those
    of `behalf`, who delegated to them. `finance`: that voice counts as one of finance."""

    id: PersonId
    name: str
    may_decide: bool = False
    finance: bool = False
    behalf: NamedPerson | None = None


SALDO = By(PersonId("saldo"), "Saldo")  # the bot itself, in its jobs


@dataclass(frozen=True, slots=True)
class Revise:
    """The requester changes a draft: exactly one of the two, as its kind says."""

    recharge: Recharge | None = None
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True, slots=True)
class Submit:
    """Sent to its approvers, under the policy that is in force: the request is stamped with it."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class Edit:
    """The requester changes what waits for approval: a new revision, under the policy that is in force then."""

    policy: Policy
    recharge: Recharge | None = None
    seats: tuple[Seat, ...] = ()


@dataclass(frozen=True, slots=True)
class Approve:
    """`taken_back`: how many voices of the same person did not count any more when the button was drawn, so that a
    click that is delivered again does not undo taking it back."""

    comment: str = ""
    taken_back: int = 0


@dataclass(frozen=True, slots=True)
class Reject:
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    pass


@dataclass(frozen=True, slots=True)
class Retract:
    """An approver takes their approval back, until the order leaves."""


@dataclass(frozen=True, slots=True)
class Comment:
    """`said`: how many remarks of the same person there were when the button was drawn, here and below: the same
    words since then are the same click."""

    text: str
    said: int = 0


@dataclass(frozen=True, slots=True)
class AskMore:
    """An approver wants to know more; the request stays open."""

    text: str
    said: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The requester answers what an approver asked."""

    text: str
    said: int = 0


@dataclass(frozen=True, slots=True)
class Reassign:
    """Somebody else is asked, too: `to` may approve it, as was read just now."""

    to: NamedPerson


@dataclass(frozen=True, slots=True)
class Remind:
    """Those who have not decided are asked again, by hand."""


@dataclass(frozen=True, slots=True)
class Expire:
    """A draft that nobody sent; or what nobody decided for as long as the policy lets it wait."""


class Evidence(StrEnum):
    """What says that the money is about to run out."""

    FORECAST = "forecast"  # P10
    PORTAL = "portal"  # a figure of the admin center that was just entered


@dataclass(frozen=True, slots=True)
class Break:
    """Break-glass: go on before anybody approved. `hours_left` until the money runs out, as `evidence` says; `policy`
    is the one in force, which caps it."""

    reason: str
    hours_left: int
    evidence: Evidence
    policy: Policy


@dataclass(frozen=True, slots=True)
class StandingApproval:
    """The policy has approved what rules propose up to a sum a month, once and for all. `used`: what rules ordered so
    in this month already."""

    policy: Policy
    used: Money | None = None


@dataclass(frozen=True, slots=True)
class Ratify:
    """Approved afterwards: what break-glass ordered, or what was credited beyond what was approved. `amount`: the sum
    that the button was drawn for, in micros: a click never approves more than was seen. None: nobody saw a button."""

    comment: str = ""
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class VoidApproval:
    """At execution the approver no longer has the right: the approval does not count any more."""

    person: PersonId


@dataclass(frozen=True, slots=True)
class Begin:
    """Execution starts: the order is about to leave, or the first licence is about to be assigned. From here on no
    approval can be taken back."""


@dataclass(frozen=True, slots=True)
class Place:
    """The order desk has the order."""


@dataclass(frozen=True, slots=True)
class Buy:
    """A buyer has placed the order by hand, and tells its number ('' while there is none)."""

    order_number: str = ""


@dataclass(frozen=True, slots=True)
class Fund:
    """The money is confirmed: what was credited (before tax), what was invoiced and the tax in it, where they were
    told. `booked`: the ledger holds it already, under the order's number."""

    credited: Money
    on: date
    reference: str
    booked: bool = False
    invoiced: Money | None = None
    tax: Money | None = None


@dataclass(frozen=True, slots=True)
class Decline:
    """The order desk says no; `reason` is card_expired, limit or other."""

    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """Somebody says that the order was declined; `reason` as the desk's."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lapse:
    """Nobody confirmed the order in time. The way is free for the next; a late confirmation is still booked."""


@dataclass(frozen=True, slots=True)
class SettleSeat:
    """One person's licence is settled."""

    person: PersonId
    result: Assignment
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """What was approved takes effect: the adjustment is in the books, or (None) the budget is in the settings, or the
    policy is in force."""

    adjustment: Adjustment | None = None


@dataclass(frozen=True, slots=True)
class Outdate:
    """A later reading was booked, or the policy was changed, meanwhile: what was approved would undo it."""


Event = (
    Revise
    | Submit
    | Edit
    | Approve
    | Reject
    | Withdraw
    | Retract
    | Comment
    | AskMore
    | Answer
    | Reassign
    | Remind
    | Expire
    | Break
    | StandingApproval
    | Ratify
    | VoidApproval
    | Begin
    | Place
    | Buy
    | Fund
    | Decline
    | Report
    | Lapse
    | SettleSeat
    | Book
    | Outdate
)
