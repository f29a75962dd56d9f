"""At what hours of a UTC day calls cost something, and who called most in each. No phone number, no call. No I/O."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bot.domain.usage import is_wallet
from bot.domain.usage_batch import Columns

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


class HourCounts:
    """The calls of one day, counted while its rows come by."""

    def __init__(self) -> None:
        self._calls = [0] * HOURS
        self._by_user: Counter[tuple[int, str, str]] = Counter()
        self._micros: dict[tuple[int, str, str], int] = defaultdict(int)

    def add(self, rows: Columns) -> None:
        for started_at, (user, _, call_type, capability, currency), charge in zip(
            rows.started_at, rows.labels, rows.charges, strict=True
        ):
            if not charge or not is_wallet(capability, call_type):
                continue
            hour = _hour(started_at)
            self._calls[hour] += 1
            if user:
                self._by_user[hour, user, currency] += 1
                self._micros[hour, user, currency] += charge

    def of(self, day: date) -> UsageHours:
        most: dict[int, Busiest] = {}
        for (hour, user, currency), calls in sorted(self._by_user.items()):
            one = Busiest(hour, user, calls, self._micros[hour, user, currency], currency)
            if hour not in most or (calls, one.micros) > (most[hour].calls, most[hour].micros):
                most[hour] = one
        return UsageHours(day, tuple(self._calls), tuple(most[hour] for hour in sorted(most)))


def _hour(started_at: str) -> int:
    """Of `2026-11-20T02:04:00Z`; noon, which is never night, where no hour can be read."""
    hour = started_at[11:13]
    return int(hour) % HOURS if hour.isdecimal() else HOURS // 2
