"""Enter what was denied into the audit, once its minute is over."""

from bot.domain.jobs import Job
from bot.jobs.job import DONE, Ending, finish
from bot.ports.store import Document
from bot.usecases.note_denial import record_denial
from bot.views.house import House


async def record(house: House, job: Document[Job]) -> Ending:
    await record_denial(house.outside.store, job.key.tenant, job.body.payload["denial"], finish(job))
    return DONE
