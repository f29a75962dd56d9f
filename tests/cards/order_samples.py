"""Orders as their buyers see them, the forms about them, and what is told of them, in each of their states."""

from dataclasses import replace
from datetime import date
from functools import partial

from bot.domain.admin_center import Page, path_to
from bot.domain.money import Money
from bot.domain.order_terms import DeskKind
from bot.domain.people import PersonId
from bot.domain.requests import Decision, Order, Recharge, Request, State, Verdict, draft_recharge
from bot.domain.settings import Account, NamedPerson, Partner
from cards.order import OrderValues, order_card
from cards.order_forms import ArrivedValues, BookedValues, arrived_card, booked_card, why_failed_card
from cards.order_news import KNOWN, News, OrderNewsValues, order_news_card
from cards.partner import PartnerValues, partner_card
from cards.turn_off import turn_off_card
from tests.cards.samples import DAY, NOW, TENANT, Draw, eur

PARTNER = Partner("Cloud & Partners Ltd", "orders@cloud.example")
UNTIL = date(2026, 11, 25)
PATHS = {page: path_to(page, DAY) for page in Page}


def order(state: State = State.EXECUTING, **facts: object) -> Request:
    recharge = replace(Recharge(eur("500"), "New *phones* in <Lisbon>", order=Order.ORDERED), **facts)  # type: ignore[arg-type]  # the facts are its own
    approved = Decision(PersonId("id-luis"), "Luis Vega", Verdict.APPROVED, 1, NOW, "fine")
    return replace(
        draft_recharge("r1", PersonId("id-ana"), "Ana Torres", recharge, NOW), state=state, decisions=(approved,)
    )


def orders() -> dict[str, Draw]:
    at_admin = OrderValues(order(), DeskKind.ADMIN_CENTER, UNTIL, PATHS, TENANT)
    bought = order(bought_by=NamedPerson(PersonId("id-luis"), "Luis Vega"), reference="G047885120")
    at_partner = replace(at_admin, desk=DeskKind.PARTNER, partner=PARTNER, until=date(2026, 12, 4))
    long = order(po_number="PO-7", reason="x" * 600)
    values = {
        "in the admin center": at_admin,
        "under an EA": replace(at_admin, request=long, account=Account.EA),
        "placed": replace(at_admin, request=bought),
        "lapsed": replace(at_admin, request=order(State.LAPSED)),
        "at the partner": replace(at_partner, request=long),
        "at a partner whom nobody named": replace(at_partner, partner=None),
        "at a partner with a long name": replace(
            at_partner, partner=Partner("ñ" * 100, f"{'x' * 200}@cloud.example")
        ),
        "at the purchasing system": replace(at_admin, desk=DeskKind.WEBHOOK),
    }
    return {state: partial(order_card, one) for state, one in values.items()}


def order_forms() -> dict[str, Draw]:
    form = ArrivedValues("r1", "EUR", "2026-11-12")
    told = replace(form, amount="500", order_number="G1", invoiced="605", tax="105")
    waiting = (order(), replace(order(), id="r2", requester_name="Eva Ruiz"))
    late = replace(form, belongs=waiting, known=date(2026, 11, 12), times=1)
    booked = BookedValues(eur("500"), date(2026, 11, 12), date(2027, 11, 12))
    return {
        "of an order": partial(arrived_card, form),
        "of a sentence": partial(arrived_card, late),
        "with something wrong": partial(arrived_card, replace(told, belongs=waiting, chosen="r2", error="No.")),
        "why it failed": partial(why_failed_card, order()),
        "booked": partial(booked_card, booked),
        "booked with its number": partial(booked_card, replace(booked, order_number="G1")),
        "booked with its invoice": partial(booked_card, replace(booked, invoiced=eur("605"), tax=eur("105"))),
        "booked with the tax alone": partial(booked_card, replace(booked, tax=eur("105"))),
        "booked, and read after that": partial(booked_card, replace(booked, read_on=date(2026, 11, 13))),
        "partner": partial(partner_card, PartnerValues(PARTNER, may_change=True)),
        "partner, only looked at": partial(partner_card, PartnerValues(PARTNER, may_change=False)),
        "no partner": partial(partner_card, PartnerValues(None, may_change=True)),
        "partner mistyped": partial(
            partner_card, PartnerValues(None, True, ("Cloud", "nowhere"), "No mail address.")
        ),
        "turn off": partial(turn_off_card, PATHS[Page.AUTO_RECHARGE], eur("212.40")),
        "turn off, nothing left": partial(turn_off_card, PATHS[Page.AUTO_RECHARGE], Money.zero("EUR")),
        "turn off, nothing known": partial(turn_off_card, PATHS[Page.AUTO_RECHARGE], None),
    }


def order_news() -> dict[str, Draw]:
    one = OrderNewsValues(News.DECLINED, "r1", 1, eur("500"), "Ana Torres", PATHS[Page.PAYMENT], UNTIL)
    able = replace(one, may_propose=True, may_confirm=True)
    told = {f"declined, {reason}": replace(able, reason=reason) for reason in sorted({*KNOWN, "other"})}
    told["declined, as somebody said"] = replace(one, reason="limit", reported_by="Luis Vega")
    told["lapsed"] = replace(able, news=News.LAPSED)
    told["lapsed, for who only looks"] = replace(one, news=News.LAPSED)
    told["nobody can buy it"] = replace(able, news=News.NO_BUYER, may_confirm=False)
    return {state: partial(order_news_card, values) for state, values in told.items()}
