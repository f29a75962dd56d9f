"""Break-glass in each of its states, and requests that went ahead as they are listed, ordered and told of."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.domain.emergency import Emergency
from bot.domain.events import Evidence
from bot.domain.order_terms import DeskKind
from bot.domain.people import PersonId
from bot.domain.requests import Clause, Exemption, Order, Ratification, Request, State
from bot.domain.settings import NamedPerson
from cards.break_glass import BreakGlassValues, WhichBreakValues, break_glass_card, which_break_card
from cards.month_end import MonthEndValues, month_end_card
from cards.order import OrderValues, order_card
from cards.request import request_card
from cards.request_values import RequestValues, Viewer
from cards.requests_list import RequestLine, RequestsValues, requests_list_card
from tests.cards.order_samples import PATHS, UNTIL
from tests.cards.report_samples import books, report
from tests.cards.request_samples import ANA, LUIS, recharge
from tests.cards.samples import NOW, TENANT, Draw, eur

WHY = 'The fair opens at *eight* and "nobody" answers.'
ANA_TORRES = NamedPerson(ANA, "Ana Torres")


def ahead(state: State, order: Order | None = None, ratification: Ratification = Ratification.UNRATIFIED) -> Request:
    """Something that went ahead in an emergency."""
    exemption = Exemption(Clause.BREAK_GLASS, ANA_TORRES, WHY, NOW)
    known = replace(recharge(state, order), decisions=(), exemption=exemption, ratification=ratification)
    return replace(known, ratify_by=NOW + timedelta(hours=72))


def break_glass() -> dict[str, Draw]:
    one = BreakGlassValues(recharge(State.PENDING), Emergency(40, Evidence.FORECAST), eur("2000"))
    forms = {
        "by the forecast": one,
        "by the forecast, one hour": replace(one, emergency=Emergency(1, Evidence.FORECAST)),
        "by the admin center": replace(one, emergency=Emergency(9, Evidence.PORTAL)),
        "by the admin center, one hour": replace(one, emergency=Emergency(1, Evidence.PORTAL)),
        "used up": replace(one, emergency=Emergency(0, Evidence.FORECAST)),
        "too short a reason": replace(one, typed="in a hurry", error="Say why in at least 20 characters."),
    }
    two = (recharge(State.PENDING), replace(recharge(State.PENDING), id="r9", requester_name="Eva *Ruiz*"))
    which = {
        "which one": WhichBreakValues(two),
        "none": WhichBreakValues(),
        "none, for who may propose one": WhichBreakValues(may_recharge=True),
    }
    return {
        **{name: partial(break_glass_card, values) for name, values in forms.items()},
        **{name: partial(which_break_card, values) for name, values in which.items()},
    }


def went_ahead() -> dict[str, Draw]:
    pending, approved = recharge(State.PENDING), ahead(State.APPROVED)
    funded = replace(ahead(State.DONE), recharge=recharge(State.DONE, Order.FUNDED, credited=eur("1500")).recharge)
    cards = {
        "offered to the requester": RequestValues(pending, Viewer.REQUESTER, ANA, may_break=True),
        "offered to an approver": RequestValues(pending, Viewer.APPROVER, LUIS, may_break=True),
        "called, for the requester": RequestValues(approved, Viewer.REQUESTER, ANA),
        "called, for an approver": RequestValues(approved, Viewer.APPROVER, LUIS, may_ratify=True),
        "called, for anybody": RequestValues(approved, Viewer.ANYBODY),
        "leaving": RequestValues(ahead(State.EXECUTING, Order.LEAVING), Viewer.REQUESTER, ANA),
        "too late": RequestValues(funded, Viewer.APPROVER, LUIS, overdue=True),
        "ratified": RequestValues(replace(funded, ratification=Ratification.RATIFIED), Viewer.REQUESTER, ANA),
    }
    lines = (
        RequestLine(approved, Viewer.APPROVER, to_ratify=True),
        RequestLine(replace(funded, requester=PersonId("eva")), Viewer.REQUESTER),
    )
    order = OrderValues(approved, DeskKind.ADMIN_CENTER, UNTIL, PATHS, TENANT, may_ratify=True)
    ordered = replace(ahead(State.EXECUTING, Order.ORDERED), exemption=approved.exemption)
    two, one = (MonthEndValues(replace(report(books()), unratified=n), subscribed=True) for n in (2, 1))
    return {
        **{name: partial(request_card, values) for name, values in cards.items()},
        "in the list": partial(requests_list_card, RequestsValues(lines)),
        "its order": partial(order_card, replace(order, request=ordered)),
        "more money than was approved, lapsed": partial(
            order_card, replace(order, request=recharge(State.LAPSED, Order.LAPSED))
        ),
        "in the month": partial(month_end_card, two),
        "one in the month": partial(month_end_card, one),
    }
