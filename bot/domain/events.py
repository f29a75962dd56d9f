"""What happens to a request, and who acts. Pure shapes; the rules are in `decisions.py`."""

from dataclasses import dataclass
from datetime import date

from bot.domain.ledger import Adjustment
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.requests import Assignment, Recharge, Seat


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
    """The order desk confirms the money. `booked`: the ledger holds it already, under the order's number."""

    credited: Money
    on: date
    reference: str
    booked: bool = False


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


@dataclass(frozen=True, slots=True)
class Book:
    """What was approved takes effect: the adjustment is in the books, or (None) the budget is in the settings."""

    adjustment: Adjustment | None = None


@dataclass(frozen=True, slots=True)
class Outdate:
    """A later reading was booked meanwhile: what was approved would undo it."""


Event = (
    Revise
    | Submit
    | Approve
    | Reject
    | Withdraw
    | Expire
    | VoidApproval
    | Begin
    | Fund
    | Decline
    | SettleSeat
    | Book
    | Outdate
)
