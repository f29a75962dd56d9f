"""The words that mean a command, in both languages, as the catalogues `commands.po` list them. No I/O of its own.

A phrase means a command when it is all that is typed or stands first; a sentence when its words
occur in order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.commands.tokens import Token, fold, tokens_of
from bot.locale.catalogue import LANGUAGES, catalogue

SMALLTALK = ("greeting", "thanks", "yes", "no")
PERIODS = (
    "today",
    "yesterday",
    "this_week",
    "last_week",
    "this_month",
    "last_month",
    "this_year",
    "last_year",
    "last_7_days",
    "last_30_days",
    "last_90_days",
    "last_365_days",
)
GROUPINGS = ("person", "department", "country", "type", "month")
_LISTS = (
    "polite",
    "negation",
    "furniture",
    "separator",
    "before_name",
    "self",
    "role",
    "first_person",
    "giving",
    "name_particle",
    "month_before",
    "reason",
    "purpose",
)
Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase stands for; `language` is None where both languages have it."""

    name: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Words that occur in this order with anything between them. Each is a set of alternatives and of stems."""

    meaning: Meaning
    words: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    weight: int  # its words; a figure counts twice, for who names a sum wants more than to look; 0: a mere mention
    letters: int  # of two equal weights the longer words say more


@dataclass(frozen=True, slots=True)
class Lexicon:
    phrases: Mapping[Phrase, Meaning]  # commands
    smalltalk: Mapping[Phrase, Meaning]
    patterns: tuple[Pattern, ...]
    periods: Mapping[Phrase, str]
    groupings: Mapping[Phrase, str]  # "by department"
    lists: Mapping[str, frozenset[Phrase]]
    courtesies: frozenset[Phrase]  # what may stand before a command
    names: Mapping[str, str]  # single words for a command, to suggest the nearest
    vocabulary: tuple[str, ...]  # what a typing mistake may have meant
    known: frozenset[str]  # words that are no typing mistake

    def has(self, name: str, word: str) -> bool:
        return (word,) in self.lists[name]


@lru_cache(maxsize=8)
def lexicon_of(commands: tuple[str, ...]) -> Lexicon:
    """The words of these commands. A command without `command.<name>.words` and `.sentences` raises KeyError."""
    phrases = _meanings(commands, "command.{}.words")
    smalltalk = _meanings(SMALLTALK, "smalltalk.{}.words")
    patterns = (*_patterns(commands), *_mentions(phrases))
    lists = {name: frozenset(_phrases_of(f"understand.{name}.words")) for name in _LISTS}
    vocabulary = frozenset(word for phrase in phrases for word in phrase).union(
        *(full.union(stems) for pattern in patterns for full, stems in pattern.words)
    )
    groupings = {phrase: by for by in GROUPINGS for phrase in _phrases_of(f"understand.by_{by}.words")}
    known = vocabulary.union(*lists["furniture"], *smalltalk, *groupings, *_phrases_of("language.words"))
    kind = ("greeting", "thanks", "yes")
    return Lexicon(
        phrases=phrases,
        smalltalk=smalltalk,
        patterns=patterns,
        periods={phrase: period for period in PERIODS for phrase in _phrases_of(f"period.{period}.words")},
        groupings=groupings,
        lists=lists,
        vocabulary=tuple(sorted(word for word in vocabulary if len(word) > SHORT_WORD)),
        known=known,
        courtesies=lists["polite"].union(phrase for phrase, meaning in smalltalk.items() if meaning.name in kind),
        names={phrase[0]: meaning.name for phrase, meaning in phrases.items() if len(phrase) == 1},
    )


LONGEST_PHRASE = 5
SHORT_WORD = 3  # so short a word is too near to too many others to be a typing mistake of one


def _meanings(names: Iterable[str], key: str) -> dict[Phrase, Meaning]:
    found: dict[Phrase, Meaning] = {}
    for name in names:
        for language in LANGUAGES:
            for phrase in _listed(language, key.format(name)):
                both = phrase in found and found[phrase].language != language
                found[phrase] = Meaning(name, None if both else language)
    return found


def _patterns(commands: Iterable[str]) -> Iterable[Pattern]:
    for name in commands:
        for language in LANGUAGES:
            for text in catalogue(language).gettext(f"command.{name}.sentences").split("|"):
                yield _pattern(Meaning(name, language), text)


def _mentions(phrases: Mapping[Phrase, Meaning]) -> Iterable[Pattern]:
    """A command's own word anywhere in a line, for want of anything better."""
    for phrase, meaning in phrases.items():
        if len(phrase) == 1 and len(phrase[0]) > SHORT_WORD:
            yield Pattern(meaning, ((frozenset(phrase), ()),), 0, len(phrase[0]))


def _pattern(meaning: Meaning, text: str) -> Pattern:
    words = []
    for written in text.split():
        forms = [fold(form) for form in written.split("/")]
        full = frozenset(form for form in forms if not form.endswith("*"))
        words.append((full, tuple(form[:-1] for form in forms if form.endswith("*"))))
    letters = sum(max(len(form) for form in (*full, *stems)) for full, stems in words)
    weight = len(words) + sum("#" in full for full, _ in words)
    return Pattern(meaning, tuple(words), weight, letters)


def match_pattern(pattern: Pattern, tokens: tuple[Token, ...]) -> int | None:
    """The place of the first word of `pattern` in `tokens`; None where they do not all follow each other."""
    first, place = None, 0
    for full, stems in pattern.words:
        while place < len(tokens) and not _fits(tokens[place], full, stems):
            place += 1
        if place == len(tokens):
            return None
        first = place if first is None else first
        place += 1
    return first


def _fits(token: Token, full: frozenset[str], stems: tuple[str, ...]) -> bool:
    return token.word in full or token.word.startswith(stems or ("\0",)) or ("#" in full and token.is_figure)


def _phrases_of(key: str) -> list[Phrase]:
    return [phrase for language in LANGUAGES for phrase in _listed(language, key)]


def _listed(language: str, key: str) -> list[Phrase]:
    text: str = catalogue(language).gettext(key)
    separator = "|" if "|" in text else None
    return [tuple(token.word for token in tokens_of(phrase)) for phrase in text.split(separator)]
