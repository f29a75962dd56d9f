"""A monthly budget in the place of a wallet, where the account is post-paid. Months are UTC. No I/O here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.burn import burn
from bot.domain.ledger import Lot, expiry_of
from bot.domain.money import Money
from bot.domain.runway import WAYS
from bot.domain.spend_curve import SpendCurve

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Month:
    """How a budget stands. `spent` in the month of `today` as far as usage is known, by `days`; `left` is negative
    beyond the budget.

    `foretold`: enough days are known for the rest. `expected` is what the whole month will probably cost; `p10`,
    `p50` and `p90` are the days by which the budget is used up with that likelihood, None where that is not this
    month.
    """

    budget: Money
    first: date
    last: date
    days: tuple[tuple[date, Money], ...]
    expected: Money | None = None
    p10: date | None = None
    p50: date | None = None
    p90: date | None = None

    @property
    def spent(self) -> Money:
        return sum((money for _, money in self.days), Money.zero(self.budget.currency))

    @property
    def left(self) -> Money:
        return self.budget - self.spent

    @property
    def foretold(self) -> bool:
        return self.expected is not None


def month_of(budget: Money, today: date, spent: Mapping[date, Money], curve: SpendCurve | None) -> Month:
    """`spent`: by UTC day, of any days; `curve`: what the next days will cost, None where too little is known."""
    first, last = month_days(today)
    days = tuple((day, spent[day]) for day in sorted(spent) if first <= day <= today)
    month = Month(budget, first, last, days)
    if curve is None or curve.through >= last:
        return month
    expected = month.spent + Money(_until(last, curve, first)[-1], budget.currency)
    if month.left.micros <= 0:
        return replace(month, expected=expected)
    ends = [_ends_on(month, curve, far) for far in WAYS]
    return replace(month, expected=expected, p10=ends[0], p50=ends[1], p90=ends[2])


def month_days(day: date) -> tuple[date, date]:
    """The first and last day of the month of `day`."""
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day.replace(day=1), following - ONE


def _ends_on(month: Month, curve: SpendCurve, deviations: float) -> date | None:
    """The day on which what is left will be used up, if things go so many deviations away from the middle."""
    begin = max(curve.through, month.first - ONE)
    left = Lot(begin, month.left, month.left, Money.zero(month.left.currency), expiry_of(begin))
    costs = _until(month.last, curve, month.first, deviations)
    if costs[-1] < month.left.micros:
        return None
    end = burn([left], costs, begin)
    day = curve.day((begin - curve.through).days + end.days, end.share, deviations)
    return min(max(day, month.first), month.last)


def _until(last: date, curve: SpendCurve, first: date, deviations: float = 0.0) -> list[int]:
    """What will have been spent by the end of each day through `last`: from the day after the curve's beginning, or
    from the first of the month where that is later."""
    costs = curve.by_each_day(deviations)[: (last - curve.through).days]
    before = max(0, (first - ONE - curve.through).days)
    return [cost - (costs[before - 1] if before else 0) for cost in costs[before:]]
