"""Keep what is approved within the policy's caps: when it is proposed, and again in the commit that approves it; and
what rules order within its standing approval."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.caps import CapGuard, Spending, check_caps, fiscal_year_start, spending_of
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.policy import Caps, Policy
from bot.domain.requests import Clause, Kind, Request, State
from bot.ports.collections import CAP_GUARDS, REQUESTS
from bot.ports.store import Check, Put, Store
from bot.usecases.policy import load_policy, still_in_force

LONGEST_WAIT = timedelta(days=401)  # from a proposal to its approval
CHUNK = 500
Guard = Put[CapGuard] | Check


async def guard_caps(store: Store, tenant: TenantId, before: Request, after: Request) -> list[Guard]:
    """What goes into the commit that sends or approves a recharge; nothing for any other.

    Raises Refusal("cap_…"). While approvals of capped money are given, each moves one document: of two at once the
    second looks again.
    """
    approved = after.state is State.APPROVED and before.state is not State.APPROVED
    if after.recharge is None or not (approved or _is_asked(before, after)):
        return []
    policy = await load_policy(store, tenant)
    caps = policy.scale(after.recharge.amount.currency).caps
    if caps == Caps():
        return []
    key = CAP_GUARDS.key(tenant, "approvals")
    known = await store.get(key)
    wanted = spending_of(replace(after, state=State.APPROVED))
    assert wanted is not None  # it is a recharge
    check_caps(policy, wanted, await _approved(store, tenant, policy, after))
    if not approved:
        return []  # nothing is spent yet
    moved = CapGuard(known.body.approvals + 1 if known else 1)
    return [Put(key, moved, known.version if known else 0), still_in_force(tenant, policy)]


def _is_asked(before: Request, after: Request) -> bool:
    """It was sent just now, or something else is asked for since."""
    return after.state is State.PENDING and (before.state is State.DRAFT or before.revision != after.revision)


async def _approved(store: Store, tenant: TenantId, policy: Policy, request: Request) -> list[Spending]:
    """Whatever may count: by purchase order also what is older than a year, as far as requests go back."""
    since = None if request.asked.po_number else _since(policy, request)
    found: list[Spending] = []
    cursor = None
    while True:
        page = await store.find(
            REQUESTS,
            tenant,
            where={"kind": Kind.RECHARGE.value},
            order_by="created_at",
            start=since,
            after=cursor,
            limit=CHUNK,
        )
        others = (document.body for document in page.documents if document.body.id != request.id)
        found += [spending for other in others if (spending := spending_of(other))]
        cursor = page.cursor
        if cursor is None:
            return found


async def ordered_by_rules(store: Store, tenant: TenantId, request: Request) -> Money:
    """What standing approval has ordered since the UTC month of a rule's request began: neither several rules nor one
    that is edited again and again stretch it. What came to nothing does not count."""
    day = request.created_at.astimezone(UTC)
    total, cursor = Money.zero(request.asked.amount.currency), None
    while True:
        page = await store.find(
            REQUESTS,
            tenant,
            where={"kind": Kind.RECHARGE.value, "requester": request.requester},
            order_by="created_at",
            start=datetime(day.year, day.month, 1, tzinfo=UTC),
            after=cursor,
            limit=CHUNK,
        )
        stood = (document.body for document in page.documents if document.body.clause is Clause.STANDING)
        spent = [spending.amount for one in stood if (spending := spending_of(one))]
        total = sum((one for one in spent if one.currency == total.currency), total)
        cursor = page.cursor
        if cursor is None:
            return total


def _since(policy: Policy, request: Request) -> datetime:
    """What was proposed before cannot have been approved in the present fiscal year."""
    start = fiscal_year_start(request.changed_at.astimezone(UTC).date(), policy.fiscal_year_month)
    return datetime(start.year, start.month, 1, tzinfo=UTC) - LONGEST_WAIT
