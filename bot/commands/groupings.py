"""By what a person wants to see usage: "quién gasta más", "por departamento". No I/O beyond the catalogues."""

from functools import lru_cache

from bot.commands.tokens import clean, tokens_of
from bot.locale.catalogue import LANGUAGES, catalogue
from cards.usage import By

KEYS = {
    By.PERSON: "grouping.person.words",
    By.DEPARTMENT: "grouping.department.words",
    By.TYPE: "grouping.type.words",
    By.MONTH: "grouping.month.words",
    By.COUNTRY: "grouping.country.words",
}


def grouping_in(text: str) -> By | None:
    """The first that a typed line names, in either language; None for none."""
    said = f" {_words(text)} "
    return next((by for by, phrases in _phrases().items() if any(f" {phrase} " in said for phrase in phrases)), None)


@lru_cache(maxsize=1)
def _phrases() -> dict[By, tuple[str, ...]]:
    return {
        by: tuple(_words(phrase) for language in LANGUAGES for phrase in catalogue(language).gettext(key).split("|"))
        for by, key in KEYS.items()
    }


def _words(text: str) -> str:
    return " ".join(token.word for token in tokens_of(clean(text)))
