"""Look at the monthly budget, and when little is left of it, see to it that everybody in charge is told: once, and
once more when it becomes critical."""

from datetime import UTC, date

from bot.domain.alerts import Episode, Level, Nearness, follow, level, threshold, worst
from bot.domain.audit import AuditRecord
from bot.domain.budget import Month
from bot.domain.events import SALDO
from bot.domain.jobs import Job
from bot.domain.lead_time import DEFAULT_WORKING_DAYS
from bot.domain.people import TenantId
from bot.domain.settings import Settings
from bot.ports.collections import AUDIT, EPISODES, JOBS
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Operation, Put
from bot.usecases.budget import read_month
from bot.usecases.find_approvers import people_in_charge
from bot.usecases.settings import load_settings

EPISODE = "budget"  # beside those of the wallets, whose ids are currencies


async def watch_budget(outside: Outside, tenant: TenantId) -> None:
    """Follow the episode of a low budget. Raises the directory's errors before anything is written."""
    settings = await load_settings(outside.store, tenant)
    month = await read_month(outside.store, outside.clock, tenant, settings)
    if month is None:
        return
    key = EPISODES.key(tenant, EPISODE)
    document = await outside.store.get(key)
    before = document.body if document else Episode()
    now = outside.clock.now()
    near = nearness(month, settings, now.astimezone(UTC).date())
    recovered = near is None or near.has_recovered
    after = follow(before, level_of_month(month, settings, near), now, recovered=recovered)
    if after == before:
        return
    operations: list[Operation] = [Put(key, after, document.version if document else 0)]
    if after.number != before.number:
        operations += await _tell(outside, tenant, str(after.number))
    elif after.critical and not before.critical:
        operations += await _tell(outside, tenant, f"{after.number}:critical")
    try:
        await outside.store.commit(operations)
    except Conflict:
        return  # another look, at the same moment, has followed it


def level_of_month(month: Month, settings: Settings, near: Nearness | None) -> Level:
    """The state word, as for a wallet: by the day on which it runs out; while none can be foretold, a fifth of the
    budget is little. What the tenant set as its threshold counts in any case."""
    own = settings.threshold if settings.threshold and settings.threshold.currency == month.budget.currency else None
    by_sum = level(month.left, threshold(own, None if month.foretold else month.budget))
    return worst([by_sum, near.level]) if near else by_sum


def nearness(month: Month, settings: Settings, today: date) -> Nearness | None:
    """How near the end is; None where it is not in this month, as nine cases of ten go."""
    if month.p10 is None:
        return None
    return Nearness(month.p10, today, DEFAULT_WORKING_DAYS, settings.country)


async def _tell(outside: Outside, tenant: TenantId, episode: str) -> list[Operation]:
    """`episode`: its number, and whether it is about its having become critical."""
    now = outside.clock.now()
    people = await people_in_charge(outside, tenant)
    subject = f"{EPISODE}:{episode}"
    audit = AuditRecord(now, SALDO.id, "alert.low_budget", subject, {"people": str(len(people))})
    jobs: list[Operation] = [
        Put(
            JOBS.key(tenant, f"tell_budget:{episode}:{person}"),
            Job("tell_budget", now, {"episode": episode, "person": person}),
            0,
        )
        for person in people
    ]
    return [*jobs, Append(AUDIT.of_tenant(tenant), f"alert:{subject}", audit)]
