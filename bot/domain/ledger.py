"""The ledger: what came into the wallet, what was spent, what the admin center said. No I/O here.

How a day goes, in this order:
1. lots expire: a lot bought on P pays from P on and is forfeited from P + 12 months on, that day included
   (29 Feb -> 28 Feb);
2. purchases and reconciliations arrive, in the order of their recording. A purchase first pays what is overdrawn;
   the rest is its lot. A reconciliation makes the balance what the admin center showed: what is missing is taken like
   usage, what is over arrives like a purchase whose lot is assumed;
3. the day's usage is paid, oldest lot first (purchase date, then order of arrival); beyond all lots it is overdrawn.

A reconciliation is a statement of fact about its day, not a fixed sum: rows of earlier days that arrive later change
nothing from that day on, because the figure that was read held them already.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.usage import Source, UsageSum

OF_A_REQUEST = "request:"  # how the ids of what a request enters into the books begin


@dataclass(frozen=True, slots=True)
class Purchase:
    """Money that was bought: one lot, paying from `on`. `amount` was credited; an invoice and its tax pay nothing."""

    id: str
    on: date
    amount: Money
    recorded_at: datetime
    order_number: str | None = None
    request_id: str | None = None
    invoiced: Money | None = None
    tax: Money | None = None


@dataclass(frozen=True, slots=True)
class UsageChange:
    """What the totals of a UTC day changed by. Every change of a day is one entry, also one of nothing: it tells
    through which day usage is known."""

    id: str
    day: date
    source: Source
    sums: tuple[UsageSum, ...]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A reconciliation: on the UTC day `on` the admin center showed `portal`; `estimate` is what Saldo thought then.

    `oldest_purchase`: the purchase day of the oldest money in it, where somebody knew.
    """

    id: str
    on: date
    read_at: datetime
    portal: Money
    estimate: Money
    recorded_at: datetime
    oldest_purchase: date | None = None

    @property
    def amount(self) -> Money:
        """The correction."""
        return self.portal - self.estimate


Arrival = Purchase | Adjustment


class Cause(StrEnum):
    """Why the balance moved."""

    PURCHASE = "purchase"
    READING = "reading"
    USAGE = "usage"
    EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Movement:
    """What one thing did to one lot on a day: `micros` is signed, and the balance is the sum of all of them.

    `entry` is the id of the purchase or reading, '' for usage and expiry. `lot`: the id of the arrival that brought
    the money, None for what is (or was) overdrawn.
    """

    day: date
    cause: Cause
    micros: int
    entry: str = ""
    lot: str | None = None


Entry = Purchase | UsageChange | Adjustment


@dataclass(frozen=True, slots=True)
class Lot:
    """`remaining` and `forfeited` are at the end of the statement's day.

    `assumed`: nobody knows when this money was bought. Then `expires_on` is the earliest day on which it can expire
    (the next one, while some remains, unless its oldest purchase was told); it is struck off only when it is certain
    to be gone, 12 months after it was seen.
    """

    purchased_on: date
    amount: Money
    remaining: Money
    forfeited: Money
    expires_on: date
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class DayBalance:
    """The end of a UTC day: `balance` is negative where it is overdrawn."""

    day: date
    balance: Money
    spent: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """One currency at the end of the UTC day `as_of`. `lots` are all that arrived, in the order in which they pay."""

    currency: str
    as_of: date
    available: Money
    overdrawn: Money
    forfeited: Money
    lots: tuple[Lot, ...]
    series: tuple[DayBalance, ...] = ()

    @property
    def balance(self) -> Money:
        """Available less overdrawn."""
        return self.available - self.overdrawn


def burn_down(
    currency: str,
    arrivals: Iterable[Arrival],
    days: Mapping[date, int],
    as_of: date,
    *,
    series_from: date | None = None,
    trace: list[Movement] | None = None,
) -> Statement:
    """What is left of one currency at the end of `as_of`.

    `arrivals` in the order of recording; `days`: the millionths spent on each UTC day, never negative;
    `series_from`: also tell the balance of each day from there to `as_of`; `trace` takes every movement, in order.
    """
    lots = _Lots(currency, trace)
    arriving = _by_day(arrivals)
    watched = _days(series_from, as_of) if series_from else ()
    series = []
    for day in sorted({*arriving, *days, *watched, as_of}):
        if day > as_of:
            break
        lots.expire(day)
        for arrival in arriving.get(day, ()):
            lots.arrive(arrival)
        lots.pay(days.get(day, 0), day)
        if series_from and day >= series_from:
            series.append(DayBalance(day, lots.balance, Money(days.get(day, 0), currency)))
    return lots.statement(as_of, tuple(series))


def expiry_of(purchased_on: date) -> date:
    """The first day on which a lot is forfeited (Microsoft: what is unused 12 months after a purchase expires)."""
    try:
        return purchased_on.replace(year=purchased_on.year + 1)
    except ValueError:
        return date(purchased_on.year + 1, 2, 28)


@dataclass(slots=True)
class _Lot:
    purchased_on: date
    amount: int
    remaining: int
    expires_on: date
    assumed: bool
    unknown: bool  # assumed, and not even its oldest purchase was told
    entry: str
    forfeited: int = 0


class _Lots:
    """The lots of one currency while the days go by. All that pay are in `_paying`, the oldest first; because every
    lot lives 12 months, the oldest is also the first to expire."""

    def __init__(self, currency: str, trace: list[Movement] | None = None) -> None:
        self._currency = currency
        self._trace = trace
        self._all: list[_Lot] = []
        self._paying: list[_Lot] = []
        self._overdrawn = 0

    @property
    def balance(self) -> Money:
        return Money(sum(lot.remaining for lot in self._paying) - self._overdrawn, self._currency)

    def expire(self, day: date) -> None:
        while self._paying and self._paying[0].expires_on <= day:
            lot = self._paying.pop(0)
            self._moved(lot.expires_on, Cause.EXPIRY, -lot.remaining, "", lot.entry)
            lot.forfeited, lot.remaining = lot.remaining, 0

    def arrive(self, arrival: Arrival) -> None:
        if isinstance(arrival, Purchase):
            self._add(arrival, arrival.on, arrival.amount.micros)
        else:
            self._reconcile(arrival)

    def pay(self, micros: int, day: date, reading: Adjustment | None = None) -> None:
        cause, entry = (Cause.USAGE, "") if reading is None else (Cause.READING, reading.id)
        while micros and self._paying:
            lot = self._paying[0]
            taken = min(micros, lot.remaining)
            lot.remaining -= taken
            micros -= taken
            self._moved(day, cause, -taken, entry, lot.entry)
            if not lot.remaining:
                self._paying.pop(0)
        self._overdrawn += micros
        self._moved(day, cause, -micros, entry)

    def statement(self, as_of: date, series: tuple[DayBalance, ...]) -> Statement:
        return Statement(
            currency=self._currency,
            as_of=as_of,
            available=Money(sum(lot.remaining for lot in self._paying), self._currency),
            overdrawn=Money(self._overdrawn, self._currency),
            forfeited=Money(sum(lot.forfeited for lot in self._all), self._currency),
            lots=tuple(self._shown(lot, as_of) for lot in self._all),
            series=series,
        )

    def _reconcile(self, adjustment: Adjustment) -> None:
        over = (adjustment.portal - self.balance).micros
        if over > 0:
            self._add(adjustment, adjustment.oldest_purchase or adjustment.on, over)
        else:
            self.pay(-over, adjustment.on, adjustment)

    def _add(self, arrival: Arrival, purchased_on: date, micros: int) -> None:
        """A purchase, or what a reading is over; that is a lot which is assumed."""
        assumed = isinstance(arrival, Adjustment)
        unknown = isinstance(arrival, Adjustment) and arrival.oldest_purchase is None
        repaid = min(micros, self._overdrawn)
        self._overdrawn -= repaid
        left = micros - repaid
        lot = _Lot(purchased_on, micros, left, expiry_of(purchased_on), assumed, unknown, arrival.id)
        insort(self._all, lot, key=_purchase_day)
        if lot.remaining:
            insort(self._paying, lot, key=_purchase_day)
        cause = Cause.READING if assumed else Cause.PURCHASE
        self._moved(arrival.on, cause, repaid, arrival.id)
        self._moved(arrival.on, cause, left, arrival.id, arrival.id)

    def _moved(self, day: date, cause: Cause, micros: int, entry: str = "", lot: str | None = None) -> None:
        if self._trace is not None and micros:
            self._trace.append(Movement(day, cause, micros, entry, lot))

    def _shown(self, lot: _Lot, as_of: date) -> Lot:
        earliest = as_of + timedelta(days=1) if lot.unknown and lot.remaining else lot.expires_on
        return Lot(
            purchased_on=lot.purchased_on,
            amount=Money(lot.amount, self._currency),
            remaining=Money(lot.remaining, self._currency),
            forfeited=Money(lot.forfeited, self._currency),
            expires_on=earliest,
            assumed=lot.assumed,
        )


def _purchase_day(lot: _Lot) -> date:
    return lot.purchased_on


def _by_day(arrivals: Iterable[Arrival]) -> dict[date, list[Arrival]]:
    by_day: dict[date, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        by_day[arrival.on].append(arrival)
    return by_day


def _days(first: date, last: date) -> Sequence[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
