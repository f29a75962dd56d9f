"""The catalogue of this room: both languages say the same things, no text is missing, and none is left over."""

import re
from dataclasses import replace
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from bot.locale.catalogue import FOLDER
from bot.locale.reader import CatalogueReader
from cards.kit import escape
from tests.cards.samples import BUTTONS, READERS
from tests.cards.test_cards import FAMILIES

ROOM = "cards.po"
LINES = ("lock.", "state_word.")  # said without a card: `test_lines.py` reads them


def messages(language: str) -> dict[str, Message]:
    with (FOLDER / language / "LC_MESSAGES" / ROOM).open("rb") as file:
        return {_key(message.id): message for message in read_po(file) if message.id}


def _key(id_: Any) -> str:
    return str(id_ if isinstance(id_, str) else id_[0])


def texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else [str(text) for text in message.string or ()]


def placeholders(message: Message) -> set[str]:
    found = {name for text in texts(message) for name in re.findall(r"\{(\w+)\}", text)}
    return found - {"count"}  # "one person" needs no figure


def test_both_languages_have_the_same_keys_placeholders_and_plurals() -> None:
    english, spanish = messages("en"), messages("es")
    assert list(english) == list(spanish)
    for key, message in english.items():
        assert placeholders(message) == placeholders(spanish[key]), key
        assert isinstance(message.string, str) == isinstance(spanish[key].string, str), key


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_text_is_written_and_holds_no_markup(language: str) -> None:
    for key, message in messages(language).items():
        for text in texts(message):
            assert text.strip() == text != "", key
            written = re.sub(r"\{\w+\}", "", text)
            assert escape(written) == written, key


def test_every_text_is_in_use_and_every_text_that_is_used_exists() -> None:
    """The samples walk through every state, so what they ask for is what the cards can ask for."""
    listening = {language: Listening(reader) for language, reader in READERS.items()}
    for family in FAMILIES.values():
        for draw in family.values():
            for reader in listening.values():
                draw(replace(reader.reader, texts=reader), BUTTONS)  # type: ignore[arg-type] # its two lookups suffice
    for language, reader in listening.items():
        unused = {key for key in messages(language) if not key.startswith(LINES)} - reader.asked
        assert unused == set()


class Listening:
    """The catalogue of a reader, which remembers what it was asked for."""

    def __init__(self, reader: CatalogueReader) -> None:
        self.reader = reader
        self.asked: set[str] = set()

    def gettext(self, key: str) -> str:
        self.asked.add(key)
        return str(self.reader.texts.gettext(key))

    def ngettext(self, key: str, plural: str, count: int) -> str:
        self.asked.add(key)
        return str(self.reader.texts.ngettext(key, plural, count))
