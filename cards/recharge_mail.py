"""What was read of a pasted mail, and what can be done about it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.money import Money
from bot.domain.recharge_mail import MailKind, MailTaken
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element, InputDate, InputText
from cards.invoice import NONE_TYPED, InvoiceTyped, invoice_inputs
from cards.page import line, page, remark


@dataclass(frozen=True, slots=True)
class MailValues:
    """`key` is the mail's. `amount` None: it does not tell, or (`ambiguous`) can be read in two ways, or is of
    another currency than the wallet's (`other_currency`). `on` (ISO): its day, else today. `matched`: nothing,
    expected or order, with what was waited for. `similar`: the day of a purchase of that sum that is booked already.
    `typed` and `error`: what was typed last, and what was wrong with it, in the reader's language. `args` ride along
    on the buttons."""

    key: str
    kind: MailKind
    on: str
    amount: Money | None = None
    day: date | None = None
    ambiguous: bool = False
    reason: str = "other"
    order_number: str = ""
    matched: str = "nothing"
    waited_for: Money | None = None
    similar: date | None = None
    other_currency: Money | None = None
    currency: str = "EUR"
    may_act: bool = True
    typed: str = ""
    error: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    invoice: InvoiceTyped = NONE_TYPED


def mail_card(values: MailValues, reader: Reader, buttons: Buttons) -> Card:
    first = mail_line(values, reader)
    return page(
        reader,
        values.error or first,
        line(first) if values.error else None,
        *_about(values, reader),
        *(_inputs(values, reader) if values.kind is MailKind.SUCCEEDED and values.may_act else []),
        remark(reader.text(_small_print(values))),
        actions=_actions(values, reader, buttons),
    )


def mail_line(values: MailValues, reader: Reader) -> str:
    """`This mail says that €500.00 arrived on Nov 20, 2026.`"""
    amount = values.amount
    if values.kind is MailKind.ZERO:
        return reader.text("mail.zero")
    if values.kind is MailKind.FAILED:
        if amount is None:
            return reader.text(f"mail.failed_{values.reason}")
        return reader.text(f"mail.failed_{values.reason}_of", amount=amount)
    if amount is None:
        return reader.text("mail.ambiguous" if values.ambiguous else "mail.arrived")
    if values.day is None:
        return reader.text("mail.arrived_of", amount=amount)
    return reader.text("mail.arrived_on", amount=amount, day=reader.full_day(values.day))


def _about(values: MailValues, reader: Reader) -> list[Element | None]:
    order = reader.text("mail.order_number", number=values.order_number) if values.order_number else ""
    similar = reader.text("mail.similar", day=reader.full_day(values.similar)) if values.similar else ""
    other, waited = values.other_currency, values.waited_for
    foreign = reader.text("mail.other_currency", amount=other, wallet=values.currency) if other else ""
    return [
        line(reader.text(f"mail.is_{values.matched}", amount=waited)) if waited else None,
        line(order) if order else None,
        line(similar, color="Warning") if similar else None,
        line(foreign, color="Warning") if foreign else None,
    ]


def _inputs(values: MailValues, reader: Reader) -> list[Element | None]:
    amount = reader.money(values.amount) if values.amount else ""
    return [
        InputText(
            id="amount",
            label=reader.text("mail.amount", currency=values.currency),
            value=values.typed or amount or None,
            is_required=True,
            error_message=reader.text("recharge.amount_missing"),
            max_length=40,
        ),
        InputDate(id="on", label=reader.text("expected.on"), value=values.on),
        *invoice_inputs(values.invoice, reader),
    ]


def _small_print(values: MailValues) -> str:
    if not values.may_act:
        return "mail.who_may"
    return "mail.nothing_yet" if values.kind is MailKind.SUCCEEDED else "mail.report_tells"


def _actions(values: MailValues, reader: Reader, buttons: Buttons) -> list[Action]:
    about = (values.key, 0)
    drop = buttons.press_only(reader.text("button.no"), Verb.MAIL_DROP)
    if not values.may_act:
        return [drop]
    if values.kind is MailKind.SUCCEEDED:
        title = reader.text("button.book")
        return [buttons.press(title, Verb.MAIL_BOOK, about, args=values.args, style="positive"), drop]
    title = reader.text("button.mail_report")
    report = buttons.press(title, Verb.MAIL_REPORT, about, args=values.args, style="positive")
    compare = buttons.press(reader.text("button.compare"), Verb.RECONCILE_OPEN, args={"amount": "0"})
    return [report, compare, drop] if values.kind is MailKind.ZERO else [report, drop]


@dataclass(frozen=True, slots=True)
class TakenValues:
    """`before`: it had been done already when the mail was pasted or the button pressed again."""

    taken: MailTaken
    before: bool = False


def taken_card(values: TakenValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        taken_line(values, reader),
        actions=[buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)],
    )


def taken_line(values: TakenValues, reader: Reader) -> str:
    taken, name = values.taken, values.taken.by.name
    if taken.credited is None or taken.on is None:
        return reader.text("mail.reported_before" if values.before else "mail.reported", name=name)
    key = "mail.booked_before" if values.before else "mail.booked"
    return reader.text(key, amount=taken.credited, day=reader.full_day(taken.on), name=name)
