"""A monthly budget in the place of a wallet, where the account is post-paid. Months are UTC. No I/O here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.forecast import Outlook
from bot.domain.money import Money


@dataclass(frozen=True, slots=True)
class Month:
    """How a budget stands. `spent` in the month of `today` as far as usage is known, by `days`; `left` is negative
    beyond the budget; `expected` is what the whole month would cost at the present pace (None: too little is known);
    `ends_on` is the day on which the budget is used up, where that is in this month."""

    budget: Money
    first: date
    last: date
    days: tuple[tuple[date, Money], ...]
    expected: Money | None = None
    ends_on: date | None = None

    @property
    def spent(self) -> Money:
        return sum((money for _, money in self.days), Money.zero(self.budget.currency))

    @property
    def left(self) -> Money:
        return self.budget - self.spent


def month_of(budget: Money, today: date, spent: Mapping[date, Money], outlook: Outlook) -> Month:
    """`spent`: by UTC day, of any days; `outlook`: how fast is spent."""
    first, last = month_days(today)
    days = tuple((day, spent[day]) for day in sorted(spent) if first <= day <= today)
    standing = Month(budget, first, last, days)
    through = days[-1][0] if days else first - timedelta(days=1)
    if outlook.is_early or outlook.per_day is None:
        return Month(budget, first, last, days, ends_on=_used_up(standing))
    rest = outlook.spent.times((last - through).days, outlook.days)
    ends_on = _used_up(standing) or outlook.runs_out_on(standing.left, through)
    within = ends_on if ends_on is not None and ends_on <= last else None
    return Month(budget, first, last, days, standing.spent + rest, within)


def month_days(day: date) -> tuple[date, date]:
    """The first and last day of the month of `day`."""
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day.replace(day=1), following - timedelta(days=1)


def _used_up(month: Month) -> date | None:
    """The day on which the budget was used up, where that has been."""
    left = month.budget
    for day, money in month.days:
        left -= money
        if left.micros <= 0:
            return day
    return None
