"""What each day cost, from the ledger: usage alone counts, never a purchase nor a reading. No I/O here."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.forecast import WINDOW_DAYS
from bot.domain.ledger import Entry, UsageChange
from bot.domain.usage_batch import UsageBatch
from bot.domain.usage_days import add_unseen


@dataclass(slots=True)
class Spent:
    """Millionths of one currency by UTC day: charges, and the connection fees beside them."""

    charges: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    fees: dict[date, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def fees_percent(self) -> int:
        """What fees would add to charges, rounded up: over the last four weeks in which there were any."""
        last = max(self.charges, default=date.min)
        if last == date.min:
            return 0
        recent = [last - timedelta(days=number) for number in range(min(WINDOW_DAYS, last.toordinal()))]
        charges = sum(self.charges.get(day, 0) for day in recent)
        return -(-100 * sum(self.fees.get(day, 0) for day in recent) // charges) if charges > 0 else 0


def spent_by_currency(entries: Iterable[Entry]) -> tuple[dict[str, Spent], set[date]]:
    """By currency, and the days that were read, also those that cost nothing."""
    found: dict[str, Spent] = defaultdict(Spent)
    read: set[date] = set()
    for entry in entries:
        if isinstance(entry, UsageChange):
            read.add(entry.day)
            for change in entry.sums:
                found[change.currency].charges[entry.day] += change.charge_micros
                found[change.currency].fees[entry.day] += change.connection_micros
    return found, read


def spent_in(batch: UsageBatch) -> tuple[dict[str, Spent], set[date]]:
    """The same of rows that are not booked: rows that come twice count once."""
    found: dict[str, Spent] = defaultdict(Spent)
    for day in batch.days:
        for told in add_unseen(None, batch, day).after.total.sums:
            found[told.currency].charges[day] += told.charge_micros
            found[told.currency].fees[day] += told.connection_micros
    return found, set(batch.days)
