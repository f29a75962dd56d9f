"""To whom, and until which day, somebody hands something on: "to Luis until Friday", "en Luis hasta el viernes".

No clock here: today is given. What is meant lies ahead; what can be read in two ways is refused, never guessed.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from bot.commands.moments import NO_DAY, UNSURE, date_in
from bot.commands.tokens import Token, clean, fold, tokens_of
from bot.domain.errors import Refusal
from bot.locale.catalogue import LANGUAGES, catalogue
from bot.locale.reader import PLAIN_LOCALE, known_locale

HANDS_ON = "deleg"  # how every word for it begins, in both languages
MOST = 400  # days, weeks or months ahead: more is a slip of the keyboard


@dataclass(frozen=True, slots=True)
class HandedOn:
    """`name` as it was typed, '' for nobody; `until` None: no day is told."""

    name: str = ""
    until: date | None = None


def is_stop(text: str) -> bool:
    """`stop delegating`, `deja de delegar`, `delegate to nobody`."""
    tokens = tokens_of(clean(text))
    stops = any(token.word in _words("stop") for token in tokens[:2])
    return stops or any(token.word in _words("nobody") for token in tokens[:3])


def handed_on(text: str, today: date) -> HandedOn:
    """Raises Refusal: day_ambiguous, day_unknown, delegation_over."""
    tokens = tokens_of(clean(text))
    return HandedOn(name_in(text), _day(tokens[_end_of_name(tokens) :], today))


def name_in(text: str) -> str:
    """As it was typed, whatever is said of the day."""
    text = clean(text)
    tokens = tokens_of(text)
    return _name(text, tokens[: _end_of_name(tokens)])


def _end_of_name(tokens: tuple[Token, ...]) -> int:
    return next((place for place, token in enumerate(tokens) if _opens_a_time(tokens, place, token)), len(tokens))


def _opens_a_time(tokens: tuple[Token, ...], place: int, token: Token) -> bool:
    """`until …`; `for 3 days`, while `for Luis` is no time."""
    if token.word in _words("until"):
        return True
    follows = tokens[place + 1 : place + 2]
    return token.word in _words("lasting") and bool(follows) and follows[0].word.isdecimal()


def _name(text: str, tokens: tuple[Token, ...]) -> str:
    """What stands behind the first "to" of somebody who delegates."""
    if not any(token.word.startswith(HANDS_ON) for token in tokens):
        return ""
    to = next((place for place, token in enumerate(tokens) if token.word in _words("to")), len(tokens))
    name = tokens[to + 1 :]
    return text[name[0].start : name[-1].end] if name else ""


def _day(tokens: tuple[Token, ...], today: date) -> date | None:
    if not tokens:
        return None
    code, _ = date_in(tokens)
    if code:
        return _ahead(code, today)
    for token in tokens:
        if token.word in _weekdays():
            return today + timedelta((_weekdays()[token.word] - today.weekday() - 1) % 7 + 1)
        if token.word in _words("tomorrow"):
            return today + timedelta(1)
        if token.word in _words("yesterday"):
            raise Refusal("delegation_over")
        if token.word.isdecimal() and 0 < int(token.word[:4]) <= MOST:
            return _after(int(token.word[:4]), tokens, today)
    if any(token.word in _words("months") for token in tokens):  # "the end of the month"
        return today.replace(day=calendar.monthrange(today.year, today.month)[1])
    raise Refusal("day_unknown", text=" ".join(token.word for token in tokens[1:6]))


def _after(count: int, tokens: tuple[Token, ...], today: date) -> date:
    said = {token.word for token in tokens}
    days = 7 if said & _words("weeks") else 30 if said & _words("months") else 1
    return today + timedelta(min(count * days, MOST))


def _ahead(code: str, today: date) -> date:
    """A day without a year is the next one."""
    if code.startswith(UNSURE):
        raise Refusal("day_ambiguous", text=code[1:])
    if code.startswith(NO_DAY):
        raise Refusal("day_unknown", text=code[1:])
    years = range(today.year, today.year + 9) if code.startswith("--") else (0,)
    for year in years:
        try:
            day = date.fromisoformat(f"{year}-{code[2:]}" if year else code)
        except ValueError:
            continue
        if day >= today:
            return day
        if not year:
            raise Refusal("delegation_over")
    raise Refusal("day_unknown", text=code)


@lru_cache(maxsize=1)
def _weekdays() -> dict[str, int]:
    """Folded names of the days of the week in both languages, long and short, as Babel has them."""
    names: dict[str, int] = {}
    for language in LANGUAGES:
        locale = known_locale(PLAIN_LOCALE[language])
        for width in ("wide", "abbreviated"):
            forms = locale.days["format"][width] if locale else {}
            names |= {fold(name.rstrip(".")): number for number, name in forms.items()}
    return names


@lru_cache(maxsize=16)
def _words(name: str) -> frozenset[str]:
    texts = (catalogue(language).gettext(f"understand.delegate_{name}.words") for language in LANGUAGES)
    return frozenset(fold(word) for text in texts for word in text.split("|"))
