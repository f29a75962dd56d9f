"""Catalogues of a few texts in a temporary folder."""

from pathlib import Path

from babel.support import Translations

from bot.locale.catalogue_check import compiled

HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def write_room(folder: Path, language: str, room: str, texts: str) -> Path:
    path = folder / language / "LC_MESSAGES" / f"{room}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER.format(language=language) + texts + "\n", encoding="utf-8")
    return path


def compile_room(path: Path) -> Translations:
    path.with_suffix(".mo").write_bytes(compiled(path))
    with path.with_suffix(".mo").open("rb") as file:
        return Translations(file)
