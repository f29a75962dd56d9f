"""The monthly budget as the card shows it."""

from datetime import UTC, date

from bot.domain.alerts import Level
from bot.domain.budget import Month
from bot.domain.money import Money
from bot.domain.people import Right, TenantId
from bot.domain.settings import Account, Settings
from bot.ports.outside import Outside
from bot.usecases.budget import read_month
from bot.usecases.settings import load_settings
from bot.usecases.standing import Standing
from bot.usecases.watch_budget import level_of_month, nearness
from bot.usecases.weigh_recharge import wallet_of
from cards.budget import BudgetValues


async def budget_values(outside: Outside, tenant: TenantId, standing: Standing) -> BudgetValues | None:
    """For somebody of this standing; None where the account is not post-paid."""
    settings = await load_settings(outside.store, tenant)
    if settings.account is not Account.MCA:
        return None
    month = await read_month(outside.store, outside.clock, tenant, settings)
    return BudgetValues(
        currency=settings.currency,
        month=month,
        level=_level(month, settings, outside.clock.now().astimezone(UTC).date()) if month else Level.UNKNOWN,
        remaining=await _remaining(outside, tenant, settings.currency),
        may_change=standing.may(Right.CHANGE_SETTINGS),
        may_raise=standing.may(Right.PROPOSE_RECHARGE),
    )


async def month_values(
    outside: Outside, tenant: TenantId, settings: Settings, standing: Standing
) -> BudgetValues | None:
    """The same, only where a budget takes the wallet's place."""
    return await budget_values(outside, tenant, standing) if settings.has_budget else None


def _level(month: Month, settings: Settings, today: date) -> Level:
    return level_of_month(month, settings, nearness(month, settings, today))


async def _remaining(outside: Outside, tenant: TenantId, currency: str) -> Money | None:
    """Credits of the time before, which Microsoft spends first."""
    wallet = await wallet_of(outside.store, outside.clock, tenant, currency)
    return wallet.statement.available if wallet and wallet.last_purchase and wallet.statement.available else None
