"""What the card of a request is drawn from, and for which of its viewers. Shapes only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.admin_center import Path
from bot.domain.money import Money
from bot.domain.people import PersonId, Role
from bot.domain.policy import Band
from bot.domain.requests import Request, State
from cards.approvers import NOBODY, Approvers

ONE = Band()  # one approver is enough


class Viewer(StrEnum):
    REQUESTER = "requester"
    APPROVER = "approver"
    ANYBODY = "anybody"


class Told(StrEnum):
    """What the viewer has just done about it, which the card answers first."""

    ASKED = "asked"
    ANSWERED = "answered"
    COMMENTED = "commented"
    REASSIGNED = "reassigned"
    REMINDED = "reminded"
    RETRACTED = "retracted"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Change:
    """What of the request is something else than it was. `field` is amount, reason, po_number or people; each side is
    as the audit holds it."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RequestValues:
    """`viewer_id` is whose card it is (None for anybody's). `wants` is what it takes.

    `asked` names who was asked and has not spoken, the viewer left out; `behalf` whose voice the viewer has.
    `changes` came since the button was drawn that they pressed, `edited` with the last edit. `inactive_role`: their
    right rests on a role that is not active, so that the click changed nothing. `confirm`: they approved, and are
    asked once more. `typed` stands in the text field. `may_ratify`: they may approve afterwards what went ahead;
    `overdue`: nobody may any more. `may_break`: it is an emergency. `course` is the wallet's by day, oldest first.
    Those whose `teams_ids` are given get their own card by refresh. `can_buy` False: the account is post-paid.
    `payment`: where the payment methods are, of an order that was declined.
    """

    request: Request
    viewer: Viewer
    viewer_id: PersonId | None = None
    approvers: Approvers = NOBODY
    balance_after: Money | None = None
    runs_out_on: date | None = None
    wants: Band = ONE
    asked: tuple[str, ...] = ()
    behalf: str = ""
    changes: tuple[Change, ...] = ()
    edited: tuple[Change, ...] = ()
    told: Told | None = None
    inactive_role: Role | None = None
    confirm: bool = False
    typed: str = ""
    may_ratify: bool = False
    overdue: bool = False
    may_break: bool = False
    course: tuple[tuple[date, Money], ...] = ()
    teams_ids: tuple[str, ...] = ()
    can_buy: bool = True
    payment: Path | None = None

    @property
    def about(self) -> tuple[str, int]:
        return self.request.id, self.request.revision

    @property
    def has_approved(self) -> bool:
        return any(self.viewer_id in voice.whose for voice in self.request.approvals)

    @property
    def may_decide(self) -> bool:
        """Somebody who has decided on what is asked for now has no second vote."""
        decided = any(
            one.person == self.viewer_id and one.revision == self.request.revision and not one.void
            for one in self.request.decisions
        )
        return self.viewer is Viewer.APPROVER and self.request.state is State.PENDING and not decided

    @property
    def may_retract(self) -> bool:
        """Until the order leaves, unless a clause of the policy carries it on."""
        before_it_leaves = self.request.state in {State.PENDING, State.APPROVED}
        return before_it_leaves and self.has_approved and self.request.exemption is None
