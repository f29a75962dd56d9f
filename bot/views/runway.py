"""When the money runs out, as the card shows it: from the forecast that is kept."""

from dataclasses import replace

from bot.domain.balance import Balance
from bot.domain.people import TenantId
from bot.domain.runway import Forecast
from bot.domain.settings import Settings
from bot.ports.outside import Outside
from bot.usecases.forecast_balance import read_forecasts
from bot.usecases.read_balance import read_balance
from bot.usecases.watch_balance import Watched
from bot.views.balance import from_today
from cards.runway import RunwayValues, RunwayWallet


async def runway_values(
    outside: Outside, tenant: TenantId, settings: Settings, *, may_recharge: bool
) -> RunwayValues:
    balances = await read_balance(outside.store, outside.clock, tenant)
    forecasts = await read_forecasts(outside.store, tenant, balances)
    wallets = sorted(balances.each, key=lambda one: one.statement.currency != settings.currency)
    return RunwayValues(
        today=balances.as_of,
        wallets=tuple(_wallet(one, settings, forecasts.get(one.statement.currency)) for one in wallets),
        may_recharge=may_recharge,
    )


def _wallet(balance: Balance, settings: Settings, forecast: Forecast | None) -> RunwayWallet:
    today = balance.statement.as_of
    shown = replace(forecast, runway=from_today(forecast.runway, today)) if forecast and forecast.runway else forecast
    level = Watched(balance, settings, forecast, today).level
    return RunwayWallet(balance.statement.available, level, shown)
