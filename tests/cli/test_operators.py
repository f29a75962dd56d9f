"""Who runs a command: language and name."""

import getpass
import os

import pytest

from bot.cli.operators import operator, reader_of, user_name


@pytest.mark.parametrize(
    ("environ", "language", "locale"),
    [
        ({}, "en", "en_US"),
        ({"LANG": "C.UTF-8"}, "en", "en_US"),
        ({"LANG": "es_MX.UTF-8"}, "es", "es_MX"),
        ({"LANG": "en_GB.UTF-8"}, "en", "en_GB"),
        ({"LANG": "de_DE.UTF-8"}, "en", "en_US"),
        ({"LANG": "es_ES", "LC_ALL": "en_US.UTF-8"}, "en", "en_US"),
        ({"LANG": "en_US", "LC_MESSAGES": "es_ES@euro", "LC_ALL": ""}, "es", "es_ES"),
    ],
)
def test_the_language_is_that_of_the_terminal(environ: dict[str, str], language: str, locale: str) -> None:
    reader = reader_of(environ)
    assert (reader.language, reader.locale) == (language, locale)


def test_the_actor_is_the_os_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "marta")
    assert operator().actor == "operator:marta"


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert user_name() == str(os.getuid())
