"""Somebody decides in another's place for a time. Pure; the voice stays that of whoever handed it on.

One hop: what was handed on cannot be handed on again, because the delegator must hold the right themselves, at the
click and when it is carried out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import Refusal
from bot.domain.people import PersonId

LONGEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Delegation:
    """`delegate` decides for `delegator` from `starts_at` until `ends_at`. A delegator has one at a time."""

    delegator: PersonId
    delegator_name: str
    delegate: PersonId
    delegate_name: str
    starts_at: datetime
    ends_at: datetime

    def holds_at(self, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at


def check_delegation(delegation: Delegation, now: datetime) -> None:
    """Raises Refusal: delegate_self, delegation_over, delegation_too_long."""
    if delegation.delegate == delegation.delegator:
        raise Refusal("delegate_self")
    if delegation.ends_at <= max(now, delegation.starts_at):
        raise Refusal("delegation_over")
    if delegation.ends_at - now > LONGEST:
        raise Refusal("delegation_too_long", days=LONGEST.days)
