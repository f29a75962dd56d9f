"""Follow the chains of a tenant's streams, and note their heads: one way of looking, whoever asks."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from bot.domain.audit import AuditRecord
from bot.domain.people import TenantId
from bot.ports.collections import AUDIT, LEDGER
from bot.ports.store import Finding, Head, Record, Store

STREAMS = (AUDIT, LEDGER)
Heads = Mapping[str, Sequence[Head]]  # by the name of the stream
NONE_NOTED: Heads = MappingProxyType({})


async def verify_chains(store: Store, tenant: TenantId, earlier: Heads = NONE_NOTED) -> dict[str, Finding]:
    """What is found of each stream, by its name; held against heads that were noted earlier."""
    return {
        kind.name: await store.verify(kind.of_tenant(tenant), tuple(earlier.get(kind.name, ()))) for kind in STREAMS
    }


async def heads_of(store: Store, tenant: TenantId) -> dict[str, Head]:
    """The streams' last records, by the name of the stream."""
    return {kind.name: await store.head(kind.of_tenant(tenant)) for kind in STREAMS}


async def read_audit(
    store: Store, tenant: TenantId, until: Head, span: tuple[datetime | None, datetime | None] = (None, None)
) -> AsyncIterator[Record[AuditRecord]]:
    """The records up to `until`, of `span` (from the first moment on, before the second). Of a stream of any length a
    page is held at a time."""
    since, before = span
    seq = 0
    while seq < until.seq and (page := await store.read(AUDIT.of_tenant(tenant), after_seq=seq)):
        for record in page:
            at = record.body.at
            if record.seq <= until.seq and (since is None or at >= since) and (before is None or at < before):
                yield record
        seq = page[-1].seq


def log_head(store: Store, tenant: TenantId) -> str:
    """The audit's head as this process knows it, short, for a line of a log; '' while it knows none. No I/O."""
    head = store.known_head(AUDIT.of_tenant(tenant))
    return head.short if head else ""
