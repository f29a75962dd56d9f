"""The monthly budget as the card shows it."""

from bot.domain.alerts import Level
from bot.domain.money import Money
from bot.domain.people import Right, TenantId
from bot.domain.settings import Account
from bot.ports.outside import Outside
from bot.usecases.budget import read_month
from bot.usecases.settings import load_settings
from bot.usecases.standing import Standing
from bot.usecases.watch_budget import level_of_month
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
        level=level_of_month(month, settings) if month else Level.UNKNOWN,
        remaining=await _remaining(outside, tenant, settings.currency),
        may_change=standing.may(Right.CHANGE_SETTINGS),
        may_raise=standing.may(Right.PROPOSE_RECHARGE),
    )


async def _remaining(outside: Outside, tenant: TenantId, currency: str) -> Money | None:
    """Credits of the time before, which Microsoft spends first."""
    wallet = await wallet_of(outside.store, outside.clock, tenant, currency)
    return wallet.statement.available if wallet and wallet.last_purchase and wallet.statement.available else None
