"""Read the balance: from its cached document where that is of today and knows the ledger's last entry.

The cache is never the truth: it carries the `seq` of the ledger it was made from, and may be dropped at any time.
"""

from datetime import UTC, date

from bot.domain.balance import Balances, balances_of
from bot.domain.ledger import Entry
from bot.domain.people import TenantId
from bot.ports.clock import Clock
from bot.ports.collections import BALANCES, LEDGER
from bot.ports.store import Conflict, Put, Record, Store

TODAY = "today"  # the id of the one document that is kept
CHUNK = 5_000  # records


async def read_balance(store: Store, clock: Clock, tenant: TenantId, *, as_of: date | None = None) -> Balances:
    """The balance of every currency at the end of `as_of` (UTC; today where not told)."""
    today = clock.now().astimezone(UTC).date()
    if as_of is not None and as_of != today:
        records = await read_ledger(store, tenant)
        return balances_of((record.body for record in records), as_of, len(records))
    return await _read_today(store, tenant, today)


async def read_ledger(store: Store, tenant: TenantId, *, after_seq: int = 0) -> list[Record[Entry]]:
    """All entries after number `after_seq`, in the order of recording."""
    records: list[Record[Entry]] = []
    while True:
        chunk = await store.read(LEDGER.of_tenant(tenant), after_seq=after_seq, limit=CHUNK)
        records += chunk
        if len(chunk) < CHUNK:
            return records
        after_seq = chunk[-1].seq


async def _read_today(store: Store, tenant: TenantId, today: date) -> Balances:
    head = await store.head(LEDGER.of_tenant(tenant))
    kept = await store.get(BALANCES.key(tenant, TODAY))
    if kept and (kept.body.as_of, kept.body.seq) == (today, head.seq):
        return kept.body
    records = await read_ledger(store, tenant)
    balances = balances_of((record.body for record in records), today, len(records))
    try:
        await store.commit([Put(BALANCES.key(tenant, TODAY), balances, kept.version if kept else 0)])
    except Conflict:
        return balances  # somebody else has just kept one; ours is as true
    return balances
