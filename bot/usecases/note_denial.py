"""Count what was denied, in one document a minute, and enter the minute into the audit when it is over.

A click costs one small commit that writes over the same document; those that come while it is being written go along
with the next one. A job appends the record and drops the document.
"""

from collections.abc import Sequence

from bot.domain.denials import Denial
from bot.domain.jobs import Job
from bot.domain.people import TenantId
from bot.ports.collections import AUDIT, DENIALS, JOBS
from bot.ports.store import Append, Conflict, Delete, Operation, Put, Store

ATTEMPTS = 50  # other processes may count, too


class Denials:
    """The counts of this process that are on their way to the store."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[TenantId, str], Denial | None] = {}

    async def note(self, store: Store, tenant: TenantId, denial: Denial) -> None:
        """Returns when it is kept, or when somebody is at it who takes it along."""
        key = (tenant, denial.id)
        if key in self._waiting:
            waiting = self._waiting[key]
            self._waiting[key] = waiting.plus(denial) if waiting else denial
            return
        self._waiting[key] = denial
        try:
            while (waiting := self._waiting[key]) is not None:
                self._waiting[key] = None
                await _add(store, tenant, waiting)
        finally:
            del self._waiting[key]


async def _add(store: Store, tenant: TenantId, denial: Denial) -> None:
    key = DENIALS.key(tenant, denial.id)
    for _ in range(ATTEMPTS):
        known = await store.get(key)
        try:
            if known is None:
                job = Job("record_denial", denial.over_at, {"denial": denial.id})
                await store.commit([Put(key, denial, 0), Put(JOBS.key(tenant, f"record:{denial.id}"), job, 0)])
            else:
                await store.commit([Put(key, known.body.plus(denial), known.version)])
        except Conflict:
            continue
        return
    raise Conflict(key)


async def record_denial(store: Store, tenant: TenantId, denial_id: str, finish: Sequence[Operation]) -> None:
    """Append the record of a minute that is over. `finish` are the operations that end the job. Raises Conflict
    where somebody still counts; then the job comes again."""
    document = await store.get(DENIALS.key(tenant, denial_id))
    operations: list[Operation] = []
    if document is not None:
        record = Append(AUDIT.of_tenant(tenant), document.body.record_id, document.body.record())
        operations = [record, Delete(document.key, document.version)]
    await store.commit([*operations, *finish])
