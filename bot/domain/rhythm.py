"""How spending goes through the week and the year: weekdays, holidays, and quiet or busy weeks of a year ago. No I/O.

Statistics, in floats: what comes out are factors, never money.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from bot.domain.holidays import COUNTRIES, is_holiday

HISTORY_DAYS = 800  # older days say little about the next months
LONGEST_SILENCE = 7  # days in a row without a call that a file leaves out; a longer hole was not imported
WEEK_OF_OFFICES = (1.25, 1.25, 1.25, 1.25, 1.25, 0.4, 0.35)  # before the data says otherwise
WEEKS = 26  # that the weekdays are told from
QUIET_HOLIDAY = 0.3  # of a working day, before the data says otherwise; it weighs as two holidays
QUIET_ENOUGH = 0.7  # of an ordinary day: a calendar whose days off are no quieter is not this organization's
ENOUGH_HOLIDAYS = 3  # to tell a calendar by
YEAR = 364  # days: the same weekday a year before
YEARLY_FROM = 400  # days of data: from then on a whole year and its neighborhood are known
NOISE, CLEAR = 0.25, 0.75  # logs of a week against its neighbors: below the first by chance, above the second not


@dataclass(frozen=True, slots=True)
class Days:
    """What each day cost, from `first` on without a hole, in millionths. None: not known."""

    first: date
    spent: tuple[float | None, ...]

    @property
    def last(self) -> date:
        return self.first + timedelta(days=len(self.spent) - 1)

    @property
    def known(self) -> int:
        return sum(one is not None for one in self.spent)

    def weeks(self) -> list[range]:
        """The numbers of the days of each whole week; the last week ends with the last day."""
        return [range(at, at + 7) for at in range(len(self.spent) % 7, len(self.spent), 7)]


def days_of(spent: Mapping[date, int], imported: Collection[date]) -> Days:
    """`imported` are the days that were read, at least one: those without a call cost nothing. A file tells only days
    with calls, so a few days between them are days without. What was before the first call is left out: it says
    nothing of how much is called since."""
    last = max(imported)
    begun = min((day for day in imported if spent.get(day, 0) > 0), default=min(imported))
    first = max(begun, last - timedelta(days=HISTORY_DAYS - 1))
    read = frozenset(imported)
    values: list[float | None] = []
    silence = 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        silence = 0 if day in read else silence + 1
        values.append(float(max(0, spent.get(day, 0))))
        if silence > LONGEST_SILENCE:
            values[-silence:] = [None] * silence
    return Days(first, tuple(values))


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`weekdays` are factors with a mean of 1, Monday first; `country`: whose holidays show in the data, None for
    nobody's; `year`: by day the logarithm of what that day's week was against its neighbors."""

    weekdays: tuple[float, ...]
    country: str | None = None
    holiday: float = QUIET_HOLIDAY
    year: Mapping[date, float] = field(default_factory=dict)

    def is_off(self, day: date) -> bool:
        return self.country is not None and day.weekday() < 5 and is_holiday(self.country, day)

    def factor(self, day: date) -> float:
        """What the day costs against an ordinary one."""
        return self.ordinary(day) * math.exp(self._year_before(day))

    def ordinary(self, day: date) -> float:
        """The same, whatever happened a year ago."""
        return self.weekdays[day.weekday()] * (self.holiday if self.is_off(day) else 1.0)

    def _year_before(self, day: date) -> float:
        if not self.year:
            return 0.0
        before = (self.year.get(day - timedelta(days=YEAR * years)) for years in (1, 2))
        known = [one for one in before if one is not None]
        return sum(known) / len(known) if known else 0.0


def rhythm_of(days: Days, home: str | None) -> Rhythm:
    """`home` (ISO 3166): the country whose holidays count while the data does not tell."""
    levels = _levels(days)
    plain = Rhythm(_weekdays(days, None))
    country = _country(days, levels, plain, home)
    known = Rhythm(_weekdays(days, country), country)
    rhythm = Rhythm(known.weekdays, country, _holiday(_ratios(days, levels, known, country)))
    if days.known < YEARLY_FROM:
        return rhythm
    return Rhythm(rhythm.weekdays, country, rhythm.holiday, _year(days, levels, rhythm))


def _weekdays(days: Days, country: str | None) -> tuple[float, ...]:
    """Each weekday's share of what is spent, over the last half year, beside a week of offices."""
    sums, counts = [0.0] * 7, [0] * 7
    for number in range(max(0, len(days.spent) - 7 * WEEKS), len(days.spent)):
        day, spent = days.first + timedelta(days=number), days.spent[number]
        if spent is not None and not (country and is_holiday(country, day)):
            sums[day.weekday()] += spent
            counts[day.weekday()] += 1
    mean = sum(sums) / max(1, sum(counts))
    if mean <= 0:
        return WEEK_OF_OFFICES
    shares = [
        (total + mean * office) / ((count + 1) * mean)
        for total, count, office in zip(sums, counts, WEEK_OF_OFFICES, strict=True)
    ]
    return tuple(share * 7 / sum(shares) for share in shares)


def _levels(days: Days) -> tuple[float, ...]:
    """For each day what an average day around it costs: the middle one of the thirteen weeks about it."""
    weeks = [_mean([days.spent[number] for number in week]) for week in days.weeks()]
    around = [_middle(weeks[max(0, number - 6) : number + 7]) for number in range(len(weeks))]
    lead = len(days.spent) % 7
    return tuple(around[max(0, (number - lead) // 7)] for number in range(len(days.spent)))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _middle(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return median(known) if known else 0.0


def _country(days: Days, levels: Sequence[float], rhythm: Rhythm, home: str | None) -> str | None:
    """`home`, unless its days off are no quieter than others; else the country whose days off are the quietest, where
    three of them show it."""
    at_home = _ratios(days, levels, rhythm, home) if home in COUNTRIES else []
    if home in COUNTRIES and (not at_home or _are_quiet(at_home)):
        return home
    shown = {country: _ratios(days, levels, rhythm, country) for country in COUNTRIES}
    quiet = [country for country, ratios in shown.items() if len(ratios) >= ENOUGH_HOLIDAYS and _are_quiet(ratios)]
    return max(quiet, key=lambda country: sum(1 - ratio for ratio in shown[country]), default=None)


def _are_quiet(ratios: Sequence[float]) -> bool:
    return sum(ratios) / len(ratios) <= QUIET_ENOUGH


def _ratios(days: Days, levels: Sequence[float], rhythm: Rhythm, country: str | None) -> list[float]:
    """What each day off cost against what its weekday costs; one and a half at most."""
    if country is None:
        return []
    found = []
    for number, spent in enumerate(days.spent):
        day = days.first + timedelta(days=number)
        if spent is None or day.weekday() > 4 or not is_holiday(country, day):
            continue
        expected = levels[number] * rhythm.weekdays[day.weekday()]
        if expected > 0:
            found.append(min(1.5, spent / expected))
    return found


def _holiday(ratios: Sequence[float]) -> float:
    return (sum(ratios) + 2 * QUIET_HOLIDAY) / (len(ratios) + 2)


def _year(days: Days, levels: Sequence[float], rhythm: Rhythm) -> dict[date, float]:
    """What the seven days around each day were against their neighborhood, where that is no chance."""
    expected = [level * rhythm.ordinary(days.first + timedelta(days=number)) for number, level in enumerate(levels)]
    found = {}
    for number in range(len(days.spent)):
        around = range(max(0, number - 3), min(len(days.spent), number + 4))
        spent = sum(days.spent[one] or 0.0 for one in around)
        usual = sum(expected[one] for one in around if days.spent[one] is not None)
        if usual > 0:
            found[days.first + timedelta(days=number)] = _clear(math.log(max(spent / usual, 0.05)))
    return found


def _clear(log_ratio: float) -> float:
    """What of a deviation is taken to come again a year later: nothing of a small one, most of a large one."""
    size = abs(log_ratio)
    kept = 0.0 if size <= NOISE else 0.9 * size if size >= CLEAR else 0.9 * CLEAR * (size - NOISE) / (CLEAR - NOISE)
    return math.copysign(kept, log_ratio)
