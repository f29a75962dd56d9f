"""Carry out what was approved: orders, licences, readings and budgets. What the use-cases commit ends the job."""

from datetime import datetime, timedelta

from bot.domain.errors import Refusal
from bot.domain.events import SALDO, Expire
from bot.domain.jobs import Job
from bot.jobs.job import DONE, Again, Ending, finish
from bot.ports.store import Document
from bot.usecases.assign_licenses import assign_licenses
from bot.usecases.budget import raise_budget
from bot.usecases.change_policy import change_policy
from bot.usecases.change_request import change_request
from bot.usecases.place_order import follow_order, place_order
from bot.usecases.reconcile import book_reading
from bot.views.house import House

FIRST_LOOK = timedelta(seconds=2)
LATER_LOOK = timedelta(minutes=5)
QUICK_LOOKS = timedelta(minutes=2)  # for so long after the order the desk is asked every few seconds


async def place(house: House, job: Document[Job]) -> Ending:
    await place_order(house.outside, house.standings, job.key.tenant, job.body.payload["request"], finish(job))
    return DONE


async def follow(house: House, job: Document[Job]) -> Ending:
    request_id = job.body.payload["request"]
    if await follow_order(house.outside, job.key.tenant, request_id, finish(job)):
        return DONE
    ordered_at = job.body.payload.get("since", "")
    return Again(_next_look(house, ordered_at))


async def assign(house: House, job: Document[Job]) -> Ending:
    await assign_licenses(house.outside, house.standings, job.key.tenant, job.body.payload["request"], finish(job))
    return DONE


async def reading(house: House, job: Document[Job]) -> Ending:
    await book_reading(house.outside, house.standings, job.key.tenant, job.body.payload["request"], finish(job))
    return DONE


async def budget(house: House, job: Document[Job]) -> Ending:
    await raise_budget(house.outside, house.standings, job.key.tenant, job.body.payload["request"], finish(job))
    return DONE


async def policy(house: House, job: Document[Job]) -> Ending:
    await change_policy(house.outside, house.standings, job.key.tenant, job.body.payload["request"], finish(job))
    return DONE


async def expire(house: House, job: Document[Job]) -> Ending:
    """A draft that nobody sent within a day, or a request that nobody decided for as long as the policy says, is
    closed; one that moved on is left alone."""
    outside, request_id = house.outside, job.body.payload["request"]
    try:
        await change_request(
            outside.store, outside.clock, job.key.tenant, request_id, Expire(), SALDO, also=finish(job)
        )
    except Refusal:
        await outside.store.commit(finish(job))
    return DONE


def _next_look(house: House, since: str) -> timedelta:
    if since and house.outside.clock.now() - datetime.fromisoformat(since) < QUICK_LOOKS:
        return FIRST_LOOK
    return LATER_LOOK
