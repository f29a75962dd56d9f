"""Which day, and which time of it, a person means by "31 March" or "ayer a las 9:30". No clock here: today is given.

What can be read in two ways is handed on as it was typed, to be asked about and never guessed: 3/4 is two days.
"""

import re
from datetime import date

from bot.commands.lexicon import Lexicon
from bot.commands.months import days_of, month_in
from bot.commands.periods import month_names
from bot.commands.tokens import Token
from bot.domain.errors import Refusal

JOINTS = frozenset({"de", "del", "of"})
BEFORE_A_DAY = frozenset({"on", "el", "del", "al", "the", "dia", "until", "till", "hasta"})
UNSURE = "?"  # before what was typed, where it can be read in two ways
NO_DAY = "!"  # the same where it is none

_NUMERIC = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?|(\d{1,2})[.-](\d{1,2})[.-](\d{4})")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_YEAR = re.compile(r"20\d\d")
_DAY = re.compile(r"([12]\d|3[01]|0?[1-9])(?:st|nd|rd|th|º|o)?")
_SHORT_FIGURE = re.compile(r"\d{1,2}")
_TIME = re.compile(
    r"(?<![\d.,:/])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\d:]) ?(?P<half>[ap]\.? ?m\b\.?)?"
    r"|(?<![\d.,:/])(?P<alone>1[0-2]|0?[1-9]) ?(?P<part>[ap]\.? ?m\b\.?)",
    re.IGNORECASE,
)


def date_in(tokens: tuple[Token, ...]) -> tuple[str, frozenset[int]]:
    """The first calendar day that is named, and the places of its words: `2026-03-31`, `--03-31` where the year is
    not told, `?3/4` where it can be read in two ways, `!0/3` and `!40/11` where it is no day; '' for none."""
    for reads in (_day_at, _no_day_at):
        for place in range(len(tokens)):
            if found := reads(tokens, place):
                code, length = found
                return code, frozenset(range(place, place + length))
    return "", frozenset()


def day_in(tokens: tuple[Token, ...], lexicon: Lexicon) -> str:
    """A calendar day as `date_in` tells it, else a code of `month_in`, whose last day is meant; '' for none."""
    return date_in(tokens)[0] or month_in(tokens, lexicon)


def day_of(code: str, today: date) -> date:
    """The day of a code that `day_in` gave; without a year the latest that has come. Raises Refusal: day_ambiguous,
    day_unknown, month_malformed, month_to_come."""
    if code.startswith(UNSURE):
        raise Refusal("day_ambiguous", text=code[1:])
    if code.startswith(NO_DAY):
        raise Refusal("day_unknown", text=code[1:])
    if not code.startswith("--"):
        return _exact(code) if _ISO.fullmatch(code) else days_of(code, today)[1]
    for year in range(today.year, today.year - 8, -1):  # a 29 February comes again after eight years at the latest
        day = _date(year, code[2:])
        if day is not None and day <= today:
            return day
    month, day_of_month = code[2:].split("-")
    raise Refusal("day_unknown", text=f"{int(day_of_month)}/{int(month)}")


def time_in(text: str) -> tuple[str, tuple[int, int]]:
    """The first time of day as `09:30`, and where it stands in the text; '' for none."""
    found = _TIME.search(text)
    if found is None:
        return "", (0, 0)
    hour = int(found["hour"] or found["alone"])
    half = (found["half"] or found["part"] or "").casefold()
    if half.startswith("p") and hour < 12:
        hour += 12
    if half.startswith("a") and hour == 12:
        hour = 0
    return f"{hour:02}:{found['minute'] or '00'}", found.span()


def _day_at(tokens: tuple[Token, ...], place: int) -> tuple[str, int] | None:
    return _numeric(tokens[place]) or _worded(tokens, place)


def _numeric(token: Token) -> tuple[str, int] | None:
    word = token.word.rstrip(".,")
    if _ISO.fullmatch(word):
        return word, 1
    parts = _NUMERIC.fullmatch(word)
    if parts is None:
        return None
    first, second, year = (int(parts[place] or parts[place + 3] or 0) for place in (1, 2, 3))
    if not 0 < min(first, second) <= 12:
        return f"{NO_DAY}{word}", 1
    if first != second and max(first, second) <= 12:
        return f"{UNSURE}{word}", 1
    day, month = (first, second) if first > 12 else (second, first)
    return _code(day, month, str(year + 2_000 if 0 < year < 100 else year or "")), 1


def _worded(tokens: tuple[Token, ...], place: int) -> tuple[str, int] | None:
    """`31 March 2026`, `31 de marzo de 2026`, `March 31st`."""
    after = [other for other in range(place + 1, len(tokens)) if tokens[other].word not in JOINTS]
    day = _DAY.fullmatch(tokens[place].word.rstrip(".,"))
    names = month_names("wide", "abbreviated")
    month = names.get(tokens[place].word)
    if after and day and tokens[after[0]].word in names:
        number, of = int(day[1]), names[tokens[after[0]].word]
    elif after and month and (day := _DAY.fullmatch(tokens[after[0]].word.rstrip(".,"))):
        number, of = int(day[1]), month
    else:
        return None
    year = tokens[after[1]].word.rstrip(".,") if len(after) > 1 else ""
    end = after[1] if _YEAR.fullmatch(year) else after[0]
    return _code(number, of, year if _YEAR.fullmatch(year) else ""), end - place + 1


def _no_day_at(tokens: tuple[Token, ...], place: int) -> tuple[str, int] | None:
    """`on 40 Nov`, `el 0 de noviembre`, `on Nov 32`: meant as a day, and none."""
    if not place or tokens[place - 1].word not in BEFORE_A_DAY:
        return None
    names = month_names("wide", "abbreviated")
    said = [other for other in range(place, len(tokens)) if tokens[other].word not in JOINTS][:2]
    words = [tokens[other].word.rstrip(".,") for other in said]
    month = next((names[word] for word in words if word in names), None)
    day = next((word for word in words if _SHORT_FIGURE.fullmatch(word)), None)
    return (f"{NO_DAY}{day}/{month}", said[-1] - place + 1) if day and month else None


def _code(day: int, month: int, year: str) -> str:
    return f"{year or '-'}-{month:02}-{day:02}"


def _exact(code: str) -> date:
    try:
        return date.fromisoformat(code)
    except ValueError:
        raise Refusal("day_unknown", text=code) from None


def _date(year: int, month_and_day: str) -> date | None:
    try:
        return date.fromisoformat(f"{year}-{month_and_day}")
    except ValueError:
        return None
