"""When a balance is low, and when to say so: once an episode, once more when it becomes critical, and not again until
it has recovered."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.working_days import working_days_on

DEFAULT_SHARE_PERCENT = 20  # of the last purchase, while too few days are known for a forecast
LOW_DAYS = 14
RECOVERED_DAYS = LOW_DAYS + 3  # what hangs about the limit is one episode, not many
CRITICAL_WORKING_DAYS = 5
ORDER_DAYS = 3  # from an approval to the money being there


class Level(StrEnum):
    """The state word of a balance."""

    OK = "ok"
    LOW = "low"
    CRITICAL = "critical"
    EMPTY = "empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Episode:
    """The present or last time that the balance was low. `number` counts from 1; 0: never yet. `critical`: it was
    said to be that, or worse."""

    number: int = 0
    open: bool = False
    since: datetime | None = None
    critical: bool = False


def threshold(set_by_tenant: Money | None, last_purchase: Money | None) -> Money | None:
    """Below this the balance is low: what the tenant set, else 20 % of its last purchase, else unknown."""
    if set_by_tenant is not None:
        return set_by_tenant
    return last_purchase.times(DEFAULT_SHARE_PERCENT, 100) if last_purchase is not None else None


def level(available: Money | None, limit: Money | None) -> Level:
    """`available` None: nothing was ever booked, which is never shown as zero."""
    if available is None:
        return Level.UNKNOWN
    if available.micros <= 0:
        return Level.EMPTY
    if limit is not None and available < limit:
        return Level.LOW
    return Level.OK


@dataclass(frozen=True, slots=True)
class Nearness:
    """What a forecast says to whoever looks on `today`: the money runs out on `warn_on` at the earliest, as far as
    nine cases of ten go; an approval takes `approval_days` working days, in `country`."""

    warn_on: date
    today: date
    approval_days: int
    country: str | None

    @property
    def level(self) -> Level:
        if self.warn_on <= self.critical_until:
            return Level.CRITICAL
        return Level.LOW if self.days <= LOW_DAYS else Level.OK

    @property
    def days(self) -> int:
        return (self.warn_on - self.today).days

    @property
    def critical_until(self) -> date:
        """Money that runs out by then may be gone before more can be there."""
        approved = working_days_on(self.today, self.approval_days, self.country)
        return max(
            working_days_on(self.today, CRITICAL_WORKING_DAYS, self.country), approved + timedelta(days=ORDER_DAYS)
        )

    @property
    def has_recovered(self) -> bool:
        return self.days > RECOVERED_DAYS


_BEST_FIRST = (Level.OK, Level.UNKNOWN, Level.LOW, Level.CRITICAL, Level.EMPTY)


def worst(levels: Iterable[Level]) -> Level:
    """Of at least one."""
    return max(levels, key=_BEST_FIRST.index)


def follow(episode: Episode, now_level: Level, now: datetime, *, recovered: bool = True) -> Episode:
    """The episode after a look at the balance. A new `number`, and `critical` where it was not, mean: write to the
    people in charge. `recovered` False: it is not low, and so near to it that the episode is not over."""
    match now_level:
        case Level.LOW | Level.CRITICAL | Level.EMPTY if not episode.open:
            return Episode(episode.number + 1, open=True, since=now, critical=now_level is not Level.LOW)
        case Level.CRITICAL | Level.EMPTY if not episode.critical:
            return replace(episode, critical=True)
        case Level.OK if episode.open and recovered:
            return replace(episode, open=False)
        case _:
            return episode
