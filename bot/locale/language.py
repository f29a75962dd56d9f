"""Which language somebody writes in, and which one they get. Made for chat lines of a few words."""

import re
from functools import lru_cache
from itertools import chain

from bot.locale.catalogue import LANGUAGES, catalogue, keys
from bot.locale.reader import known_locale

LOOKED_AT = 400  # characters
SURE = 2  # how far one language must be ahead

_TOKEN = re.compile(r"[^\W\d_]+")
_ACCENT = re.compile("[áéíóúüñ]")
_SPANISH_SIGN = re.compile("[¿¡]")


def language_of(text: str) -> str | None:
    """`en` or `es`; None for what both could be ("500", "ok", a name)."""
    if not text:
        return None
    looked_at = text[:LOOKED_AT].casefold()
    words = _TOKEN.findall(looked_at)
    spanish = _weight(words, "es") + 3 * bool(_SPANISH_SIGN.search(looked_at)) + bool(_ACCENT.search(looked_at))
    lead = spanish - _weight(words, "en")
    if abs(lead) < SURE:
        return None
    return "es" if lead > 0 else "en"


def choose_language(
    text: str, last_used: str | None, preferred_language: str | None, client_locale: str, tenant_locale: str
) -> str:
    """What the person writes now, else wrote last, else the directory's preferred language, the client's, the
    tenant's; else `en`. The last three are BCP 47 or Babel names, '' or None if not known."""
    told = language_of(text) or last_used
    if told in LANGUAGES:
        return told
    for name in (preferred_language, client_locale, tenant_locale):
        locale = known_locale(name or "")
        if locale is not None and locale.language in LANGUAGES:
            return str(locale.language)
    return "en"


def _weight(words: list[str], language: str) -> int:
    return sum(2 for word in words if word in _telling(language))


@lru_cache(maxsize=len(LANGUAGES))
def _telling(language: str) -> frozenset[str]:
    """The words that only this language has, of its frequent ones and of the commands' synonyms."""
    return _listed(language) - _listed("en" if language == "es" else "es")


def _listed(language: str) -> frozenset[str]:
    """The single words of the catalogue's lists (`language.words`, `command.balance.words`, …). A phrase tells
    nothing by its parts: "hi saldo" does not make "saldo" English."""
    texts = catalogue(language)
    frequent = texts.gettext("language.words").split()
    lists = [texts.gettext(key).split("|") for key in keys(language) if key.endswith(".words")]
    return frozenset(word.casefold() for word in chain(frequent, *lists))
