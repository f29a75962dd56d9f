"""The history of a request: a whole life, an emergency, licenses, and what earlier versions recorded."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.domain.audit import AuditRecord
from bot.domain.people import PersonId
from bot.domain.requests import State
from cards.trail import TrailLine, TrailValues, trail_card
from tests.cards.request_samples import ANA, CARMEN, LICENSES, LUIS, RECHARGE, recharge
from tests.cards.samples import NOW, Draw

PEOPLE = {ANA: "Ana Torres", CARMEN: "Carmen Soler", LUIS: "Luis Vega", "eva": "Eva Ruiz", "tom": "Tom Baker"}
SALDO, OPERATOR = PersonId("saldo"), PersonId("operator:root")
ID = "3f2a9c0d1e2f3a4b5c6d7e8f"


def line(actor: PersonId, step: str, minute: int, **facts: Any) -> TrailLine:
    verb = step if "." in step else f"request.{step}"
    record = AuditRecord(NOW + timedelta(minutes=minute), actor, verb, ID, **facts)
    return TrailLine(record, dict(PEOPLE))


def moved(before: str, after: str) -> dict[str, dict[str, str]]:
    return {"before": {"state": before}, "after": {"state": after}}


def life() -> tuple[TrailLine, ...]:
    asked = {"amount": "1500.00 EUR", "reason": "Q1 campaign"}
    edited = {"amount": "1200.00 EUR", "reason": 'Q1 "campaign", smaller', "po_number": "PO-1"}
    funded = {"credited": "1200.00", "currency": "EUR", "invoiced": "1452.00", "tax": "252.00", "reference": "INV-9"}
    return (
        line(ANA, "draft", 0, details={"kind": "recharge"}),
        line(ANA, "submit", 1, details={"policy": "3"}, **moved("draft", "pending")),
        line(LUIS, "askmore", 2, details={"text": "Why so much?"}),
        line(ANA, "answer", 3, details={"text": "Two new teams."}),
        line(ANA, "edit", 4, before={**asked, "po_number": ""}, after=edited),
        line(LUIS, "approve", 5, why="fine", details={"for": CARMEN, "for_name": "Carmen Soler"}),
        line(LUIS, "retract", 6),
        line(CARMEN, "reassign", 7, details={"to": LUIS}),
        line(ANA, "remind", 8),
        line(LUIS, "approve", 9, **moved("pending", "approved")),
        line(SALDO, "begin", 10, **moved("approved", "executing")),
        line(SALDO, "place", 11),
        line(CARMEN, "buy", 12, details={"order_number": "4711"}),
        line(OPERATOR, "order.confirm", 13, details={"credited": "1200.00 EUR", "on": "2026-11-20", "reference": ""}),
        line(SALDO, "fund", 14, details=funded, **moved("executing", "done")),
    )


def emergency() -> tuple[TrailLine, ...]:
    broken = {
        "before": {"state": "pending", "ratification": ""},
        "after": {"state": "approved", "ratification": "unratified"},
    }
    ratified = {"before": {"ratification": "unratified"}, "after": {"ratification": "ratified"}}
    clause = {"clause": "break_glass", "hours_left": "40"}
    return (
        line(ANA, "break", 0, details=clause, why="The hotline would be silent on Monday.", **broken),
        line(SALDO, "standingapproval", 1, details={"clause": "standing"}),
        line(SALDO, "voidapproval", 2, details={"person": LUIS}),
        line(
            ANA,
            "report",
            3,
            details={"reason": "card_expired", "clause": "break_glass"},
            **moved("executing", "failed"),
        ),
        line(SALDO, "decline", 4, details={"reason": "unheard of"}),
        line(SALDO, "lapse", 5, **moved("executing", "lapsed")),
        line(CARMEN, "ratify", 6, why="It had to be.", **ratified),
        line(PersonId("somebody-unknown"), "comment", 7, details={"text": "x" * 900}),
    )


def licenses() -> tuple[TrailLine, ...]:
    return (
        line(ANA, "revise", 0, before={"people": "eva"}, after={"people": "eva,tom"}),
        line(SALDO, "settleseat", 1, details={"person": "eva", "result": "assigned"}),
        line(SALDO, "settleseat", 2, details={"person": "tom", "result": "refused", "reason": "no_seats"}),
        line(
            SALDO, "settleseat", 3, details={"person": "tom", "result": "refused", "reason": "x", "detail": "Later."}
        ),
        line(SALDO, "settleseat", 4, details={"person": "tom", "result": "unheard of"}),
        line(
            SALDO, "outdate", 5, before={"state": "approved", "odd": "1"}, after={"state": "unheard of", "odd": "2"}
        ),
    )


def earlier() -> tuple[TrailLine, ...]:
    """Before a record had `before`, `after` and `why`."""
    return (
        line(ANA, "withdraw", 0, details={"state": "withdrawn", "revision": "1"}),
        line(LUIS, "reject", 1, details={"state": "rejected", "comment": "too much"}),
        line(LUIS, "book", 2),
        line(SALDO, "expire", 3, details={"for": CARMEN}),
        line(SALDO, "expected.opened", 4, details={"credited": "5.00"}),
    )


def trails() -> dict[str, Draw]:
    whole = replace(recharge(State.DONE), id=ID)
    values = {
        "a whole life, its newest steps": TrailValues(whole, life()),
        "its oldest steps": TrailValues(whole, life(), page=1),
        "a page beyond the last": TrailValues(whole, life(), page=99),
        "an emergency": TrailValues(replace(RECHARGE, id=ID), emergency()),
        "licenses": TrailValues(LICENSES, licenses()),
        "records of an earlier version": TrailValues(RECHARGE, earlier()),
        "nothing yet": TrailValues(RECHARGE, ()),
    }
    return {state: partial(trail_card, one) for state, one in values.items()}
