"""Look at the monthly budget, and when little is left of it, see to it that everybody in charge is told once."""

from bot.domain.alerts import Episode, Level, follow, level, threshold
from bot.domain.audit import AuditRecord
from bot.domain.budget import Month
from bot.domain.jobs import Job
from bot.domain.money import Money
from bot.domain.people import PersonId, TenantId
from bot.domain.settings import Settings
from bot.ports.collections import AUDIT, EPISODES, JOBS
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Operation, Put
from bot.usecases.budget import read_month
from bot.usecases.find_approvers import people_in_charge
from bot.usecases.settings import load_settings

SALDO = PersonId("saldo")
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
    after = follow(before, level_of_month(month, settings), outside.clock.now())
    if after == before:
        return
    operations: list[Operation] = [Put(key, after, document.version if document else 0)]
    if after.number != before.number:
        operations += await _tell(outside, tenant, after)
    try:
        await outside.store.commit(operations)
    except Conflict:
        return  # another look, at the same moment, has followed it


def level_of_month(month: Month, settings: Settings) -> Level:
    """The state word: low is what it is for a wallet, the budget in the place of the last purchase."""
    return level(month.left, limit_of(month, settings))


def limit_of(month: Month, settings: Settings) -> Money | None:
    own = settings.threshold
    return threshold(own if own and own.currency == month.budget.currency else None, month.budget)


async def _tell(outside: Outside, tenant: TenantId, episode: Episode) -> list[Operation]:
    now = outside.clock.now()
    people = await people_in_charge(outside, tenant)
    subject = f"{EPISODE}:{episode.number}"
    audit = AuditRecord(now, SALDO, "alert.low_budget", subject, {"people": str(len(people))})
    jobs: list[Operation] = [
        Put(
            JOBS.key(tenant, f"tell_budget:{episode.number}:{person}"),
            Job("tell_budget", now, {"episode": str(episode.number), "person": person}),
            0,
        )
        for person in people
    ]
    return [*jobs, Append(AUDIT.of_tenant(tenant), f"alert:{subject}", audit)]
