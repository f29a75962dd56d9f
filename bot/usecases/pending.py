"""What is approved and not in the wallet yet. Reads only."""

from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.requests import Kind, State
from bot.ports.collections import REQUESTS
from bot.ports.store import Store

UNDER_WAY = frozenset({State.APPROVED, State.EXECUTING})
MANY = 1_000  # recharges that are open at once: more than any organisation has


async def pending_recharges(store: Store, tenant: TenantId) -> dict[str, Money]:
    """What is approved and not confirmed yet, by currency. It never counts as available."""
    pending: dict[str, Money] = {}
    page = await store.find(REQUESTS, tenant, where={"open": True, "kind": Kind.RECHARGE.value}, limit=MANY)
    for document in page.documents:
        if document.body.state in UNDER_WAY:
            amount = document.body.asked.amount
            pending[amount.currency] = pending.get(amount.currency, Money.zero(amount.currency)) + amount
    return pending
