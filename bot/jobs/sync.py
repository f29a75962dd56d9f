"""Read usage from Graph every few hours; then look at the balance, and for what is out of the ordinary."""

from datetime import timedelta

from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.jobs.auto_recharge import follow_wallet
from bot.jobs.clockwork import ended
from bot.jobs.job import Ending
from bot.ports.errors import Final, MissingPermission
from bot.ports.store import Document
from bot.usecases.find_anomalies import find_anomalies
from bot.usecases.sync_usage import sync_usage
from bot.usecases.watch_balance import watch_balance
from bot.views.house import House

EVERY = timedelta(hours=3)


async def sync(house: House, job: Document[Job]) -> Ending:
    """Without the permission there is nothing to read yet: the set-up and the doctor name it. Where a day makes no
    sense, what the others told is looked at before that is said."""
    spoiled: Refusal | Final | None = None
    try:
        await sync_usage(house.outside, job.key.tenant)
    except MissingPermission:
        return await ended(house, job, EVERY)
    except (Refusal, Final) as error:
        spoiled = error
    await watch_balance(house.outside, job.key.tenant)
    await find_anomalies(house.outside, job.key.tenant)
    await follow_wallet(house, job.key.tenant)
    if spoiled is not None:
        raise spoiled
    return await ended(house, job, EVERY)
