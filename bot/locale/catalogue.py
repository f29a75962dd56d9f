"""The compiled catalogues of a language, all rooms in one. Reads files of this folder only, each once."""

from functools import lru_cache
from pathlib import Path

from babel.messages.mofile import read_mo
from babel.support import Translations

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "es")


class CataloguesNotCompiledError(Exception):
    """The .mo files are made of the .po files by `make`, and are not in the repository."""


class _NoSuchText(Translations):
    """The last resort of a lookup: a missing text is a bug, never a key on somebody's screen."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise KeyError(msgid1)


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Translations:
    """All texts of `en` or `es`. Its lookups raise KeyError for a key that no room has."""
    merged = Translations()
    for path in mo_files(language):
        with path.open("rb") as file:
            merged.merge(Translations(file, domain=path.stem))
    merged.add_fallback(_NoSuchText())
    return merged


@lru_cache(maxsize=len(LANGUAGES))
def keys(language: str) -> frozenset[str]:
    """Every key that `catalogue` of this language has."""
    found: set[str] = set()
    for path in mo_files(language):
        with path.open("rb") as file:
            found.update(_key(message.id) for message in read_mo(file) if message.id)
    return frozenset(found)


def mo_files(language: str, folder: Path = FOLDER) -> list[Path]:
    """Raises CataloguesNotCompiledError where a room's .mo is missing."""
    compiled = [source.with_suffix(".mo") for source in po_files(language, folder)]
    missing = [path for path in compiled if not path.exists()]
    if missing or not compiled:
        names = ", ".join(path.name for path in missing) or "every catalogue"
        raise CataloguesNotCompiledError(f"{names} of {language!r} is missing: run `make run` or `make test`")
    return compiled


def po_files(language: str, folder: Path = FOLDER) -> list[Path]:
    return sorted((folder / language / "LC_MESSAGES").glob("*.po"))


def _key(id_: str | tuple[str, ...] | list[str]) -> str:
    return id_ if isinstance(id_, str) else id_[0]
