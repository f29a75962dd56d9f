"""Work out when the money runs out, and keep it: done by jobs, after usage was read or money was booked. A turn only
reads what is kept.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.balance import Balance, Balances
from bot.domain.lead_time import approval_days
from bot.domain.ledger import Entry
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.requests import Kind, Request
from bot.domain.runway import Forecast, Known, forecast_of, runway_of
from bot.domain.spend_curve import Prospect, SpendCurve, days_known, prospect_of
from bot.domain.spent import Spent, spent_by_currency
from bot.ports.clock import Clock
from bot.ports.collections import FORECASTS, REQUESTS, SPEND_CURVES
from bot.ports.store import Conflict, Document, Operation, Put, Store
from bot.usecases.pending import pending_recharges
from bot.usecases.read_balance import read_balance, read_ledger
from bot.usecases.settings import load_settings

LATEST = 60  # recharges, drafts and refusals among them: enough to find twenty that were approved


async def forecast_balances(store: Store, clock: Clock, tenant: TenantId) -> dict[str, Forecast]:
    """The forecast of each currency, worked out anew where anything that it comes from has moved."""
    settings = await load_settings(store, tenant)
    balances = await read_balance(store, clock, tenant)
    stand = _Stand(
        balances,
        await pending_recharges(store, tenant),
        approval_days(await _latest_recharges(store, tenant), settings.country),
        settings.country,
    )
    kept = {one.statement.currency: await _kept(store, tenant, one) for one in balances.each}
    if not all(document and stand.is_that_of(document.body) for document in kept.values()):
        entries = [record.body for record in await read_ledger(store, tenant)][: balances.seq]
        return await _keep(store, tenant, kept, stand, entries)
    return {currency: document.body for currency, document in kept.items() if document}


async def _latest_recharges(store: Store, tenant: TenantId) -> list[Request]:
    """Whatever became of them."""
    page = await store.find(
        REQUESTS,
        tenant,
        where={"kind": Kind.RECHARGE.value},
        order_by="created_at",
        newest_first=True,
        limit=LATEST,
    )
    return [document.body for document in page.documents]


@dataclass(frozen=True, slots=True)
class _Stand:
    """All that forecasts are made of, but for the usage itself."""

    balances: Balances
    pending: dict[str, Money]
    approval_days: int
    country: str | None

    def is_that_of(self, forecast: Forecast) -> bool:
        now = (self.balances.seq, self.balances.as_of, self.pending.get(forecast.currency), self.approval_days)
        return now == (forecast.seq, forecast.made_on, forecast.pending, forecast.approval_days)

    def known(self, balance: Balance, spent: Spent, days: int) -> Known:
        statement = balance.statement
        return Known(
            currency=statement.currency,
            seq=self.balances.seq,
            made_on=self.balances.as_of,
            days=days,
            lots=tuple(lot for lot in statement.lots if lot.remaining),
            usage_through=balance.usage_through,
            pending=self.pending.get(statement.currency),
            unpaid_fees=max(0, (statement.balance - balance.cautious).micros),
            fees_percent=spent.fees_percent,
            approval_days=self.approval_days,
        )


async def _keep(
    store: Store,
    tenant: TenantId,
    kept: dict[str, Document[Forecast] | None],
    stand: _Stand,
    entries: Sequence[Entry],
) -> dict[str, Forecast]:
    """Work all of them out. Somebody else who has just done so has found the same."""
    by_currency, read = spent_by_currency(entries)
    days = {day for day in read if day <= stand.balances.as_of}
    found = {}
    for balance in stand.balances.each:
        currency = balance.statement.currency
        spent = by_currency.get(currency, Spent())
        known = stand.known(balance, spent, days_known(spent.charges, days))
        prospect = prospect_of(spent.charges, days, known.horizon, stand.country)
        found[currency] = forecast_of(known, prospect)
        with contextlib.suppress(Conflict):
            await store.commit(await _writes(store, tenant, kept[currency], found[currency], prospect))
    return found


async def _writes(
    store: Store, tenant: TenantId, kept: Document[Forecast] | None, forecast: Forecast, prospect: Prospect | None
) -> list[Operation]:
    forecast_write = Put(FORECASTS.key(tenant, forecast.currency), forecast, kept.version if kept else 0)
    if prospect is None:
        return [forecast_write]
    key = SPEND_CURVES.key(tenant, forecast.currency)
    curve = await store.get(key)
    return [forecast_write, Put(key, prospect.curve, curve.version if curve else 0)]


async def read_forecasts(store: Store, tenant: TenantId, balances: Balances) -> dict[str, Forecast]:
    """What is kept, by currency. Where money was booked since, told anew along the curve that is kept with it: until
    the next job comes by, what expires and what is pending is as it was."""
    found = {}
    for balance in balances.each:
        document = await _kept(store, tenant, balance)
        if document is not None:
            found[balance.statement.currency] = await _up_to_date(store, tenant, document.body, balance, balances.seq)
    return found


async def read_curve(store: Store, tenant: TenantId, balance: Balance) -> SpendCurve | None:
    """The curve of spending that is kept with the forecast; None where it does not begin after the usage that is
    known, because the job that draws it anew is still to come."""
    document = await store.get(SPEND_CURVES.key(tenant, balance.statement.currency))
    return document.body if document and document.body.through == balance.usage_through else None


async def _up_to_date(store: Store, tenant: TenantId, kept: Forecast, balance: Balance, seq: int) -> Forecast:
    if kept.seq == seq or kept.is_early or kept.usage_through != balance.usage_through:
        return kept
    curve = await read_curve(store, tenant, balance)
    lots = [lot for lot in balance.statement.lots if lot.remaining]
    if curve is None or not lots:
        return replace(kept, runway=None, warn_on=None)
    runway = runway_of(lots, curve)
    return replace(kept, runway=runway, warn_on=runway.p10)


async def _kept(store: Store, tenant: TenantId, balance: Balance) -> Document[Forecast] | None:
    return await store.get(FORECASTS.key(tenant, balance.statement.currency))
