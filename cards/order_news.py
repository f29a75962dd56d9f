"""What everybody in charge is told about an order: that it was declined, lapsed, or that nobody can buy it. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.admin_center import Page, Path
from bot.domain.money import Money
from bot.domain.order_terms import DECLINE_REASONS
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, OpenUrl
from cards.page import facts, line, page, remark
from cards.paths import path_text

OURS = frozenset(
    {"order_differs", "desk_gone", "webhook_host", "webhook_refused", "webhook_answer", "mca_cannot_buy"}
)
KNOWN = frozenset({*DECLINE_REASONS, *OURS})


class News(StrEnum):
    DECLINED = "declined"
    LAPSED = "lapsed"
    NO_BUYER = "no_buyer"


@dataclass(frozen=True, slots=True)
class OrderNewsValues:
    """`reason` is why it was declined; `reported_by` '' where the desk itself said so. `until`: the last day on which
    it counted as pending. `may_propose` and `may_confirm`: what the reader can do about it."""

    news: News
    request_id: str
    revision: int
    amount: Money
    requester: str
    payment: Path
    until: date
    reason: str = ""
    reported_by: str = ""
    may_propose: bool = False
    may_confirm: bool = False


def order_news_card(values: OrderNewsValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        _line(values, reader),
        facts(
            [
                (reader.text("request.requester"), values.requester),
                (reader.text("news.reported_by"), values.reported_by),
            ]
        ),
        line(_what_to_do(values, reader)),
        remark(reader.text("news.no_money")),
        actions=_actions(values, reader, buttons),
    )


def _line(values: OrderNewsValues, reader: Reader) -> str:
    if values.news is News.DECLINED:
        reason = reader.text(f"news.because_{_known(values.reason)}")
        return reader.text("news.declined", amount=values.amount, reason=reason)
    return reader.text(f"news.{values.news.value}", amount=values.amount, day=values.until)


def _what_to_do(values: OrderNewsValues, reader: Reader) -> str:
    if values.news is News.LAPSED and not values.may_confirm:
        return reader.text("news.do_lapsed_others")
    if values.news is not News.DECLINED:
        return reader.text(f"news.do_{values.news.value}")
    return declined_advice(values.reason, values.payment, reader)


def declined_advice(reason: str, payment: Path, reader: Reader) -> str:
    """What to do where an order was declined. `payment`: where the payment methods are."""
    if reason in OURS:
        return reader.text("news.do_mca" if reason == "mca_cannot_buy" else "news.do_operator")
    return reader.text(f"news.do_{_known(reason)}", path=path_text(payment, reader))


def _known(reason: str) -> str:
    return reason if reason in KNOWN else "other"


def _actions(values: OrderNewsValues, reader: Reader, buttons: Buttons) -> list[Action]:
    about = (values.request_id, values.revision)
    found: list[Action] = []
    if values.may_propose and values.news is not News.NO_BUYER and values.reason != "mca_cannot_buy":
        found.append(buttons.press(reader.text("button.recharge_again"), Verb.RECHARGE_OPEN, style="positive"))
    if values.news is News.DECLINED and values.reason not in OURS:
        found.append(OpenUrl(title=reader.text("button.payment_methods"), url=values.payment.link))
        moved = {"page": Page.PAYMENT.value}
        found.append(buttons.press_only(reader.text("button.path_changed"), Verb.PATH_CHANGED, args=moved))
    if values.may_confirm:
        found.append(buttons.press(reader.text("button.arrived"), Verb.ORDER_ARRIVED, about))
    return found
