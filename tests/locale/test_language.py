"""Which language a line is in, and which one its writer gets."""

import pytest

from bot.locale.language import choose_language, language_of
from tests.commands.sentences import ENGLISH, SPANISH


@pytest.mark.parametrize(
    ("language", "text"),
    [("es", text) for text, _, _ in SPANISH] + [("en", text) for text, _, _ in ENGLISH],
)
def test_a_sentence_is_in_its_language(language: str, text: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text", ["", "500", "ok", "1.500,00 €", "Ana", "José", "Núñez", "👍", "500 euros", "balance", "no"]
)
def test_what_both_languages_have_tells_nothing(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [("saldo", "es"), ("recargar 1.500", "es"), ("¿500?", "es"), ("usage", "en"), ("give José a licence", "en"),
     ("licencia para Tom", "es"), ("RECHARGE 500", "en")],
)  # fmt: skip
def test_a_command_word_is_enough(text: str, language: str) -> None:
    assert language_of(text) == language


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert language_of("x " * 200 + "¿cuánto nos queda?") is None


@pytest.mark.parametrize(
    ("given", "language"),
    [
        (("recargar 500", "en", "en-US", "en-US", "en-US"), "es"),  # what is written now
        (("500", "es", "en-US", "en-US", "en-US"), "es"),  # what was written last
        (("500", None, "es-MX", "en-US", "en-US"), "es"),  # the directory
        (("500", None, None, "es-ES", "en-US"), "es"),  # the client
        (("500", None, "fr-FR", "", "es-ES"), "es"),  # the tenant
        (("500", "fr", "de", "pt-BR", ""), "en"),
    ],
)
def test_the_language_is_the_latest_that_the_person_showed(
    given: tuple[str, str, str, str, str], language: str
) -> None:
    assert choose_language(*given) == language
