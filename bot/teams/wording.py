"""The teams room: what somebody typed, without Teams' markup and without what cannot be seen. Pure: no I/O here."""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bot.ports.turn import Mention

TEXT_LIMIT = 4_000
NAME_LIMIT = 256

_AT = re.compile(r"<at\b[^<>]*>([^<>]*)</at>", re.IGNORECASE)
# Controls, soft hyphens, zero-width signs and marks that turn the writing direction: they hide what a text says.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_SPACES = re.compile(r"[^\S\n\u2028\u2029]+")
_BREAKS = re.compile(r" ?[\n\u2028\u2029]\s*")


@dataclass(frozen=True, slots=True)
class Tag:
    """A mention as it stands in the text: `<at>Saldo</at>`."""

    teams_id: str
    name: str
    text: str


def spoken(text: str, tags: Iterable[Tag], bot_id: str) -> tuple[str, tuple[Mention, ...]]:
    """The text with the bot's own mentions taken out and the others as plain names, and who those others are."""
    others: dict[str, Mention] = {}
    for tag in tags:
        if tag.teams_id != bot_id:
            others.setdefault(tag.teams_id, Mention(tag.teams_id, clean_name(tag.name)))
        elif _AT.fullmatch(tag.text):
            text = text.replace(tag.text, " ")
    return clean(html.unescape(_AT.sub(r"\1", text))), tuple(others.values())


def clean_name(text: str | None) -> str:
    """As `clean`, on one line: a second line under a name would look like ours."""
    return clean(text or "", NAME_LIMIT).replace("\n", " ")


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    """One form of each letter, single spaces, nothing unseen; line breaks stay. At most `limit` characters."""
    text = unicodedata.normalize("NFC", text[: 4 * limit])
    text = _SPACES.sub(" ", _UNSEEN.sub("", text.replace("\r", "\n")))
    return _BREAKS.sub("\n", text).strip()[:limit].rstrip()
