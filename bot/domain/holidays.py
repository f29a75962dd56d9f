"""National holidays, for any year from 1900 to 2099: when offices of a country are closed all over it. No I/O here.

Regional ones are not here, nor days that are moved because they fall on a weekend: what calls cost on the holidays
that are here tells how quiet such a day is.
"""

from datetime import date, timedelta
from functools import lru_cache

_FIXED = {
    "DE": ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)),
    "ES": ((1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)),
    "FR": ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)),
    "GB": ((1, 1), (12, 25), (12, 26)),
    "IT": ((1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)),
    "MX": ((1, 1), (5, 1), (9, 16), (12, 25)),
    "PT": ((1, 1), (4, 25), (5, 1), (6, 10), (8, 15), (10, 5), (11, 1), (12, 1), (12, 8), (12, 25)),
    "US": ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)),
}
# (month, weekday with Monday 0, which one; -1 is the last of the month)
_FLOATING: dict[str, tuple[tuple[int, int, int], ...]] = {
    "GB": ((5, 0, 1), (5, 0, -1), (8, 0, -1)),
    "MX": ((2, 0, 1), (3, 0, 3), (11, 0, 3)),
    "US": ((1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4)),
}
_FROM_EASTER = {  # days after Easter Sunday
    "DE": (-2, 1, 39, 50),
    "ES": (-2,),
    "FR": (1, 39, 50),
    "GB": (-2, 1),
    "IT": (1,),
    "PT": (-2, 60),
}
COUNTRIES = tuple(sorted(_FIXED))


@lru_cache(maxsize=16_384)
def is_holiday(country: str, day: date) -> bool:
    """Whether offices of `country` (ISO 3166, one of COUNTRIES) are closed; weekends are no holidays here."""
    if (day.month, day.day) in _FIXED[country]:
        return True
    since_easter = (day - _easter(day.year)).days
    if since_easter in _FROM_EASTER.get(country, ()):
        return True
    return any(_falls_on(rule, day) for rule in _FLOATING.get(country, ()))


def _falls_on(rule: tuple[int, int, int], day: date) -> bool:
    month, weekday, which = rule
    if (day.month, day.weekday()) != (month, weekday):
        return False
    if which == -1:
        return (day + timedelta(days=7)).month != month
    return (day.day - 1) // 7 + 1 == which


@lru_cache(maxsize=256)
def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Gauss's rule as corrected by Meeus, for 1900 to 2099)."""
    moon = (19 * (year % 19) + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    offset = moon + sunday
    if (moon == 29 and sunday == 6) or (moon == 28 and sunday == 6 and year % 19 > 10):
        offset -= 7
    return date(year, 3, 22) + timedelta(days=offset)
