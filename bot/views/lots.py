"""The lots of every wallet, and what of them will be forfeited at the present pace."""

from bot.domain.advice import Wallet, burn, is_enough
from bot.domain.balance import Balance
from bot.domain.ledger import expiry_of
from bot.domain.people import TenantId
from bot.ports.outside import Outside
from bot.usecases.read_balance import read_balance
from bot.views.balance import shown_day
from cards.lots import LotsValues, WalletLots


async def lots_values(outside: Outside, tenant: TenantId) -> LotsValues:
    balances = await read_balance(outside.store, outside.clock, tenant)
    wallets = [_lots(balance) for balance in balances.each]
    return LotsValues(shown_day(balances), tuple(wallet for wallet in wallets if wallet.lots))


def _lots(balance: Balance) -> WalletLots:
    statement, through = balance.statement, balance.usage_through
    if through is None or not is_enough(balance.outlook):
        return WalletLots(statement.currency, statement.lots)
    paying = tuple(lot for lot in statement.lots if lot.remaining)
    days = (expiry_of(statement.as_of) - through).days  # by then all that is there has expired
    burnt = burn(Wallet(through, statement.as_of, paying, statement.overdrawn), balance.outlook, days)
    return WalletLots(statement.currency, statement.lots, burnt.forfeits)
