"""From a typed line to a command: plain sentences, synonyms, typing mistakes, small talk, hostile input."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.lexicon import Lexicon, lexicon_of
from bot.commands.understand import Greeting, SmallTalk, Understanding, Understood, Unsure, understand
from bot.locale.catalogue import LANGUAGES, catalogue
from tests.commands.sentences import ENGLISH, PARAPHRASES, SPANISH

COMMANDS = ("help", "balance", "recharge", "assign", "requests", "usage", "runway", "setup")


def lexicon() -> Lexicon:
    return lexicon_of(COMMANDS)


def meant(text: str) -> Understanding:
    return understand(text, lexicon())


def command(text: str) -> tuple[str, str]:
    found = meant(text)
    assert isinstance(found, Understood), found
    return found.command, found.arguments


@pytest.mark.parametrize(("text", "name", "arguments"), SPANISH)
def test_a_spanish_sentence_means_its_command(text: str, name: str, arguments: str) -> None:
    assert meant(text) == Understood(name, arguments, "es")


@pytest.mark.parametrize(("text", "name", "arguments"), ENGLISH)
def test_an_english_sentence_means_its_command(text: str, name: str, arguments: str) -> None:
    assert meant(text) == Understood(name, arguments, "en")


@pytest.mark.parametrize("name", COMMANDS)
def test_other_words_for_the_same_wish_mean_the_same_command(name: str) -> None:
    found = {text: meant(text) for text in PARAPHRASES[name]}
    assert dict.fromkeys(found, name) == {text: getattr(one, "command", one) for text, one in found.items()}


@pytest.mark.parametrize("sentences", [SPANISH, ENGLISH])
def test_there_are_sentences_for_every_command(sentences: tuple[tuple[str, str, str], ...]) -> None:
    assert len(sentences) >= 30
    assert {name for _, name, _ in sentences} == set(COMMANDS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_synonym_title_and_example_means_its_command(language: str, name: str) -> None:
    texts = catalogue(language)
    phrases = texts.gettext(f"command.{name}.words").split("|")
    phrases += [texts.gettext(f"command.{name}.{kind}") for kind in ("title", "example")]
    assert {phrase: command(phrase)[0] for phrase in phrases} == dict.fromkeys(phrases, name)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_titles_and_descriptions_fit_into_the_app_package(language: str, name: str) -> None:
    texts = catalogue(language)
    assert len(texts.gettext(f"command.{name}.title")) <= 32
    assert len(texts.gettext(f"command.{name}.description")) <= 128


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        ("slado", "balance", ""),
        ("blaance", "balance", ""),
        ("balnce", "balance", ""),
        ("recargr 500", "recharge", "500"),
        ("rechrge 1,5 €", "recharge", "1,5 €"),
        ("usgae last month", "usage", "last_month"),
        ("soliictudes", "requests", ""),
        ("confgurar", "setup", ""),
        ("asingar licensia a Marta", "assign", "Marta"),
        ("cuanto nos qeuda", "balance", ""),
        ("how mcuh is left", "balance", ""),
    ],
)
def test_a_typing_mistake_is_mended(text: str, name: str, arguments: str) -> None:
    assert command(text) == (name, arguments)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("500", "500"),
        ("1.500", "1.500"),
        ("1.500,00\u00a0€", "1.500,00 €"),
        ("500 euros", "500 euros"),
        ("0", "0"),
        ("٥٠٠", "٥٠٠"),
        ("recharge -500", "-500"),
        ("recharge - $500", "$500"),
        ("recargar -$500", "-$500"),
        ("recargar NaN", "NaN"),
        ("recargar quinientos euros", "quinientos euros"),
        ("recharge 1e9", "1e9"),
        ("recargar US$500", "US$500"),
        ("recharge EUR 1,500.", "EUR 1,500"),
        ("recharge MX$ 500 please", "MX$ 500"),
        ("recharge 500 for campaign 2026", "500 @campaign 2026"),
        ("recargar 12 500 000,50 EUR", "12 500 000,50 EUR"),
        ("recargar 500 y 2000", "500"),
        ("recargar la cuenta por favor", ""),
        ("RECARGAR", ""),
    ],
)
def test_an_amount_is_handed_on_as_it_was_typed(text: str, arguments: str) -> None:
    assert command(text) == ("recharge", arguments)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("assign licence to Ana, Luis", "Ana, Luis"),
        ("licences: Ana; Luis & J. García", "Ana, Luis, J. García"),
        ("asignar licencia a Ana de la Cruz y a Luis", "Ana de la Cruz, Luis"),
        ("asignar licencia a Ana de la, y a Luis", "Ana, Luis"),
        ("asigna licencia a Ana de", "Ana"),
        ("assign licence to me", "@me"),
        ("asigna licencias a Ana, Ana y Ana", "Ana"),
        ("licencia para mi jefe", ""),
        ("licencia para mi compañero Tom", "Tom"),
        ("asigna 3 licencias", ""),
        ("dame una licencia", "@me"),
        ("¿me das una licencia?", "@me"),
        ("assign a licence to Dale", "Dale"),
        ("I want to assign licences", ""),
        ("give Tom a licence because he starts on Monday", "Tom"),
        ("assign", ""),
    ],
)
def test_people_are_found_between_the_words_about_licenses(text: str, people: str) -> None:
    assert command(text) == ("assign", people)


@pytest.mark.parametrize(
    ("text", "period"),
    [("usage", ""), ("consumo de hoy", "today"), ("usage in May", "month_05"), ("usage may", "month_05"),
     ("spend this year", "this_year"), ("gasto de setiembre", "month_09"),
     ("consumo de la semana pasada", "last_week")],
)  # fmt: skip
def test_a_period_is_found(text: str, period: str) -> None:
    assert command(text) == ("usage", period)


@pytest.mark.parametrize(
    "text",
    ["no recargues nada", "don't recharge", "Don’t recharge!", "no quiero que recargues", "nunca recargues",
     "do not assign a licence to Tom", "no asignes licencias", "we do not need a recharge",
     "por favor no recargues 500"],
)  # fmt: skip
def test_what_is_denied_is_not_begun(text: str) -> None:
    found = meant(text)
    assert isinstance(found, SmallTalk)
    assert found.kind == "declined"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("thanks", "thanks"), ("Muchas gracias!", "thanks"), ("thanks for the help", "thanks"),
     ("gracias por la ayuda", "thanks"), ("ok", "yes"), ("sí", "yes"), ("Vale.", "yes"), ("no", "no"),
     ("no, gracias", "no"), ("never mind", "no")],
)  # fmt: skip
def test_small_talk_is_no_command(text: str, kind: str) -> None:
    found = meant(text)
    assert isinstance(found, SmallTalk)
    assert found.kind == kind


@pytest.mark.parametrize(
    ("text", "language"),
    [("hola", "es"), ("Hello!", "en"), ("buenos días, ¿qué tal?", "es"), ("hola Saldo", "es"), ("hello world", "en")],
)
def test_a_greeting_is_greeted(text: str, language: str) -> None:
    assert meant(text) == Greeting(language)


def test_a_greeting_may_stand_before_a_command() -> None:
    assert command("hola, buenos días, saldo por favor") == ("balance", "")
    assert command("ok, recharge 500") == ("recharge", "500")


@pytest.mark.parametrize(
    "text", ["", " ", "?", "👍", "\u200b", "pizza", "what is the meaning of life?", "no entiendo", "Ana"]
)
def test_what_nobody_can_understand_suggests_help(text: str) -> None:
    found = meant(text)
    assert isinstance(found, Unsure)
    assert found.suggestion == "help"


def test_a_word_that_resembles_a_command_suggests_it() -> None:
    assert meant("salud") == Unsure("balance", None)
    assert meant("aprobatoria") == Unsure("requests", None)


def test_a_word_of_both_languages_leaves_the_language_open() -> None:
    assert meant("balance") == Understood("balance", "", None)


def test_a_very_long_text_is_no_command() -> None:
    assert meant("recargar 500 " * 200) == Unsure("help", "es")


def test_a_long_line_is_understood_by_its_beginning_only() -> None:
    names = ", ".join(f"Ana{letter} Torres" for letter in "abcdefghijklmnopqrstuvwxy")
    assert command(f"assign licence to {names}")[1] == names
    assert meant("blah " * 45 + "how much is left") == Unsure("help", "en")


@pytest.mark.parametrize(
    "text",
    ["x" * 1_999, "a@" * 999, "cuanto " * 285, "1 " * 999, "1," * 999, "ana, " * 399, "\u0301" * 1_999, "-" * 1_999,
     "recargar " + "9" * 1_900, "assign " + "de " * 600, "é\u0301" * 900, "<at>x</at>" * 190, "%s{0}" * 399],
)  # fmt: skip
def test_hostile_text_costs_little(text: str) -> None:
    begin = time.perf_counter()
    meant(text)
    assert time.perf_counter() - begin < 0.25


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(meant(text), Understood | Greeting | SmallTalk | Unsure)


def test_control_characters_do_not_hide_a_command() -> None:
    assert command("\x00saldo\x07\u200b") == ("balance", "")


def test_a_command_without_words_is_a_bug() -> None:
    with pytest.raises(KeyError):
        lexicon_of(("no_such_command",))
