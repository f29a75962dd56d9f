"""What more calls would cost: so many people, so many minutes, to one place. No I/O here."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.domain.forecast import Outlook
from bot.domain.money import Money

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
    present. `runs_out_on` and `then_on`: without and with it; None where no end is in sight or nothing is known."""

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


def with_runway(answer: Answer, outlook: Outlook, balance: Money, as_of: date) -> Answer:
    """The same, and until when `balance`, which is that at the end of `as_of`, would last."""
    more = answer.monthly.times(12 * outlook.days, YEAR_DAYS)
    faster = Outlook(outlook.spent + more, outlook.days)
    return replace(
        with_pace(answer, outlook),
        runs_out_on=outlook.runs_out_on(balance, as_of),
        then_on=faster.runs_out_on(balance, as_of),
    )
