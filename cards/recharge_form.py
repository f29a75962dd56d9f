"""The form of a recharge: how much, why, on which order. Says who can approve before anything is written. Pure."""

from dataclasses import dataclass

from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.approvers import Approvers, approvers_line
from cards.elements import InputText, TextBlock
from cards.page import line, page, remark

LONGEST_REASON = 500
LONGEST_PO_NUMBER = 50


@dataclass(frozen=True, slots=True)
class RechargeFormValues:
    """`request_id` is fresh, or the draft's that is edited. `amount` is as it was typed; `error` says what was wrong
    with it, already in the reader's language. `suggested` comes with what it is based on: `days` of usage."""

    request_id: str
    currency: str
    approvers: Approvers
    revision: int = 0
    amount: str = ""
    reason: str = ""
    po_number: str = ""
    po_required: bool = False
    suggested: Money | None = None
    suggested_days: int = 0
    error: str = ""


def recharge_form_card(values: RechargeFormValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        values.error or reader.text("recharge.question"),
        _amount(values, reader),
        _suggestion(values, reader),
        _reason(values, reader),
        _po_number(values, reader),
        line(approvers_line(values.approvers, reader), color="Warning" if values.approvers.nobody else None),
        actions=[
            buttons.press(
                reader.text("button.continue"),
                Verb.RECHARGE_PROPOSE,
                (values.request_id, values.revision),
                args={"currency": values.currency},
                style="positive",
            )
        ],
    )


def _amount(values: RechargeFormValues, reader: Reader) -> InputText:
    return InputText(
        id="amount",
        label=reader.text("recharge.amount", currency=values.currency),
        value=values.amount or None,
        is_required=True,
        error_message=reader.text("recharge.amount_missing"),
        max_length=40,
    )


def _suggestion(values: RechargeFormValues, reader: Reader) -> TextBlock | None:
    if values.suggested is None:
        return None
    return remark(reader.plural("recharge.suggested", values.suggested_days, amount=values.suggested))


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
