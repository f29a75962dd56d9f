"""What a purchasing system says about an order, as JSON: read strictly, never trusted further than it goes. Pure.

`{"status": "accepted"}`, `{"status": "declined", "reason": "card_expired"}` or `{"status": "funded", "credited":
"500.00", "currency": "EUR", "on": "2026-11-22", "reference": "PO-7", "invoiced": "605.00", "tax": "105.00"}`.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any

from bot.domain.errors import Refusal
from bot.domain.money import LARGEST_ENTRY_MICROS, Money
from bot.domain.order_terms import DECLINE_REASONS
from bot.ports.order_desk import Declined, Funded, OrderStatus, StillOpen

REFERENCE_LIMIT = 100  # characters
OLDEST, AHEAD = timedelta(days=366), timedelta(days=1)  # a day that no order of ours can have been funded on


class Malformed(Exception):
    """The answer does not say what an answer must. The text names the field, and never holds its value."""


def read_object(body: bytes) -> dict[str, Any]:
    """Raises Malformed for what is no JSON object."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("the body is not JSON") from None
    if not isinstance(told, dict):
        raise Malformed("the body is not an object")
    return told


def read_answer(told: dict[str, Any], currency: str, now: datetime) -> OrderStatus:
    """The answer to an order in `currency`. Raises Malformed."""
    match told.get("status"):
        case "accepted":
            return StillOpen()
        case "declined":
            reason = told.get("reason", "other")
            if reason not in DECLINE_REASONS:
                raise Malformed(f"reason is none of {', '.join(DECLINE_REASONS)}")
            return Declined(reason)
        case "funded":
            return _funded(told, currency, now)
        case _:
            raise Malformed("status is none of accepted, declined, funded")


def _funded(told: dict[str, Any], currency: str, now: datetime) -> Funded:
    if told.get("currency") != currency:
        raise Malformed(f"currency is not the order's, {currency}")
    credited = _money(told, "credited", currency)
    if credited is None:
        raise Malformed("credited is missing")
    invoiced, tax = _money(told, "invoiced", currency), _money(told, "tax", currency, zero=True)
    if tax is not None and (invoiced is None or tax >= invoiced):
        raise Malformed("tax is not a part of invoiced")
    return Funded(credited, _day(told, now), _reference(told), invoiced, tax)


def _money(told: dict[str, Any], field: str, currency: str, *, zero: bool = False) -> Money | None:
    """Decimal text with a point; a JSON number may have been rounded on its way."""
    text = told.get(field)
    if text is None:
        return None
    try:
        money = Money.of(text, currency) if isinstance(text, str) else None
    except Refusal:
        money = None
    least = 0 if zero else 1
    if money is None or money.micros % 10_000 or not least <= money.micros <= LARGEST_ENTRY_MICROS:
        raise Malformed(f"{field} is no amount as decimal text, with at most two decimals")
    return money


def _day(told: dict[str, Any], now: datetime) -> date:
    try:
        on = date.fromisoformat(str(told.get("on")))
    except ValueError:
        raise Malformed("on is no day") from None
    if not now.date() - OLDEST <= on <= now.date() + AHEAD:
        raise Malformed("on is too long ago, or to come")
    return on


def _reference(told: dict[str, Any]) -> str:
    """The order's or the invoice's number, which books it once. Absent where there is none."""
    reference = told.get("reference", "")
    if not isinstance(reference, str) or len(reference) > REFERENCE_LIMIT or not reference.isprintable():
        raise Malformed(f"reference is no text of at most {REFERENCE_LIMIT} characters")
    return reference.strip()
