"""Where the numbers of the balance come from: the ledger read from its first entry. Reads only."""

from dataclasses import dataclass
from datetime import UTC, date

from bot.domain.explain import Explanation, explain
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.requests import Kind
from bot.ports.clock import Clock
from bot.ports.collections import REQUESTS
from bot.ports.store import Store
from bot.usecases.pending import MANY, UNDER_WAY
from bot.usecases.read_balance import read_ledger


@dataclass(frozen=True, slots=True)
class Explained:
    """`pending`: the recharges that are approved and not in the wallet, by the id of their request."""

    each: tuple[Explanation, ...]
    pending: dict[str, Money]


async def explain_balance(store: Store, clock: Clock, tenant: TenantId, *, as_of: date | None = None) -> Explained:
    """Every currency at the end of `as_of` (UTC; today where not told)."""
    day = as_of or clock.now().astimezone(UTC).date()
    records = await read_ledger(store, tenant)
    page = await store.find(REQUESTS, tenant, where={"open": True, "kind": Kind.RECHARGE.value}, limit=MANY)
    under_way = (document.body for document in page.documents if document.body.state in UNDER_WAY)
    pending = {request.id: request.asked.amount for request in under_way}
    return Explained(explain(((record.seq, record.body) for record in records), day), pending)
