"""Advice on money and minutes, from what is booked and what calls cost. Reads only."""

from dataclasses import dataclass
from datetime import UTC, date, timedelta

from bot.domain import advice as rules
from bot.domain.advice import Advice, Trigger, Wallet, is_enough, with_purchase
from bot.domain.balance import Balance
from bot.domain.budget import month_days
from bot.domain.lead_time import LATEST_REQUESTS, recharge_days
from bot.domain.ledger import expiry_of
from bot.domain.licenses import AUDIO_CONFERENCING_PLAN
from bot.domain.minute_pool import DIAL_OUT, PACE_DAYS, ZONE_A, MinutePool, pool_of
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.requests import Kind
from bot.locale.places import place_of
from bot.ports.clock import Clock
from bot.ports.collections import REQUESTS, USAGE_DETAIL
from bot.ports.outside import Outside
from bot.ports.store import Store
from bot.usecases.pending import pending_recharges
from bot.usecases.spending import spending_by_day
from bot.usecases.sync_usage import LAG_DAYS
from bot.usecases.weigh_recharge import wallet_of


@dataclass(frozen=True, slots=True)
class Advised:
    """`advice` None: fewer than 14 days of usage are known, or nothing was spent; `days_known` says how many.
    `balance_known`: something was bought or read in the portal; else nothing is taken to be there."""

    currency: str
    days_known: int
    advice: Advice | None = None
    balance_known: bool = False


async def advise(store: Store, clock: Clock, tenant: TenantId, currency: str, months: int) -> Advised:
    """For a recharge that lasts `months`; what is approved and not there yet counts as bought today."""
    balance = await wallet_of(store, clock, tenant, currency)
    if balance is None or balance.usage_through is None or not is_enough(balance.outlook):
        return Advised(currency, balance.outlook.days if balance else 0)
    today = clock.now().astimezone(UTC).date()
    wallet = _wallet(balance, balance.usage_through, today)
    pending = (await pending_recharges(store, tenant)).get(currency)
    if pending:
        wallet = with_purchase(wallet, pending)
    trigger = await _trigger(store, tenant, currency, balance.usage_through)
    told = rules.advise(wallet, balance.outlook, months, trigger)
    return Advised(currency, balance.outlook.days, told, balance.last_purchase is not None)


async def forfeited_of(store: Store, clock: Clock, tenant: TenantId, amount: Money) -> tuple[Money, date] | None:
    """What of `amount`, bought today, would be left when it expires, and on which day; None where nothing would be,
    or where nothing can be told."""
    balance = await wallet_of(store, clock, tenant, amount.currency)
    if balance is None or balance.usage_through is None or not is_enough(balance.outlook):
        return None
    today = clock.now().astimezone(UTC).date()
    wallet = with_purchase(_wallet(balance, balance.usage_through, today), amount)
    days = (expiry_of(today) - wallet.as_of).days
    burnt = rules.burn(wallet, balance.outlook, days)
    own = [forfeit for forfeit in burnt.forfeits if forfeit.purchased_on == today]
    return (own[-1].amount, own[-1].on) if own else None


def _wallet(balance: Balance, through: date, today: date) -> Wallet:
    statement = balance.statement
    if balance.last_purchase is None:
        return Wallet(through, today, (), Money.zero(statement.currency))
    lots = tuple(lot for lot in statement.lots if lot.remaining)
    return Wallet(through, today, lots, statement.overdrawn)


async def _trigger(store: Store, tenant: TenantId, currency: str, through: date) -> Trigger | None:
    days = LAG_DAYS + await lead_days(store, tenant)
    first = through - timedelta(days=rules.WINDOW_DAYS - 1)
    spent = await spending_by_day(store, tenant, currency, (first, through))
    return rules.trigger_of(spent, days)


async def lead_days(store: Store, tenant: TenantId) -> int:
    """How many days a recharge takes from being proposed to being there, as the latest did."""
    page = await store.find(
        REQUESTS,
        tenant,
        where={"kind": Kind.RECHARGE.value, "state": "done"},
        order_by="created_at",
        newest_first=True,
        limit=LATEST_REQUESTS,
    )
    return recharge_days(document.body for document in page.documents)


async def minute_pool(outside: Outside, tenant: TenantId) -> MinutePool:
    """This month's. Raises the directory's errors where licences cannot be read."""
    seats = await outside.licenses.seats(tenant)
    licenses = sum(each.consumed for each in seats if AUDIO_CONFERENCING_PLAN in each.plans)
    today = outside.clock.now().astimezone(UTC).date()
    first = min(month_days(today)[0], today - timedelta(days=PACE_DAYS + LAG_DAYS))
    return pool_of(licenses, await _pool_seconds(outside.store, tenant, first), today)


async def _pool_seconds(store: Store, tenant: TenantId, first: date) -> dict[date, int]:
    """Seconds of dialing out from meetings to Zone A that the wallet did not pay, of each day that is known."""
    page = await store.find(USAGE_DETAIL, tenant, start=first.isoformat(), limit=100)  # two months at most
    return {
        document.body.day: sum(
            line.seconds
            for line in document.body.lines
            if line.call_type == DIAL_OUT and not line.wallet and place_of(line.destination) in ZONE_A
        )
        for document in page.documents
    }
