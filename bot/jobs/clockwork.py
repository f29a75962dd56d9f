"""Jobs that come again on a clock: each is one document, which writes its next self. After downtime they run once."""

from datetime import timedelta

from bot.domain.jobs import Job
from bot.domain.people import TenantId
from bot.jobs.job import DONE, Again, Ending, finish
from bot.ports.collections import JOBS
from bot.ports.store import Conflict, Document, Put
from bot.views.house import House

PREFIX = "clock:"


async def wind_up(house: House, tenant: TenantId, kinds: list[str]) -> None:
    """See to it that the tenant has each clock job once; those that it has already keep their time."""
    for kind in kinds:
        job = Job(kind, house.outside.clock.now())
        try:
            await house.outside.store.commit([Put(JOBS.key(tenant, f"{PREFIX}{kind}"), job, 0)])
        except Conflict:
            continue


async def ended(house: House, job: Document[Job], every: timedelta) -> Ending:
    """A clock job comes again; the same work asked for once is finished."""
    if is_on_clock(job):
        return Again(every)
    await house.outside.store.commit(finish(job))
    return DONE


def is_on_clock(job: Document[Job]) -> bool:
    return job.key.id.startswith(PREFIX)
