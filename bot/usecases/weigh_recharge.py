"""What a recharge would do to the wallet, and how large one would last a while. Reads only."""

from dataclasses import dataclass
from datetime import date

from bot.domain.balance import Balance
from bot.domain.money import MICROS, Money
from bot.domain.people import TenantId
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.usecases.read_balance import read_balance

SUGGESTED_DAYS = 90
ROUND_TO_MICROS = 50 * MICROS  # people order round sums


@dataclass(frozen=True, slots=True)
class Effect:
    """The balance if `amount` came today (None: what is left is not known), and the day on which it would be used up
    (None: no end can be told)."""

    balance: Money | None
    runs_out_on: date | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An amount that lasts for about ninety days, told from `days` days of usage."""

    amount: Money
    days: int


async def weigh_recharge(store: Store, clock: Clock, tenant: TenantId, amount: Money) -> Effect:
    wallet = await wallet_of(store, clock, tenant, amount.currency)
    if wallet is None or not wallet.is_known:
        return Effect(None, None)
    after = wallet.statement.balance + amount
    if wallet.usage_through is None or wallet.outlook.is_early:
        return Effect(after, None)
    return Effect(after, wallet.outlook.runs_out_on(after, wallet.usage_through))


async def suggest_recharge(store: Store, clock: Clock, tenant: TenantId, currency: str) -> Suggestion | None:
    """None with less than two weeks of usage: from that no amount is worth naming."""
    wallet = await wallet_of(store, clock, tenant, currency)
    if wallet is None or wallet.outlook.is_early or wallet.outlook.spent.micros <= 0:
        return None
    needed = wallet.outlook.spent.times(SUGGESTED_DAYS, wallet.outlook.days).micros
    rounded = -(-needed // ROUND_TO_MICROS) * ROUND_TO_MICROS
    return Suggestion(Money(rounded, currency), wallet.outlook.days)


async def wallet_of(store: Store, clock: Clock, tenant: TenantId, currency: str) -> Balance | None:
    balances = await read_balance(store, clock, tenant)
    return next((balance for balance in balances.each if balance.statement.currency == currency), None)
