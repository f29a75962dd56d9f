"""Somebody has just added Saldo, or decides for a colleague from now on: whatever waits for a decision that is theirs
to make is put before them too."""

from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import State
from bot.ports.clock import Clock
from bot.ports.collections import JOBS, REQUESTS
from bot.ports.store import Conflict, Put, Store

LOOKED_AT = 100  # pending requests, the newest first


async def ask_newcomer(store: Store, clock: Clock, tenant: TenantId, person: PersonId) -> None:
    """Have the approvers of each pending request asked again: the job writes once to each of them, so that only the
    newcomer hears, if they are one."""
    page = await store.find(
        REQUESTS,
        tenant,
        where={"state": State.PENDING.value},
        order_by="created_at",
        newest_first=True,
        limit=LOOKED_AT,
    )
    for document in page.documents:
        request = document.body
        job = Job("ask_approvers", clock.now(), {"request": request.id, "since": clock.now().isoformat()})
        try:
            await store.commit([Put(JOBS.key(tenant, f"ask_approvers:{request.id}:{person}"), job, 0)])
        except Conflict:
            continue  # asked for already, and not done yet
