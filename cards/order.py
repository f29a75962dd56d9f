"""An approved recharge for whoever buys it: where, what to type or to write, and what came of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import quote

from bot.domain.admin_center import Page, Path
from bot.domain.order_terms import DeskKind
from bot.domain.people import TenantId
from bot.domain.requests import Request, State
from bot.domain.settings import Account, Partner
from bot.domain.voices import ratifiable
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Container, Element, InputText, OpenUrl
from cards.page import facts, line, page, remark, shortened, title
from cards.paths import path_text
from cards.request_line import decided_by, ratify_line, requested_by

LONGEST_REASON = 500
LONGEST_NUMBER = 100
COMPOSE = "https://outlook.office.com/mail/deeplink/compose"
LONGEST_LINK = 1_800  # characters: longer ones are cut by some clients


@dataclass(frozen=True, slots=True)
class OrderValues:
    """`until` is the last day on which it counts as pending. `paths`: where things are, by page. `partner` None:
    nobody told who it is. `may_ratify`: it went ahead, and the reader may approve it afterwards."""

    request: Request
    desk: DeskKind
    until: date
    paths: dict[Page, Path]
    tenant: TenantId
    account: Account | None = None
    partner: Partner | None = None
    may_ratify: bool = False


def order_card(values: OrderValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        _line(values, reader),
        facts(_figures(values, reader)),
        line(ratify_line(values.request, reader)) if values.may_ratify else None,
        *(_how(values, reader) if _is_to_buy(values) else []),
        actions=_actions(values, reader, buttons),
    )


def _is_to_buy(values: OrderValues) -> bool:
    request = values.request
    return request.state is State.EXECUTING and values.desk.by_hand and request.asked.bought_by is None


def _line(values: OrderValues, reader: Reader) -> str:
    asked = values.request.asked
    if values.request.state is State.LAPSED:
        return reader.text("order.lapsed", amount=asked.amount, day=values.until)
    if asked.bought_by is not None:
        return reader.text("order.bought", amount=asked.amount, name=asked.bought_by.name)
    partner = values.partner.name if values.partner else reader.text("order.the_partner")
    return reader.text(f"order.{values.desk.value}", amount=asked.amount, day=values.until, partner=partner)


def _figures(values: OrderValues, reader: Reader) -> list[tuple[str, str]]:
    """What is typed stands first, exactly as it is to be."""
    request, asked = values.request, values.request.asked
    return [
        (reader.text("order.funds"), reader.money(asked.amount)),
        (reader.text("request.po_number"), asked.po_number),
        (reader.text("request.reference"), asked.reference),
        (reader.text("order.pending_until"), reader.full_day(values.until)),
        (reader.text("request.requester"), requested_by(request, reader)),
        (reader.text("request.reason"), shortened(asked.reason, LONGEST_REASON)),
        (reader.text("request.decisions"), decided_by(request, reader)),
    ]


def _how(values: OrderValues, reader: Reader) -> Sequence[Element | None]:
    steps = _partner_steps if values.desk is DeskKind.PARTNER else _admin_center_steps
    return [*steps(values, reader), _number(values, reader)]


def _admin_center_steps(values: OrderValues, reader: Reader) -> list[Element | None]:
    buy, balance = values.paths[Page.BUY], values.paths[Page.BALANCE]
    return [
        title(reader.text("order.how")),
        line(reader.text("order.step_open", path=path_text(buy, reader))),
        line(reader.text("order.step_type", amount=values.request.asked.amount)),
        line(reader.text("order.step_pay")),
        line(reader.text("order.step_look", path=path_text(balance, reader))),
        remark(reader.text("order.ea_global")) if values.account is Account.EA else None,
        remark(reader.text("order.path_as_of", day=reader.full_day(buy.since))),
    ]


def _partner_steps(values: OrderValues, reader: Reader) -> list[Element | None]:
    said = mail_text(values, reader).split("\n\n")
    return [
        _address(values.partner, reader),
        title(reader.text("order.message")),
        Container(style="emphasis", items=[line(part) for part in said]),
    ]


def _address(partner: Partner | None, reader: Reader) -> Element:
    if partner is None:
        return line(reader.text("order.partner_unknown"), color="Warning")
    return line(reader.text("order.partner_mail", mail=partner.mail))


def mail_text(values: OrderValues, reader: Reader) -> str:
    """What the partner is to know, in paragraphs."""
    asked, request = values.request.asked, values.request
    name = values.partner.name if values.partner else reader.text("order.the_partner")
    parts = [
        reader.text("order.mail_greeting", name=name),
        reader.text("order.mail_please", amount=asked.amount, tenant=values.tenant),
        reader.text("order.mail_po", number=asked.po_number) if asked.po_number else "",
        reader.text("order.mail_answer", reference=request.id),
    ]
    return "\n\n".join(part for part in parts if part)


def mail_link(values: OrderValues, partner: Partner, reader: Reader) -> str:
    """Opens a mail to the partner with all that there is to say; without its text where it would be too long.

    Outlook's page, because Teams opens no `mailto:` (source: MicrosoftDocs/msteams-docs, issue 3677).
    """
    subject = reader.text("order.mail_subject", reference=values.request.id)
    link = f"{COMPOSE}?to={quote(partner.mail)}&subject={quote(subject)}"
    whole = f"{link}&body={quote(mail_text(values, reader))}"
    return whole if len(whole) <= LONGEST_LINK else link


def _number(values: OrderValues, reader: Reader) -> InputText:
    return InputText(
        id="order_number",
        label=reader.text("order.number"),
        value=values.request.asked.reference or None,
        max_length=LONGEST_NUMBER,
    )


def _actions(values: OrderValues, reader: Reader, buttons: Buttons) -> list[Action]:
    about = (values.request.id, values.request.revision)
    args = {"amount": str(ratifiable(values.request))}
    ratify = buttons.press_only(reader.text("button.ratify"), Verb.REQUEST_RATIFY, about, args=args)
    return [*_own_actions(values, reader, buttons), *([ratify] if values.may_ratify else [])]


def _own_actions(values: OrderValues, reader: Reader, buttons: Buttons) -> list[Action]:
    about = (values.request.id, values.request.revision)
    arrived = _arrived(values, reader, buttons)
    if values.request.state is State.LAPSED:
        return [arrived]
    failed = buttons.press(reader.text("button.payment_failed"), Verb.ORDER_FAILED, about)
    if not _is_to_buy(values):
        return [arrived, failed]
    bought = buttons.press(reader.text("button.bought"), Verb.ORDER_BOUGHT, about, style="positive")
    return [*_links(values, reader, buttons), bought, arrived, failed]


def _arrived(values: OrderValues, reader: Reader, buttons: Buttons) -> Action:
    """What comes next, once the order is placed."""
    about = (values.request.id, values.request.revision)
    style: Literal["positive"] | None = None if _is_to_buy(values) else "positive"
    return buttons.press(reader.text("button.arrived"), Verb.ORDER_ARRIVED, about, style=style)


def _links(values: OrderValues, reader: Reader, buttons: Buttons) -> list[Action]:
    if values.desk is DeskKind.ADMIN_CENTER:
        moved = buttons.press_only(
            reader.text("button.path_changed"), Verb.PATH_CHANGED, args={"page": Page.BUY.value}
        )
        return [OpenUrl(title=reader.text("button.admin_center"), url=values.paths[Page.BUY].link), moved]
    if values.partner is None:
        return [buttons.press_only(reader.text("button.partner"), Verb.PARTNER_SHOW)]
    return [OpenUrl(title=reader.text("button.mail"), url=mail_link(values, values.partner, reader))]
