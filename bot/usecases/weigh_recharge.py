"""What a recharge would do to the wallet. Reads only."""

from dataclasses import dataclass
from datetime import date

from bot.domain.balance import Balance
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.usecases.read_balance import read_balance


@dataclass(frozen=True, slots=True)
class Effect:
    """The balance if `amount` came today (None: what is left is not known), and the day on which it would be used up
    (None: no end can be told). `course`: the balance by day until now, oldest first."""

    balance: Money | None
    runs_out_on: date | None
    course: tuple[tuple[date, Money], ...] = ()


async def weigh_recharge(store: Store, clock: Clock, tenant: TenantId, amount: Money) -> Effect:
    wallet = await wallet_of(store, clock, tenant, amount.currency)
    if wallet is None or not wallet.is_known:
        return Effect(None, None)
    after = wallet.statement.balance + amount
    course = tuple((day.day, day.balance) for day in wallet.statement.series)
    if wallet.usage_through is None or wallet.outlook.is_early:
        return Effect(after, None, course)
    return Effect(after, wallet.outlook.runs_out_on(after, wallet.usage_through), course)


async def wallet_of(store: Store, clock: Clock, tenant: TenantId, currency: str) -> Balance | None:
    balances = await read_balance(store, clock, tenant)
    return next((balance for balance in balances.each if balance.statement.currency == currency), None)
