"""The books as people read them: entries in the order of their recording, runs of usage drawn together. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.domain.ledger import Adjustment, Entry, Purchase, UsageChange
from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class Spent:
    """What usage entries took that were booked one after another, of the days `first` to `last`. Negative where late
    rows corrected more than they added."""

    first: date
    last: date
    amount: Money


HistoryLine = Purchase | Adjustment | Spent


def history_of(entries: Iterable[Entry]) -> list[HistoryLine]:
    """Oldest first. Days on which nothing was spent make no line."""
    lines: list[HistoryLine] = []
    run: dict[str, Spent] = {}
    for entry in entries:
        if isinstance(entry, UsageChange):
            _take_in(run, entry)
        else:
            lines += [*run.values(), entry]
            run = {}
    return [*lines, *run.values()]


def _take_in(run: dict[str, Spent], change: UsageChange) -> None:
    for each in change.sums:
        if each.charge_micros:
            known = run.get(each.currency) or Spent(change.day, change.day, Money.zero(each.currency))
            amount = known.amount + Money(each.charge_micros, each.currency)
            run[each.currency] = Spent(min(known.first, change.day), max(known.last, change.day), amount)
