"""When a balance is low, and when to say so: once an episode, and not again until it has recovered."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.money import Money

DEFAULT_SHARE_PERCENT = 20  # of the last purchase


class Level(StrEnum):
    """The state word of a balance."""

    OK = "ok"
    LOW = "low"
    EMPTY = "empty"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Episode:
    """The present or last time that the balance was low. `number` counts from 1; 0: never yet."""

    number: int = 0
    open: bool = False
    since: datetime | None = None


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


def follow(episode: Episode, now_level: Level, now: datetime) -> Episode:
    """The episode after a look at the balance. A new `number` means: write to the people in charge, once."""
    match now_level:
        case Level.LOW | Level.EMPTY if not episode.open:
            return Episode(episode.number + 1, open=True, since=now)
        case Level.OK if episode.open:
            return replace(episode, open=False)
        case _:
            return episode
