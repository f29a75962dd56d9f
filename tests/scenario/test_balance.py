"""The balance: all its parts in the personal chat, a state word where others read along."""

from dataclasses import replace

import pytest

from bot.domain.settings import Account
from bot.sandbox.connector_client import TeamsClient
from tests.scenario.stage import A_SUM, Stage, first_line, flat, read

IN_SPANISH = (
    "Unos 212,40 € al 20 nov; las llamadas tardan hasta 48 h; comprobado hace 9 días.",
    "Disponible: 212,40 €",
    "Gasto por día: 20,98 €",
    "Se agota: El 2 dic 2026, en 10 días",
    "Probablemente: Entre el 30 nov 2026 y el 3 dic 2026",
    "Consumo leído hasta: 20 nov 2026",
    "21 sept 2026 212,40 € 21 sept 2027",
    "Saldo por día",
    "[1 Recargar] [2 Ver consumo] [3 Explicar]",
)
IN_ENGLISH = (
    "About €212.40 on Nov 20; calls take up to 48 h to show; checked 9 days ago.",
    "Available: €212.40",
    "Spent per day: €20.98",
    "Runs out: On Dec 2, 2026, in 10 days",
    "Probably: Between Nov 30, 2026 and Dec 3, 2026",
    "Usage read through: Nov 20, 2026",
    "Sep 21, 2026 €212.40 Sep 21, 2027",
    "Balance by day",
    "[1 Recharge] [2 See usage] [3 Explain]",
)


def squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("said", "parts"), [("saldo", IN_SPANISH), ("balance", IN_ENGLISH)])
async def test_the_balance_card_has_all_its_parts(
    stage: Stage, ana: TeamsClient, said: str, parts: tuple[str, ...]
) -> None:
    drawn = squeezed(await stage.ask(ana, said))
    assert [part for part in parts if part not in drawn] == []


async def test_the_chart_has_a_fallback_for_clients_without_charts(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "saldo")
    assert ana.last.card is not None
    (chart,) = [element for element in ana.last.card["body"] if element["type"] == "Chart.Line"]
    assert flat(chart["fallback"]["text"]) == "De 803,89 € el 24 oct a 212,40 € el 20 nov."


@pytest.mark.parametrize("where", ["channel", "groupChat"])
@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("@Saldo saldo", "Bajo. Te envié las cifras en privado."),
        ("@Saldo how much is left?", "Low. I sent you the figures in private."),
    ],
)
async def test_where_others_read_along_there_is_a_state_word_and_no_figure(
    stage: Stage, luis: TeamsClient, where: str, said: str, word: str
) -> None:
    turned = await stage.say(luis, said, where=where)
    public = [message for message in turned.messages if message.scope != "personal"]
    private = [message for message in turned.messages if message.scope == "personal"]
    assert [message.drawn for message in public] == [word]
    assert "212" in first_line(private[0])
    assert not A_SUM.search(private[0].lock_screen)


async def test_a_command_in_a_channel_that_is_no_question_of_the_state_is_answered_in_private(
    stage: Stage, luis: TeamsClient
) -> None:
    turned = await stage.say(luis, "@Saldo recargar 500", where="channel")
    assert {message.text for message in turned.messages if message.scope != "personal"} == {"Te respondí en privado."}
    assert luis.last.scope == "channel"
    (private,) = [message for message in turned.messages if message.scope == "personal"]
    assert private.buttons == ("Enviar", "Editar")


async def test_without_a_mention_the_bot_is_silent_in_a_channel(stage: Stage, luis: TeamsClient) -> None:
    turned = await stage.say(luis, "saldo", where="channel")
    assert (turned.heard, turned.messages) == (False, ())


async def test_where_the_person_cannot_be_reached_the_channel_says_how_to_get_the_figures(
    stage: Stage, ana: TeamsClient
) -> None:
    ana.block()
    turned = await stage.say(ana, "@Saldo saldo", where="channel")
    assert [message.text for message in turned.messages] == [
        "Bajo. Para ver las cifras, escríbeme en un chat privado."
    ]


async def test_whoever_may_not_see_the_balance_hears_who_may_and_no_figure(stage: Stage, eva: TeamsClient) -> None:
    said = await stage.ask(eva, "saldo")
    assert said.startswith("Solo los administradores y los aprobadores de tu organización ven el saldo.")
    assert not A_SUM.search(said.replace("[1 Ayuda]", ""))


async def test_the_state_word_is_refused_in_a_channel_too(stage: Stage, eva: TeamsClient) -> None:
    turned = await stage.say(eva, "@Saldo saldo", where="channel")
    assert [read(message) for message in turned.messages] == [
        "Solo los administradores y los aprobadores de tu organización ven el saldo."
    ]


async def test_a_plain_sentence_gets_the_balance_in_its_language(stage: Stage, ana: TeamsClient) -> None:
    assert (await stage.ask(ana, "¿cuánto nos queda?")).startswith("Unos 212,40 €")
    assert (await stage.ask(ana, "how much is left?")).startswith("About €212.40")


async def test_until_when_it_lasts_is_a_day_with_its_likelihood_and_its_reasons(
    stage: Stage, ana: TeamsClient
) -> None:
    shown = squeezed(await stage.ask(ana, "¿hasta cuándo llega?"))
    assert shown.startswith(
        "El dinero llega probablemente hasta el 2 dic 2026: 10 días más. Bajo Disponible: 212,40 €"
    )
    assert "Como pronto (1 de cada 10): 30 nov 2026 Lo probable (1 de cada 2): 2 dic 2026" in shown
    assert "Calculado con 179 días de consumo, hasta el 20 nov 2026" in shown
    english = await stage.ask(ana, "how long will it last?")
    assert english.startswith("The money probably lasts until Dec 2, 2026, for 10 more days.")


async def test_what_was_unusual_before_saldo_came_is_listed_and_was_told_to_nobody(
    stage: Stage, ana: TeamsClient
) -> None:
    shown = squeezed(await stage.ask(ana, "anomalías"))
    for part in (
        "12 nov: un país nuevo 1 llamada a Maldivas",
        "14 oct: un día inusual 62,06 € en",
        "17 sept: llamadas de noche 24 llamadas de una persona (02:00–04:00 UTC), 19,56 €",
    ):
        assert part in shown
    assert [line for line in ana.lock_screen if "normal" in line] == []


async def test_under_an_mca_account_the_balance_offers_no_recharge(stage: Stage, ana: TeamsClient) -> None:
    await stage.put_settings(replace(await stage.settings(), account=Account.MCA))
    await stage.say(ana, "saldo")
    assert ana.last.buttons == ("Ver consumo", "Explicar")
