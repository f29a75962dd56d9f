"""A month of the wallet, for finance: what came, what went, what is left. Months are UTC. No I/O here.

The parts add up to the millionth: opening + purchases + adjustments - usage - forfeited = closing. Opening and
closing are `burn_down`'s balances (negative: overdrawn); the parts between them are its single movements.
"""

import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.domain.errors import Refusal
from bot.domain.ledger import (
    Adjustment,
    Arrival,
    Cause,
    DayBalance,
    Entry,
    Lot,
    Movement,
    Purchase,
    UsageChange,
    burn_down,
)
from bot.domain.money import Money

SETTLED_ON = 4  # the day of the next month on which late rows of the last day have come
OLDEST_YEAR = 2017  # the product began

_TEXT = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """`str(month)` is `2026-10`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Raises Refusal("month_malformed")."""
        found = _TEXT.fullmatch(text.strip())
        if not found or not 1 <= int(found[2]) <= 12 or int(found[1]) < OLDEST_YEAR:
            raise Refusal("month_malformed", text=text.strip()[:20])
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def before(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    @property
    def settled_on(self) -> date:
        """From this UTC day on no row of the month is on its way."""
        return self.last + timedelta(days=SETTLED_ON)


def last_settled(now: datetime) -> Month:
    """The newest month whose statement can be made."""
    today = now.astimezone(UTC).date()
    month = Month.of(today).before
    return month if today >= month.settled_on else month.before


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reading of the admin center changed the balance by."""

    adjustment: Adjustment
    changed: Money


@dataclass(frozen=True, slots=True)
class WalletMonth:
    """One currency from the beginning of the month's first day to the end of `through`. All parts but opening,
    adjusted and closing are positive. `lots` are those that had not expired before the month, as at its end."""

    currency: str
    through: date
    opening: Money
    purchased: Money
    adjusted: Money
    used: Money
    forfeited: Money
    closing: Money
    purchases: tuple[Purchase, ...] = ()
    readings: tuple[Reading, ...] = ()
    lots: tuple[Lot, ...] = ()
    days: tuple[DayBalance, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.opening or self.closing or self.purchases or self.readings or self.used or self.forfeited)


def wallet_months(entries: Iterable[Entry], month: Month, today: date) -> tuple[WalletMonth, ...]:
    """Every currency that had anything to tell, by its code. `entries` in the order of recording; of a month that is
    not over, the days until `today`."""
    wallets: dict[str, _Wallet] = defaultdict(_Wallet)
    for entry in entries:
        if isinstance(entry, UsageChange):
            for one in entry.sums:
                wallets[one.currency].spent[entry.day] += one.charge_micros
        else:
            amount = entry.amount if isinstance(entry, Purchase) else entry.portal
            wallets[amount.currency].arrivals.append(entry)
    through = min(month.last, max(today, month.first))
    found = (_of(currency, wallets[currency], month, through) for currency in sorted(wallets))
    return tuple(wallet for wallet in found if not wallet.is_empty)


@dataclass(slots=True)
class _Wallet:
    arrivals: list[Arrival] = field(default_factory=list)
    spent: dict[date, int] = field(default_factory=lambda: defaultdict(int))


def _of(currency: str, wallet: _Wallet, month: Month, through: date) -> WalletMonth:
    trace: list[Movement] = []
    begin = month.first - timedelta(days=1)
    opening = burn_down(currency, wallet.arrivals, wallet.spent, begin).balance
    end = burn_down(currency, wallet.arrivals, wallet.spent, through, series_from=month.first, trace=trace)
    moved = [movement for movement in trace if movement.day >= month.first]

    def total(cause: Cause) -> Money:
        return Money(sum(movement.micros for movement in moved if movement.cause is cause), currency)

    return WalletMonth(
        currency=currency,
        through=through,
        opening=opening,
        purchased=total(Cause.PURCHASE),
        adjusted=total(Cause.READING),
        used=-total(Cause.USAGE),
        forfeited=-total(Cause.EXPIRY),
        closing=end.balance,
        purchases=tuple(
            arrival
            for arrival in wallet.arrivals
            if isinstance(arrival, Purchase) and month.first <= arrival.on <= through
        ),
        readings=_readings(currency, wallet, moved, (month.first, through)),
        lots=tuple(lot for lot in end.lots if lot.expires_on >= month.first),
        days=end.series,
    )


def _readings(currency: str, wallet: _Wallet, moved: list[Movement], days: tuple[date, date]) -> tuple[Reading, ...]:
    changes: dict[str, int] = defaultdict(int)
    for movement in moved:
        changes[movement.entry] += movement.micros
    return tuple(
        Reading(arrival, Money(changes[arrival.id], currency))
        for arrival in wallet.arrivals
        if isinstance(arrival, Adjustment) and days[0] <= arrival.on <= days[1]
    )
