"""From a typed line to the command that it means. Bounded for any input; an exact command is a dictionary lookup.

In this order: a phrase that is the whole line, small talk, an amount alone, a phrase that stands first, a sentence;
then the same with typing mistakes mended; then the nearest suggestion. What is understood opens a card and does
nothing yet.
"""

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from bot.commands.arguments import (
    READ_AT,
    amount_text,
    grouping_in,
    months_in,
    people_in,
    purpose_text,
    reading_text,
    request_id_in,
)
from bot.commands.lexicon import LONGEST_PHRASE, SHORT_WORD, Lexicon, Meaning, Pattern, Phrase, match_pattern
from bot.commands.moments import date_in, day_in
from bot.commands.months import month_in
from bot.commands.tokens import LONGEST_TEXT, Token, clean, tokens_of
from bot.domain.amounts import is_currency, parse_amount
from bot.domain.errors import Refusal
from bot.domain.recharge_mail import is_recharge_mail
from bot.locale.language import language_of

MANY_WORDS = 40  # a longer line is no sentence: only its beginning can be a command
NEGATION_REACH = 3  # words between "don't" and the verb that it denies
NEAR_ENOUGH = 72  # of 100: a suggestion farther off would be a guess, so help is suggested
OPENING = "¿¡«“(\"'"
ACTIONS = ("recharge", "assign")  # what a negation can deny; looking does no harm


@dataclass(frozen=True, slots=True)
class Understood:
    """`arguments` by command; '' for none. `language` is None where it could be both.

    recharge, threshold, budget: the amount as typed, for `parse_amount`, of a recharge then "@" with what it is for.
    reconcile, confirmed: the amount, then "@" with the day and time of the reading, or the day of the purchase.
    assign: names joined by ", ", SELF for the writer. usage: a code for `days_of` and one of GROUPINGS. balance: a
    code for `day_of`. report: a code for `month_of`. advice: a number of months. history: how a request's id begins.
    rate, what_if, rules, delegate: the sentence. ask: what was said after it. recharge_mail: the mail.
    """

    command: str
    arguments: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Greeting:
    language: str | None


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Answered with the text `smalltalk.<kind>`; "don't recharge" is `declined`."""

    kind: Literal["thanks", "yes", "no", "declined"]
    language: str | None


@dataclass(frozen=True, slots=True)
class Unsure:
    """`suggestion` is the nearest command, `help` where none is near."""

    suggestion: str
    language: str | None


Understanding = Understood | Greeting | SmallTalk | Unsure


def understand(text: str, lexicon: Lexicon) -> Understanding:
    """What a typed line means. `lexicon` is `lexicon_of` the commands that there are."""
    if is_recharge_mail(text):
        return Understood("recharge_mail", text, None)  # in whose language it is says nothing about who pasted it
    cleaned = clean(text)
    if len(text) > LONGEST_TEXT:
        return Unsure("help", language_of(cleaned))
    line = _Line(cleaned, tokens_of(cleaned), lexicon)
    return line.meaning() or line.mended().meaning() or Unsure(_nearest(line.tokens, lexicon), language_of(cleaned))


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    tokens: tuple[Token, ...]
    lexicon: Lexicon

    def mended(self) -> "_Line":
        return replace(self, tokens=_mended(self.text, self.tokens, self.lexicon))

    def meaning(self) -> Understanding | None:
        whole = _words(self.tokens)
        if whole in self.lexicon.phrases:
            return self._understood(self.lexicon.phrases[whole], ())
        if whole in self.lexicon.smalltalk:
            return self._chat(self.lexicon.smalltalk[whole])
        if _is_amount(self.text):
            return Understood("recharge", self.text, language_of(self.text))
        return self._command(least=1) or self._courtesy() or self._command(least=0)

    def _command(self, least: int) -> Understanding | None:
        """The command that stands first wins where it has something to work on; else the sentence that says more."""
        leading, rest = self._leading()
        if leading is not None and self._arguments(leading.name, rest):
            return self._understood(leading, rest)
        best = self._best_sentence(2 if leading else least)
        if best is None:
            return self._understood(leading, rest) if leading else None
        pattern, place = best
        if pattern.meaning.name in ACTIONS and self._denied(place):
            return SmallTalk("declined", language_of(self.text) or pattern.meaning.language)
        return self._understood(pattern.meaning)

    def _leading(self) -> tuple[Meaning | None, tuple[Token, ...]]:
        tokens = self._without_courtesy()
        length = _leading_length(tokens, self.lexicon.phrases)
        meaning = self.lexicon.phrases.get(_words(tokens[:length]))
        return meaning, tokens[length:]

    def _best_sentence(self, at_least: int) -> tuple[Pattern, int] | None:
        """The weightiest pattern, at least so heavy; of equals the one that begins first."""
        if len(self.tokens) > MANY_WORDS:
            return None
        best: tuple[Pattern, int] | None = None
        for pattern in self.lexicon.patterns:
            if pattern.weight < max(at_least, best[0].weight if best else 0):
                continue
            place = match_pattern(pattern, self.tokens)
            if place is not None and (best is None or _says_more(pattern, place, best)):
                best = pattern, place
        return best

    def _denied(self, place: int) -> bool:
        before = self.tokens[max(place - NEGATION_REACH, 0) : place]
        clause = self.tokens[place].clause
        return any(token.clause == clause and self.lexicon.has("negation", token.word) for token in before)

    def _without_courtesy(self) -> tuple[Token, ...]:
        tokens = self.tokens
        while True:
            length = _leading_length(tokens[:-1], self.lexicon.courtesies)
            if not length:
                return tokens
            tokens = tokens[length:]

    def _courtesy(self) -> Understanding | None:
        """A greeting or thanks with something after it that means nothing here."""
        length = _leading_length(self.tokens, self.lexicon.smalltalk)
        meaning = self.lexicon.smalltalk.get(_words(self.tokens[:length]))
        return self._chat(meaning) if meaning and meaning.name in ("greeting", "thanks") else None

    def _chat(self, meaning: Meaning) -> Understanding:
        language = meaning.language or language_of(self.text)
        match meaning.name:
            case "thanks" | "yes" | "no" as kind:
                return SmallTalk(kind, language)
            case _:
                return Greeting(language)

    def _understood(self, meaning: Meaning, rest: tuple[Token, ...] | None = None) -> Understood:
        arguments = self._arguments(meaning.name, rest)
        return Understood(meaning.name, arguments, language_of(self.text) or meaning.language)

    def _arguments(self, command: str, rest: tuple[Token, ...] | None) -> str:
        match command:
            case "recharge":
                tokens = self.tokens if rest is None else rest
                purpose = purpose_text(self.text, tokens, self.lexicon)
                return f"{self._amount(rest)} {READ_AT}{purpose}" if purpose else self._amount(rest)
            case "threshold" | "budget":
                return self._amount(rest)
            case "assign":
                return ", ".join(people_in(self.text, self.mended().tokens, self.lexicon))
            case "reconcile" | "confirmed":
                return reading_text(self.text, self.tokens if rest is None else rest, self.lexicon)
            case "usage":
                by = grouping_in(self.tokens, self.lexicon)
                return f"{month_in(self.tokens, self.lexicon)} {by}".strip()
            case "balance":
                return date_in(self.tokens)[0] if rest is None else day_in(rest, self.lexicon)
            case "report":
                return month_in(self.tokens, self.lexicon)
            case "advice":
                return months_in(self.tokens)
            case _:
                return self._told(command, rest)

    def _told(self, command: str, rest: tuple[Token, ...] | None) -> str:
        """What was said, in the writer's own words."""
        match command:
            case "history":
                return request_id_in(self.text if rest is None else self._from(rest))
            case "rate" | "what_if" | "rules" | "auto_recharge":
                return self.text if rest is None else self._from(rest)
            case "ask":
                return self._from(rest) if rest else ""
            case "delegate":
                return self.text
            case _:
                return ""

    def _from(self, rest: tuple[Token, ...]) -> str:
        """With the sign that opens a question, or a quotation."""
        start = rest[0].start if rest else len(self.text)
        while start and self.text[start - 1] in OPENING:
            start -= 1
        return self.text[start:]

    def _amount(self, rest: tuple[Token, ...] | None) -> str:
        found = amount_text(self.text, self.tokens if rest is None else rest)
        return found or (self._unreadable_amount(rest) if rest else "")

    def _unreadable_amount(self, rest: tuple[Token, ...]) -> str:
        """`recargar quinientos euros`: not a figure, but what else could it be? `parse_amount` says so."""
        typed = [self.text[token.start : token.end] for token in rest]
        alone = len(rest) == 1 or (len(rest) == 2 and is_currency(typed[1]))
        return " ".join(typed) if alone and rest[0].word not in self.lexicon.known else ""


def _words(tokens: tuple[Token, ...]) -> Phrase:
    return tuple(token.word for token in tokens)


def _leading_length(tokens: tuple[Token, ...], phrases: Container[Phrase]) -> int:
    """How many words the longest of `phrases` has that stands first; 0 for none."""
    words = _words(tokens[:LONGEST_PHRASE])
    return next((length for length in range(len(words), 0, -1) if words[:length] in phrases), 0)


def _says_more(pattern: Pattern, place: int, best: tuple[Pattern, int]) -> bool:
    """More weight, then the earlier place, then longer words."""
    return (pattern.weight, -place, pattern.letters) > (best[0].weight, -best[1], best[0].letters)


def _is_amount(text: str) -> bool:
    if not any(character.isdigit() for character in text):
        return False
    try:
        parse_amount(text)
    except Refusal as refusal:
        wordless = not any(character.isalpha() for character in text)
        return wordless or refusal.code not in ("amount_malformed", "amount_digits", "currency_unknown")
    return True


def _mended(text: str, tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Token, ...]:
    """Words that nobody knows replaced by the near word that a command knows. A capital inside a line is a name."""
    mended = (
        token if place and text[token.start].isupper() else replace(token, word=_mended_word(token.word, lexicon))
        for place, token in enumerate(tokens[:MANY_WORDS])
    )
    return (*mended, *tokens[MANY_WORDS:])


def _mended_word(word: str, lexicon: Lexicon) -> str:
    if len(word) <= SHORT_WORD or word in lexicon.known or not word.isalpha():
        return word
    mistakes = 1 if len(word) < 7 else 2
    found = process.extractOne(word, lexicon.vocabulary, scorer=OSA.distance, score_cutoff=mistakes)
    return found[0] if found else word


def _nearest(tokens: tuple[Token, ...], lexicon: Lexicon) -> str:
    best, score = "help", float(NEAR_ENOUGH)
    for token in tokens[:MANY_WORDS]:
        if len(token.word) > SHORT_WORD:
            found = process.extractOne(token.word, lexicon.names.keys(), scorer=fuzz.ratio, score_cutoff=score)
            if found:
                best, score = lexicon.names[found[0]], found[1]
    return best
