"""Look at the balance, and when it has become low, see to it that everybody in charge is told: once, and once more
when it becomes critical."""

import contextlib
from dataclasses import dataclass
from datetime import date

from bot.domain.alerts import Episode, Level, Nearness, follow, level, threshold, worst
from bot.domain.audit import AuditRecord
from bot.domain.balance import Balance
from bot.domain.events import SALDO
from bot.domain.jobs import Job
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.runway import Forecast
from bot.domain.settings import Settings
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, EPISODES, JOBS
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Operation, Put, Store
from bot.usecases.find_approvers import people_in_charge
from bot.usecases.forecast_balance import forecast_balances, read_forecasts
from bot.usecases.read_balance import read_balance
from bot.usecases.settings import load_settings


async def watch_balance(outside: Outside, tenant: TenantId) -> None:
    """Work out the forecast of each currency, and follow its episode. Raises the directory's errors before anything
    of an episode is written."""
    forecasts = await forecast_balances(outside.store, outside.clock, tenant)
    settings = await load_settings(outside.store, tenant)
    if settings.has_budget:
        return  # what is left in the wallet burns down, and that is no news: the budget is watched instead
    balances = await read_balance(outside.store, outside.clock, tenant)
    for balance in balances.each:
        watched = Watched(balance, settings, forecasts.get(balance.statement.currency), balances.as_of)
        await _follow(outside, tenant, watched)


async def ask_to_watch(store: Store, clock: Clock, tenant: TenantId) -> None:
    """Have it done now, by a job: something was booked that is not in the forecast yet."""
    key = JOBS.key(tenant, "watch_balance:asked")
    known = await store.get(key)
    with contextlib.suppress(Conflict):  # somebody else has just asked
        await store.commit([Put(key, Job("watch_balance", clock.now()), known.version if known else 0)])


@dataclass(frozen=True, slots=True)
class Watched:
    """A balance as it is looked at on `today`. `forecast` None: none was made."""

    balance: Balance
    settings: Settings
    forecast: Forecast | None
    today: date

    @property
    def threshold(self) -> Money | None:
        """The sum below which it is low: the tenant's own; while no day can be foretold, a fifth of the last
        purchase."""
        own = self.settings.threshold
        if own is not None and own.currency == self.balance.statement.currency:
            return own
        return None if self._foretold else threshold(None, self.balance.last_purchase)

    @property
    def level(self) -> Level:
        """The state word, by the cautious reading: whether charges hold the connection fees is not known."""
        by_sum = level(self.balance.cautious if self.balance.is_known else None, self.threshold)
        near = self.nearness
        return worst([by_sum, near.level]) if near else by_sum

    @property
    def nearness(self) -> Nearness | None:
        known = self.forecast
        if known is None or known.warn_on is None:
            return None
        return Nearness(known.warn_on, self.today, known.approval_days, self.settings.country)

    @property
    def has_recovered(self) -> bool:
        near = self.nearness
        return near is None or near.has_recovered

    @property
    def _foretold(self) -> bool:
        return self.forecast is not None and not self.forecast.is_early


async def watched_now(outside: Outside, tenant: TenantId, settings: Settings) -> Watched | None:
    """The wallet of the tenant's own currency; None where nothing is known of it."""
    balances = await read_balance(outside.store, outside.clock, tenant)
    balance = next((one for one in balances.each if one.statement.currency == settings.currency), None)
    if balance is None:
        return None
    forecasts = await read_forecasts(outside.store, tenant, balances)
    return Watched(balance, settings, forecasts.get(settings.currency), balances.as_of)


async def _follow(outside: Outside, tenant: TenantId, watched: Watched) -> None:
    currency = watched.balance.statement.currency
    key = EPISODES.key(tenant, currency)
    document = await outside.store.get(key)
    before = document.body if document else Episode()
    after = follow(before, watched.level, outside.clock.now(), recovered=watched.has_recovered)
    if after == before:
        return
    operations: list[Operation] = [Put(key, after, document.version if document else 0)]
    if after.number != before.number:
        operations += await _tell(outside, tenant, currency, str(after.number))
    elif after.critical and not before.critical:
        operations += await _tell(outside, tenant, currency, f"{after.number}:critical")
    try:
        await outside.store.commit(operations)
    except Conflict:
        return  # another look, at the same moment, has followed it


async def _tell(outside: Outside, tenant: TenantId, currency: str, episode: str) -> list[Operation]:
    """`episode`: its number, and whether it is about its having become critical."""
    now = outside.clock.now()
    people = await people_in_charge(outside, tenant)
    audit = AuditRecord(now, SALDO.id, "alert.low_balance", f"{currency}:{episode}", {"people": str(len(people))})
    jobs: list[Operation] = [
        Put(
            JOBS.key(tenant, f"tell_low:{currency}:{episode}:{person}"),
            Job("tell_low", now, {"currency": currency, "episode": episode, "person": person}),
            0,
        )
        for person in people
    ]
    return [*jobs, Append(AUDIT.of_tenant(tenant), f"alert:{currency}:{episode}", audit)]
