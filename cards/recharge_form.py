"""The form of a recharge: how much, why, on which order. Says who can approve before anything is written. Pure."""

from dataclasses import dataclass

from bot.domain.advice import Advice
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.advice import reasons, trigger_words
from cards.approvers import Approvers, approvers_line
from cards.elements import Action, InputText, TextBlock
from cards.page import line, page, remark

LONGEST_REASON = 500
LONGEST_PO_NUMBER = 50


@dataclass(frozen=True, slots=True)
class RechargeFormValues:
    """`request_id` is fresh, or of what is edited; `waits`: that was sent already. `amount` is as it was typed;
    `error` says what was wrong with it, already in the reader's language. `advice` None: too little usage is known
    for any."""

    request_id: str
    currency: str
    approvers: Approvers
    revision: int = 0
    amount: str = ""
    reason: str = ""
    po_number: str = ""
    po_required: bool = False
    advice: Advice | None = None
    error: str = ""
    waits: bool = False


def recharge_form_card(values: RechargeFormValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        values.error or reader.text("recharge.change" if values.waits else "recharge.question"),
        _amount(values, reader),
        *_advice(values.advice, reader),
        _reason(values, reader),
        _po_number(values, reader),
        line(approvers_line(values.approvers, reader), color="Warning" if values.approvers.nobody else None),
        line(reader.text("recharge.approved_anew")) if values.waits else None,
        actions=_actions(values, reader, buttons),
    )


def _actions(values: RechargeFormValues, reader: Reader, buttons: Buttons) -> list[Action]:
    about, args = (values.request_id, values.revision), {"currency": values.currency}
    if not values.waits:
        title = reader.text("button.continue")
        return [buttons.press(title, Verb.RECHARGE_PROPOSE, about, args=args, style="positive")]
    change = reader.text("button.change")
    return [
        buttons.press(change, Verb.RECHARGE_CHANGE, about, args=args, style="positive"),
        buttons.press_only(reader.text("button.back"), Verb.REQUEST_SHOW, about),
    ]


def _amount(values: RechargeFormValues, reader: Reader) -> InputText:
    return InputText(
        id="amount",
        label=reader.text("recharge.amount", currency=values.currency),
        value=values.amount or None,
        is_required=True,
        error_message=reader.text("recharge.amount_missing"),
        max_length=40,
    )


def _advice(advice: Advice | None, reader: Reader) -> list[TextBlock]:
    """The suggested amount, how it comes about, and the sum below which a recharge should be on its way."""
    if advice is None:
        return []
    months = reader.plural("advice.months", advice.months)
    if advice.amount:
        first = reader.text("recharge.advised", months=months, amount=advice.amount)
    else:
        first = reader.text("recharge.not_needed", months=months)
    trigger = trigger_words(advice, reader)
    return [
        line(first),
        *(remark(text) for text in reasons(advice, reader)),
        *([remark(reader.text("recharge.trigger", trigger=trigger))] if trigger else []),
    ]


def _reason(values: RechargeFormValues, reader: Reader) -> InputText:
    return InputText(
        id="reason",
        label=reader.text("recharge.reason"),
        value=values.reason or None,
        is_multiline=True,
        max_length=LONGEST_REASON,
    )


def _po_number(values: RechargeFormValues, reader: Reader) -> InputText:
    return InputText(
        id="po_number",
        label=reader.text("recharge.po_number"),
        value=values.po_number or None,
        is_required=values.po_required or None,
        error_message=reader.text("recharge.po_missing") if values.po_required else None,
        max_length=LONGEST_PO_NUMBER,
    )
