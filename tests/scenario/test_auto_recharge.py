"""Auto-recharge, pasted mails and rules, played through in the sandbox: the wallet holds €212.40."""

from bot.domain.requests import State
from bot.sandbox.connector_client import TeamsClient
from tests.scenario.stage import A_SUM, Stage, first_line, flat, read

MAIL = """Asunto: Recarga automática de Créditos de comunicaciones completada

Hola:
La recarga automática de 500,00 € se ha
realizado correctamente el 21 de noviembre de 2026.
"""
FAILED = "Microsoft\nYour Communication Credits auto-recharge of €500.00 failed: your card has expired."


async def mirrored(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "recarga automática")
    assert first_line(ana.last).startswith("Nadie me ha dicho aún")
    await stage.press(ana, "Guardar", inputs={"on": "on", "amount": "500", "trigger": "300"})


async def test_the_buyer_is_asked_and_his_yes_books_the_money(
    stage: Stage, ana: TeamsClient, luis: TeamsClient
) -> None:
    await mirrored(stage, ana)
    assert luis.lock_screen[-1] == "Saldo: ¿llegó la recarga automática?"
    assert not A_SUM.search(luis.lock_screen[-1])
    assert flat(first_line(luis.last)).endswith("¿llegó la recarga automática de 500,00 €?")
    assert "Se espera: 500,00 €, sin confirmar" in " ".join((await stage.ask(ana, "saldo")).split())
    assert await stage.available() == "212.40"
    await stage.press(luis, "Sí, en esa fecha", times=3)
    assert await stage.available() == "712.40"
    assert "según confirmó Luis" in first_line(luis.last)


async def test_a_pasted_mail_confirms_what_was_expected_once(
    stage: Stage, ana: TeamsClient, luis: TeamsClient
) -> None:
    await mirrored(stage, ana)
    await stage.say(luis, MAIL)
    assert flat(first_line(luis.last)) == "Este correo dice que 500,00 € llegaron el 21 nov 2026."
    assert "que yo esperaba" in luis.last.drawn
    assert await stage.available() == "212.40"
    await stage.press(luis, "Registrar")
    await stage.say(luis, MAIL)
    assert first_line(luis.last).startswith("Este correo ya está registrado")
    assert await stage.available() == "712.40"


async def test_a_failure_is_told_to_everybody_in_charge_in_their_language(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, luis: TeamsClient
) -> None:
    await mirrored(stage, ana)
    await stage.say(luis, "good morning, what can you do?")
    await stage.say(luis, FAILED)
    await stage.press(luis, "Report it")
    for person in (ana, carmen):
        assert person.lock_screen[-1] == "Saldo: la recarga automática falló"
        assert flat(first_line(person.last)).endswith("falló: la tarjeta ha caducado.")
    assert "Métodos de pago" in ana.last.drawn


async def test_a_rule_proposes_what_others_approve(stage: Stage, ana: TeamsClient, carmen: TeamsClient) -> None:
    await stage.say(ana, "regla objetivo 800 bajo 300")
    request = await stage.request()
    assert (request.requester, request.edited_by and request.edited_by.id) == ("saldo", ana.person.id)
    assert carmen.lock_screen[-1] == "Saldo: una regla de Ana te pide una aprobación"
    assert first_line(carmen.last).startswith("Una regla que editó por última vez Ana Torres te pide una aprobación")
    assert "Regla: " in read(carmen.last)
    assert ana.lock_screen[-1] == "Saldo: tu regla propone una recarga"
    assert {"Editar", "Retirar"} <= set(ana.last.buttons)
    await stage.press(carmen, "Aprobar")
    assert (await stage.request()).state is State.DONE
    assert await stage.available() == "802.40"
    await stage.later(hours=1)
    assert len(await stage.requests()) == 1
    await stage.say(ana, "probar reglas")
    assert first_line(ana.last).startswith("En los últimos 90 días habría habido")
