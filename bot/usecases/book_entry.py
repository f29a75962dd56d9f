"""Book one entry that is decided on the whole ledger: what is there already is never booked again. The balance is to
be looked at then: when the money runs out has moved."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.domain.audit import AuditRecord
from bot.domain.jobs import Job
from bot.domain.ledger import Adjustment, Entry, Purchase
from bot.domain.people import TenantId
from bot.ports.collections import AUDIT, JOBS, LEDGER
from bot.ports.store import Append, CheckHead, Conflict, Put, Store
from bot.usecases.read_balance import read_ledger

ATTEMPTS = 50  # an import that runs meanwhile moves the ledger at every day

E = TypeVar("E", Purchase, Adjustment)
Decide = Callable[[Sequence[Entry]], tuple[E, AuditRecord | None]]


async def book_entry(store: Store, tenant: TenantId, decide: Decide[E]) -> E:
    """What `decide` makes of all entries in the order of recording: a new entry with its audit record, or one that
    is there already with None, and then nothing is written."""
    seen, entries = 0, list[Entry]()
    for _ in range(ATTEMPTS):
        records = await read_ledger(store, tenant, after_seq=seen)
        seen += len(records)
        entries += [record.body for record in records]
        entry, audit = decide(entries)
        if audit is None:
            return entry
        try:
            await store.commit(
                [
                    CheckHead(LEDGER.of_tenant(tenant), seen),
                    Append(LEDGER.of_tenant(tenant), entry.id, entry),
                    Append(AUDIT.of_tenant(tenant), f"ledger:{entry.id}", audit),
                    Put(JOBS.key(tenant, f"watch_balance:{entry.id}"), Job("watch_balance", entry.recorded_at), 0),
                ]
            )
        except Conflict:
            continue
        return entry
    raise Conflict(LEDGER.of_tenant(tenant))
