"""What each day cost, of one currency, from the totals that are kept for each day. Reads only."""

from datetime import date, timedelta

from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.ports.collections import USAGE_DAYS
from bot.ports.store import Store


async def spending_by_day(
    store: Store, tenant: TenantId, currency: str, days: tuple[date, date]
) -> dict[date, Money]:
    """The UTC days of `days` (both included) that are known, also those that cost nothing."""
    found: dict[date, Money] = {}
    cursor = None
    while True:
        page = await store.find(
            USAGE_DAYS,
            tenant,
            order_by="day",
            start=days[0],
            end=days[1] + timedelta(days=1),
            after=cursor,
            limit=500,
        )
        for document in page.documents:
            sums = document.body.sums
            micros = sum(each.charge_micros for each in sums if each.currency == currency)
            found[document.body.day] = Money(micros, currency)
        cursor = page.cursor
        if cursor is None:
            return found
