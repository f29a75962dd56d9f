"""The wallet as it was on each of the last days, for trying a rule without waiting. As the books say today: that
usage is known late is left out. No I/O here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.advice import Wallet
from bot.domain.forecast import outlook_of
from bot.domain.ledger import Arrival, Entry, Lot, Movement, Purchase, UsageChange, burn_down, expiry_of
from bot.domain.money import Money
from bot.domain.rules import Look

NOON = time(12, tzinfo=UTC)


@dataclass(slots=True)
class _Books:
    """The entries of one currency, folded."""

    arrivals: list[Arrival] = field(default_factory=list)
    charged: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    imported: set[date] = field(default_factory=set)


def looks_back(entries: Iterable[Entry], currency: str, days: tuple[date, date]) -> Iterator[tuple[Look, datetime]]:
    """A look at each UTC day of `days` (both included), at its end; from the first on of which something is known."""
    books = _folded(entries, currency)
    first_known = min((arrival.on for arrival in books.arrivals), default=None)
    if first_known is None:
        return
    trace: list[Movement] = []
    burn_down(currency, books.arrivals, books.charged, days[1], trace=trace)
    left: dict[str | None, int] = defaultdict(int)
    position = 0
    for day in _days(*days):
        while position < len(trace) and trace[position].day <= day:
            left[trace[position].lot] += trace[position].micros
            position += 1
        if day >= first_known:
            yield _look(currency, books, left, day), datetime.combine(day, NOON)


def _folded(entries: Iterable[Entry], currency: str) -> _Books:
    books = _Books()
    for entry in entries:
        if isinstance(entry, UsageChange):
            books.imported.add(entry.day)
            books.charged[entry.day] += sum(one.charge_micros for one in entry.sums if one.currency == currency)
        elif (entry.amount if isinstance(entry, Purchase) else entry.portal).currency == currency:
            books.arrivals.append(entry)
    return books


def _look(currency: str, books: _Books, left: Mapping[str | None, int], day: date) -> Look:
    zero = Money.zero(currency)
    lots = sorted((lot for lot in _lots(books.arrivals, left)), key=lambda lot: lot.purchased_on)
    overdrawn = Money(-left.get(None, 0), currency)
    balance = Money(sum(left.values()), currency)
    known = sorted(known for known in books.imported if known <= day)
    spent = {known: micros for known, micros in books.charged.items() if known <= day}
    return Look(balance, Wallet(day, day, tuple(lots), overdrawn or zero), outlook_of(currency, spent, known))


def _lots(arrivals: Sequence[Arrival], left: Mapping[str | None, int]) -> Iterator[Lot]:
    for arrival in arrivals:
        micros = left.get(arrival.id, 0)
        if micros <= 0:
            continue
        bought = isinstance(arrival, Purchase)
        on = arrival.on if isinstance(arrival, Purchase) else arrival.oldest_purchase or arrival.on
        money = Money(micros, arrival.amount.currency)
        yield Lot(on, money, money, Money.zero(money.currency), expiry_of(on), assumed=not bought)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))
