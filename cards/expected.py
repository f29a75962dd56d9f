"""A recharge that auto-recharge should have made: whether it arrived, and what to do where it failed. Pure."""

from dataclasses import dataclass
from datetime import UTC

from bot.domain.admin_center import Path
from bot.domain.auto_recharge import Course, Expected
from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element, InputDate, InputText, OpenUrl
from cards.invoice import NONE_TYPED, InvoiceTyped, invoice_inputs
from cards.order_forms import why_failed_page
from cards.page import line, page, remark
from cards.paths import path_text


@dataclass(frozen=True, slots=True)
class ExpectedValues:
    """`today` (ISO) in the reader's zone. `typed` and `error`: the other amount as it was typed, and what was wrong
    with it, already in the reader's language; `times`: how many purchases that may be it the error is about.
    `payment`: where the payment methods are."""

    expected: Expected
    today: str
    payment: Path
    may_confirm: bool = False
    may_recharge: bool = False
    typed: str = ""
    error: str = ""
    times: int = 0
    invoice: InvoiceTyped = NONE_TYPED


@dataclass(frozen=True, slots=True)
class TroubleValues:
    """What Microsoft's mail says, as somebody reported it: a payment failed for `reason`, or (`zero`) nothing is
    left. `amount` None: the mail did not tell."""

    payment: Path
    zero: bool = False
    amount: Money | None = None
    reason: str = "other"
    reported_by: str = ""
    may_recharge: bool = False


def expected_card(values: ExpectedValues, reader: Reader, buttons: Buttons) -> Card:
    course = values.expected.course
    asks = values.may_confirm and course is not Course.ARRIVED
    first = expected_line(values.expected, reader)
    return page(
        reader,
        values.error or first,
        line(first) if values.error else None,
        *(_what_to_do(values.expected.reason, values.payment, reader) if course is Course.FAILED else []),
        _waits(values.expected, reader),
        *(_inputs(values, reader) if asks else []),
        None if course is Course.ARRIVED else remark(reader.text("expected.not_available")),
        actions=_actions(values, reader, buttons) if asks else _looks(values, reader, buttons),
    )


def why_expected_failed_card(expected: Expected, reader: Reader, buttons: Buttons) -> Card:
    about = (expected.id, expected.step)
    return why_failed_page(expected.amount, about, (Verb.EXPECTED_FAILED, Verb.EXPECTED_SHOW), reader, buttons)


def expected_line(expected: Expected, reader: Reader) -> str:
    """`The estimate fell below €100.00 on Nov 20: did the automatic recharge of €500.00 arrive?`"""
    name = expected.answered_by.name if expected.answered_by else ""
    match expected.course:
        case Course.OPEN:
            day = expected.opened_at.astimezone(reader.zone).date()
            return reader.text("expected.question", trigger=expected.trigger, day=day, amount=expected.amount)
        case Course.ARRIVED:
            on = reader.full_day(expected.on or expected.opened_at.astimezone(UTC).date())
            return reader.text("expected.arrived", amount=expected.credited or expected.amount, day=on, name=name)
        case Course.FAILED:
            return reader.text(f"expected.failed_{expected.reason}", amount=expected.amount)
        case Course.LAPSED:
            return reader.text("expected.lapsed", amount=expected.amount)
        case _:
            return reader.text("expected.overtaken", amount=expected.amount)


def _waits(expected: Expected, reader: Reader) -> Element | None:
    """Who said that it had not arrived yet, where somebody did."""
    if expected.course is not Course.OPEN or expected.answered_by is None:
        return None
    moment = expected.answered_at or expected.opened_at
    return line(reader.text("expected.waits", name=expected.answered_by.name, moment=moment))


def trouble_card(values: TroubleValues, reader: Reader, buttons: Buttons) -> Card:
    steps = [] if values.zero else _what_to_do(values.reason, values.payment, reader)
    return page(
        reader,
        trouble_line(values, reader),
        line(reader.text("trouble.zero_means")) if values.zero else None,
        *steps,
        remark(reader.text("trouble.by", name=values.reported_by)),
        actions=_ways_out(values.payment, reader, buttons, may_recharge=values.may_recharge),
    )


def trouble_line(values: TroubleValues, reader: Reader) -> str:
    if values.zero:
        return reader.text("trouble.zero")
    if values.amount is None:
        return reader.text(f"trouble.failed_{values.reason}")
    return reader.text(f"expected.failed_{values.reason}", amount=values.amount)


def _what_to_do(reason: str, payment: Path, reader: Reader) -> list[Element | None]:
    where = path_text(payment, reader)
    return [line(reader.text(f"trouble.do_{reason}", path=where)), line(reader.text("trouble.then"))]


def _inputs(values: ExpectedValues, reader: Reader) -> list[Element | None]:
    return [
        InputDate(id="on", label=reader.text("expected.on"), value=values.today),
        InputText(
            id="amount",
            label=reader.text("expected.other_amount", amount=values.expected.amount),
            value=values.typed or None,
            max_length=40,
        ),
        *invoice_inputs(values.invoice, reader),
    ]


def _actions(values: ExpectedValues, reader: Reader, buttons: Buttons) -> list[Action]:
    about = (values.expected.id, values.expected.step)
    course = values.expected.course
    seen = {"known": str(values.times)} if values.times else {}
    found: list[Action] = [
        buttons.press(reader.text("button.expected_yes"), Verb.EXPECTED_YES, about, args=seen, style="positive"),
        buttons.press(reader.text("button.expected_other"), Verb.EXPECTED_OTHER, about, args=seen),
    ]
    if course is Course.OPEN:
        found.append(buttons.press_only(reader.text("button.expected_not_yet"), Verb.EXPECTED_NOT_YET, about))
    if course is Course.FAILED:
        return [*found, *_ways_out(values.payment, reader, buttons, may_recharge=values.may_recharge)[:-1]]
    return [*found, buttons.press_only(reader.text("button.expected_failed"), Verb.EXPECTED_FAILED, about)]


def _looks(values: ExpectedValues, reader: Reader, buttons: Buttons) -> list[Action]:
    if values.expected.course is Course.FAILED:
        return _ways_out(values.payment, reader, buttons, may_recharge=values.may_recharge)
    return [buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)]


def _ways_out(payment: Path, reader: Reader, buttons: Buttons, *, may_recharge: bool) -> list[Action]:
    """What helps, the balance last."""
    recharge = buttons.press_only(reader.text("button.recharge"), Verb.RECHARGE_OPEN)
    found: list[Action] = [recharge] if may_recharge else []
    return [
        *found,
        OpenUrl(title=reader.text("button.payment"), url=payment.link),
        buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW),
    ]
