"""Which month a person means by "october", "mes pasado" or `2026-10`. No clock here: today is given."""

import re
from datetime import date

from bot.commands.lexicon import Lexicon
from bot.commands.periods import MONTHS, days_of_period, period_in
from bot.commands.tokens import Token
from bot.domain.month_end import OLDEST_YEAR, Month

_ISO = re.compile(r"(20\d\d)-(0?[1-9]|1[0-2])")
_SLASHED = re.compile(r"(0?[1-9]|1[0-2])/(20\d\d)")
_YEAR = re.compile(r"20\d\d")


def month_in(tokens: tuple[Token, ...], lexicon: Lexicon) -> str:
    """A code for `month_of`: `2026-10`, or that of a period with a year behind it where one is named; '' for none."""
    for token in tokens:
        if found := _ISO.fullmatch(token.word):
            return f"{found[1]}-{int(found[2]):02}"
        if found := _SLASHED.fullmatch(token.word):
            return f"{found[2]}-{int(found[1]):02}"
    period = period_in(tokens, lexicon)
    year = next((token.word for token in tokens if _YEAR.fullmatch(token.word)), "")
    return f"{period} {year}".strip() if period in MONTHS else period


def month_of(code: str, today: date, default: Month) -> Month:
    """`default` where none is named, and where a period is no month. Raises Refusal("month_malformed")."""
    period, _, year = code.partition(" ")
    if not period:
        return default
    if year:
        return Month(max(int(year), OLDEST_YEAR), MONTHS.index(period) + 1)
    try:
        first, last = days_of_period(period, today)
    except ValueError:
        return Month.parse(code)
    return Month.of(first) if Month.of(first) == Month.of(last) else default
