"""A typed line as words to compare: without case, accents and punctuation, and with where each stood. No I/O here."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST_TEXT = 2_000  # characters; what is longer is a letter, and no part of it is taken for the whole
_TOKEN = re.compile(
    r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"  # an address
    r"|[^\W\d_]\.(?= ?[^\W\d_])"  # an initial: "J. García"
    r"|[-−+]?[.,]?\d[^\s;:!?¿¡()\"]*"  # a figure with all that hangs on it
    r"|[^\W\d_]{0,2}[€$£¥₩₹]"  # the sign of a currency: "US$"
    r"|[^\W_]+(?:[-'’·][^\W\d_]+)*"  # a word: "O'Brien", "Jean-Luc"
    r"|&"
)
_CLAUSE_END = re.compile(r"[.,;:!?¿¡\n]")
_INSIDE_WORD = str.maketrans("", "", "-'’·")


@dataclass(frozen=True, slots=True)
class Token:
    """`word` is folded for comparison; `start` and `end` are its place in the text; `clause` counts punctuation."""

    word: str
    start: int
    end: int
    clause: int

    @property
    def is_figure(self) -> bool:
        return "@" not in self.word and any(character.isdigit() for character in self.word)


def clean(text: str) -> str:
    """At most LONGEST_TEXT characters, no control or invisible ones, single spaces."""
    visible = "".join(c if c.isprintable() else " " for c in text[:LONGEST_TEXT])
    return " ".join(visible.split())


def visible(text: str) -> str:
    """The same without control signs, invisible ones and those that turn the writing direction: they hide what a text
    says. Line breaks stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else " " if c.isspace() else "" for c in text)


def tokens_of(text: str) -> tuple[Token, ...]:
    """The words of a cleaned text."""
    found: list[Token] = []
    clause, before = 0, 0
    for match in _TOKEN.finditer(text):
        clause += bool(_CLAUSE_END.search(text, before, match.start()))
        before = match.end()
        found.append(Token(fold(match[0]), match.start(), match.end(), clause))
    return tuple(found)


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """`Configuración` -> `configuracion`, `don't` -> `dont`, `set-up` -> `setup`; figures stay as they are."""
    if any(character.isdigit() for character in word):
        return word.casefold()
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_INSIDE_WORD)
