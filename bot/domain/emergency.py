"""Whether the money is about to run out: by the forecast, or by what the admin center showed just now. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.events import Evidence
from bot.domain.money import Money
from bot.domain.requests import Clause, Ratification, Request, State
from bot.domain.spend_curve import TENTH, SpendCurve
from bot.domain.voices import BREAK_GLASS_HOURS

JUST_ENTERED = timedelta(hours=6)
ONE_HOUR = timedelta(hours=1)
DAYS = BREAK_GLASS_HOURS // 24
UNDER_WAY = frozenset({State.APPROVED, State.EXECUTING})


@dataclass(frozen=True, slots=True)
class Emergency:
    """The money runs out in so many hours, as `evidence` says."""

    hours_left: int
    evidence: Evidence

    @property
    def is_urgent(self) -> bool:
        """So little time that break-glass may be called on."""
        return self.hours_left < BREAK_GLASS_HOURS


@dataclass(frozen=True, slots=True)
class Shown:
    """What the admin center showed, and when."""

    portal: Money
    read_at: datetime


def by_forecast(p10: date | None, now: datetime) -> Emergency | None:
    """Until the end of the UTC day by which the money has run out in one case of ten."""
    if p10 is None:
        return None
    end = datetime.combine(p10, time(), UTC) + timedelta(days=1)
    return Emergency(max(0, (end - now) // ONE_HOUR), Evidence.FORECAST)


def by_portal(shown: Iterable[Shown], cost: Money | None, now: datetime) -> Emergency | None:
    """By the latest of the figures that were entered within the last hours. `cost`: of 96 hours; None: nobody
    knows. None where the figure is enough for them."""
    recent = [one for one in shown if now - JUST_ENTERED <= one.read_at]
    if not recent:
        return None
    portal = max(recent, key=lambda one: one.read_at).portal
    if portal.micros <= 0:
        return Emergency(0, Evidence.PORTAL)
    if cost is None or portal >= cost:
        return None
    return Emergency(portal.micros * BREAK_GLASS_HOURS // cost.micros, Evidence.PORTAL)


def cost_of_hours(curve: SpendCurve, today: date, currency: str) -> Money | None:
    """What the 96 hours from the beginning of `today` cost in nine cases of ten at most; None: beyond the curve."""
    spent = [0, *curve.by_each_day(TENTH)]
    start = (today - curve.through).days - 1
    if start < 0 or start + DAYS >= len(spent):
        return None
    return Money(spent[start + DAYS] - spent[start], currency)


@dataclass(frozen=True, slots=True)
class LastBreak:
    """The request for which break-glass was called on last."""

    request: str
    at: datetime


def is_open(request: Request, now: datetime) -> bool:
    """Whether an emergency is still going on: it is being ordered, or was, and the time to approve it runs. Where
    nothing came of it, another may be tried."""
    if request.clause is not Clause.BREAK_GLASS:
        return False
    return request.state in UNDER_WAY or (request.state is State.DONE and is_ratifiable(request, now))


def is_ratifiable(request: Request, now: datetime) -> bool:
    """Whether somebody can still approve it afterwards."""
    in_time = request.ratify_by is None or now <= request.ratify_by
    return request.ratification is Ratification.UNRATIFIED and in_time
