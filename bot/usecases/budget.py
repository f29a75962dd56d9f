"""The monthly budget of a post-paid organization: how it stands, a new one, and a higher one that was approved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC

from bot.domain.budget import Month, month_days, month_of
from bot.domain.errors import Refusal
from bot.domain.events import SALDO, Book, By
from bot.domain.money import Money
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Kind, Raise, Request, draft_budget
from bot.domain.settings import Account, Settings
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, SETTINGS, SPEND_CURVES
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Operation, Put, Store
from bot.usecases.change_request import change_request, submit_once
from bot.usecases.settings import change_settings, settings_audit
from bot.usecases.spending import spending_by_day
from bot.usecases.standing import Standings
from bot.usecases.still_approved import still_approved

ATTEMPTS = 8


async def read_month(store: Store, clock: Clock, tenant: TenantId, settings: Settings) -> Month | None:
    """How the budget stands today, by the forecast that is kept; None where the account is not post-paid, or none
    was set."""
    if not settings.has_budget or settings.budget is None:
        return None
    today = clock.now().astimezone(UTC).date()
    currency = settings.budget.currency
    spent = await spending_by_day(store, tenant, currency, month_days(today))
    curve = await store.get(SPEND_CURVES.key(tenant, currency))
    return month_of(settings.budget, today, spent, curve.body if curve else None)


async def set_budget(store: Store, clock: Clock, tenant: TenantId, actor: PersonId, budget: Money) -> Settings:
    """The first budget, or a lower one. Raises Refusal: budget_not_postpaid, amount_not_positive,
    budget_needs_approval."""

    def change(settings: Settings) -> Settings:
        check_postpaid(settings)
        if budget.micros <= 0:
            raise Refusal("amount_not_positive")
        if is_raise(settings, budget):
            raise Refusal("budget_needs_approval")
        return replace(settings, budget=budget)

    return await change_settings(store, clock, tenant, actor, "budget", change)


def check_postpaid(settings: Settings) -> None:
    """Raises Refusal("budget_not_postpaid") for who has a wallet."""
    if settings.account is not Account.MCA:
        raise Refusal("budget_not_postpaid")


def is_raise(settings: Settings, budget: Money) -> bool:
    """What is no lower sum of the same currency is more, as far as anybody can tell."""
    before = settings.budget
    return before is not None and (before.currency != budget.currency or budget > before)


async def ask_to_raise(
    store: Store, clock: Clock, tenant: TenantId, request_id: str, by: By, budget: Raise
) -> Request:
    """A request that waits for somebody else. The same id again is the request that is there."""
    draft = draft_budget(request_id, by.id, by.name, budget, clock.now())
    return await submit_once(store, clock, tenant, draft, by)


async def raise_budget(
    outside: Outside, standings: Standings, tenant: TenantId, request_id: str, finish: Sequence[Operation]
) -> None:
    """Set an approved budget, if its approver still may approve. `finish` are the operations that end the job."""
    approved = await still_approved(outside, standings, tenant, request_id, finish)
    if approved is not None:
        await _set_approved(outside, tenant, approved.body, finish)


async def _set_approved(outside: Outside, tenant: TenantId, request: Request, finish: Sequence[Operation]) -> None:
    key = SETTINGS.key(tenant, "tenant")
    for _ in range(ATTEMPTS):
        document = await outside.store.get(key)
        before = document.body if document else Settings()
        after = replace(before, budget=raised(request).to)
        audit = settings_audit(outside.clock.now(), SALDO.id, "budget", before, after)
        also = [
            Put(key, after, document.version if document else 0),
            Append(AUDIT.of_tenant(tenant), f"settings:budget:{request.id}", audit),
            *finish,
        ]
        try:
            await change_request(outside.store, outside.clock, tenant, request.id, Book(), SALDO, also=also)
        except Conflict as conflict:
            if conflict.key != key:
                raise  # another runner has the job
            continue
        return
    raise Conflict(key)


def raised(request: Request) -> Raise:
    """What a budget's request asks for."""
    if request.budget is None:
        raise TypeError(f"request {request.id} is no {Kind.BUDGET}")
    return request.budget
