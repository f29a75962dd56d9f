"""A month's file that somebody agreed to: who, which, and how far it is. Its content is never kept."""

from dataclasses import replace

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.subscription import Gift, GiftState
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, GIFTS, JOBS
from bot.ports.store import Append, Conflict, Document, Operation, Put, Store


async def accept_gift(store: Store, clock: Clock, tenant: TenantId, gift_id: str, gift: Gift) -> None:
    """A job makes the file and puts it there. The same answer delivered twice is one."""
    job = Job("put_report", clock.now(), {"gift": gift_id})
    try:
        await store.commit(
            [Put(GIFTS.key(tenant, gift_id), gift, 0), Put(JOBS.key(tenant, f"put_report:{gift_id}"), job, 0)]
        )
    except Conflict:
        return


async def load_gift(store: Store, tenant: TenantId, gift_id: str) -> Document[Gift]:
    document = await store.get(GIFTS.key(tenant, gift_id))
    if document is None:
        raise Refusal("file_unknown")
    return document


async def move_gift(
    store: Store, document: Document[Gift], state: GiftState, *, also: list[Operation] | None = None
) -> Document[Gift]:
    """One step on; an address that is no more needed is forgotten. Raises Conflict where another runner moved it."""
    is_over = state in {GiftState.THERE, GiftState.FAILED}
    after = replace(document.body, state=state, url="" if is_over else document.body.url)
    await store.commit([Put(document.key, after, document.version), *(also or [])])
    return Document(document.key, document.version + 1, after)


def taken(clock: Clock, tenant: TenantId, actor: PersonId, month: str, format_: str, *, has_names: bool) -> Operation:
    """The audit record of a report that left the books: who took which month, and whether people are named in it."""
    now = clock.now()
    details = {"format": format_, "names": "yes" if has_names else "no"}
    record = AuditRecord(now, actor, "report.take", month, details)
    return Append(AUDIT.of_tenant(tenant), f"report.take:{month}:{actor}:{now.isoformat()}", record)
