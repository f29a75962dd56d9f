"""When somebody is reminded of what waits for them, and when nobody is: by the time until the money runs out. Pure.

A round goes to those who were asked, the second one also to others who may decide, the third also to the people in
charge. Rounds come soon after each other where the money is about to run out, then ever further apart, and never more
than `MOST_ROUNDS` of them; what is not critical waits for the hours in which a person works.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import count

from bot.domain.working_days import is_working_day

ONE_DAY = timedelta(days=1)


class Need(StrEnum):
    """How soon a request is needed."""

    CALM = "calm"
    SOON = "soon"
    CRITICAL = "critical"


class Audience(StrEnum):
    """Whom a round goes to; of approvers only those who have not spoken."""

    ASKED = "asked"
    OTHERS = "others"  # who may decide, too, and have not heard of it
    IN_CHARGE = "in_charge"


CRITICAL_HOURS = 96
SOON_HOURS = 14 * 24
FIRST_GAP = {Need.CALM: timedelta(hours=48), Need.SOON: timedelta(hours=24), Need.CRITICAL: timedelta(hours=4)}
LONGEST_GAP = timedelta(days=30)
MOST_ROUNDS = 24
LOOK_EVERY = {Need.CALM: timedelta(hours=24), Need.SOON: timedelta(hours=6), Need.CRITICAL: timedelta(hours=1)}
RATIFY_GAP = timedelta(hours=24)  # while there is a day by which it has to be ratified
OTHERS_FROM, IN_CHARGE_FROM = 2, 3  # rounds


def need_of(hours_left: int | None) -> Need:
    """`hours_left` None: nothing says when the money runs out, or it is not about money."""
    if hours_left is None or hours_left >= SOON_HOURS:
        return Need.CALM
    return Need.CRITICAL if hours_left < CRITICAL_HOURS else Need.SOON


@dataclass(frozen=True, slots=True)
class Reminders:
    """How often those who may decide were reminded of a request, by need. `at`: when they were last asked or
    reminded; `in_charge`: how needed it was when the people in charge were last told; `since`: when this began."""

    since: datetime
    at: datetime
    calm: int = 0
    soon: int = 0
    critical: int = 0
    in_charge: Need | None = None

    @property
    def rounds(self) -> int:
        return self.calm + self.soon + self.critical

    def of(self, need: Need) -> int:
        return {Need.CALM: self.calm, Need.SOON: self.soon, Need.CRITICAL: self.critical}[need]


def due_at(reminders: Reminders, need: Need) -> datetime | None:
    """When the next round is due; None: enough was said."""
    if reminders.rounds >= MOST_ROUNDS:
        return None
    return reminders.at + min(LONGEST_GAP, FIRST_GAP[need] * (1 << reminders.of(need)))


def due_to_ratify(reminders: Reminders, ratify_by: datetime | None) -> datetime | None:
    """As `due_at`, for what is approved afterwards: every day until it is too late, if it ever is."""
    if ratify_by is None:
        return due_at(reminders, Need.CALM)
    due = reminders.at + RATIFY_GAP
    return due if due < ratify_by else None


def audiences(reminders: Reminders, need: Need) -> frozenset[Audience]:
    """Whom the next round goes to. The people in charge hear of it once, and once more when it becomes critical."""
    number = reminders.rounds + 1
    told = reminders.in_charge
    news = told is None or (need is Need.CRITICAL and told is not Need.CRITICAL)
    found = {Audience.ASKED}
    if number >= OTHERS_FROM:
        found.add(Audience.OTHERS)
    if number >= IN_CHARGE_FROM and news:
        found.add(Audience.IN_CHARGE)
    return frozenset(found)


def after_round(reminders: Reminders, need: Need, now: datetime) -> Reminders:
    told = need if Audience.IN_CHARGE in audiences(reminders, need) else reminders.in_charge
    return replace(
        reminders,
        at=now,
        in_charge=told,
        calm=reminders.calm + (need is Need.CALM),
        soon=reminders.soon + (need is Need.SOON),
        critical=reminders.critical + (need is Need.CRITICAL),
    )


@dataclass(frozen=True, slots=True)
class Quiet:
    """When a person is left alone: from `start` to `end` (whole hours of their day; the same hour twice: at no hour),
    on weekends, and on the holidays of `country` (ISO 3166; None: it has none)."""

    start: int
    end: int
    zone: tzinfo
    country: str | None = None

    def holds_at(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        return self._at_night(local.hour) or not is_working_day(local.date(), self.country)

    def over_at(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which they may be written to."""
        if not self.holds_at(moment):
            return moment
        today = moment.astimezone(self.zone).date()
        days = (today + ONE_DAY * number for number in count())
        starts = (self._begin(day, hour) for day in days for hour in sorted({0, self.end}))
        return next(start for start in starts if start >= moment and not self.holds_at(start))

    def _at_night(self, hour: int) -> bool:
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end

    def _begin(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self.zone).astimezone(UTC)
