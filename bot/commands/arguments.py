"""What a command is about, taken out of what was typed: an amount's text, or people. No I/O here."""

import re

from bot.commands.lexicon import Lexicon
from bot.commands.moments import date_in, time_in
from bot.commands.periods import period_in
from bot.commands.tokens import Token
from bot.domain.amounts import is_currency, is_thousands

READ_AT = "@"  # stands between the amount of a reading and its moment, and between a sum and what it is for
SELF = "@me"  # whoever writes: no address, and no name that anybody could have

_THREE_FIGURES = re.compile(r"\d{3}(?!\d)")
_ID = re.compile(r"(?!\d{6,11}$)[0-9a-f]{6,64}", re.ASCII)  # few figures alone are a sum or a date
_BEFORE_FIGURE = "-−+$€£¥"


def amount_text(text: str, tokens: tuple[Token, ...]) -> str:
    """The first figure with its sign and currency, as typed, for `parse_amount` to judge; '' where there is none."""
    place = next((place for place, token in enumerate(tokens) if token.is_figure), None)
    if place is None:
        return ""
    before = place - 1 if place and _is_currency_before(text, tokens[place - 1], tokens[place]) else place
    last = place
    while last + 1 < len(tokens) and (_is_group(tokens[last], tokens[last + 1]) or _is_unit(text, tokens[last + 1])):
        last += 1
    start = tokens[before].start
    while start and text[start - 1] in _BEFORE_FIGURE:
        start -= 1
    return text[start : tokens[last].end].rstrip(".,")


def purpose_text(text: str, tokens: tuple[Token, ...], lexicon: Lexicon) -> str:
    """What stands behind the first "for" after the figure, as typed, courtesies aside: `500 for the fair, please`."""
    figure = next((place for place, token in enumerate(tokens) if token.is_figure), len(tokens))
    for place in range(figure + 1, len(tokens) - 1):
        polite = tuple(token.word for token in tokens[place : place + 2]) in lexicon.courtesies
        if lexicon.has("purpose", tokens[place].word) and not polite:
            told = _without_courtesy(tokens[place + 1 :], lexicon)
            return text[told[0].start : told[-1].end] if told else ""
    return ""


def _without_courtesy(tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Token, ...]:
    """Without a "please" at its end."""
    for length in (1, 2):
        if tuple(token.word for token in tokens[-length:]) in lexicon.courtesies:
            return tokens[:-length]
    return tokens


def _is_currency_before(text: str, token: Token, figure: Token) -> bool:
    return token.clause == figure.clause and is_currency(text[token.start : token.end])


def _is_unit(text: str, token: Token) -> bool:
    return is_thousands(token.word) or is_currency(text[token.start : token.end])


def _is_group(before: Token, token: Token) -> bool:
    """`1 500,00`: three figures after figures, with nothing but a space between."""
    return before.end + 1 == token.start and before.word.isdigit() and bool(_THREE_FIGURES.match(token.word))


def reading_text(text: str, tokens: tuple[Token, ...], lexicon: Lexicon) -> str:
    """`1,234.56 @2026-03-31 09:30`: an amount as `amount_text` gives it, and when it was read, as far as that is
    told: a code of `day_in`, and a time."""
    day, places = date_in(tokens)
    time, (start, end) = time_in(text)
    left = tuple(
        token
        for place, token in enumerate(tokens)
        if place not in places and not (token.start < end and start < token.end)
    )
    moment = f"{day or period_in(left, lexicon)} {time}".strip()
    amount = amount_text(text, left)
    return f"{amount} {READ_AT}{moment}".strip() if moment else amount


def grouping_in(tokens: tuple[Token, ...], lexicon: Lexicon) -> str:
    """By what usage is to be grouped; '' where nothing says so."""
    words = [token.word for token in tokens]
    for start in range(len(words)):
        for length in (3, 2, 1):
            by = lexicon.groupings.get(tuple(words[start : start + length]))
            if by is not None:
                return by
    return ""


def months_in(tokens: tuple[Token, ...]) -> str:
    """The first number that may be one of months; '' for none."""
    numbers = [token.word for token in tokens if token.word.isascii() and token.word.isdigit()]
    return next((number for number in numbers if len(number) < 3 and int(number)), "")


def people_in(text: str, tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """Names and addresses in a sentence about licences, as typed and without repetition; SELF for "me" and "mí", and
    for "I need one" where nobody else is named."""
    found: list[str] = []
    for segment in _segments(text, _without_reason(tokens, lexicon), lexicon):
        person = _person(text, segment, lexicon)
        if person and person not in found:
            found.append(person)
    return tuple(found) or ((SELF,) if _asks_for_self(tokens, lexicon) else ())


def _asks_for_self(tokens: tuple[Token, ...], lexicon: Lexicon) -> bool:
    words = [token.word for token in tokens]
    gives = any(lexicon.has("giving", word) for word in words)
    return not gives and any(lexicon.has("first_person", word) for word in words)


def _without_reason(tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Token, ...]:
    end = next((place for place, token in enumerate(tokens) if lexicon.has("reason", token.word)), len(tokens))
    return tokens[:end]


def _segments(text: str, tokens: tuple[Token, ...], lexicon: Lexicon) -> list[list[Token]]:
    """Runs of words that are no furniture, split at commas and at "and"."""
    runs: list[list[Token]] = [[]]
    for place, token in enumerate(tokens):
        if runs[-1] and runs[-1][-1].clause != token.clause:
            runs.append([])
        inside_name = bool(runs[-1]) and lexicon.has("name_particle", token.word)
        if _name_follows(tokens[place:], lexicon) if inside_name else _is_name(text, tokens[: place + 1], lexicon):
            runs[-1].append(token)
        else:
            runs.append([])
    return [run for run in runs if run]


def _is_name(text: str, tokens: tuple[Token, ...], lexicon: Lexicon) -> bool:
    """Whether the last of `tokens` names somebody: a capital after "to" makes even Dale a name, and no verb."""
    token = tokens[-1]
    if len(tokens) > 1 and lexicon.has("before_name", tokens[-2].word) and text[token.start].isupper():
        return True
    return not _is_furniture(token, lexicon)


def _is_furniture(token: Token, lexicon: Lexicon) -> bool:
    listed = lexicon.has("separator", token.word) or lexicon.has("furniture", token.word)
    return listed or token.word == "&" or token.word.isdigit()


def _name_follows(tokens: tuple[Token, ...], lexicon: Lexicon) -> bool:
    """`de la` belongs to a name in its middle only."""
    for token in tokens:
        if token.clause != tokens[0].clause:
            return False
        if not lexicon.has("name_particle", token.word):
            return not _is_furniture(token, lexicon)
    return False


def _person(text: str, segment: list[Token], lexicon: Lexicon) -> str:
    if len(segment) == 1 and lexicon.has("self", segment[0].word):
        return SELF
    while segment and (lexicon.has("role", segment[0].word) or lexicon.has("self", segment[0].word)):
        segment = segment[1:]
    return text[segment[0].start : segment[-1].end] if segment else ""


def request_id_in(text: str) -> str:
    """The first word that looks like a request's id, or the beginning of one; '' where there is none."""
    return next((word.casefold() for word in text.split() if _ID.fullmatch(word.casefold())), "")
