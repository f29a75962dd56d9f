"""Which month a person means by "october", "octubre de 2025", "mes pasado" or `2026-10`. No clock here: today is
given."""

import re
from datetime import date

from bot.commands.lexicon import PERIODS, Lexicon
from bot.commands.periods import MONTHS, days_of_period, period_in
from bot.commands.tokens import Token
from bot.domain.errors import Refusal
from bot.domain.month_end import Month

_ISO = re.compile(r"(20\d\d)-(\d\d?)")
_SLASHED = re.compile(r"(\d\d?)/(20\d\d)")
_YEAR = re.compile(r"20\d\d")


def month_in(tokens: tuple[Token, ...], lexicon: Lexicon) -> str:
    """`2026-10` for a month whose year is told (and `2026-13` for one that is none, so that it can be refused), else
    the code of a period; '' for none."""
    for token in tokens:
        if found := _ISO.fullmatch(token.word):
            return _code(found[1], int(found[2]))
        if found := _SLASHED.fullmatch(token.word):
            return _code(found[2], int(found[1]))
    period = period_in(tokens, lexicon)
    year = next((token.word for token in tokens if _YEAR.fullmatch(token.word)), "")
    return _code(year, MONTHS.index(period) + 1) if year and period in MONTHS else period


def month_of(code: str, today: date, default: Month) -> Month:
    """`default` where none is named, and where a period is no month. Raises Refusal("month_malformed")."""
    if code not in PERIODS and code not in MONTHS:
        return Month.parse(code) if code else default
    first, last = days_of_period(code, today)
    return Month.of(first) if Month.of(first) == Month.of(last) else default


def days_of(code: str, today: date) -> tuple[date, date]:
    """First and last day, both included and none after `today`, of a code that `month_in` gave. Raises ValueError for
    another code; Refusal: month_malformed, month_to_come."""
    if not _ISO.fullmatch(code):
        return days_of_period(code, today)
    month = Month.parse(code)
    if month.first > today:
        raise Refusal("month_to_come", month=code)
    return month.first, min(month.last, today)


def _code(year: str, month: int) -> str:
    return f"{year}-{month:02}"
