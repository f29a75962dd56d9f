"""At what hours of a UTC day calls cost something, and who called most in each. No phone number, no call. No I/O."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import compress
from operator import add
from typing import NamedTuple

from bot.domain.usage_batch import DayRows, Label, UsageBatch

HOURS = 24


class Busiest(NamedTuple):
    """Who made most of an hour's calls, how many, and what these cost (millionths)."""

    hour: int
    user: str
    calls: int
    micros: int
    currency: str


@dataclass(frozen=True, slots=True)
class UsageHours:
    """`calls` of each UTC hour, those that the wallet pays; `busiest` of the hours that have a caller."""

    day: date
    calls: tuple[int, ...]
    busiest: tuple[Busiest, ...] = ()


def hours_of(batch: UsageBatch, day: date) -> UsageHours:
    """Of a day's rows that were read."""
    rows = batch.rows(day)
    slots = _Slots({number: batch.labels[number] for number in set(rows.labels)})
    slot_of_row = slots.of(rows)
    calls = Counter(compress(slot_of_row, rows.charges))
    micros = dict.fromkeys(slots.leading(calls), 0)
    for slot, charge in zip(slot_of_row, rows.charges, strict=True):
        if slot in micros:
            micros[slot] += charge
    return UsageHours(day, _by_hour(calls), slots.busiest(calls, micros))


def _by_hour(calls: Mapping[int, int]) -> tuple[int, ...]:
    by_hour = [0] * HOURS
    for slot, count in calls.items():
        if slot >= HOURS:
            by_hour[slot % HOURS] += count
    return tuple(by_hour)


class _Slots:
    """An hour and who calls in it as one number, because there may be a million rows to count.

    The first 24 are for calls that the wallet does not pay, then come those of nobody (queues), then people's.
    """

    def __init__(self, labels: Mapping[int, Label]) -> None:
        callers = {number: (label.user or "", label.currency) for number, label in labels.items() if label.wallet}
        self._callers = sorted(set(callers.values()))
        first = {caller: HOURS * place for place, caller in enumerate(self._callers, start=1)}
        self._first = {number: first[caller] for number, caller in callers.items()}
        self._first |= dict.fromkeys(labels.keys() - callers.keys(), 0)
        self._people = HOURS * (1 + sum(not user for user, _ in self._callers))

    def of(self, rows: DayRows) -> list[int]:
        return [*map(add, map(self._first.__getitem__, rows.labels), rows.hours)]

    def leading(self, calls: Mapping[int, int]) -> list[int]:
        """Those of an hour's people who made most of its calls."""
        most = [0] * HOURS
        for slot, count in calls.items():
            if count > most[slot % HOURS] and slot >= self._people:
                most[slot % HOURS] = count
        return [slot for slot, count in calls.items() if count == most[slot % HOURS] and slot >= self._people]

    def busiest(self, calls: Mapping[int, int], micros: Mapping[int, int]) -> tuple[Busiest, ...]:
        """Of those in `micros` (what they cost) the one of each hour that cost most, of equals the first by name."""
        best: dict[int, int] = {}
        for slot in sorted(micros):
            hour = slot % HOURS
            if hour not in best or micros[slot] > micros[best[hour]]:
                best[hour] = slot
        return tuple(self._told(best[hour], calls, micros) for hour in sorted(best))

    def _told(self, slot: int, calls: Mapping[int, int], micros: Mapping[int, int]) -> Busiest:
        user, currency = self._callers[slot // HOURS - 1]
        return Busiest(slot % HOURS, user, calls[slot], micros[slot], currency)
