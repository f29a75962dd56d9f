"""The balance as the card shows it: the estimate, its day, its lots, and what waits for confirmation."""

from datetime import UTC, date

from bot.domain.alerts import Level
from bot.domain.balance import Balance, Balances
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.settings import Settings
from bot.ports.outside import Outside
from bot.usecases.pending import pending_recharges
from bot.usecases.read_balance import read_balance
from bot.usecases.settings import load_settings
from bot.usecases.watch_balance import level_of, threshold_of
from cards.balance import BalanceValues, Lot, Wallet
from cards.low_balance import LowBalanceValues


async def balance_values(
    outside: Outside, tenant: TenantId, settings: Settings, *, may_recharge: bool
) -> BalanceValues:
    balances = await read_balance(outside.store, outside.clock, tenant)
    pending = await pending_recharges(outside.store, tenant)
    return values_of(balances, settings, pending, may_recharge=may_recharge)


def values_of(
    balances: Balances, settings: Settings, pending: dict[str, Money], *, may_recharge: bool
) -> BalanceValues:
    """The same of balances that were read already, of any day."""
    return BalanceValues(
        as_of=shown_day(balances),
        wallets=tuple(_wallet(balance, settings, pending) for balance in balances.each),
        usage_through=max((b.usage_through for b in balances.each if b.usage_through), default=None),
        checked_days_ago=_checked_days_ago(balances),
        may_recharge=may_recharge,
    )


async def low_balance_values(outside: Outside, tenant: TenantId, currency: str) -> LowBalanceValues | None:
    """What to say about a currency that is low; None where it is not (any more)."""
    settings = await load_settings(outside.store, tenant)
    balances = await read_balance(outside.store, outside.clock, tenant)
    balance = next((one for one in balances.each if one.statement.currency == currency), None)
    if balance is None or level_of(balance, settings) not in {Level.LOW, Level.EMPTY}:
        return None
    wallet = _wallet(balance, settings, {})
    return LowBalanceValues(
        level=wallet.level,
        available=wallet.available,
        as_of=shown_day(balances),
        threshold=threshold_of(balance, settings),
        days_left=wallet.days_left,
        runs_out_on=wallet.runs_out_on,
        may_recharge=settings.account is None or settings.account.can_buy,
    )


def shown_day(balances: Balances) -> date:
    """The day up to which calls are known: the balance is an estimate for it. Without usage, the day of the look."""
    return max((b.usage_through for b in balances.each if b.usage_through), default=balances.as_of)


def _wallet(balance: Balance, settings: Settings, pending: dict[str, Money]) -> Wallet:
    statement, outlook = balance.statement, balance.outlook
    through = balance.usage_through or statement.as_of
    return Wallet(
        available=statement.available,
        level=level_of(balance, settings),
        overdrawn=statement.overdrawn or None,
        lots=tuple(
            Lot(lot.purchased_on, lot.remaining, lot.expires_on, lot.assumed)
            for lot in statement.lots
            if lot.remaining
        ),
        per_day=outlook.per_day,
        days_of_usage=outlook.days,
        days_left=None if outlook.is_early else outlook.days_left(statement.balance),
        runs_out_on=None if outlook.is_early else outlook.runs_out_on(statement.balance, through),
        pending=pending.get(statement.currency),
        checked=_check(balance),
        history=tuple((day.day, day.balance) for day in statement.series if day.day <= through),
    )


def _check(balance: Balance) -> tuple[date, Money | None] | None:
    """The opening balance had nothing to differ from."""
    last = balance.reconciled
    if last is None:
        return None
    return last.read_at.astimezone(UTC).date(), last.amount if last.estimate else None


def _checked_days_ago(balances: Balances) -> int | None:
    readings = [b.reconciled.read_at.astimezone(UTC).date() for b in balances.each if b.reconciled]
    return (balances.as_of - max(readings)).days if readings else None
