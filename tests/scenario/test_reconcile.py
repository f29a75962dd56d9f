"""The books against the admin center, and questions about the money, played through in the sandbox."""

import pytest

from bot.domain.ledger import Adjustment
from bot.domain.requests import State
from bot.sandbox.connector_client import TeamsClient
from tests.scenario.stage import A_SUM, Stage, first_line, flat


async def test_a_large_drift_waits_for_carmen_and_then_the_books_say_what_the_portal_said(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient
) -> None:
    compared = await stage.ask(ana, "cuadrar 190,00")
    assert compared.startswith("El centro de administración muestra 190,00 €: 22,40 € menos de lo esperado.")
    await stage.press(ana, "Enviar")
    assert first_line(ana.last) == "Tu solicitud espera a una de estas personas: Carmen y Luis."
    assert carmen.lock_screen == ["Saldo: Ana te pide una aprobación"]
    assert not A_SUM.search(carmen.lock_screen[0])
    assert "Sin explicar" in flat(carmen.last.drawn)
    await stage.press(carmen, "Aprobar")
    assert (await stage.request()).state is State.DONE
    (reading,) = [entry for entry in (await stage.ledger())[-1:] if isinstance(entry, Adjustment)]
    assert str(reading.portal) == "190.00"
    assert first_line(ana.last) == "Los libros se ajustaron a 190,00 €."
    said = await stage.ask(ana, "saldo")
    assert "Última comprobación: 22 nov 2026: 22,40 € menos de lo esperado" in " ".join(said.split())


async def test_a_small_drift_is_booked_by_ana_alone(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "reconcile 211 at 9:30")
    assert first_line(ana.last) == "The admin center shows €211.00: €1.40 less than expected."
    await stage.press(ana, "Book")
    assert first_line(ana.last) == "Booked: €211.00 on Nov 22, 2026, €1.40 less than expected."
    assert await stage.requests() == []


QUESTIONS = {
    "consejo": "Recarga 1.750,00 €: con eso el dinero dura hasta el 22 feb 2027.",
    "advice for 1 month": "Recharge €450.00: with it the money lasts until Dec 22, 2026.",
    "lotes": "5 lotes; el 20 nov quedan 212,40 € en total.",
    "expiring": "Next to expire: €212.40 on Sep 21, 2027.",
    "historial": "Los libros tienen 186 apuntes; estos son los últimos.",
    "balance on 31 October": "At the end of Oct 31, 2026 the balance was €660.16.",
    "rate Mexico": "Calls to Mexico have cost €0.041 a minute on average.",
    "y si 20 personas llaman a México 30 minutos al día": "Eso costaría unos 546,01 € al mes.",
    "what if 5 people call Peru 10 minutes a week": (
        "Nobody has called Peru from the wallet in the last year, so I cannot tell at your own rate. "
        "Microsoft's list has the rates."
    ),
    "usage by country last month": "€661.60 spent from Oct 1 to Oct 31.",
    "consumo por departamento": "Gasto del 24 oct al 22 nov: 587,57 €.",
}


@pytest.mark.parametrize(("said", "told"), list(QUESTIONS.items()))
async def test_a_question_is_answered_in_its_language(stage: Stage, ana: TeamsClient, said: str, told: str) -> None:
    await stage.ask(ana, said)
    assert first_line(ana.last) == told


async def test_who_spends_most_is_told_by_name_to_who_may_see_names(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient
) -> None:
    assert "Ana Torres" in await stage.ask(ana, "top spenders")
    departments = await stage.ask(carmen, "top spenders")  # an approver sees figures, and no names
    assert "Ana Torres" not in departments
    assert "Department" in departments


async def test_a_country_is_named_in_the_readers_language(stage: Stage, ana: TeamsClient) -> None:
    assert "España" in await stage.ask(ana, "consumo por país")
    assert "Spain" in await stage.ask(ana, "usage by country")
