"""The balance as the card shows it: the estimate, its day, its lots, and what waits for confirmation."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date

from bot.domain.alerts import Level
from bot.domain.auto_recharge import Expected
from bot.domain.balance import Balance, Balances
from bot.domain.ledger import Statement
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.runway import Forecast, Runway
from bot.domain.settings import Settings
from bot.ports.outside import Outside
from bot.usecases.forecast_balance import read_forecasts
from bot.usecases.mirror_auto_recharge import open_expected
from bot.usecases.pending import pending_recharges
from bot.usecases.read_balance import read_balance
from bot.usecases.settings import load_settings
from bot.usecases.watch_balance import Watched
from cards.balance import BalanceValues, Lot, Wallet
from cards.low_balance import LowBalanceValues

TOLD = frozenset({Level.LOW, Level.CRITICAL, Level.EMPTY})


async def balance_values(
    outside: Outside, tenant: TenantId, settings: Settings, *, may_recharge: bool
) -> BalanceValues:
    balances = await read_balance(outside.store, outside.clock, tenant)
    pending = await pending_recharges(outside.store, tenant)
    forecasts = await read_forecasts(outside.store, tenant, balances)
    values = values_of(balances, settings, pending, forecasts, may_recharge=may_recharge)
    expected = await open_expected(outside.store, tenant)
    return with_expected(values, expected.body if expected else None)


def with_expected(values: BalanceValues, expected: Expected | None) -> BalanceValues:
    """With what the admin center should have recharged by itself. It never counts as available."""
    if expected is None:
        return values
    amount = expected.amount
    wallets = (
        replace(wallet, expected=amount) if wallet.available.currency == amount.currency else wallet
        for wallet in values.wallets
    )
    return replace(values, wallets=tuple(wallets))


def values_of(
    balances: Balances,
    settings: Settings,
    pending: dict[str, Money],
    forecasts: Mapping[str, Forecast],
    *,
    may_recharge: bool,
) -> BalanceValues:
    """The same of balances that were read already, of any day. `forecasts`, by currency, are of today: none of them
    for another day."""
    return BalanceValues(
        as_of=shown_day(balances),
        wallets=tuple(
            _wallet(balance, settings, pending, forecasts) for balance in balances.each if balance.is_known
        ),
        usage_through=max((b.usage_through for b in balances.each if b.usage_through), default=None),
        checked_days_ago=_checked_days_ago(balances),
        may_recharge=may_recharge,
    )


async def low_balance_values(outside: Outside, tenant: TenantId, currency: str) -> LowBalanceValues | None:
    """What to say about a currency that is low; None where it is not (any more)."""
    settings = await load_settings(outside.store, tenant)
    balances = await read_balance(outside.store, outside.clock, tenant)
    balance = next((one for one in balances.each if one.statement.currency == currency), None)
    if balance is None:
        return None
    forecasts = await read_forecasts(outside.store, tenant, balances)
    watched = Watched(balance, settings, forecasts.get(currency), balances.as_of)
    if watched.level not in TOLD:
        return None
    wallet = _wallet(balance, settings, {}, forecasts)
    return LowBalanceValues(
        level=wallet.level,
        available=wallet.available,
        as_of=shown_day(balances),
        threshold=watched.threshold,
        days_left=wallet.days_left,
        runway=wallet.runway,
        may_recharge=settings.can_buy,
    )


def shown_day(balances: Balances) -> date:
    """The day up to which calls are known: the balance is an estimate for it. Without usage, the day of the look."""
    return max((b.usage_through for b in balances.each if b.usage_through), default=balances.as_of)


def _wallet(
    balance: Balance, settings: Settings, pending: dict[str, Money], forecasts: Mapping[str, Forecast]
) -> Wallet:
    statement, outlook = balance.statement, balance.outlook
    through = balance.usage_through or statement.as_of
    forecast = forecasts.get(statement.currency)
    runway = from_today(forecast.runway, statement.as_of) if forecast and forecast.runway else None
    return Wallet(
        available=statement.available,
        level=Watched(balance, settings, forecast, statement.as_of).level,
        overdrawn=statement.overdrawn or None,
        lots=tuple(
            Lot(lot.purchased_on, lot.remaining, lot.expires_on, lot.assumed)
            for lot in statement.lots
            if lot.remaining
        ),
        per_day=outlook.per_day,
        days_of_usage=outlook.days,
        days_left=(runway.p50 - statement.as_of).days if runway else None,
        runway=runway,
        pending=pending.get(statement.currency),
        checked=_check(balance),
        history=_history(statement, through),
    )


def _history(statement: Statement, through: date) -> tuple[tuple[date, Money], ...]:
    """The days whose calls are known; and today, where money came since: the line ends at what is available."""
    days = tuple((day.day, day.balance) for day in statement.series if day.day <= through)
    if not days or days[-1][1] == statement.balance:
        return days
    return (*days, (statement.as_of, statement.balance))


def _check(balance: Balance) -> tuple[date, Money | None] | None:
    """The opening balance had nothing to differ from."""
    last = balance.reconciled
    if last is None:
        return None
    return last.read_at.astimezone(UTC).date(), last.amount if last.estimate else None


def _checked_days_ago(balances: Balances) -> int | None:
    readings = [b.reconciled.read_at.astimezone(UTC).date() for b in balances.each if b.reconciled]
    return (balances.as_of - max(readings)).days if readings else None


def from_today(runway: Runway, today: date) -> Runway:
    """Usage is known late: days that have passed since mean that it may have happened already, so by today."""
    return Runway(max(runway.p10, today), max(runway.p50, today), max(runway.p90, today))
