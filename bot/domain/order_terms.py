"""Who buys, why a payment fails, and how long an order may stay unconfirmed before it lapses. No I/O here."""

from datetime import date
from enum import StrEnum

from bot.domain.working_days import working_days_on

DAYS, PARTNER_DAYS, PO_DAYS = 3, 10, 30  # working days
DECLINE_REASONS = ("card_expired", "limit", "other")  # why a payment fails: all that is told apart


class DeskKind(StrEnum):
    """Who buys: somebody in the admin center, the partner, the organisation's own purchasing system, nobody."""

    ADMIN_CENTER = "admin_center"
    PARTNER = "partner"
    WEBHOOK = "webhook"
    SANDBOX = "sandbox"

    @property
    def by_hand(self) -> bool:
        """Somebody here has to act, and to say what came of it."""
        return self in {DeskKind.ADMIN_CENTER, DeskKind.PARTNER}


def last_day(ordered_on: date, desk: DeskKind | None, *, on_po: bool, country: str | None) -> date:
    """The last day on which an order counts as pending. One on a purchase order goes through accounts payable, one at
    the partner through the partner. `desk` None: none has it yet."""
    if on_po:
        return working_days_on(ordered_on, PO_DAYS, country)
    return working_days_on(ordered_on, PARTNER_DAYS if desk is DeskKind.PARTNER else DAYS, country)
