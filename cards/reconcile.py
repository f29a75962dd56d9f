"""A reading of the admin center beside the books: the form, the difference and why, and that it is booked. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.admin_center import Path
from bot.domain.money import Money
from bot.domain.reconciliation import Split
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.approvers import NOBODY, Approvers, approvers_line
from cards.drift import drift_parts, drift_words
from cards.elements import Action, Element, InputDate, InputText
from cards.page import facts, line, page, remark
from cards.paths import where


@dataclass(frozen=True, slots=True)
class ReconcileFormValues:
    """`read_on` (ISO) and `read_time` (HH:MM) in the reader's zone; `amount` as it was typed; `error` says what was
    wrong with it, already in the reader's language. `balance`: where the figure is. `last`: when it was done before,
    and what it differed by then."""

    currency: str
    read_on: str
    read_time: str
    balance: Path
    amount: str = ""
    error: str = ""
    last: tuple[datetime, Money] | None = None


@dataclass(frozen=True, slots=True)
class ReconcileValues:
    """`request_id` is fresh: whatever the button leads to has it. `alone`: one person may book it. `in_all`:
    where the drift is small for itself, what it comes to with those that were booked alone in the week before."""

    request_id: str
    portal: Money
    read_at: datetime
    split: Split
    alone: bool
    opening: bool = False
    approvers: Approvers = NOBODY
    in_all: Money | None = None


@dataclass(frozen=True, slots=True)
class ReconciledValues:
    """It is in the books. `drift` is what it differed by then; None for an opening balance."""

    portal: Money
    on: date
    drift: Money | None


def reconcile_form_card(values: ReconcileFormValues, reader: Reader, buttons: Buttons) -> Card:
    last = values.last
    told = (
        reader.text("reconcile.last", when=last[0], drift=drift_words(last[1], reader))
        if last
        else reader.text("reconcile.never")
    )
    return page(
        reader,
        values.error or reader.text("reconcile.question"),
        remark(where(values.balance, reader)),
        *_inputs(values, reader),
        remark(told),
        actions=[buttons.press(reader.text("button.compare"), Verb.RECONCILE_READ, style="positive")],
    )


def _inputs(values: ReconcileFormValues, reader: Reader) -> list[Element]:
    return [
        InputText(
            id="amount",
            label=reader.text("reconcile.amount", currency=values.currency),
            value=values.amount or None,
            is_required=True,
            error_message=reader.text("recharge.amount_missing"),
            max_length=40,
        ),
        InputDate(id="read_on", label=reader.text("reconcile.read_on"), value=values.read_on),
        InputText(
            id="read_time",
            label=reader.text("reconcile.read_time", zone=str(reader.zone)),
            value=values.read_time,
            max_length=5,
        ),
    ]


def reconcile_card(values: ReconcileValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        _line(values, reader),
        facts(_facts(values, reader)),
        *([] if values.opening else drift_parts(values.split, reader)),
        line(_who(values, reader), color=None if values.alone or not values.approvers.nobody else "Warning"),
        actions=_actions(values, reader, buttons),
    )


def _line(values: ReconcileValues, reader: Reader) -> str:
    if values.opening:
        return reader.text("reconcile.opening", amount=values.portal)
    drift = drift_words(values.split.drift, reader)
    return reader.text("reconcile.line", amount=values.portal, drift=drift)


def _facts(values: ReconcileValues, reader: Reader) -> list[tuple[str, str]]:
    return [
        (reader.text("reconcile.read"), reader.money(values.portal)),
        (reader.text("reconcile.read_at"), reader.moment(values.read_at)),
        (reader.text("reconcile.expected"), "" if values.opening else reader.money(values.split.estimate)),
    ]


def _who(values: ReconcileValues, reader: Reader) -> str:
    if values.alone:
        return reader.text("reconcile.alone_opening" if values.opening else "reconcile.alone")
    return f"{_why(values.in_all, reader)} {approvers_line(values.approvers, reader)}"


def _why(in_all: Money | None, reader: Reader) -> str:
    if in_all is None:
        return reader.text("reconcile.second")
    return reader.text("reconcile.second_in_all", drift=drift_words(in_all, reader))


def _actions(values: ReconcileValues, reader: Reader, buttons: Buttons) -> list[Action]:
    args = {
        "amount": str(values.portal),
        "currency": values.portal.currency,
        "read_at": values.read_at.isoformat(),
    }
    change = buttons.press(reader.text("button.edit"), Verb.RECONCILE_OPEN, args=args)
    if not values.alone and values.approvers.nobody:
        return [change]
    title = reader.text("button.book" if values.alone else "button.send")
    about = (values.request_id, 0)
    return [buttons.press(title, Verb.RECONCILE_BOOK, about, args=args, style="positive"), change]


def reconciled_card(values: ReconciledValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        booked_line(values, reader),
        remark(reader.text("reconcile.day_goes_on")),
        actions=[buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)],
    )


def booked_line(values: ReconciledValues, reader: Reader) -> str:
    """`Booked: €1,234.56 on Nov 22, 2026, €5.44 less than expected.`"""
    day = reader.full_day(values.on)
    if values.drift is None:
        return reader.text("reconcile.booked_opening", amount=values.portal, day=day)
    return reader.text("reconcile.booked", amount=values.portal, day=day, drift=drift_words(values.drift, reader))
