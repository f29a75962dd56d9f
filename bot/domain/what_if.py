"""What more calls would cost: so many people, so many minutes, to one place. No I/O here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.domain.forecast import Outlook
from bot.domain.ledger import Lot
from bot.domain.money import Money
from bot.domain.runway import runway_of
from bot.domain.spend_curve import SpendCurve

WORKING_DAYS = 22  # of a month
YEAR_DAYS = 365


class Every(StrEnum):
    """How often each of the people calls."""

    DAY = "day"  # working days
    WEEK = "week"
    MONTH = "month"


TIMES_A_MONTH = {Every.DAY: (WORKING_DAYS, 1), Every.WEEK: (52, 12), Every.MONTH: (1, 1)}


@dataclass(frozen=True, slots=True)
class Wish:
    """`place` is a country's code; `minutes` of each of the `people`, `every` so often."""

    place: str
    people: int
    minutes: int
    every: Every = Every.DAY


@dataclass(frozen=True, slots=True)
class Answer:
    """`each_time`: what one day (week, month) of it costs; `monthly` what a month does; `now` what a month costs at
    present. `runs_out_on`, `then_on`: when the money runs out without and with it; None where that is not known."""

    each_time: Money
    monthly: Money
    now: Money | None = None
    runs_out_on: date | None = None
    then_on: date | None = None


def what_if(wish: Wish, micros: int, seconds: int, currency: str) -> Answer:
    """At the rate of calls that cost `micros` and lasted `seconds`, more than none."""
    each_time = Money(micros, currency).times(wish.people * wish.minutes * 60, seconds)
    return Answer(each_time, each_time.times(*TIMES_A_MONTH[wish.every]))


def with_pace(answer: Answer, outlook: Outlook) -> Answer:
    """The same beside what a month costs at the pace of today."""
    return replace(answer, now=outlook.spent.times(YEAR_DAYS, 12 * outlook.days))


def with_runway(answer: Answer, lots: Sequence[Lot], curve: SpendCurve, today: date) -> Answer:
    """The same, and the P50 days: until when `lots` (one of them with something left) last along `curve`, and until
    when with these calls from `today` on, which is after the last day that the curve knows."""
    a_day = answer.monthly.times(12, YEAR_DAYS).micros
    known = (today - curve.through).days
    more = [total + a_day * max(0, number - known + 1) for number, total in enumerate(curve.middle, start=1)]
    return replace(
        answer,
        runs_out_on=max(today, runway_of(lots, curve).p50),
        then_on=max(today, runway_of(lots, replace(curve, middle=tuple(more))).p50),
    )
