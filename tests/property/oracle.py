"""The ledger as somebody would keep it by hand: every single day is lived, every lot is looked at, money is decimal.

It follows the rules as `bot/domain/ledger.py` states them, in their most naive form, and shares nothing with it: its
own values, its own calendar, its own arithmetic.
"""

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache


@dataclass(frozen=True)
class Bought:
    on: date
    amount: Decimal


@dataclass(frozen=True)
class Seen:
    """What the admin center showed; `oldest`: when the oldest money in it was bought, where somebody knew."""

    on: date
    amount: Decimal
    oldest: date | None


Arrival = Bought | Seen


@dataclass
class Heap:
    """One lot."""

    bought: date
    amount: Decimal
    left: Decimal
    lost: Decimal = Decimal(0)
    guessed: bool = False
    age_unknown: bool = False


@dataclass
class Oracle:
    """One currency. `history`: the balance at the end of each day that was lived."""

    heaps: list[Heap] = field(default_factory=list)
    debt: Decimal = Decimal(0)
    history: dict[date, Decimal] = field(default_factory=dict)

    def balance(self) -> Decimal:
        return sum((heap.left for heap in self.heaps), Decimal(0)) - self.debt

    def live_through(
        self, arrivals: Sequence[Arrival], spent: Callable[[date], Decimal], first: date, last: date
    ) -> None:
        """`arrivals` in the order in which they were written down."""
        today = first
        while today <= last:
            self.begin(arrivals, today)
            self.spend(spent(today))
            self.history[today] = self.balance()
            today += timedelta(days=1)

    def begin(self, arrivals: Sequence[Arrival], today: date) -> None:
        """A day before anybody calls."""
        for heap in self.heaps:
            if today >= a_year_after(heap.bought):
                heap.lost += heap.left
                heap.left = Decimal(0)
        for arrival in arrivals:
            if arrival.on != today:
                continue
            if isinstance(arrival, Bought):
                self.add(Heap(today, arrival.amount, arrival.amount))
            else:
                self.correct(arrival)

    def add(self, heap: Heap) -> None:
        paid = min(self.debt, heap.left)
        self.debt -= paid
        heap.left -= paid
        older = [other for other in self.heaps if other.bought <= heap.bought]
        self.heaps.insert(len(older), heap)

    def correct(self, seen: Seen) -> None:
        gap = seen.amount - self.balance()
        if gap > 0:
            self.add(Heap(seen.oldest or seen.on, gap, gap, guessed=True, age_unknown=seen.oldest is None))
        else:
            self.spend(-gap)

    def spend(self, amount: Decimal) -> None:
        for heap in self.heaps:
            taken = min(heap.left, amount)
            heap.left -= taken
            amount -= taken
        self.debt += amount

    def told(self, as_of: date) -> object:
        """Available, overdrawn, forfeited; of each lot: bought, amount, left, lost, its end, whether assumed."""
        left = sum((heap.left for heap in self.heaps), Decimal(0))
        lost = sum((heap.lost for heap in self.heaps), Decimal(0))
        lots = []
        for heap in self.heaps:
            gone_on = a_year_after(heap.bought)
            if heap.age_unknown and heap.left > 0:
                gone_on = as_of + timedelta(days=1)
            lots.append((heap.bought, heap.amount, heap.left, heap.lost, gone_on, heap.guessed))
        return left, self.debt, lost, lots


@cache
def a_year_after(bought: date) -> date:
    days_in_month = calendar.monthrange(bought.year + 1, bought.month)[1]
    return date(bought.year + 1, bought.month, min(bought.day, days_in_month))
