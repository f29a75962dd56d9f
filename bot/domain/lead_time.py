"""How long approvals and recharges take here: what past requests needed. No I/O."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from bot.domain.requests import Kind, Request
from bot.domain.working_days import working_days_between

DEFAULT_WORKING_DAYS = 2  # of an approval
DEFAULT_DAYS = 3  # of a recharge, approval and purchase
ENOUGH_REQUESTS = 3
LATEST_REQUESTS = 20
TYPICAL_PERCENT = 80  # so many of a hundred took no longer than the time that is told


def approval_days(requests: Iterable[Request], country: str | None) -> int:
    """Working days from a recharge being proposed to its approval, as four of five of the latest needed at most;
    two where fewer than three were ever approved."""
    approved = [request for request in requests if request.kind is Kind.RECHARGE and request.approvals]
    approved.sort(key=lambda request: request.approvals[-1].at)
    return _typical([_needed(request, country) for request in approved[-LATEST_REQUESTS:]], DEFAULT_WORKING_DAYS)


def recharge_days(done: Iterable[Request]) -> int:
    """Days, begun ones too, from a recharge being proposed to its money being there, as four of five of those that
    are `done` needed at most; three where there are fewer than three."""
    taken = [-(-(request.changed_at - request.created_at) // timedelta(days=1)) for request in done]
    return _typical(taken, DEFAULT_DAYS)


def _typical(taken: list[int], default: int) -> int:
    if len(taken) < ENOUGH_REQUESTS:
        return default
    return sorted(taken)[-(-len(taken) * TYPICAL_PERCENT // 100) - 1]


def _needed(request: Request, country: str | None) -> int:
    asked, approved = (at.astimezone(UTC).date() for at in (request.created_at, request.approvals[-1].at))
    return working_days_between(asked, approved, country)
