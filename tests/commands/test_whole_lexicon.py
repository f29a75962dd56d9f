"""With all commands that there are, every sentence still means what it did; and questions mean theirs."""

import pytest

from bot.commands.dispatch import BY_NAME
from bot.commands.lexicon import lexicon_of
from bot.commands.understand import Understood, understand
from bot.locale.catalogue import LANGUAGES, catalogue
from tests.commands.sentences import ENGLISH, PARAPHRASES, SPANISH

LEXICON = lexicon_of(tuple(BY_NAME))
QUESTIONS = (
    "reconcile",
    "budget",
    "advice",
    "lots",
    "expiring",
    "history",
    "rate",
    "what_if",
    "auto_recharge",
    "rules",
)


def meant(text: str) -> tuple[str, str] | None:
    found = understand(text, LEXICON)
    return (found.command, found.arguments) if isinstance(found, Understood) else None


@pytest.mark.parametrize("sentences", [SPANISH, ENGLISH])
def test_more_commands_take_no_sentence_from_another(sentences: tuple[tuple[str, str, str], ...]) -> None:
    wrong = {text: meant(text) for text, name, arguments in sentences if meant(text) != (name, arguments)}
    assert {text: found for text, found in wrong.items() if text not in BETTER} == {}


@pytest.mark.parametrize("name", list(PARAPHRASES))
def test_more_commands_take_no_paraphrase_from_another(name: str) -> None:
    found = {text: meant(text) for text in PARAPHRASES[name] if text not in BETTER}
    assert {text: one for text, one in found.items() if one is None or one[0] != name} == {}


# What a command of its own answers better than the one that had to do before.
BETTER = {
    "avísame cuando queden menos de 100": "threshold",
    "warn me when we are below 100": "threshold",
    "set the threshold to 100": "threshold",
    "informe del mes pasado": "report",
    "¿cómo activo la recarga automática?": "auto_recharge",
}


@pytest.mark.parametrize("text", list(BETTER))
def test_what_has_a_command_of_its_own_means_that(text: str) -> None:
    found = meant(text)
    assert found is not None
    assert found[0] == BETTER[text]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_synonym_title_and_example_means_its_command(language: str, name: str) -> None:
    texts = catalogue(language)
    phrases = texts.gettext(f"command.{name}.words").split("|")
    phrases += [texts.gettext(f"command.{name}.{kind}") for kind in ("title", "example")]
    assert {phrase: found[0] for phrase in phrases if (found := meant(phrase))} == dict.fromkeys(phrases, name)


@pytest.mark.parametrize(
    ("text", "command", "arguments"),
    [
        ("reconcile 1,234.56", "reconcile", "1,234.56"),
        ("comprobar saldo 1.234,56", "reconcile", "1.234,56"),
        ("cuadrar 1.234,56 € ayer a las 9:30", "reconcile", "1.234,56 € @yesterday 09:30"),
        ("reconcile $500 at 8:30 on 20 November", "reconcile", "$500 @--11-20 08:30"),
        ("the admin center shows 212.40", "reconcile", "212.40"),
        ("el centro de administración muestra 212,40 €", "reconcile", "212,40 €"),
        ("budget 800", "budget", "800"),
        ("subir el presupuesto a 800 euros", "budget", "800 euros"),
        ("how much budget is left?", "budget", ""),
        ("advice", "advice", ""),
        ("advice for 6 months", "advice", "6"),
        ("how much should we recharge?", "advice", ""),
        ("¿cuánto deberíamos recargar?", "advice", ""),
        ("¿cuántos minutos incluidos quedan?", "advice", ""),
        ("lots", "lots", ""),
        ("ver lotes", "lots", ""),
        ("¿qué caduca?", "expiring", ""),
        ("what is expiring?", "expiring", ""),
        ("history", "history", ""),
        ("últimos movimientos", "history", ""),
        ("balance on 31 March", "balance", "--03-31"),
        ("what was the balance on March 31st, 2026?", "balance", "2026-03-31"),
        ("saldo del 31 de marzo", "balance", "--03-31"),
        ("saldo ayer", "balance", "yesterday"),
        ("balance 3/4", "balance", "?3/4"),
        ("usage by user", "usage", "person"),
        ("usage last month by department", "usage", "last_month department"),
        ("consumo por país este mes", "usage", "this_month country"),
        ("consumo por tipo", "usage", "type"),
        ("usage by month", "usage", "month"),
        ("top spenders", "usage", "person"),
        ("quién gastó más el mes pasado", "usage", "last_month person"),
        ("rate Mexico", "rate", "Mexico"),
        ("tarifa de México", "rate", "México"),
        ("what do we pay per minute to Peru", "rate", "what do we pay per minute to Peru"),
        ("¿cuánto cuesta llamar a Francia?", "rate", "¿cuánto cuesta llamar a Francia?"),
        ("what if 20 people call Mexico 30 minutes a day", "what_if", "20 people call Mexico 30 minutes a day"),
        ("si 20 usuarios llaman a México", "what_if", "si 20 usuarios llaman a México"),
        ("what if", "what_if", ""),
        ("rate", "rate", ""),
        ("auto-recharge", "auto_recharge", ""),
        ("did the auto-recharge arrive?", "auto_recharge", "did the auto-recharge arrive?"),
        ("¿llegó la recarga automática?", "auto_recharge", "¿llegó la recarga automática?"),
        ("recarga automática 500", "auto_recharge", "500"),
        ("rule target 500", "rules", "target 500"),
        ("regla objetivo 500", "rules", "objetivo 500"),
        ("rules try", "rules", "try"),
        ("probar reglas", "rules", "probar reglas"),
        ("quitar regla 2", "rules", "quitar regla 2"),
        ("try rule threshold 500 below 100", "rules", "try rule threshold 500 below 100"),
        ("probar regla umbral 500 bajo 100", "rules", "probar regla umbral 500 bajo 100"),
        ("prueba la regla umbral 500 bajo 100", "rules", "prueba la regla umbral 500 bajo 100"),
        ("make a rule threshold 500 below 100", "rules", "make a rule threshold 500 below 100"),
        ("paste mail", "recharge_mail", ""),
        ("he recibido un correo de Microsoft", "recharge_mail", ""),
    ],
)  # fmt: skip
def test_a_question_means_its_command_with_what_it_is_about(text: str, command: str, arguments: str) -> None:
    assert meant(text) == (command, arguments)


@pytest.mark.parametrize(
    ("text", "command"),
    [("reconcle 500", "reconcile"), ("cuadarr 500", "reconcile"), ("advcie", "advice"), ("expirng", "expiring")],
)
def test_a_typing_mistake_is_mended(text: str, command: str) -> None:
    found = meant(text)
    assert found is not None
    assert found[0] == command
