"""A pasted mail as sentences: without markup, quotation marks at the beginnings of lines, and line breaks that only
wrapped it. Bounded for any input. No I/O here."""

import html
import re
import unicodedata
from dataclasses import dataclass

LONGEST = 20_000  # characters that are looked at: what matters stands above the small print
LONGEST_SENTENCE = 600
MOST_SENTENCES = 200


@dataclass(frozen=True, slots=True)
class MailText:
    """A sentence, as it stands there and folded for comparison."""

    raw: str
    folded: str


def sentences_of(text: str) -> tuple[MailText, ...]:
    """The sentences in their order; a heading, and a line that names something (`Amount: 500`), are some too."""
    found = [part.strip() for part in _ENDS.split(_plain(text))]
    cut = [part[:LONGEST_SENTENCE] for part in found if part][:MOST_SENTENCES]
    return tuple(MailText(part, fold(part)) for part in cut)


def fold(text: str) -> str:
    """Without case and accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


_HIDDEN = re.compile(r"<(style|script|head)\b[^<>]{0,500}>.{0,2000}?</\1\s{0,9}>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/h[1-6]|/li|/td)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^<>]{0,1000}>", re.IGNORECASE)
_SOFT_BREAK = re.compile(r"=\n|\u00ad")  # of quoted-printable text
_QUOTE = re.compile(r"(?m)^[ \t]{0,40}(?:[>|*•][ \t]{0,4}){1,20}")
_LABEL = re.compile(r"\n(?=[^\W\d_][^:\n]{1,40}:(?:\s|$))")  # the next line names something
_PARAGRAPH = re.compile(r"\n[ \t]{0,40}\n\s*")
_HEADING = re.compile(
    r"(?im)^((?:subject|asunto|re|rv|fwd?|from|de|to|para|sent|enviado|date|fecha) ?:[^\n]{0,300})\n"
)
_END = "\x00"
_ENDS = re.compile(rf"{_END}|(?<=[.!?])\s+(?=[^\W\d_]|[¡¿\"«])")


def _plain(text: str) -> str:
    """One line; sentences that end without a stop are kept apart."""
    text = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").replace(_END, " ")
    text = _TAG.sub(" ", _BREAK.sub("\n\n", _HIDDEN.sub(" ", _SOFT_BREAK.sub("", text))))
    text = html.unescape(text).replace("\xa0", " ").replace(_END, " ")
    text = _QUOTE.sub("", text)
    text = _PARAGRAPH.sub(_END, _LABEL.sub(_END, _HEADING.sub(rf"\1{_END}", text)))
    return re.sub(r"[^\S\x00]+", " ", text)
