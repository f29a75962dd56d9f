"""What a recharge would do, before it is sent: how long the balance would last, and who can approve. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.domain.money import Money
from bot.domain.policy import Band
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.approvers import Approvers, approvers_line
from cards.elements import Element
from cards.page import facts, line, page

ONE = Band()


@dataclass(frozen=True, slots=True)
class ProposalValues:
    """`lasts_until` None: there is no usage to tell from. The draft is `request_id` at `revision`. `forfeited`: what
    of the amount would be left when it expires, and when. `wants`: what its band asks for, as the policy is now."""

    request_id: str
    revision: int
    amount: Money
    approvers: Approvers
    lasts_until: date | None = None
    reason: str = ""
    po_number: str = ""
    forfeited: tuple[Money, date] | None = None
    wants: Band = ONE


def proposal_card(values: ProposalValues, reader: Reader, buttons: Buttons) -> Card:
    """Where nobody else can approve it there is nothing to send."""
    about = (values.request_id, values.revision)
    send = buttons.press(reader.text("button.send"), Verb.RECHARGE_SEND, about, style="positive")
    edit = buttons.press(reader.text("button.edit"), Verb.RECHARGE_EDIT, about)
    given = facts(
        [
            (reader.text("request.reason"), values.reason),
            (reader.text("request.po_number"), values.po_number),
        ]
    )
    return page(
        reader,
        proposal_line(values, reader),
        _forfeited(values, reader),
        given,
        actions=[edit] if values.approvers.nobody else [send, edit],
    )


def _forfeited(values: ProposalValues, reader: Reader) -> Element | None:
    if values.forfeited is None:
        return None
    amount, day = values.forfeited
    return line(reader.text("proposal.forfeited", amount=amount, day=reader.full_day(day)), color="Warning")


def proposal_line(values: ProposalValues, reader: Reader) -> str:
    """`With €1,500.00 the balance would last until Feb 9. Carmen and Luis can approve. It takes 2 approvals.`"""
    if values.lasts_until is None:
        effect = reader.text("proposal.no_usage", amount=values.amount)
    else:
        day = (
            reader.full_day(values.lasts_until) if values.forfeited else values.lasts_until
        )  # what expires: in a year
        effect = reader.text("proposal.lasts", amount=values.amount, day=day)
    told = (effect, approvers_line(values.approvers, reader), _takes(values, reader))
    return " ".join(part for part in told if part)


def _takes(values: ProposalValues, reader: Reader) -> str:
    """Whether one yes is not enough; '' where the approvers' line has said what is lacking."""
    approvers, wants = values.approvers, values.wants
    if approvers.nobody or approvers.needed > 1:
        return ""
    finance = wants.needs_finance and not approvers.finance_missing
    if wants.approvals < 2:
        return reader.text("proposal.takes_finance") if finance else ""
    key = "proposal.takes_some_finance" if finance else "proposal.takes"
    return reader.text(key, needed=wants.approvals)
