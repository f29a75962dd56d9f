"""How fast a wallet is spent, and when it runs out. No I/O here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.money import Money

WINDOW_DAYS = 28  # four whole weeks, so that weekends weigh as they should
ENOUGH_DAYS = 14  # a forecast from less is said to be early
HORIZON_DAYS = 3_650  # beyond ten years no day is worth naming


@dataclass(frozen=True, slots=True)
class Outlook:
    """What was spent in the last `days` days with data: at most 28, all days from the first to the last imported,
    those without calls too. `days` 0: nothing is known."""

    spent: Money
    days: int

    @property
    def per_day(self) -> Money | None:
        return self.spent.times(1, self.days) if self.days else None

    @property
    def is_early(self) -> bool:
        return self.days < ENOUGH_DAYS

    def days_left(self, balance: Money) -> int | None:
        """For how many whole days `balance` lasts; None where nothing is spent or no end is in sight."""
        if self.spent.micros <= 0:
            return None
        days = max(0, balance.micros) * self.days // self.spent.micros
        return days if days <= HORIZON_DAYS else None

    def runs_out_on(self, balance: Money, as_of: date) -> date | None:
        """The day on which `balance`, as it was at the end of `as_of`, is used up."""
        days = self.days_left(balance)
        return as_of + timedelta(days=days) if days is not None else None


def outlook_of(currency: str, spent: Mapping[date, int], imported: Sequence[date]) -> Outlook:
    """`spent`: millionths by UTC day; `imported`: the days with data, sorted."""
    if not imported:
        return Outlook(Money.zero(currency), 0)
    through = imported[-1]
    first = max(imported[0], through - min(timedelta(days=WINDOW_DAYS - 1), through - date.min))
    total = sum(micros for day, micros in spent.items() if first <= day <= through)
    return Outlook(Money(total, currency), (through - first).days + 1)
