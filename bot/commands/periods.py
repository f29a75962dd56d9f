"""Which days a person means by "last month" or "en octubre". No clock here: today is given."""

import calendar
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from bot.commands.lexicon import PERIODS, Lexicon
from bot.commands.tokens import Token, fold
from bot.locale.catalogue import LANGUAGES
from bot.locale.reader import PLAIN_LOCALE, known_locale

MONTHS = tuple(f"month_{number:02}" for number in range(1, 13))


def period_in(tokens: tuple[Token, ...], lexicon: Lexicon) -> str:
    """The code of the first period that is named: one of `PERIODS` or `month_10`; '' for none."""
    words = [token.word for token in tokens]
    for start in range(len(words)):
        for length in (3, 2, 1):
            period = lexicon.periods.get(tuple(words[start : start + length]))
            if period is not None:
                return period
        month = month_names("wide").get(words[start])  # short ones are words, too: a month ago
        if month is not None and start and lexicon.has("month_before", words[start - 1]):
            return MONTHS[month - 1]
    return ""


def days_of_period(period: str, today: date) -> tuple[date, date]:
    """First and last day, both included and none after `today`, of a code that `period_in` gave.

    A named month is the latest one that has begun. Raises ValueError for another code.
    """
    if period not in PERIODS and period not in MONTHS:
        raise ValueError(f"no such period: {period!r}")
    match period.split("_"):
        case ["month", number]:
            return _latest_month(int(number), today)
        case ["this", unit]:
            return _first_day(unit, today), today
        case ["last", count, "days"]:
            return today - timedelta(int(count) - 1), today
        case ["last", unit]:
            last = _first_day(unit, today) - timedelta(1)
            return _first_day(unit, last), last
        case _:
            only = today if period == "today" else today - timedelta(1)
            return only, only


def _first_day(unit: str, day: date) -> date:
    match unit:
        case "week":
            return day - timedelta(day.weekday())
        case "month":
            return day.replace(day=1)
        case _:
            return day.replace(month=1, day=1)


def _latest_month(month: int, today: date) -> tuple[date, date]:
    year = today.year if month <= today.month else today.year - 1
    last = date(year, month, calendar.monthrange(year, month)[1])
    return date(year, month, 1), min(last, today)


@lru_cache(maxsize=2)
def month_names(*widths: Literal["wide", "abbreviated"]) -> dict[str, int]:
    """Folded names of months in both languages, as Babel has them; and `setiembre`, which Peru and Uruguay write."""
    names = {"setiembre": 9}
    for language in LANGUAGES:
        locale = known_locale(PLAIN_LOCALE[language])
        for width in widths:
            forms = locale.months["format"][width] if locale else {}
            names |= {fold(name.rstrip(".")): number for number, name in forms.items()}
    return names
