"""What may be approved at most: at once, in a day, a month, a fiscal year, and on one purchase order. Pure.

What counts is what was approved and has not come to nothing, on the UTC day of its approval; of what was credited
beyond it, all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.order_numbers import plain_number
from bot.domain.policy import Policy
from bot.domain.requests import Request, State
from bot.domain.voices import amount_of

COUNTING = frozenset({State.APPROVED, State.EXECUTING, State.DONE})


@dataclass(frozen=True, slots=True)
class CapGuard:
    """How many approvals were given of what has a cap: of two at once, one has not seen what is left."""

    approvals: int = 0


@dataclass(frozen=True, slots=True)
class Spending:
    """One recharge that was approved."""

    amount: Money
    on: date
    po_number: str = ""


def spending_of(request: Request) -> Spending | None:
    """None: nothing was approved, or nothing came of it, or it is no recharge."""
    amount = amount_of(request)
    if request.recharge is None or amount is None or request.state not in COUNTING:
        return None
    return Spending(amount, approved_at(request).astimezone(UTC).date(), request.recharge.po_number)


def approved_at(request: Request) -> datetime:
    """When it was approved: by the last voice that it took, or by a clause."""
    if request.exemption is not None:
        return request.exemption.at
    return max((voice.at for voice in request.approvals), default=request.changed_at)


def fiscal_year_start(day: date, first_month: int) -> date:
    return date(day.year - (day.month < first_month), first_month, 1)


def check_caps(policy: Policy, wanted: Spending, approved: Iterable[Spending]) -> None:
    """Raises Refusal("cap_operation" … "cap_po", cap, used) for what would go beyond one of the caps."""
    caps = policy.scale(wanted.amount.currency).caps
    same = [one for one in approved if one.amount.currency == wanted.amount.currency]
    year = fiscal_year_start(wanted.on, policy.fiscal_year_month)
    po_number = plain_number(wanted.po_number)
    within: dict[str, list[Spending]] = {
        "operation": [],
        "day": [one for one in same if one.on == wanted.on],
        "month": [one for one in same if (one.on.year, one.on.month) == (wanted.on.year, wanted.on.month)],
        "fiscal_year": [one for one in same if year <= one.on <= wanted.on],
        "po": [one for one in same if po_number and plain_number(one.po_number) == po_number],
    }
    for name, cap in caps.each:
        if cap is None or (name == "po" and not po_number):
            continue
        used = sum((one.amount for one in within[name]), Money.zero(cap.currency))
        if used + wanted.amount > cap:
            raise Refusal(f"cap_{name}", cap=cap, used=used, amount=wanted.amount)
