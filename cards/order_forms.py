"""What came of an order: the form for money that arrived, why a payment failed, and what was booked. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.domain.money import Money
from bot.domain.order_terms import DECLINE_REASONS
from bot.domain.requests import Request
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Choice, Element, InputChoiceSet, InputDate, InputText
from cards.invoice import InvoiceTyped, invoice_inputs, invoice_words
from cards.page import line, page, remark
from cards.request_line import request_title, requested_by

OUTSIDE = "outside"  # it was bought without a request


@dataclass(frozen=True, slots=True)
class ArrivedValues:
    """`telling` is the id of the order that it is about, else a fresh one: the same form sent twice books once.
    `belongs`: the open orders that it may be, the likeliest first; nobody is asked where it is clear. `known`: the
    day of a purchase of that sum that is in the books already; `times`: how many such there are. `error` is in the
    reader's language."""

    telling: str
    currency: str
    on: str
    amount: str = ""
    order_number: str = ""
    invoiced: str = ""
    tax: str = ""
    belongs: tuple[Request, ...] = ()
    chosen: str = ""
    known: date | None = None
    times: int = 0
    error: str = ""


def arrived_card(values: ArrivedValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        values.error or reader.text("arrived.question"),
        remark(reader.text("arrived.known", day=reader.full_day(values.known))) if values.known else None,
        _belongs(values, reader) if values.belongs else None,
        *_inputs(values, reader),
        remark(reader.text("arrived.apart")),
        actions=[
            buttons.press(
                reader.text("button.book"),
                Verb.ORDER_CONFIRM,
                (values.telling, 0),
                style="positive",
                args={"known": str(values.times)} if values.times else {},
            )
        ],
    )


def _belongs(values: ArrivedValues, reader: Reader) -> InputChoiceSet:
    choices = [
        Choice(
            title=reader.text(
                "arrived.of_request", title=request_title(request, reader), name=requested_by(request, reader)
            ),
            value=request.id,
        )
        for request in values.belongs
    ]
    return InputChoiceSet(
        id="belongs",
        label=reader.text("arrived.belongs"),
        choices=[*choices, Choice(title=reader.text("arrived.outside"), value=OUTSIDE)],
        style="expanded",
        wrap=True,
        value=values.chosen or values.belongs[0].id,
        is_required=True,
        error_message=reader.text("arrived.belongs_missing"),
    )


def _inputs(values: ArrivedValues, reader: Reader) -> list[Element | None]:
    return [
        InputText(
            id="amount",
            label=reader.text("arrived.credited", currency=values.currency),
            value=values.amount or None,
            is_required=True,
            error_message=reader.text("recharge.amount_missing"),
            max_length=40,
        ),
        InputDate(
            id="on",
            label=reader.text("arrived.on"),
            value=values.on,
            is_required=True,
            error_message=reader.text("arrived.on_missing"),
        ),
        InputText(
            id="order_number",
            label=reader.text("arrived.order_number"),
            value=values.order_number or None,
            max_length=100,
        ),
        *invoice_inputs(InvoiceTyped(values.invoiced, values.tax), reader),
    ]


def why_failed_card(request: Request, reader: Reader, buttons: Buttons) -> Card:
    about = (request.id, request.revision)
    return why_failed_page(request.asked.amount, about, (Verb.ORDER_DECLINED, Verb.ORDER_SHOW), reader, buttons)


def why_failed_page(
    amount: Money, about: tuple[str, int], verbs: tuple[Verb, Verb], reader: Reader, buttons: Buttons
) -> Card:
    """`verbs`: of each reason, and of the way back."""
    tell, back = verbs
    return page(
        reader,
        reader.text("failed.question", amount=amount),
        remark(reader.text("failed.told")),
        actions=[
            *(
                buttons.press(reader.text(f"failed.{reason}"), tell, about, args={"reason": reason})
                for reason in DECLINE_REASONS
            ),
            buttons.press(reader.text("button.back"), back, about),
        ],
    )


@dataclass(frozen=True, slots=True)
class BookedValues:
    """A purchase in the books. `read_on`: the admin center was read on or after that day, so that the balance held
    it already."""

    credited: Money
    on: date
    expires_on: date
    order_number: str = ""
    read_on: date | None = None
    invoiced: Money | None = None
    tax: Money | None = None


def booked_card(values: BookedValues, reader: Reader, buttons: Buttons) -> Card:
    number = reader.text("booked.number", number=values.order_number) if values.order_number else ""
    invoice = invoice_words(values.invoiced, values.tax, reader)
    told = [
        reader.text("booked.expires", day=reader.full_day(values.expires_on)),
        number,
        reader.text("booked.invoice", invoice=invoice) if invoice else "",
    ]
    return page(
        reader,
        reader.text("booked.line", amount=values.credited, day=reader.full_day(values.on)),
        remark(" ".join(filter(None, told))),
        line(reader.text("booked.held", day=reader.full_day(values.read_on))) if values.read_on else None,
        actions=[buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)],
    )
