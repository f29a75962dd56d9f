"""What is wrong with the catalogues: a list of sentences for developers, empty when all is well. Changes nothing."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from bot.locale.catalogue import FOLDER, LANGUAGES, po_files
from bot.locale.keys_in_code import KeysInCode

# Keys that are put together in a way that syntax does not show: word lists, and what `lexicon.py` reads.
BUILT_KEYS = ("command.", "smalltalk.", "understand.", "period.", "language.")
REFUSALS = "refusal."  # every one is asked for by its code: alive is the one that something raises
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def problems_in_catalogues(folder: Path = FOLDER) -> list[str]:
    """Differences between the languages, empty and fuzzy texts, keys that two rooms have, rooms in one language."""
    by_language = {language: read_rooms(language, folder) for language in LANGUAGES}
    english, spanish = (by_language[language] for language in LANGUAGES)
    found = [f"{room}.po is in one language only" for room in sorted(english.keys() ^ spanish.keys())]
    for room in sorted(english.keys() & spanish.keys()):
        found += [f"{room}.po: {problem}" for problem in _differences(english[room], spanish[room])]
    for language, rooms in by_language.items():
        found += [f"{language}: {problem}" for problem in _flaws(rooms)]
    return found


def problems_with_code(code: KeysInCode, folder: Path = FOLDER) -> list[str]:
    """Keys that the code asks for and no catalogue has, and keys that nothing asks for."""
    keys = {key for catalog in read_rooms(LANGUAGES[0], folder).values() for key in texts_of(catalog)}
    missing = [
        f"{place} asks for {key!r}, which no catalogue has" for key, place in code.asked.items() if key not in keys
    ]
    for prefix, place in code.prefixes.items():
        if not any(key.startswith(prefix) for key in keys):
            missing.append(f"{place} asks for {prefix + '…'!r}, which no catalogue has")
    built = (*BUILT_KEYS, *(prefix for prefix in code.prefixes if prefix != REFUSALS))
    dead = [key for key in keys if key.removeprefix(REFUSALS) not in code.strings and key not in code.strings]
    return sorted(missing) + [f"nothing asks for {key!r}" for key in sorted(dead) if not key.startswith(built)]


def stale_files(folder: Path = FOLDER) -> list[str]:
    """.mo files that are missing or say something else than their .po."""
    return [
        f"{path.parent.parent.name}/{path.stem}.mo is not what {path.name} compiles to: run `make`"
        for language in LANGUAGES
        for path in po_files(language, folder)
        if not _is_fresh(path)
    ]


def _is_fresh(source: Path) -> bool:
    """Compared by its texts: the header of a compiled file holds the minute in which it was made."""
    path = source.with_suffix(".mo")
    if not path.exists():
        return False
    with path.open("rb") as file:
        return _contents(read_mo(file)) == _contents(read_mo(io.BytesIO(compiled(source))))


def _contents(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    return {key: _strings(message) for key, message in texts_of(catalog).items()}


def compiled(path: Path) -> bytes:
    buffer = io.BytesIO()
    write_mo(buffer, _read(path), use_fuzzy=False)
    return buffer.getvalue()


def read_rooms(language: str, folder: Path = FOLDER) -> dict[str, Catalog]:
    """Room -> its .po file."""
    return {path.stem: _read(path) for path in po_files(language, folder)}


def texts_of(catalog: Catalog) -> dict[str, Message]:
    """Key -> message, without the header."""
    return {_id(message): message for message in catalog if message.id}


def _differences(english: Catalog, spanish: Catalog) -> Iterator[str]:
    ours, theirs = texts_of(english), texts_of(spanish)
    yield from (f"{key!r} is in one language only" for key in sorted(ours.keys() ^ theirs.keys()))
    for key in sorted(ours.keys() & theirs.keys()):
        if bool(ours[key].pluralizable) != bool(theirs[key].pluralizable):
            yield f"{key!r} has a plural in one language only"
        elif _placeholders(ours[key]) != _placeholders(theirs[key]):
            yield f"{key!r} has other placeholders in the other language"


def _flaws(rooms: dict[str, Catalog]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for room, catalog in rooms.items():
        for key, message in texts_of(catalog).items():
            if seen.setdefault(key, room) != room:
                yield f"{key!r} is in {seen[key]}.po and in {room}.po"
            if not all(_strings(message)):
                yield f"{room}.po: {key!r} is empty"
            if message.fuzzy:
                yield f"{room}.po: {key!r} is fuzzy"
            if message.pluralizable and message.id[0] != message.id[1]:
                yield f"{room}.po: {key!r} has another msgid_plural"


def _placeholders(message: Message) -> set[str]:
    """Of all its forms: the singular may say "one" for {count}."""
    return {name for text in _strings(message) for name in _PLACEHOLDER.findall(text)}


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _id(message: Message) -> str:
    return message.id if isinstance(message.id, str) else str(message.id[0])


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)
