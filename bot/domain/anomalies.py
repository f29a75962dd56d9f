"""Days, countries, nights and people out of the ordinary, each with its evidence. No I/O here.

What is ordinary is told from the twelve weeks before. The limits are wide: a quiet month has no alarm as a rule, so
that the one that comes is read.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median
from typing import Any

from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.usage import DetailLine
from bot.domain.usage_hours import Busiest, UsageHours

HISTORY_DAYS = 84
ENOUGH_DAYS = 28
ENOUGH_NIGHTS = 14
FAR = 4.0  # times the ordinary deviation of logarithms from their weekday's middle
LEAST_DEVIATION = 0.1
LEAST_EXCESS = 0.4  # of an average working day: less is not worth a message
CUSHION = 0.15  # of an average working day: so that twice very little is not far
BURST_CALLS = 8
QUIET_CALLS = 0.3  # a day, in an hour that is called quiet
PERSON_TIMES = 3  # what the dearest day of any one person was
PERSON_SHARE = 0.3  # of an average working day
MOST_A_DAY = 20  # of one sort
NOTHING = (0, 0)
MAD = 1.4826  # from the median absolute deviation to a standard deviation


class Sort(StrEnum):
    DAY = "day"
    COUNTRY = "country"
    NIGHT = "night"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What was out of the ordinary on the UTC day `day`: it cost `spent`, in so many `calls`.

    `usual` (and `usual_calls`): what such a day costs. `place`: a country's code, or as it was told. `person`: who
    called. `hours`: the UTC hours of the night. `limit`: what one person may spend in a day; `own`: the organization
    set it.
    """

    id: str
    sort: Sort
    day: date
    spent: Money
    calls: int
    usual: Money | None = None
    usual_calls: int = 0
    place: str = ""
    person: PersonId | None = None
    hours: tuple[int, ...] = ()
    limit: Money | None = None
    own: bool = False


Sums = tuple[int, int]  # millionths, calls


@dataclass(frozen=True, slots=True)
class Day:
    """A day's calls that the wallet pays, summed by currency, by who called and by country (`callers`: who called
    there). `hours` None: they were not counted."""

    day: date
    sums: Mapping[str, Sums]
    people: Mapping[tuple[str, str], Sums]
    places: Mapping[tuple[str, str], Sums]
    callers: Mapping[str, frozenset[str | None]]
    hours: UsageHours | None = None


def day_of(day: date, lines: Iterable[DetailLine], hours: UsageHours | None, place_of: Callable[[str], str]) -> Day:
    """`place_of` names the country of a destination; '' for one that was not told."""
    sums, people, places = _Sums(), _Sums(), _Sums()
    callers: dict[str, set[str | None]] = defaultdict(set)
    for line in lines:
        if not line.wallet:
            continue
        sums.add(line.currency, line)
        if line.user:
            people.add((line.user, line.currency), line)
        if place := place_of(line.destination):
            places.add((place, line.currency), line)
            callers[place].add(line.user)
    by_place = {place: frozenset(who) for place, who in callers.items()}
    return Day(day, dict(sums), dict(people), dict(places), by_place, hours)


class _Sums(dict[Any, Sums]):
    def add(self, key: object, line: DetailLine) -> None:
        micros, calls = self.get(key, NOTHING)
        self[key] = (micros + line.charge_micros, calls + line.calls)


@dataclass(frozen=True, slots=True)
class Ordinary:
    """What an organization takes for granted: `night` are its UTC hours of night, `limit` what one person may spend
    in a day (None: it set none)."""

    night: frozenset[int]
    limit: Money | None = None


def anomalies_of(day: Day, before: Sequence[Day], ordinary: Ordinary) -> Iterator[Anomaly]:
    """What is out of the ordinary on `day`. `before`: the days that are known of the year before it."""
    recent = [one for one in before if day.day - timedelta(days=HISTORY_DAYS) <= one.day < day.day]
    enough = len(recent) >= ENOUGH_DAYS
    yield from _dearest(_over_limit(day, recent if enough else [], ordinary.limit))
    if enough:
        yield from _far_above(day, recent)
        yield from _dearest(_never_seen(day, before))
        yield from _dearest(_at_night(day, recent, ordinary.night))


def _dearest(found: Iterable[Anomaly]) -> list[Anomaly]:
    """Of a flood the dearest: more than these of one day are read by nobody."""
    flood = list(found)
    return flood if len(flood) <= MOST_A_DAY else sorted(flood, key=lambda one: -one.spent.micros)[:MOST_A_DAY]


def _far_above(day: Day, recent: Sequence[Day]) -> Iterator[Anomaly]:
    """A day far above its weekday, in money or in calls."""
    for currency, (micros, calls) in day.sums.items():
        usual, usual_calls = (_Usual.of(recent, currency, which, day.day) for which in (0, 1))
        if usual.is_far_below(micros) or usual_calls.is_far_below(calls):
            yield Anomaly(
                id=f"{Sort.DAY}:{day.day}:{currency}",
                sort=Sort.DAY,
                day=day.day,
                spent=Money(micros, currency),
                calls=calls,
                usual=Money(round(usual.middle), currency),
                usual_calls=round(usual_calls.middle),
            )


@dataclass(frozen=True, slots=True)
class _Usual:
    """A weekday's `middle`, the deviation of days from theirs (of logarithms), and an average working day."""

    middle: float
    deviation: float
    working_day: float

    @classmethod
    def of(cls, recent: Sequence[Day], currency: str, which: int, day: date) -> "_Usual":
        """`which`: 0 the millionths, 1 the calls."""
        past = [(one.day.weekday(), float(one.sums.get(currency, NOTHING)[which])) for one in recent]
        by_weekday: dict[int, list[float]] = defaultdict(list)
        for weekday, value in past:
            by_weekday[weekday].append(value)
        middles = {weekday: median(values) for weekday, values in by_weekday.items()}
        working_day = sum(middles.get(weekday, 0.0) for weekday in range(5)) / 5
        cushion = max(CUSHION * working_day, 1.0)
        apart = [abs(math.log((value + cushion) / (middles[weekday] + cushion))) for weekday, value in past]
        return cls(middles.get(day.weekday(), 0.0), max(LEAST_DEVIATION, MAD * median(apart)), working_day)

    def is_far_below(self, value: float) -> bool:
        """Never where most working days cost nothing: any call would be far above that."""
        cushion = max(CUSHION * self.working_day, 1.0)
        apart = math.log((value + cushion) / (self.middle + cushion))
        excess = value - self.middle
        return self.working_day > 0 and apart > FAR * self.deviation and excess > LEAST_EXCESS * self.working_day


def _never_seen(day: Day, before: Sequence[Day]) -> Iterator[Anomaly]:
    """A country that nobody called in the year before."""
    seen = {place for one in before if one.day < day.day for place in one.callers}
    for (place, currency), (micros, calls) in day.places.items():
        if place not in seen:
            (who, *others) = day.callers[place]
            yield Anomaly(
                id=f"{Sort.COUNTRY}:{day.day}:{place}:{currency}",
                sort=Sort.COUNTRY,
                day=day.day,
                spent=Money(micros, currency),
                calls=calls,
                place=place,
                person=PersonId(who) if who and not others else None,
            )


def _at_night(day: Day, recent: Sequence[Day], night: frozenset[int]) -> Iterator[Anomaly]:
    """One person calling again and again in hours of the night in which nobody calls."""
    counted = [one.hours for one in recent if one.hours is not None]
    if day.hours is None or len(counted) < ENOUGH_NIGHTS:
        return
    quiet = {hour for hour in night if sum(one.calls[hour] for one in counted) / len(counted) < QUIET_CALLS}
    by_person: dict[tuple[str, str], list[Busiest]] = defaultdict(list)
    for one in day.hours.busiest:
        if one.hour in quiet:
            by_person[one.user, one.currency].append(one)
    for (user, currency), hours in by_person.items():
        if sum(one.calls for one in hours) >= BURST_CALLS:
            yield Anomaly(
                id=f"{Sort.NIGHT}:{day.day}:{user}:{currency}",
                sort=Sort.NIGHT,
                day=day.day,
                spent=Money(sum(one.micros for one in hours), currency),
                calls=sum(one.calls for one in hours),
                person=PersonId(user),
                hours=tuple(one.hour for one in hours),
            )


def _over_limit(day: Day, recent: Sequence[Day], own: Money | None) -> Iterator[Anomaly]:
    """One person who spent more in a day than the limit: the organization's own, else three times what the dearest
    day of any one person was (`recent` is empty where too few are known)."""
    limits = {currency: _limit(recent, currency) for currency in day.sums} if recent else {}
    if own is not None:
        limits[own.currency] = own
    for (user, currency), (micros, calls) in day.people.items():
        limit = limits.get(currency)
        if limit is not None and micros > limit.micros:
            yield Anomaly(
                id=f"{Sort.PERSON}:{day.day}:{user}:{currency}",
                sort=Sort.PERSON,
                day=day.day,
                spent=Money(micros, currency),
                calls=calls,
                person=PersonId(user),
                limit=limit,
                own=limit is own,
            )


def _limit(recent: Sequence[Day], currency: str) -> Money:
    paid = (micros for one in recent for (_, told), (micros, _) in one.people.items() if told == currency)
    working_day = _Usual.of(recent, currency, 0, recent[-1].day).working_day
    return Money(max(PERSON_TIMES * max(paid, default=0), round(PERSON_SHARE * working_day)), currency)
