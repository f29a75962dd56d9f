"""The minutes of dialing out from meetings that Audio Conferencing licences hold, and when they end. No I/O here.

Sources: Microsoft, "Audio Conferencing subscription Dial-Out minutes benefit" (60 minutes a month for each assigned
licence, pooled over the organization, to Zone A only) and "Audio Conferencing Zone A countries and regions".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.budget import month_days

MINUTES_A_LICENSE = 60
PACE_DAYS = 28
DIAL_OUT = "conf_out"
ZONE_A = frozenset(
    {
        "AT", "AU", "BE", "BG", "BR", "CA", "CH", "CN", "CZ", "DE", "DK", "EE", "ES", "FI", "FR",
        "GB", "GR", "HK", "HR", "HU", "IE", "IN", "IT", "JP", "KR", "LU", "MX", "MY", "NL", "NO",
        "NZ", "PL", "PR", "PT", "RO", "RU", "SE", "SG", "SI", "SK", "TH", "TW", "US", "ZA",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MinutePool:
    """`used` minutes of this month, as far as usage is known; `ends_on`: the day on which the pool was or will be
    used up at the present pace, None where it lasts the month."""

    licenses: int
    used: int
    first: date
    last: date
    ends_on: date | None = None

    @property
    def minutes(self) -> int:
        return self.licenses * MINUTES_A_LICENSE


def pool_of(licenses: int, seconds: Mapping[date, int], today: date) -> MinutePool:
    """`seconds`: of dialing out to Zone A that the pool paid, by UTC day; each day that is known, at least of the
    last 28 days and of the month of `today`."""
    first, last = month_days(today)
    this_month = {day: spent for day, spent in seconds.items() if first <= day <= today}
    ends_on = _ends_on(licenses * MINUTES_A_LICENSE * 60, seconds, (first, last), today)
    return MinutePool(licenses, -(-sum(this_month.values()) // 60), first, last, ends_on)


def _ends_on(pool: int, seconds: Mapping[date, int], month: tuple[date, date], today: date) -> date | None:
    left = pool
    for day in sorted(day for day in seconds if month[0] <= day <= today):
        left -= seconds[day]
        if left <= 0:
            return day
    known = sorted(day for day in seconds if day <= today)
    recent = [seconds[day] for day in known if known[-1] - day < timedelta(days=PACE_DAYS)] if known else []
    if not sum(recent):
        return None
    from_day = max(known[-1], month[0] - timedelta(days=1))
    ends_on = from_day + timedelta(days=-(-left * len(recent) // sum(recent)))
    return ends_on if ends_on <= month[1] else None
