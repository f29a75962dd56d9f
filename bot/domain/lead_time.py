"""How long approvals take here: what past requests needed. No I/O."""

from collections.abc import Iterable
from datetime import UTC

from bot.domain.requests import Kind, Request
from bot.domain.working_days import working_days_between

DEFAULT_WORKING_DAYS = 2
ENOUGH_REQUESTS = 3
LATEST_REQUESTS = 20
TYPICAL_PERCENT = 80  # so many of a hundred are approved within the time that is told


def approval_days(requests: Iterable[Request], country: str | None) -> int:
    """Working days from a recharge being proposed to its approval, as four of five of the latest needed at most;
    two where fewer than three were ever approved."""
    approved = [request for request in requests if request.kind is Kind.RECHARGE and request.approvals]
    approved.sort(key=lambda request: request.approvals[-1].at)
    taken = sorted(_needed(request, country) for request in approved[-LATEST_REQUESTS:])
    if len(taken) < ENOUGH_REQUESTS:
        return DEFAULT_WORKING_DAYS
    return taken[-(-len(taken) * TYPICAL_PERCENT // 100) - 1]


def _needed(request: Request, country: str | None) -> int:
    asked, approved = (at.astimezone(UTC).date() for at in (request.created_at, request.approvals[-1].at))
    return working_days_between(asked, approved, country)
