"""Look at the balance, and when it has become low, see to it that everybody in charge is told once."""

from bot.domain.alerts import Episode, Level, follow, level, threshold
from bot.domain.audit import AuditRecord
from bot.domain.balance import Balance
from bot.domain.jobs import Job
from bot.domain.money import Money
from bot.domain.people import PersonId, TenantId
from bot.domain.settings import Settings
from bot.ports.collections import AUDIT, EPISODES, JOBS
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Operation, Put
from bot.usecases.find_approvers import people_in_charge
from bot.usecases.read_balance import read_balance
from bot.usecases.settings import load_settings

SALDO = PersonId("saldo")


async def watch_balance(outside: Outside, tenant: TenantId) -> None:
    """Follow the episode of each currency. Raises the directory's errors before anything is written."""
    settings = await load_settings(outside.store, tenant)
    if settings.has_budget:
        return  # what is left in the wallet burns down, and that is no news: the budget is watched instead
    balances = await read_balance(outside.store, outside.clock, tenant)
    for balance in balances.each:
        await _follow(outside, tenant, balance, settings)


def threshold_of(balance: Balance, settings: Settings) -> Money | None:
    own = settings.threshold
    return threshold(own if own and own.currency == balance.statement.currency else None, balance.last_purchase)


def level_of(balance: Balance, settings: Settings) -> Level:
    """The state word, by the cautious reading: whether charges hold the connection fees is not known."""
    return level(balance.cautious, threshold_of(balance, settings))


async def _follow(outside: Outside, tenant: TenantId, balance: Balance, settings: Settings) -> None:
    key = EPISODES.key(tenant, balance.statement.currency)
    document = await outside.store.get(key)
    before = document.body if document else Episode()
    after = follow(before, level_of(balance, settings), outside.clock.now())
    if after == before:
        return
    operations: list[Operation] = [Put(key, after, document.version if document else 0)]
    if after.number != before.number:
        operations += await _tell(outside, tenant, balance.statement.currency, after)
    try:
        await outside.store.commit(operations)
    except Conflict:
        return  # another look, at the same moment, has followed it


async def _tell(outside: Outside, tenant: TenantId, currency: str, episode: Episode) -> list[Operation]:
    now = outside.clock.now()
    people = await people_in_charge(outside, tenant)
    audit = AuditRecord(now, SALDO, "alert.low_balance", f"{currency}:{episode.number}", {"people": str(len(people))})
    jobs: list[Operation] = [
        Put(
            JOBS.key(tenant, f"tell_low:{currency}:{episode.number}:{person}"),
            Job("tell_low", now, {"currency": currency, "episode": str(episode.number), "person": person}),
            0,
        )
        for person in people
    ]
    return [*jobs, Append(AUDIT.of_tenant(tenant), f"alert:{currency}:{episode.number}", audit)]
