"""What a sentence wishes: how many people call where, for how long, how often. No I/O here."""

import re
from functools import lru_cache

from bot.commands.tokens import Token, clean, tokens_of
from bot.domain.what_if import Every, Wish
from bot.locale.catalogue import LANGUAGES, catalogue
from bot.locale.places import place_in

REACH = 3  # words after a number in which its unit stands: "20 of our people"
MOST_PEOPLE = 1_000_000
MOST_MINUTES = 44_640  # of a month
_NUMBER = re.compile(r"(\d{1,7})([^\W\d_]*)[.,]?")


def wish_in(text: str) -> Wish | None:
    """`20 people call Mexico 30 minutes a day`; None where no country or no time is told. Nobody counted: one."""
    tokens = tokens_of(clean(text))
    place = place_in(text)
    people = _count(tokens, "people") or 1
    minutes = _count(tokens, "minutes") or 60 * _count(tokens, "hours")
    if not place or not 0 < minutes <= MOST_MINUTES or people > MOST_PEOPLE:
        return None
    return Wish(place, people, minutes, _every(tokens))


def _count(tokens: tuple[Token, ...], unit: str) -> int:
    """The number before the first word for the unit; 0 where there is none."""
    words = _words(unit)
    for place, token in enumerate(tokens):
        number = _NUMBER.fullmatch(token.word)
        if number is None:
            continue
        if number[2] in words or any(other.word in words for other in _unit_after(tokens, place)):
            return int(number[1])
    return 0


def _unit_after(tokens: tuple[Token, ...], place: int) -> tuple[Token, ...]:
    """The words between a number and the next one."""
    after = tokens[place + 1 : place + 1 + REACH]
    end = next((number for number, token in enumerate(after) if token.is_figure), len(after))
    return after[:end]


def _every(tokens: tuple[Token, ...]) -> Every:
    said = {token.word for token in tokens}
    return next((every for every in (Every.WEEK, Every.MONTH) if said & _words(every.value)), Every.DAY)


@lru_cache(maxsize=16)
def _words(unit: str) -> frozenset[str]:
    texts = (catalogue(language).gettext(f"understand.unit_{unit}.words") for language in LANGUAGES)
    return frozenset(token.word for text in texts for token in tokens_of(text.replace("|", " ")))
