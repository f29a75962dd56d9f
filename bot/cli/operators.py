"""Who runs a command: the operator's language, name and terminal. Reads the process's environment and streams."""

import getpass
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from bot.domain.people import PersonId
from bot.locale.reader import CatalogueReader, known_locale, reader_for

PLAIN_WIDTH = 120  # columns where nobody looks at a terminal: no amount is broken in two


@dataclass(frozen=True, slots=True)
class Operator:
    """`out` is for results, `err` for what went wrong and what is under way."""

    reader: CatalogueReader
    actor: PersonId
    out: Console
    err: Console

    def say(self, key: str, **values: object) -> None:
        self.out.print(self.reader.text(key, **values), markup=False, soft_wrap=True)

    def hint(self, key: str, **values: object) -> None:
        """Beside the result, where it spoils neither a transcript nor JSON."""
        self.err.print(self.reader.text(key, **values), markup=False, soft_wrap=True)

    def print_json(self, told: object) -> None:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        sys.stdout.flush()


def operator() -> Operator:
    """The operator of this process. Raises CataloguesNotCompiledError."""
    return Operator(reader_of(os.environ), PersonId(f"operator:{user_name()}"), _console(), _console(stderr=True))


def reader_of(environ: Mapping[str, str]) -> CatalogueReader:
    """The language of LC_ALL, LC_MESSAGES or LANG, the first of them that is set; English for any other."""
    told = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    locale = known_locale(told.partition(".")[0].partition("@")[0])
    language = locale.language if locale is not None and locale.language == "es" else "en"
    return reader_for(language, tenant_locale="", client_locale=str(locale or ""), zone=environ.get("SALDO_ZONE", ""))


def user_name() -> str:
    """The OS user; their number where it has no name, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _console(**options: Any) -> Console:
    console = Console(highlight=False, **options)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = PLAIN_WIDTH
    return console
