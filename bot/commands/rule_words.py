"""What a typed line about rules wants: `target 500 below 200`, `objetivo 500`, `try`, `remove 2`. No I/O here."""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from bot.commands.arguments import amount_text
from bot.commands.tokens import Token, clean, tokens_of
from bot.domain.rules import RuleKind
from bot.locale.catalogue import LANGUAGES, catalogue

TRY, REMOVE = "try", "remove"
MAIN = "main"  # the first figure: what the kind of rule is about


@dataclass(frozen=True, slots=True)
class RuleWish:
    """`kind` None: the list, or (`does`) a trial of those that are kept, or one to remove; with a kind a trial is of
    that one. `figures` as they were typed, by what they are: MAIN, `below`, `cap`."""

    kind: RuleKind | None = None
    does: str = ""
    figures: dict[str, str] = field(default_factory=dict)


def rule_wish(text: str) -> RuleWish:
    tokens = tokens_of(cleaned := clean(text))
    does = next((name for name in (TRY, REMOVE) if _place(tokens, name) is not None), "")
    kinds = [(place, kind) for kind in RuleKind if (place := _place(tokens, kind.value)) is not None]
    kind = None if does == REMOVE else min(kinds, default=(0, None), key=_says_most)[1]
    return RuleWish(kind, does, _figures(cleaned, tokens))


def _says_most(found: tuple[int, RuleKind]) -> tuple[bool, int]:
    """The first word, but of "14 days before expiry" the later one: days belong to both."""
    place, kind = found
    return kind is RuleKind.RUNWAY, place


def _figures(text: str, tokens: tuple[Token, ...]) -> dict[str, str]:
    """The figure after each word that says what it is; the first of the others is MAIN."""
    marks = sorted((place, name) for name in ("below", "cap") if (place := _place(tokens, name)) is not None)
    first = marks[0][0] if marks else len(tokens)
    found = {MAIN: amount_text(text, tokens[:first])}
    for (place, name), (end, _) in pairwise([*marks, (len(tokens), "")]):
        found[name] = amount_text(text, tokens[place + 1 : end])
    return {name: figure for name, figure in found.items() if figure}


def _place(tokens: tuple[Token, ...], name: str) -> int | None:
    words = _words(name)
    return next((place for place, token in enumerate(tokens) if token.word in words), None)


@lru_cache(maxsize=16)
def _words(name: str) -> frozenset[str]:
    texts = (catalogue(language).gettext(f"understand.rule_{name}.words") for language in LANGUAGES)
    return frozenset(token.word for text in texts for token in tokens_of(text.replace("|", " ")))
