"""The three conversations that describe Saldo, word for word; and once more through the terminal's plain text."""

import io

from bot.sandbox.connector_client import TeamsClient
from bot.sandbox.terminal import chat
from bot.sandbox.terminal_screen import PipeScreen
from tests.scenario.stage import Stage, first_line, flat

PROPOSED = "Con 1.500,00 € el saldo duraría hasta el 9 feb. Aprueban Carmen y Luis. Grace no tiene Saldo instalado."


async def test_ana_asks_for_a_recharge_that_can_be_read_in_two_ways(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "recargar 1.500")
    assert first_line(ana.last) == "¿Mil quinientos (1.500,00 €) o uno y medio (1,50 €)?"
    assert [flat(title) for title in ana.last.buttons] == ["1.500,00 €", "1,50 €"]

    await stage.press(ana, "1.500,00 €")
    assert first_line(ana.last) == PROPOSED
    assert ana.last.buttons == ("Enviar", "Editar")


async def test_carmen_sees_the_request_on_her_locked_phone_and_approves(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient
) -> None:
    await stage.say(ana, "recargar 1.500")
    await stage.press(ana, "1.500,00 €")
    await stage.press(ana, "Enviar")
    assert carmen.lock_screen == ["Saldo: Ana te pide una aprobación"]
    asked = carmen.last

    await stage.hold_jobs()
    first = await carmen.press("Aprobar", message=asked)
    assert first_line(first.messages[0]) == "Tu aprobación consta."
    again = await carmen.press("Aprobar", message=asked)
    assert again.answers[0].card == first.answers[0].card


async def test_luis_asks_in_the_channel_and_gets_the_figures_in_private(stage: Stage, luis: TeamsClient) -> None:
    turned = await stage.say(luis, "@Saldo saldo", where="channel")
    private, public = sorted(turned.messages, key=lambda message: message.scope != "personal")
    assert flat(public.text) == "Bajo. Te envié las cifras en privado."
    assert public.card is None
    assert first_line(private) == ("Unos 212,40 € al 20 nov; las llamadas tardan hasta 48 h; comprobado hace 9 días.")


async def played(stage: Stage, name: str, script: str, *, locale: str = "") -> list[str]:
    """The lines of a terminal that reads a script."""
    out = io.StringIO()
    screen = PipeScreen(io.StringIO(script), out)
    status = await chat(stage.sandbox.teams.url, name, screen, locale=locale)
    assert status == 0
    return [line for line in flat(out.getvalue()).splitlines() if line]


ANA_AND_CARMEN = """
recargar 1.500
(1.500)
(Enviar)
/as Carmen
(Aprobar)
Adelante
"""


async def test_ana_and_carmen_read_the_same_in_the_terminal(stage: Stage) -> None:
    lines = await played(stage, "ana", ANA_AND_CARMEN, locale="en-US")
    assert lines[:6] == [
        "Ana: recargar 1.500",
        "Saldo: ¿Mil quinientos (1.500,00 €) o uno y medio (1,50 €)?",
        "  [1 1.500,00 €] [2 1,50 €]",
        "Ana: (1.500,00 €)",
        f"Saldo: {PROPOSED}",
        "  [1 Enviar] [2 Editar]",
    ]
    assert "(Carmen’s phone) Saldo: Ana te pide una aprobación" in lines
    pressed = lines.index("Carmen: (Aprobar)")
    assert "Saldo: Tu aprobación consta." in lines[pressed : pressed + 3]
    assert "(Teléfono de Ana) Saldo: la recarga ha llegado" in lines


async def test_luis_reads_the_same_in_the_terminal(stage: Stage) -> None:
    lines = await played(stage, "luis", "/in channel\n@Saldo saldo\n")
    assert lines[2:6] == [
        "Luis (General): @Saldo saldo",
        "Saldo (General): Bajo. Te envié las cifras en privado.",
        "Saldo (personal): lo que me pediste",
        "  Unos 212,40 € al 20 nov; las llamadas tardan hasta 48 h; comprobado hace 9 días.",
    ]
