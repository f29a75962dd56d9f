"""A month's file that somebody agreed to: who, which, and how far it is. Its content is never kept."""

from dataclasses import replace

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.subscription import FileTransfer, TransferState
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, FILE_TRANSFERS, JOBS
from bot.ports.store import Append, Conflict, Document, Operation, Put, Store


async def accept_transfer(
    store: Store, clock: Clock, tenant: TenantId, transfer_id: str, transfer: FileTransfer
) -> None:
    """A job makes the file and puts it there. The same answer delivered twice is one."""
    job = Job("transfer_file", clock.now(), {"transfer": transfer_id})
    try:
        await store.commit(
            [
                Put(FILE_TRANSFERS.key(tenant, transfer_id), transfer, 0),
                Put(JOBS.key(tenant, f"transfer_file:{transfer_id}"), job, 0),
            ]
        )
    except Conflict:
        return


async def load_transfer(store: Store, tenant: TenantId, transfer_id: str) -> Document[FileTransfer]:
    document = await store.get(FILE_TRANSFERS.key(tenant, transfer_id))
    if document is None:
        raise Refusal("file_unknown")
    return document


async def move_transfer(
    store: Store, document: Document[FileTransfer], state: TransferState, *, also: list[Operation] | None = None
) -> Document[FileTransfer]:
    """One step on; an address that is no more needed is forgotten. Raises Conflict where another runner moved it."""
    is_over = state in {TransferState.THERE, TransferState.FAILED}
    after = replace(document.body, state=state, url="" if is_over else document.body.url)
    await store.commit([Put(document.key, after, document.version), *(also or [])])
    return Document(document.key, document.version + 1, after)


def taken(clock: Clock, tenant: TenantId, actor: PersonId, month: str, format_: str, *, has_names: bool) -> Operation:
    """The audit record of a report that left the books: who took which month, and whether people are named in it."""
    now = clock.now()
    details = {"format": format_, "names": "yes" if has_names else "no"}
    record = AuditRecord(now, actor, "report.take", month, details)
    return Append(AUDIT.of_tenant(tenant), f"report.take:{month}:{actor}:{now.isoformat()}", record)
