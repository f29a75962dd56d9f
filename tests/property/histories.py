"""Random histories of an organization's money: what somebody does with its books, in the order in which it is done.

A history has two currencies and some five hundred days, so that money is forfeited in it. What is recorded first need
not have happened first: purchases and readings come late, files overlap and tell days in parts, and Graph tells a day
again with rows that came late, were mended or were taken back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from bot.domain.money import Money
from bot.domain.usage import CallRow

CURRENCIES = ("EUR", "USD")
FIRST = date(2024, 2, 20)  # so that 29 Feb 2024 is within
DAYS = 520
LAST = FIRST + timedelta(days=DAYS)
NOW = datetime(LAST.year, LAST.month, LAST.day, 23, tzinfo=UTC)
READ_BACK = 360  # no older reading is taken


@dataclass(frozen=True)
class Purchased:
    on: date
    amount: Money


@dataclass(frozen=True)
class ReadOff:
    at: datetime
    portal: Money
    oldest: date | None


@dataclass(frozen=True)
class FileTold:
    rows: tuple[CallRow, ...]


@dataclass(frozen=True)
class GraphTold:
    day: date
    rows: tuple[CallRow, ...]


Event = Purchased | ReadOff | FileTold | GraphTold


def history(seed: int) -> list[Event]:
    return Teller(Random(f"history:{seed}")).events()


class Teller:
    def __init__(self, random: Random) -> None:
        self._random = random
        self._busy_days = [self._day() for _ in range(random.randint(4, 12))]
        self._numbers = iter(range(1_000_000))

    def events(self) -> list[Event]:
        """Graph tells a day again after it told it; all else comes in any order."""
        random = self._random
        calls = {day: [self._call(day) for _ in range(random.randint(1, 4))] for day in self._busy_days}
        events: list[Event] = [self._purchase() for _ in range(random.randint(1, 6))]
        events += [self._reading() for _ in range(random.randint(0, 3))]
        events += [self._file(calls) for _ in range(random.randint(0, 3))]
        random.shuffle(events)
        for day in random.sample(sorted(calls), random.randint(1, len(calls))):
            events = self._threaded(events, list(self._graph(day, calls[day])))
        return events

    def _threaded(self, events: list[Event], tellings: list[Event]) -> list[Event]:
        """`tellings` keep their order among the others."""
        places = sorted(self._random.randint(0, len(events)) for _ in tellings)
        for shift, (place, telling) in enumerate(zip(places, tellings, strict=True)):
            events.insert(place + shift, telling)
        return events

    def _graph(self, day: date, rows: list[CallRow]) -> Iterator[Event]:
        """At first not all of a day; then all, perhaps one row twice, because pages move while they are read;
        sometimes once more, with a charge mended or a row taken back."""
        random = self._random
        if random.random() < 0.6:
            yield GraphTold(day, tuple(row for row in rows if random.random() < 0.5))
        told = random.sample(rows, len(rows))
        yield GraphTold(day, (*told, *(told[:1] if random.random() < 0.3 else ())))
        if random.random() < 0.3:
            wrong, *others = random.sample(rows, len(rows))
            mended = wrong._replace(charge_micros=self._micros(), currency=wrong.currency or self._currency())
            yield GraphTold(day, (*others, *([] if random.random() < 0.3 else [mended])))

    def _file(self, calls: dict[date, list[CallRow]]) -> FileTold:
        """Some rows of some days, one of them twice, in any order."""
        random = self._random
        rows = [row for day in sorted(calls) for row in calls[day] if random.random() < 0.6]
        rows += rows[:1]
        return FileTold(tuple(random.sample(rows, len(rows))))

    def _purchase(self) -> Purchased:
        return Purchased(self._day(), Money(1 + 20 * self._micros(), self._currency()))

    def _reading(self) -> ReadOff:
        random = self._random
        day = LAST - timedelta(days=random.randint(0, READ_BACK))
        at = datetime(day.year, day.month, day.day, random.randint(0, 22), random.randint(0, 59), tzinfo=UTC)
        oldest = day - timedelta(days=random.randint(0, 360)) if random.random() < 0.5 else None
        return ReadOff(at, Money(random.randint(-5_000_000, 400_000_000), self._currency()), oldest)

    def _call(self, day: date) -> CallRow:
        random = self._random
        id_ = f"call-{next(self._numbers)}"
        started_at = f"{day}T{random.randint(0, 23):02}:00:00Z"
        capability = random.choice(("MCOPSTNPP", "MCOPSTNPP", "MCOPSTNPP", "MCOPSTN1"))
        place, user = random.choice(("France", "Mexico")), random.choice(("ana", "luis", None))
        fee = random.choice((0, 0, self._micros() // 10))
        row = CallRow(
            id_, day, started_at, user, "user_out", place, capability, 60, self._micros(), fee, self._currency()
        )
        return row._replace(charge_micros=0, connection_micros=0, currency="") if random.random() < 0.05 else row

    def _day(self) -> date:
        """Often one near another, or at the end of February."""
        random = self._random
        if random.random() < 0.1:
            return date(2024, 2, 29) if random.random() < 0.5 else date(2025, 2, 28)
        return FIRST + timedelta(days=random.randint(0, DAYS))

    def _currency(self) -> str:
        """Both alike seldom meet, so the first is the usual one."""
        return CURRENCIES[self._random.random() < 0.35]

    def _micros(self) -> int:
        """Sums that end in a millionth, and now and then nothing but a few of them."""
        return self._random.randint(1, 3) if self._random.random() < 0.1 else self._random.randint(1, 30_000_000)
