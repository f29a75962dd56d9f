"""A request, as its viewer may see it: the requester, an approver, or anybody. Pure.

What is approved is what was seen, and on a phone the top is what is seen: amount, balance after, run-out date,
requester, reason, then the rest, a chart last. Whoever has no part in it sees the state alone, without a sum.
"""

from bot.domain.requests import OPEN, Ratification, Remark, Request, State
from bot.domain.voices import amount_of
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.approvers import Approvers, absent_line, approvers_line, short_line
from cards.balance_chart import balance_chart
from cards.elements import Element, InputText, Refresh
from cards.order_news import declined_advice
from cards.page import line, page
from cards.request_buttons import request_buttons
from cards.request_facts import change_words, request_facts
from cards.request_line import quoted, ratify_line, request_line
from cards.request_values import RequestValues, Viewer

LONGEST_COMMENT = 1_000  # characters
LONGEST_REMARK = 300  # characters shown of each; the history has more
REMARKS = 4  # the last ones


def request_card(values: RequestValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        _first(values, reader),
        *([] if values.viewer is Viewer.ANYBODY else _insight(values, reader)),
        actions=request_buttons(values, reader, buttons),
        refresh=_refresh(values, buttons),
    )


def is_live(request: Request) -> bool:
    """Whether its card may still become another one."""
    to_ratify = request.ratification is Ratification.UNRATIFIED
    return request.state is State.DRAFT or request.state in OPEN or to_ratify


def _refresh(values: RequestValues, buttons: Buttons) -> Refresh | None:
    """A card that tells what the viewer has just done, or that they are in the middle of, asks for no fresh one: it
    would take its place. Nor does one's own that cannot change any more; where many look, each asks for theirs."""
    if values.confirm or values.typed or values.told or values.changes:
        return None
    if values.viewer_id is not None and not is_live(values.request):
        return None
    return buttons.refresh(Verb.REQUEST_SHOW, values.about, values.teams_ids)


def _first(values: RequestValues, reader: Reader) -> str:
    request = values.request
    if values.inactive_role is not None:
        return reader.text("request.activate_role", role=reader.text(f"role.{values.inactive_role.name.lower()}"))
    if values.confirm:
        return reader.text("request.confirm", amount=amount_of(request) or "")
    if values.changes:
        return reader.text("request.changed", changes=change_words(values.changes, reader))
    if values.told is not None:
        return reader.text(f"request.told_{values.told.value}")
    if values.may_ratify:
        return ratify_line(request, reader)
    if _is_asked(values):
        return reader.text("request.question")
    return request_line(values, reader)


def _is_asked(values: RequestValues) -> bool:
    """Somebody wants to know more of the viewer."""
    waits = values.viewer is Viewer.REQUESTER and values.request.state is State.PENDING
    return waits and values.request.question is not None


def _insight(values: RequestValues, reader: Reader) -> list[Element | None]:
    request = values.request
    waiting = request.state is State.PENDING
    return [
        *request_facts(values, reader),
        _advice(values, reader),
        _approvers(values.approvers, reader) if waiting and values.viewer is Viewer.REQUESTER else None,
        *(line(_said(remark, reader)) for remark in request.remarks[-REMARKS:]),
        _input(values, reader),
        balance_chart(values.course, reader) if _weighs(values) else None,
    ]


def _advice(values: RequestValues, reader: Reader) -> Element | None:
    """Whoever asked hears of it by this card."""
    if values.payment is None:
        return None
    return line(declined_advice(values.request.asked.declined_reason, values.payment, reader))


def _weighs(values: RequestValues) -> bool:
    """Whoever has decided needs no chart any more."""
    return values.viewer is Viewer.REQUESTER or (values.may_decide and not values.confirm)


def _approvers(approvers: Approvers, reader: Reader) -> Element | None:
    """The first line names those who can be reached."""
    if approvers.reachable:
        text = " ".join(told for told in (absent_line(approvers, reader), short_line(approvers, reader)) if told)
    else:
        text = approvers_line(approvers, reader)
    return line(text) if text else None


def _said(remark: Remark, reader: Reader) -> str:
    return reader.text(f"remark.{remark.saying.value}", name=remark.name, text=quoted(remark.text, LONGEST_REMARK))


def _input(values: RequestValues, reader: Reader) -> InputText | None:
    """One field for all that can be said: the button says what it is. Whoever is asked once more has said it."""
    label = _label(values)
    if label is None or values.confirm:
        return None
    return InputText(
        id="comment",
        label=reader.text(label),
        value=values.typed or None,
        is_multiline=True,
        max_length=LONGEST_COMMENT,
    )


def _label(values: RequestValues) -> str | None:
    if values.may_decide:
        return "request.comment_or_question"
    if values.may_ratify:
        return "request.comment"
    if values.viewer is Viewer.REQUESTER and values.request.state is State.PENDING:
        return "request.your_answer" if values.request.question else "request.comment"
    return None
