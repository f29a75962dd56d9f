"""Take over what the admin center shows: the opening balance, and every reconciliation after it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from bot.domain.audit import AuditRecord
from bot.domain.balance import balances_of
from bot.domain.errors import Refusal
from bot.domain.ledger import Adjustment, Arrival, Entry, Purchase, UsageChange, expiry_of
from bot.domain.money import LARGEST_ENTRY_MICROS, Money
from bot.domain.people import PersonId, TenantId
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.usecases.book_entry import book_entry

OLDEST = timedelta(days=366)  # all that was seen longer ago than that has expired
AHEAD = timedelta(days=1)  # somebody's day may be ahead of UTC


@dataclass(frozen=True, slots=True)
class Reading:
    """The balance in the admin center, and when it was read. `oldest_purchase`: when the oldest money in it was
    bought, where somebody knows; then all of it is assumed to expire with that."""

    portal: Money
    read_at: datetime
    oldest_purchase: date | None = None

    @property
    def on(self) -> date:
        return self.read_at.astimezone(UTC).date()


Rule = Callable[[Sequence[Entry], Adjustment], None]  # raises Refusal for what must not be booked just like that


def anything(entries: Sequence[Entry], adjustment: Adjustment) -> None:
    """The rule of an opening balance: nothing is there that it could differ from."""


async def reconcile(
    store: Store,
    clock: Clock,
    tenant: TenantId,
    reading: Reading,
    actor: PersonId,
    *,
    rule: Rule = anything,
) -> Adjustment:
    """Book a reading; the first one is the opening balance. The same reading again is the one that is there.

    Raises Refusal: amount_too_large, reading_in_future, reading_too_old, oldest_purchase_after_reading,
    oldest_purchase_expired, and what `rule` says of the ledger as it is when it is booked.
    """
    check_reading(reading, clock.now())

    def decide(entries: Sequence[Entry]) -> tuple[Adjustment, AuditRecord | None]:
        known = _find(entries, reading)
        if known is not None:
            return known, None
        adjustment = adjustment_of(entries, reading, clock.now(), f"reading:{len(entries) + 1}")
        rule(entries, adjustment)
        return adjustment, _audit(adjustment, actor)

    return await book_entry(store, tenant, decide)


def check_reading(reading: Reading, now: datetime) -> None:
    """Raises Refusal as `reconcile` says."""
    if reading.portal.micros > LARGEST_ENTRY_MICROS:
        raise Refusal("amount_too_large")
    if reading.read_at > now + AHEAD:
        raise Refusal("reading_in_future", on=reading.on)
    if reading.read_at < now - OLDEST:
        raise Refusal("reading_too_old", on=reading.on)
    if reading.oldest_purchase is None:
        return
    if reading.oldest_purchase > reading.on:
        raise Refusal("oldest_purchase_after_reading", on=reading.oldest_purchase)
    if expiry_of(reading.oldest_purchase) <= reading.on:
        raise Refusal("oldest_purchase_expired", on=reading.oldest_purchase)


def estimate_on(entries: Sequence[Entry], currency: str, day: date) -> Money:
    """What the ledger says the wallet holds when a reading of `day` takes effect: with the day's purchases, before
    its usage (see `bot/domain/ledger.py`). Negative where it is overdrawn."""
    until = [entry for entry in entries if not (isinstance(entry, UsageChange) and entry.day >= day)]
    for balance in balances_of(until, day, len(until)).each:
        if balance.statement.currency == currency:
            return balance.statement.balance
    return Money.zero(currency)


def _find(entries: Sequence[Entry], reading: Reading) -> Adjustment | None:
    """The same reading; also one of another minute, if nothing has come into the wallet since."""
    arrivals = [e for e in entries if not isinstance(e, UsageChange) and _currency(e) == reading.portal.currency]
    for arrival in arrivals:
        if not isinstance(arrival, Adjustment) or (arrival.portal, arrival.oldest_purchase) != (
            reading.portal,
            reading.oldest_purchase,
        ):
            continue
        if arrival.read_at == reading.read_at or (arrival is arrivals[-1] and arrival.on == reading.on):
            return arrival
    return None


def _currency(arrival: Arrival) -> str:
    return (arrival.amount if isinstance(arrival, Purchase) else arrival.portal).currency


def adjustment_of(entries: Sequence[Entry], reading: Reading, now: datetime, id_: str) -> Adjustment:
    """What a reading becomes on top of these entries."""
    return Adjustment(
        id=id_,
        on=reading.on,
        read_at=reading.read_at.astimezone(UTC),
        portal=reading.portal,
        estimate=estimate_on(entries, reading.portal.currency, reading.on),
        recorded_at=now,
        oldest_purchase=reading.oldest_purchase,
    )


def _audit(adjustment: Adjustment, actor: PersonId) -> AuditRecord:
    details = {
        "portal": f"{adjustment.portal} {adjustment.portal.currency}",
        "estimate": f"{adjustment.estimate} {adjustment.estimate.currency}",
        "read_at": adjustment.read_at.isoformat(),
    }
    return AuditRecord(adjustment.recorded_at, actor, "balance.reconcile", adjustment.id, details)
