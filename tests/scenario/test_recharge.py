"""A recharge from the typed amount to the money in the wallet, and all the ways in which it ends earlier."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.money import Money
from bot.domain.requests import State
from bot.domain.settings import Account
from bot.sandbox.connector_client import TeamsClient
from tests.scenario.stage import Stage, first_line, flat


async def sent(stage: Stage, who: TeamsClient, amount: str = "500") -> None:
    """A recharge, proposed and sent in Spanish."""
    await stage.say(who, f"recargar {amount}")
    await stage.press(who, "Enviar")


async def test_an_approved_recharge_reaches_the_wallet_once_and_everybody_hears(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, luis: TeamsClient
) -> None:
    await sent(stage, ana)
    await stage.press(carmen, "Aprobar", inputs={"comment": "Adelante"})

    assert [(entry.amount, entry.request_id) for entry in await stage.bought_here()] == [
        (Money.of("500", "EUR"), (await stage.request()).id)
    ]
    assert len(await stage.orders()) == 1
    assert await stage.available() == "712.40"
    assert ana.lock_screen[-1] == "Saldo: la recarga ha llegado"
    for person in (ana, carmen, luis):
        assert first_line(person.last) == "La recarga llegó: 500,00 € abonados."
    assert "Carmen Soler aprobó: «Adelante»" in ana.last.drawn
    assert "712,40" in await stage.ask(ana, "saldo")


async def test_it_reads_as_well_in_english(stage: Stage, ana: TeamsClient, luis: TeamsClient) -> None:
    await stage.say(luis, "hi")
    await stage.say(ana, "recharge 500")
    assert first_line(ana.last) == (
        "With €500.00 the balance would last until Dec 23. Carmen and Luis can approve. "
        "Grace does not have Saldo installed."
    )
    await stage.press(ana, "Send")
    assert first_line(ana.last) == "Your request is waiting for one of these people: Carmen and Luis."
    assert luis.lock_screen == ["Saldo: Ana asks for your approval"]
    assert await stage.click(luis, "Approve", inputs={"comment": "fine"}) != ""
    assert ana.lock_screen == ["Saldo: the recharge has arrived"]
    assert "Luis Vega approved: “fine”" in ana.last.drawn


async def test_the_approver_sees_first_what_is_approved(stage: Stage, ana: TeamsClient, carmen: TeamsClient) -> None:
    await sent(stage, ana)
    assert first_line(carmen.last) == "Ana Torres te pide una aprobación: recargar 500,00 €."
    drawn = " ".join(flat(carmen.last.drawn).split())
    facts = ("Importe: 500,00 €", "Saldo después: 712,40 €", "Se agotaría el: 23 dic 2026", "Solicitante: Ana Torres")
    places = [drawn.index(fact) for fact in facts]
    assert places == sorted(places)
    assert carmen.last.buttons[:2] == ("Aprobar", "Rechazar")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("doce", "No entiendo «doce» como importe. Escríbelo en cifras, por ejemplo 500 o 1500,50."),
        ("500 USD", "El saldo se lleva en EUR; aquí no se puede usar USD."),
        ("-5", "El importe debe ser mayor que cero. No ha cambiado nada."),
        ("0", "El importe debe ser mayor que cero. No ha cambiado nada."),
        ("99999999999999", "Ese importe es demasiado grande para ser correcto. Revisa los ceros."),
        ("10,555 €x", "No entiendo «10,555 €x» como importe. Escríbelo en cifras, por ejemplo 500 o 1500,50."),
        ("1500,5555", "Un importe tiene como mucho dos decimales, por ejemplo 1500,50."),
    ],
)
async def test_a_form_says_what_is_wrong_with_the_amount_and_keeps_the_rest(
    stage: Stage, ana: TeamsClient, typed: str, told: str
) -> None:
    await stage.say(ana, "recargar")
    assert first_line(ana.last) == "¿Cuánto quieres recargar?"
    await stage.press(ana, "Continuar", inputs={"amount": typed, "reason": "Campaña", "po_number": "PO-1"})
    assert first_line(ana.last) == told
    assert "Motivo: Campaña" in ana.last.drawn
    assert "PO-1" in ana.last.drawn
    assert await stage.requests() == []


async def test_the_form_names_who_can_approve_before_anything_is_typed(stage: Stage, ana: TeamsClient) -> None:
    said = await stage.ask(ana, "recargar")
    assert "Aprueban Carmen y Luis. Grace no tiene Saldo instalado." in said


async def test_too_long_a_reason_is_refused_and_changes_nothing(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "recargar")
    form = ana.last
    action = next(action for action in (form.card or {})["actions"] if action["title"] == "Continuar")
    turned = await ana.press_action(form.id, action, {"amount": "500", "reason": "x" * 501})
    assert turned.answers[0].text == "Ese texto es demasiado largo: como máximo 500 caracteres."
    assert await stage.requests() == []
    assert ana.last.card == form.card


async def test_an_ambiguous_amount_in_the_form_keeps_the_reason(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "recargar")
    await stage.press(ana, "Continuar", inputs={"amount": "1,500", "reason": "Navidad"})
    assert first_line(ana.last) == "¿Mil quinientos (1.500,00 €) o uno y medio (1,50 €)?"
    await stage.press(ana, "1.500,00 €")
    assert "Motivo: Navidad" in ana.last.drawn
    assert (await stage.request()).asked.amount == Money.of("1500", "EUR")


async def test_a_reading_that_no_wallet_can_hold_leads_back_to_the_form(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "recargar 750.555")
    await stage.press(ana, "750,56 €")
    assert first_line(ana.last) == "Un importe tiene como mucho dos decimales, por ejemplo 1500,50."
    assert await stage.requests() == []


async def test_a_draft_can_be_edited_before_it_is_sent(stage: Stage, ana: TeamsClient, carmen: TeamsClient) -> None:
    await stage.say(ana, "recargar 500")
    await stage.press(ana, "Editar")
    await stage.press(ana, "Continuar", inputs={"amount": "800", "reason": "Más campañas"})
    assert first_line(ana.last).startswith("Con 800,00 €")
    await stage.press(ana, "Enviar")
    assert first_line(carmen.last) == "Ana Torres te pide una aprobación: recargar 800,00 €."
    assert len(await stage.requests()) == 1


async def test_what_was_edited_meanwhile_is_shown_again_before_it_is_sent(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "recargar 500")
    old = ana.last
    await stage.press(ana, "Editar")
    await stage.press(ana, "Continuar", inputs={"amount": "800"})
    await stage.press(ana, "Enviar", message=old)
    assert first_line(ana.last).startswith("Con 800,00 €")
    assert (await stage.request()).state is State.DRAFT


async def test_a_sent_request_can_be_withdrawn_and_its_approvers_see_so(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient
) -> None:
    await sent(stage, ana)
    asked = carmen.last
    await stage.press(ana, "Retirar")
    assert first_line(ana.last) == "La recarga de 500,00 € fue retirada."
    assert first_line(carmen.last) == "La recarga de 500,00 € fue retirada."
    assert carmen.last.buttons == ("Historial",)

    assert await stage.click(carmen, "Aprobar", message=asked) == flat(carmen.last.drawn)
    assert (await stage.request()).state is State.WITHDRAWN
    assert await stage.orders() == []


async def test_a_rejection_ends_the_request_with_its_comment(
    stage: Stage, ana: TeamsClient, luis: TeamsClient, carmen: TeamsClient
) -> None:
    await sent(stage, ana)
    assert (await stage.click(luis, "Rechazar", inputs={"comment": "Hay bastante"})).startswith("Saldo: ")
    assert first_line(luis.last) == "Tu rechazo consta."
    assert ana.lock_screen == ["Saldo: tu solicitud fue rechazada"]
    assert "Luis Vega rechazó: «Hay bastante»" in ana.last.drawn
    assert ana.last.buttons == ("Otra recarga", "Historial")
    assert first_line(carmen.last) == "La recarga de 500,00 € fue rechazada."
    assert await stage.orders() == []


async def test_nobody_decides_on_their_own_request(stage: Stage, luis: TeamsClient, carmen: TeamsClient) -> None:
    """Luis may approve recharges, but not the one that he asks for."""
    await sent(stage, luis)
    assert "Carmen" in first_line(luis.last)
    assert "Aprobar" not in luis.last.buttons
    approve = next(action for action in (carmen.last.card or {})["actions"] if action["title"] == "Aprobar")
    turned = await luis.press_action(luis.last.id, approve, {})
    assert turned.answers[0].text == ("Nadie aprueba ni rechaza su propia solicitud. Tiene que decidir otra persona.")
    assert (await stage.request()).state is State.PENDING


async def test_somebody_without_the_right_decides_nothing(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, eva: TeamsClient
) -> None:
    await sent(stage, ana)
    await stage.say(eva, "ayuda")
    approve = next(action for action in (carmen.last.card or {})["actions"] if action["title"] == "Aprobar")
    turned = await eva.press_action(eva.last.id, approve, {})
    assert turned.answers[0].text.startswith("No estás entre quienes deciden esto.")
    assert (await stage.request()).state is State.PENDING


async def test_where_nobody_else_can_approve_there_is_nothing_to_send(stage: Stage, luis: TeamsClient) -> None:
    settings = await stage.settings()
    await stage.put_settings(replace(settings, approver_group=None))
    world = stage.sandbox.teams._deliveries.world
    assert world.by_name("grace") is not None
    said = await stage.ask(luis, "recargar 500")
    assert "Todavía no se puede avisar a nadie que pueda aprobar. Grace no tiene Saldo instalado." in said


@pytest.mark.parametrize("said", ["recargar 500", "recharge 500"])
async def test_under_an_mca_account_no_recharge_is_proposed(stage: Stage, ana: TeamsClient, said: str) -> None:
    await stage.put_settings(replace(await stage.settings(), account=Account.MCA))
    told = await stage.ask(ana, said)
    assert "MCA" in told
    assert await stage.requests() == []


async def test_an_enterprise_agreement_wants_a_purchase_order_number(stage: Stage, ana: TeamsClient) -> None:
    await stage.put_settings(replace(await stage.settings(), account=Account.EA))
    await stage.say(ana, "recargar")
    (po_number,) = [part for part in (ana.last.card or {})["body"] if part.get("id") == "po_number"]
    assert po_number["isRequired"] is True


async def test_a_declined_order_says_why_and_books_nothing(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient
) -> None:
    await stage.sandbox.document.change(lambda state: replace(state, card_expired=True))
    await sent(stage, ana)
    await stage.press(carmen, "Aprobar")
    assert first_line(ana.last) == "La recarga de 500,00 € fue denegada: la tarjeta de pago ha caducado."
    assert first_line(carmen.last) == "Falló el pago de la recarga de 500,00 €: la tarjeta caducó."  # in charge
    assert ana.lock_screen == ["Saldo: la recarga fue denegada"]
    assert ana.last.buttons == ("Otra recarga", "Historial")
    assert await stage.bought_here() == []
    assert await stage.available() == "212.40"


async def test_what_is_ordered_counts_as_pending_and_not_as_available(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient
) -> None:
    await sent(stage, ana)
    await stage.hold_jobs()
    await carmen.press("Aprobar")
    turned = await ana.say("saldo")
    drawn = " ".join(flat(turned.messages[-1].drawn).split())
    assert "Disponible: 212,40 €" in drawn
    assert "Recargas pendientes: 500,00 €" in drawn
    await stage.quiet()
    assert await stage.available() == "712.40"


async def test_a_draft_that_nobody_sends_is_swept_away_after_a_day(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "recargar 500")
    await stage.later(days=1, minutes=1)
    assert (await stage.request()).state is State.EXPIRED
    shown = await stage.click(ana, "Enviar")
    assert shown.startswith("La recarga de 500,00 € nunca se envió y ha caducado.")


async def test_a_line_that_is_delivered_twice_makes_one_draft(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "recargar 500", times=3)
    assert len(await stage.requests()) == 1


async def test_the_list_of_requests_opens_the_present_card(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient
) -> None:
    await sent(stage, ana)
    assert (await stage.ask(carmen, "solicitudes")).startswith("1 solicitud espera tu decisión.")
    await stage.press(carmen, "Abrir")
    assert carmen.last.buttons[:2] == ("Aprobar", "Rechazar")
    await stage.press(carmen, "Aprobar")
    assert [first_line(message) for message in carmen.inbox] == ["La recarga llegó: 500,00 € abonados."] * 2


async def test_whoever_has_no_part_in_requests_sees_none_and_is_offered_none(stage: Stage, eva: TeamsClient) -> None:
    said = await stage.ask(eva, "solicitudes")
    assert said.startswith("No hay ninguna solicitud que te concierna.")
    assert eva.last.buttons == ("Ayuda",)


async def test_two_requests_at_once_are_two_orders(stage: Stage, ana: TeamsClient, carmen: TeamsClient) -> None:
    await sent(stage, ana, "500")
    first = carmen.last
    await sent(stage, ana, "300")
    await asyncio.gather(carmen.press("Aprobar", message=first), carmen.press("Aprobar", message=carmen.last))
    await stage.quiet()
    assert sorted(str(entry.amount) for entry in await stage.bought_here()) == ["300.00", "500.00"]
    assert await stage.available() == "1012.40"
