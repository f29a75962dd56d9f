"""Calls for the measures of importing: half a year of an organisation with 800 callers, the same ones every time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

FIRST_DAY = date(2026, 5, 1)
DAYS = 180
CALLERS = 800
_PLACES = ("Spain", "France", "Germany", "Mexico", "United States", "Italy", "Portugal", "United Kingdom")
_RATES = (90, 150, 180, 450, 120, 160, 140, 130)  # ten-thousandths a minute


@dataclass(frozen=True, slots=True)
class Call:
    """A row of usage. `charge` is decimal text."""

    id: str
    caller: str
    number: int
    place: str
    started: datetime
    seconds: int
    charge: str


def calls(count: int) -> Iterator[Call]:
    """`count` calls, oldest first, evenly over the days."""
    random = Random(1)
    callers = [str(UUID(int=random.getrandbits(128))) for _ in range(CALLERS)]
    beginning = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC)
    step = timedelta(days=DAYS) / count
    for number in range(count):
        caller, place = int(CALLERS * random.random() ** 2), int(len(_PLACES) * random.random() ** 3)
        seconds = int(random.expovariate(1 / 240)) + 1
        charge = f"{-(-seconds // 60) * _RATES[place] / 10_000:.4f}"
        id_ = str(UUID(int=random.getrandbits(128)))
        yield Call(id_, callers[caller], caller, _PLACES[place], beginning + step * number, seconds, charge)
