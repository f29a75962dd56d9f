"""A request, as its viewer may see it: the requester, an approver, or anybody. Pure.

What is approved is what was seen, and on a phone the top is what is seen: amount, balance after, run-out date,
requester, reason, then the rest. Whoever has no part in it sees the state alone, without a sum.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.people import PersonId, Role
from bot.domain.requests import OPEN, Kind, Request, State
from bot.domain.voices import amount_of, taken_back
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.approvers import NOBODY, Approvers, absent_line, approvers_line, short_line
from cards.drift import drift_parts, drift_words
from cards.elements import Action, Element, InputText
from cards.licenses_table import results_table
from cards.page import facts, line, page, shortened
from cards.policy import change_facts
from cards.request_line import decided_by, request_line

LONGEST_COMMENT = 1_000  # characters
LONGEST_REASON = 500


class Viewer(StrEnum):
    REQUESTER = "requester"
    APPROVER = "approver"
    ANYBODY = "anybody"


@dataclass(frozen=True, slots=True)
class RequestValues:
    """`viewer_id` is whose card it is (None for anybody's). `needed` approvals it takes. `inactive_role`: the
    viewer's right rests on a role that is not active, so that the click changed nothing. `confirm`: they approved,
    and are asked once more. Those whose `teams_ids` are given get their own card by refresh."""

    request: Request
    viewer: Viewer
    viewer_id: PersonId | None = None
    approvers: Approvers = NOBODY
    balance_after: Money | None = None
    runs_out_on: date | None = None
    needed: int = 1
    inactive_role: Role | None = None
    confirm: bool = False
    comment: str = ""
    teams_ids: tuple[str, ...] = ()


def request_card(values: RequestValues, reader: Reader, buttons: Buttons) -> Card:
    request = values.request
    about = (request.id, request.revision)
    live = request.state is State.DRAFT or request.state in OPEN
    return page(
        reader,
        _first(values, reader),
        *([] if values.viewer is Viewer.ANYBODY else _insight(values, reader)),
        actions=[*_actions(values, reader, buttons), *_history(values, reader, buttons)],
        refresh=buttons.refresh(Verb.REQUEST_SHOW, about, values.teams_ids) if live else None,
    )


def _first(values: RequestValues, reader: Reader) -> str:
    if values.inactive_role is not None:
        return reader.text("request.activate_role", role=reader.text(f"role.{values.inactive_role.name.lower()}"))
    if values.confirm:
        amount = amount_of(values.request)
        return reader.text("request.confirm", amount=amount or "")
    return request_line(values.request, values.viewer.value, values.viewer_id, values.approvers, reader)


def _insight(values: RequestValues, reader: Reader) -> list[Element | None]:
    request = values.request
    waiting = request.state is State.PENDING
    return [
        *_facts(values, reader),
        _approvers(values.approvers, reader) if waiting and values.viewer is Viewer.REQUESTER else None,
        _comment(values.comment, reader) if _may_decide(values) else None,
    ]


def _facts(values: RequestValues, reader: Reader) -> list[Element | None]:
    asked, rest = _asked(values, reader), _rest(values, reader)
    seats, correction = values.request.seats, values.request.correction
    if correction is not None:
        return [facts(asked), *drift_parts(correction.split, reader), facts(rest)]
    return [facts(asked), results_table(seats, reader), facts(rest)] if seats else [facts([*asked, *rest])]


def _approvers(approvers: Approvers, reader: Reader) -> Element | None:
    """The first line names those who can be reached."""
    if approvers.reachable:
        text = " ".join(told for told in (absent_line(approvers, reader), short_line(approvers, reader)) if told)
    else:
        text = approvers_line(approvers, reader)
    return line(text) if text else None


def _asked(values: RequestValues, reader: Reader) -> list[tuple[str, str]]:
    request = values.request
    recharge = request.recharge
    after, until = values.balance_after, values.runs_out_on
    return [
        *_correction(request, reader),
        *_budget(request, reader),
        *(change_facts(request.policy_change, reader) if request.policy_change else []),
        (reader.text("request.amount"), reader.money(recharge.amount) if recharge else ""),
        (reader.text("request.balance_after"), reader.money(after) if after else ""),
        (reader.text("request.runs_out_on"), reader.full_day(until) if until else ""),
        (reader.text("request.requester"), request.requester_name),
        (reader.text("request.reason"), shortened(recharge.reason, LONGEST_REASON) if recharge else ""),
    ]


def _correction(request: Request, reader: Reader) -> list[tuple[str, str]]:
    if request.correction is None:
        return []
    asked, split = request.correction, request.correction.split
    return [
        (reader.text("reconcile.read"), f"{reader.money(asked.portal)} ({drift_words(split.drift, reader)})"),
        (reader.text("reconcile.read_at"), reader.moment(asked.read_at)),
        (reader.text("reconcile.expected"), reader.money(split.estimate)),
    ]


def _budget(request: Request, reader: Reader) -> list[tuple[str, str]]:
    if request.budget is None:
        return []
    return [
        (reader.text("budget.new"), reader.money(request.budget.to)),
        (reader.text("budget.before"), reader.money(request.budget.before)),
    ]


def _rest(values: RequestValues, reader: Reader) -> list[tuple[str, str]]:
    request = values.request
    recharge = request.recharge
    return [
        (reader.text("request.po_number"), recharge.po_number if recharge else ""),
        (reader.text("request.credited"), reader.money(recharge.credited) if recharge and recharge.credited else ""),
        (reader.text("request.reference"), recharge.reference if recharge else ""),
        (reader.text("request.approvals"), _progress(values, reader)),
        (reader.text("request.decisions"), decided_by(request, reader)),
        (reader.text("request.created_at"), reader.moment(request.created_at)),
    ]


def _progress(values: RequestValues, reader: Reader) -> str:
    if values.needed < 2 or values.request.state is not State.PENDING:
        return ""
    return reader.text("request.progress", given=len(values.request.approvals), needed=values.needed)


def _may_decide(values: RequestValues) -> bool:
    """Somebody who has decided on what is asked for now has no second vote."""
    request = values.request
    decided = any(
        d.person == values.viewer_id and d.revision == request.revision and not d.void for d in request.decisions
    )
    return values.viewer is Viewer.APPROVER and request.state is State.PENDING and not decided


def _comment(said: str, reader: Reader) -> InputText:
    return InputText(
        id="comment",
        label=reader.text("request.comment"),
        value=said or None,
        is_multiline=True,
        max_length=LONGEST_COMMENT,
    )


def _approve(values: RequestValues, reader: Reader, buttons: Buttons) -> Action:
    """The button knows how many voices its presser has taken back, so that an old click does not bring one back."""
    request = values.request
    title = reader.text("button.approve_really" if values.confirm else "button.approve")
    gone = taken_back(request, values.viewer_id) if values.viewer_id else 0
    args = {**({"taken_back": str(gone)} if gone else {}), **({"confirmed": "yes"} if values.confirm else {})}
    about = (request.id, request.revision)
    return buttons.press(title, Verb.REQUEST_APPROVE, about, args=args, style="positive")


def _actions(values: RequestValues, reader: Reader, buttons: Buttons) -> list[Action]:
    request = values.request
    about = (request.id, request.revision)
    if _may_decide(values):
        return [
            _approve(values, reader, buttons),
            buttons.press(reader.text("button.reject"), Verb.REQUEST_REJECT, about, style="destructive"),
        ]
    if values.viewer is not Viewer.REQUESTER:
        return []
    match request.state:
        case State.DRAFT if request.kind is Kind.RECHARGE:
            return [
                buttons.press(reader.text("button.send"), Verb.RECHARGE_SEND, about, style="positive"),
                buttons.press(reader.text("button.edit"), Verb.RECHARGE_EDIT, about),
            ]
        case State.DRAFT:
            return [buttons.press(reader.text("button.send"), Verb.LICENSES_SEND, about, style="positive")]
        case State.PENDING:
            return [buttons.press(reader.text("button.withdraw"), Verb.REQUEST_WITHDRAW, about)]
        case State.FAILED | State.REJECTED | State.WITHDRAWN | State.EXPIRED if request.kind is Kind.RECHARGE:
            return [buttons.press(reader.text("button.recharge_again"), Verb.RECHARGE_OPEN)]
        case _:
            return []


def _history(values: RequestValues, reader: Reader, buttons: Buttons) -> list[Action]:
    """What happened to it, for whoever has a part in it; a draft has no history worth a button."""
    request = values.request
    if values.viewer is Viewer.ANYBODY or request.state is State.DRAFT:
        return []
    return [buttons.press(reader.text("button.history"), Verb.REQUEST_HISTORY, (request.id, request.revision))]
