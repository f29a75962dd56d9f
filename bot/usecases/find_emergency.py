"""How long the money lasts, by all that says so. Reads what is kept; a turn may ask."""

from datetime import UTC

from bot.domain.balance import Balance
from bot.domain.emergency import JUST_ENTERED, Emergency, Shown, by_forecast, by_portal, cost_of_hours
from bot.domain.events import Evidence
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.requests import Kind, State
from bot.ports.clock import Clock
from bot.ports.collections import REQUESTS, SPEND_CURVES
from bot.ports.store import Store
from bot.usecases.forecast_balance import read_forecasts
from bot.usecases.read_balance import read_balance

DROPPED = frozenset({State.DRAFT, State.REJECTED, State.WITHDRAWN, State.EXPIRED})
LATEST = 20  # readings that wait for a second person


async def find_emergency(store: Store, clock: Clock, tenant: TenantId, currency: str) -> Emergency | None:
    """The shorter of what the forecast (P10) and a figure of the admin center say that was just entered, however long
    it is. None: nothing says when the money runs out."""
    balances = await read_balance(store, clock, tenant)
    balance = next((one for one in balances.each if one.statement.currency == currency), None)
    if balance is None or not balance.is_known:
        return None
    now = clock.now()
    shown = await _shown(store, clock, tenant, currency)
    if balance.reconciled is not None:
        shown.append(Shown(balance.reconciled.portal, balance.reconciled.read_at))
    forecast = (await read_forecasts(store, tenant, balances)).get(currency)
    runway = forecast.runway if forecast else None
    empty = Emergency(0, Evidence.FORECAST) if balance.statement.available.micros <= 0 else None
    cost = await _cost(store, clock, tenant, balance) if shown else None
    told = (empty, by_forecast(runway.p10 if runway else None, now), by_portal(shown, cost, now))
    return min((one for one in told if one), key=lambda one: one.hours_left, default=None)


async def _shown(store: Store, clock: Clock, tenant: TenantId, currency: str) -> list[Shown]:
    """Figures too far from the books for one person to book them; whoever entered one answers for it."""
    page = await store.find(
        REQUESTS,
        tenant,
        where={"kind": Kind.ADJUSTMENT.value},
        order_by="created_at",
        start=clock.now() - JUST_ENTERED,
        limit=LATEST,
    )
    read = [one.body.correction for one in page.documents if one.body.state not in DROPPED and one.body.correction]
    return [Shown(one.portal, one.read_at) for one in read if one.portal.currency == currency]


async def _cost(store: Store, clock: Clock, tenant: TenantId, balance: Balance) -> Money | None:
    """Of 96 hours: along the curve that is kept, else at the pace of the last weeks."""
    currency = balance.statement.currency
    curve = await store.get(SPEND_CURVES.key(tenant, currency))
    today = clock.now().astimezone(UTC).date()
    told = cost_of_hours(curve.body, today, currency) if curve else None
    pace = balance.outlook.per_day
    return told or (pace.times(4, 1) if pace else None)
