"""Microsoft's auto-recharge: how the admin center is set, as somebody read it there, and the recharges that it should
have made. No I/O here.

Nothing reads or sets it but the admin center itself. So Saldo keeps a mirror of the settings, and when its estimate
falls below the trigger amount it expects a recharge, and asks. What is expected is never money that is there.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.errors import Refusal
from bot.domain.money import LARGEST_ENTRY_MICROS, Money
from bot.domain.order_terms import DECLINE_REASONS
from bot.domain.settings import NamedPerson

VERIFIED_FOR = timedelta(days=90)
LAPSES_AFTER = timedelta(days=7)  # nobody knows: what waits for it must not wait for ever
ASKED_AGAIN_AFTER = timedelta(days=1)
WELL_SHARE = 10  # of the recharge amount above the trigger a dip is over: what hangs about the trigger is one dip


@dataclass(frozen=True, slots=True)
class Mirror:
    """The admin center's settings, as `verified_by` saw them. Both sums are set where it is on."""

    on: bool
    verified_by: NamedPerson
    verified_at: datetime
    amount: Money | None = None  # "Recharge amount"
    trigger: Money | None = None  # "Trigger amount"

    def is_stale(self, now: datetime) -> bool:
        return now - self.verified_at >= VERIFIED_FOR

    def says_as(self, other: "Mirror") -> bool:
        return (self.on, self.amount, self.trigger) == (other.on, other.amount, other.trigger)


def check_mirror(mirror: Mirror) -> Mirror:
    """The same. Raises Refusal: auto_recharge_incomplete, amount_not_positive, amount_too_large."""
    if mirror.on and (mirror.amount is None or mirror.trigger is None):
        raise Refusal("auto_recharge_incomplete")
    for money in (mirror.amount, mirror.trigger):
        if money is not None and money.micros <= 0:
            raise Refusal("amount_not_positive")
        if money is not None and money.micros > LARGEST_ENTRY_MICROS:
            raise Refusal("amount_too_large")
    return mirror


@dataclass(frozen=True, slots=True)
class Dip:
    """The present or last time that the estimate was below the trigger. `number` counts from 1; 0: never yet.
    `reminded_at`: when it was last asked whether the settings are still those."""

    number: int = 0
    open: bool = False
    since: datetime | None = None
    reminded_at: datetime | None = None


def follow_dip(dip: Dip, mirror: Mirror, balance: Money | None, now: datetime) -> Dip:
    """The dip after a look. A new `number` means: expect a recharge. `balance` None: nothing is known."""
    amount, trigger = mirror.amount, mirror.trigger
    if not mirror.on or amount is None or trigger is None:
        return replace(dip, open=False)
    if balance is None or balance.currency != trigger.currency:
        return dip
    if balance < trigger:
        return dip if dip.open else replace(dip, number=dip.number + 1, open=True, since=now)
    is_well = not balance < trigger + amount.times(1, WELL_SHARE)
    return replace(dip, open=dip.open and not is_well)


def is_to_be_verified(dip: Dip, mirror: Mirror, now: datetime) -> bool:
    """Whether it is time to ask again whether the settings are still those: every 90 days."""
    asked = dip.reminded_at
    return mirror.is_stale(now) and (asked is None or now - asked >= VERIFIED_FOR)


class Course(StrEnum):
    """What became of an expected recharge."""

    OPEN = "open"
    ARRIVED = "arrived"
    FAILED = "failed"
    LAPSED = "lapsed"  # nobody said anything for a week
    OVERTAKEN = "overtaken"  # the balance was well again before anybody answered


@dataclass(frozen=True, slots=True)
class Expected:
    """A recharge that the admin center should have made by itself. `step` moves with every change; `rounds` counts
    how many times the buyers were asked. `credited` and `on` where it arrived, `reason` where the payment failed."""

    id: str
    amount: Money
    trigger: Money
    opened_at: datetime
    course: Course = Course.OPEN
    open: bool = True
    step: int = 1
    rounds: int = 1
    answered_by: NamedPerson | None = None
    answered_at: datetime | None = None
    credited: Money | None = None
    on: date | None = None
    reason: str = ""


def expect(mirror: Mirror, dip: Dip, now: datetime) -> Expected:
    """The recharge of a dip: its id is derived, so that there is one."""
    if mirror.amount is None or mirror.trigger is None:
        raise TypeError("an auto-recharge that is off brings nothing")
    return Expected(f"{mirror.trigger.currency}-{dip.number}", mirror.amount, mirror.trigger, now)


def arrive(expected: Expected, credited: Money, on: date, by: NamedPerson, now: datetime) -> Expected:
    """It is there; also late, and after a payment that had failed. The same again changes nothing.

    Raises Refusal: expected_confirmed (where it was told with another sum or day), currency_other,
    amount_not_positive.
    """
    if expected.course is Course.ARRIVED:
        _same_or_refused(expected, credited, on)
        return expected
    if credited.currency != expected.amount.currency:
        raise Refusal("currency_other", currency=credited.currency, wallet=expected.amount.currency)
    if credited.micros <= 0:
        raise Refusal("amount_not_positive")
    return replace(_answered(expected, Course.ARRIVED, by, now), credited=credited, on=on, reason="")


def fail(expected: Expected, reason: str, by: NamedPerson, now: datetime) -> Expected:
    """The payment failed, for one of DECLINE_REASONS. The same again changes nothing.

    Raises Refusal("expected_confirmed") where the money is there.
    """
    if expected.course is Course.ARRIVED:
        _same_or_refused(expected, None, None)
    if expected.course is Course.FAILED:
        return expected
    told = reason if reason in DECLINE_REASONS else "other"
    return replace(_answered(expected, Course.FAILED, by, now), reason=told)


def not_yet(expected: Expected, by: NamedPerson, now: datetime) -> Expected:
    """It is still waited for, and asked for once more. Where it is no longer open this changes nothing."""
    if expected.course is not Course.OPEN:
        return expected
    return replace(_answered(expected, Course.OPEN, by, now), rounds=expected.rounds + 1)


def pass_time(expected: Expected, dip: Dip, now: datetime) -> Expected:
    """What becomes of it while nobody answers: the balance is well again, or a week has passed."""
    if expected.course is not Course.OPEN:
        return expected
    if not dip.open:
        return _closed(expected, Course.OVERTAKEN)
    if now - expected.opened_at >= LAPSES_AFTER:
        return _closed(expected, Course.LAPSED)
    return expected


def _answered(expected: Expected, course: Course, by: NamedPerson, now: datetime) -> Expected:
    return replace(_closed(expected, course), answered_by=by, answered_at=now)


def _closed(expected: Expected, course: Course) -> Expected:
    return replace(expected, course=course, open=course is Course.OPEN, step=expected.step + 1)


def _same_or_refused(expected: Expected, credited: Money | None, on: date | None) -> None:
    if (expected.credited, expected.on) != (credited, on):
        name = expected.answered_by.name if expected.answered_by else ""
        raise Refusal("expected_confirmed", amount=expected.credited, on=expected.on, name=name)
