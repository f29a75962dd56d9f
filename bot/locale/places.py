"""Countries by their names in English and Spanish, as Babel has them, and as call records tell them. No I/O here.

Call records say `Mexico`, `Spain Mobile` or `Korea, Republic of`: what they begin with is the country.
"""

import re
import unicodedata
from functools import lru_cache

from babel import Locale

LANGUAGES = ("en", "es")
LONGEST = 6  # words of a country's name, articles and all

_COUNTRY = re.compile(r"[A-Z]{2}")
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset({"the", "el", "la", "los", "las"})
# What people and call records say and Babel does not.
_ALSO = {
    "usa": "US", "us": "US", "u s": "US", "united states of america": "US", "america": "US", "eeuu": "US",
    "ee uu": "US", "estados unidos de america": "US", "uk": "GB", "great britain": "GB", "gran bretana": "GB",
    "england": "GB", "inglaterra": "GB", "scotland": "GB", "escocia": "GB", "wales": "GB", "gales": "GB",
    "holland": "NL", "holanda": "NL", "czech republic": "CZ", "republica checa": "CZ", "slovak republic": "SK",
    "republica eslovaca": "SK", "russian federation": "RU", "federacion rusa": "RU", "korea": "KR",
    "korea republic of": "KR", "republic of korea": "KR", "corea": "KR", "hong kong": "HK", "macau": "MO",
    "macao": "MO", "viet nam": "VN", "uae": "AE", "emiratos arabes": "AE", "turkey": "TR", "burma": "MM",
    "macedonia": "MK", "ivory coast": "CI", "swaziland": "SZ", "cape verde": "CV", "palestine": "PS",
    "palestina": "PS", "vatican": "VA", "vaticano": "VA", "iran islamic republic of": "IR",
    "moldova republic of": "MD",
    "venezuela bolivarian republic of": "VE", "bolivia plurinational state of": "BO", "congo": "CG",
    "tanzania united republic of": "TZ", "taiwan province of china": "TW", "brunei darussalam": "BN",
    "lao people s democratic republic": "LA", "syrian arab republic": "SY",
}  # fmt: skip


@lru_cache(maxsize=4096)
def place_of(told: str) -> str:
    """The country's code (ISO 3166) of what a call record or a person names; '' where none is known by it."""
    if _COUNTRY.fullmatch(told) and told in _names("en"):
        return told
    words = [word for word in _words(told) if word not in _ARTICLES][:LONGEST]
    for length in range(len(words), 0, -1):
        code = _codes().get(" ".join(words[:length]))
        if code is not None:
            return code
    return ""


def place_in(text: str) -> str:
    """The code of the first country that is named in a sentence; '' for none."""
    words = _words(text)
    for start in range(len(words)):
        for length in range(min(LONGEST, len(words) - start), 0, -1):
            code = _codes().get(" ".join(words[start : start + length]))
            if code is not None and not _too_short(words[start : start + length]):
                return code
    return ""


def place_name(code: str, locale: str) -> str:
    """`México` for `MX` in `es_ES`; the code itself for one that is no country's."""
    return _names(locale).get(code, code)


def told_name(told: str, locale: str) -> str:
    """The country of what a call record tells, in the reader's language; as it was told where none is known by it."""
    code = place_of(told)
    return place_name(code, locale) if code else told


def _too_short(words: tuple[str, ...]) -> bool:
    """In a sentence "us" is we, and "no" is no Norway."""
    return len("".join(words)) < 3 and words != ("uk",)


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFKD", text[:2_000].casefold())
    return tuple(_WORD.findall("".join(c for c in plain if not unicodedata.combining(c))))


@lru_cache(maxsize=64)
def _names(locale: str) -> dict[str, str]:
    territories = Locale.parse(locale).territories
    return {
        code: name for code, name in territories.items() if _COUNTRY.fullmatch(code) and code not in _NO_COUNTRIES
    }


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    """Names in both languages without accents and articles, to their codes."""
    found = dict(_ALSO)
    for language in LANGUAGES:
        for code, name in _names(language).items():
            for form in (name, name.replace("&", "and"), re.sub(r"\s*\(.*\)", "", name)):
                words = [word for word in _words(form) if word not in _ARTICLES]
                found.setdefault(" ".join(words), code)
    return found
