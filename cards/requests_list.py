"""Requests that concern the reader, each with a button that opens it. Pure."""

from dataclasses import dataclass

from bot.domain.delegation import Delegation
from bot.domain.requests import Ratification, Request, State
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.delegate import until_when
from cards.elements import ActionSet, Column, ColumnSet, Element, Execute
from cards.invoice import invoice_words
from cards.page import beneath, line, page, remark
from cards.request_line import request_title, requested_by, stage
from cards.request_values import Viewer

SHOWN = 10  # more do not fit a phone, and each counts against the size of the card


@dataclass(frozen=True, slots=True)
class RequestLine:
    """`to_ratify`: the reader may approve it afterwards."""

    request: Request
    viewer: Viewer
    to_ratify: bool = False

    @property
    def waits_for_reader(self) -> bool:
        return self.to_ratify or (self.viewer is Viewer.APPROVER and self.request.state is State.PENDING)


@dataclass(frozen=True, slots=True)
class RequestsValues:
    """Newest first; the first ten are shown. `may_recharge`: the reader may propose a recharge. `handed_on`: who
    decides for them now; `decides_for`: those for whom they do."""

    lines: tuple[RequestLine, ...]
    may_recharge: bool = False
    handed_on: Delegation | None = None
    decides_for: tuple[Delegation, ...] = ()


def requests_list_card(values: RequestsValues, reader: Reader, buttons: Buttons) -> Card:
    shown = values.lines[:SHOWN]
    left_out = len(values.lines) - len(shown)
    return page(
        reader,
        _line(values, reader),
        *(_entry(one, reader, buttons) for one in shown),
        remark(reader.plural("requests.left_out", left_out)) if left_out else None,
        *_delegations(values, reader),
        actions=_actions(values, reader, buttons),
    )


def _delegations(values: RequestsValues, reader: Reader) -> list[Element]:
    own = values.handed_on
    told = (
        [reader.text("delegate.stands", name=own.delegate_name, moment=until_when(own.ends_at, reader))]
        if own
        else []
    )
    told += [
        reader.text("delegate.for", name=one.delegator_name, moment=until_when(one.ends_at, reader))
        for one in values.decides_for
    ]
    return [line(text) for text in told]


def _actions(values: RequestsValues, reader: Reader, buttons: Buttons) -> list[Execute]:
    """Where there is nothing to open: what could be asked for."""
    if values.lines:
        return []
    if values.may_recharge:
        return [buttons.press(reader.text("button.recharge"), Verb.RECHARGE_OPEN)]
    return [buttons.press(reader.text("button.help"), Verb.HELP_SHOW)]


def _line(values: RequestsValues, reader: Reader) -> str:
    if not values.lines:
        return reader.text("requests.none")
    waiting = sum(one.waits_for_reader for one in values.lines)
    if waiting:
        return reader.plural("requests.for_you", waiting)
    return reader.plural("requests.count", len(values.lines))


def _came(request: Request, reader: Reader) -> str:
    """`Credited €500.00 · Invoiced €605.00, of it €105.00 tax`; '' while nothing came."""
    recharge = request.recharge
    if recharge is None or recharge.credited is None:
        return ""
    credited = reader.text("requests.credited", amount=recharge.credited)
    invoice = invoice_words(recharge.invoiced, recharge.tax, reader)
    return f"{credited} · {invoice}" if invoice else credited


def _entry(one: RequestLine, reader: Reader, buttons: Buttons) -> ColumnSet:
    request = one.request
    about = (request.id, request.revision)
    state = reader.text(f"stage.{stage(request)}")
    if request.ratification is Ratification.UNRATIFIED:
        state = reader.text("requests.flagged", state=state, flag=reader.text("requests.unratified"))
    when = reader.full_day(request.created_at.astimezone(reader.zone).date())
    what = [
        line(request_title(request, reader)),
        beneath(reader.text("requests.entry", state=state, name=requested_by(request, reader), when=when)),
        *([beneath(came)] if (came := _came(request, reader)) else []),
    ]
    open_it = ActionSet(actions=[buttons.press(reader.text("button.open"), Verb.REQUEST_SHOW, about)])
    return ColumnSet(
        separator=True, columns=[Column(width="stretch", items=what), Column(width="auto", items=[open_it])]
    )
