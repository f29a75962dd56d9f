"""Break-glass: what it means to order before anybody has approved, asked once more with a reason. Pure."""

from dataclasses import dataclass

from bot.domain.emergency import Emergency
from bot.domain.events import Evidence
from bot.domain.money import Money
from bot.domain.requests import COMMENT_LIMIT, Request
from bot.domain.voices import RATIFY_WITHIN, SHORTEST_REASON
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Element, InputText
from cards.page import facts, line, page, remark
from cards.request_line import requested_by

RATIFY_HOURS = int(RATIFY_WITHIN.total_seconds()) // 3_600


@dataclass(frozen=True, slots=True)
class BreakGlassValues:
    """`cap`: the most that may be ordered like this. `typed` stands in the field; `error` is in the reader's
    language."""

    request: Request
    emergency: Emergency
    cap: Money
    typed: str = ""
    error: str = ""


def break_glass_card(values: BreakGlassValues, reader: Reader, buttons: Buttons) -> Card:
    request, question = values.request, reader.text("break.question", amount=values.request.asked.amount)
    about = (request.id, request.revision)
    return page(
        reader,
        values.error or question,
        line(question) if values.error else None,
        facts([(reader.text("request.requester"), requested_by(request, reader))]),
        line(_evidence(values.emergency, reader)),
        *_meaning(values, reader),
        _reason(values, reader),
        actions=[
            buttons.press(reader.text("button.break_now"), Verb.BREAK_GLASS, about, style="destructive"),
            buttons.press_only(reader.text("button.back"), Verb.REQUEST_SHOW, about),
        ],
    )


def _evidence(emergency: Emergency, reader: Reader) -> str:
    if not emergency.hours_left:
        return reader.text("break.empty")
    key = "break.portal" if emergency.evidence is Evidence.PORTAL else "break.forecast"
    return reader.plural(key, emergency.hours_left)


def _meaning(values: BreakGlassValues, reader: Reader) -> list[Element]:
    return [
        line(reader.text("break.means"), color="Attention"),
        line(reader.text("break.told")),
        line(reader.text("break.ratify", hours=RATIFY_HOURS)),
        remark(reader.text("break.limits", cap=values.cap)),
    ]


def _reason(values: BreakGlassValues, reader: Reader) -> InputText:
    return InputText(
        id="reason",
        label=reader.text("break.reason", least=SHORTEST_REASON),
        value=values.typed or None,
        is_multiline=True,
        is_required=True,
        error_message=reader.text("break.reason_missing"),
        max_length=COMMENT_LIMIT,
    )


@dataclass(frozen=True, slots=True)
class WhichBreakValues:
    """Recharges that wait, as far as the reader has a part in them. `may_recharge`: they may propose one."""

    waiting: tuple[Request, ...] = ()
    may_recharge: bool = False


def which_break_card(values: WhichBreakValues, reader: Reader, buttons: Buttons) -> Card:
    if values.waiting:
        return page(
            reader,
            reader.text("break.which"),
            actions=[
                buttons.press(
                    reader.text("break.one", amount=one.asked.amount, name=requested_by(one, reader)),
                    Verb.BREAK_OPEN,
                    (one.id, one.revision),
                )
                for one in values.waiting
            ],
        )
    propose = buttons.press(reader.text("button.recharge"), Verb.RECHARGE_OPEN)
    look = buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)
    return page(reader, reader.text("break.none"), actions=[propose if values.may_recharge else look])
