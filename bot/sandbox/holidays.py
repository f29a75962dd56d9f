"""National holidays of Spain, Mexico and the United States, for any year. No I/O here."""

from datetime import date, timedelta

_FIXED = {
    "ES": ((1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)),
    "MX": ((1, 1), (5, 1), (9, 16), (12, 25)),
    "US": ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)),
}
# (month, weekday with Monday 0, which one; -1 is the last of the month)
_FLOATING = {
    "ES": (),
    "MX": ((2, 0, 1), (3, 0, 3), (11, 0, 3)),
    "US": ((1, 0, 3), (2, 0, 3), (5, 0, -1), (9, 0, 1), (10, 0, 2), (11, 3, 4)),
}


def is_holiday(country: str, day: date) -> bool:
    """Whether offices of the country (ES, MX or US) are closed all over it; weekends are no holidays here."""
    if (day.month, day.day) in _FIXED[country]:
        return True
    if country == "ES" and day == _easter(day.year) - timedelta(days=2):
        return True
    return any(_falls_on(rule, day) for rule in _FLOATING[country])


def _falls_on(rule: tuple[int, int, int], day: date) -> bool:
    month, weekday, which = rule
    if (day.month, day.weekday()) != (month, weekday):
        return False
    if which == -1:
        return (day + timedelta(days=7)).month != month
    return (day.day - 1) // 7 + 1 == which


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Gauss's rule as corrected by Meeus, for 1900 to 2099)."""
    moon = (19 * (year % 19) + 24) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    offset = moon + sunday
    if (moon == 29 and sunday == 6) or (moon == 28 and sunday == 6 and year % 19 > 10):
        offset -= 7
    return date(year, 3, 22) + timedelta(days=offset)
