"""The sum below which Saldo warns: how it stands, and a field to change it. Pure."""

from dataclasses import dataclass

from bot.domain.alerts import LOW_DAYS
from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element, InputText
from cards.page import line, page, remark


@dataclass(frozen=True, slots=True)
class ThresholdValues:
    """`limit` None: no sum counts. Nothing was bought yet, or (`by_runway`) a day can be foretold, and warnings go
    by that. `own`: the organisation set the sum itself. `typed` and `error`: what was typed last, and what was wrong
    with it, in the reader's language."""

    currency: str
    limit: Money | None
    own: bool
    may_change: bool
    by_runway: bool = False
    typed: str = ""
    error: str = ""


def threshold_card(values: ThresholdValues, reader: Reader, buttons: Buttons) -> Card:
    stands = _line(values, reader)
    return page(
        reader,
        values.error or stands,
        line(stands) if values.error else None,
        _amount(values, reader) if values.may_change else None,
        remark(reader.text("threshold.once")),
        actions=_actions(values, reader, buttons),
    )


def _line(values: ThresholdValues, reader: Reader) -> str:
    if values.by_runway:
        key = "threshold.runway" if values.limit is None else "threshold.own_too"
        return reader.text(key, amount=values.limit or "", days=LOW_DAYS)
    if values.limit is None:
        return reader.text("threshold.unknown")
    return reader.text("threshold.own" if values.own else "threshold.default", amount=values.limit)


def _amount(values: ThresholdValues, reader: Reader) -> Element:
    return InputText(
        id="amount",
        label=reader.text("threshold.amount", currency=values.currency),
        value=values.typed or None,
        is_required=True,
        error_message=reader.text("recharge.amount_missing"),
        max_length=40,
    )


def _actions(values: ThresholdValues, reader: Reader, buttons: Buttons) -> list[Action]:
    if not values.may_change:
        return [buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)]
    set_ = buttons.press(reader.text("button.threshold_set"), Verb.THRESHOLD_SET, style="positive")
    reset = buttons.press_only(reader.text("button.threshold_reset"), Verb.THRESHOLD_RESET)
    return [set_, reset] if values.own else [set_]
