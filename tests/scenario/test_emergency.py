"""An emergency in the chat, in both languages: what it means before it is called, who hears of it, and what comes
after. And reminders, which follow the time until the money runs out."""

import re

from bot.domain.requests import Ratification, State
from bot.sandbox.connector_client import TeamsClient
from tests.scenario.stage import Stage, first_line, read

NOT_YET = "Solo se puede seguir sin aprobación cuando el saldo se agota en menos de 96 horas."
WHY_ES, WHY_EN = "La campaña empieza a las ocho y nadie contesta.", "The campaign starts at eight, nobody answers."
TOLD_ES = "Saldo: algo siguió adelante sin tu aprobación, échale un vistazo"
TOLD_EN = "Saldo: something went ahead without your approval, please look at it"


def posted(stage: Stage, line: str) -> int:
    """To how many people this was sent, whatever became of the message later."""
    return len({message.id for message in stage.messages if message.lock_screen == line})


async def test_in_spanish_the_requester_calls_it_by_what_the_admin_center_shows(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, luis: TeamsClient
) -> None:
    await stage.say(ana, "recargar 100")
    await stage.press(ana, "Enviar")
    assert "Emergencia…" not in ana.last.buttons
    assert NOT_YET in await stage.ask(ana, "emergencia")

    await stage.say(ana, "conciliar 10")
    await stage.press(ana, "Enviar")
    asked = await stage.ask(ana, "emergencia")
    assert asked.startswith("¿Pedir 100,00 € ya, antes de que nadie lo apruebe?")
    for told in (
        "El pedido sale al momento y nadie puede anularlo.",
        "reciben el aviso al momento, con tu nombre y tu motivo",
        "Tienen 72 horas para aprobarla después.",
        "La política permite hasta 2.000,00 € de este modo, y una sola emergencia a la vez.",
    ):
        assert told in asked
    lasts = re.search(r"el centro de administración alcanza para (\d+) horas, más o menos\.", asked)
    assert lasts is not None, asked
    assert 0 < int(lasts[1]) < 24  # the hour at which it is asked decides which
    short = await stage.click(ana, "Pedir ya, sin aprobación", inputs={"reason": "Corre prisa"})
    assert short.startswith("Explica por qué con al menos 20 caracteres")
    assert "Corre prisa" in short
    await stage.press(ana, "Pedir ya, sin aprobación", inputs={"reason": WHY_ES})

    assert posted(stage, TOLD_ES) == 2
    assert len(await stage.orders()) == 1
    assert first_line(ana.last) == "La recarga llegó: 100,00 € abonados."
    assert f"Ana Torres, en una emergencia: «{WHY_ES}»" in read(ana.last)
    assert "Abonada · sin aprobar · Ana Torres" in await stage.ask(carmen, "solicitudes")

    await stage.press(luis, "Aprobar a posteriori", inputs={"comment": "Bien hecho"})
    request = next(one for one in await stage.requests() if one.exemption is not None)
    assert request.ratification is Ratification.RATIFIED
    assert "sin aprobar" not in await stage.ask(carmen, "solicitudes")


async def test_in_english_an_approver_calls_it_from_the_card_and_it_stays_marked(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, luis: TeamsClient
) -> None:
    await stage.say(luis, "hi")
    await stage.say(carmen, "hi")
    await stage.later(days=8)  # Monday, the 30th of November
    await stage.say(ana, "recharge 100")
    await stage.press(ana, "Send")
    await stage.press(luis, "Emergency…")
    assert first_line(luis.last) == "Order €100.00 now, before anybody has approved it?"
    assert "By the forecast the money may run out in" in read(luis.last)
    await stage.press(luis, "Order now, without approval", inputs={"reason": WHY_EN})
    assert posted(stage, TOLD_EN) == 1  # Carmen: neither Ana nor Luis may approve it afterwards
    assert "Approve afterwards" not in luis.last.buttons
    assert "not yet; until Dec 3" in read(luis.last)

    await stage.later(days=4, hours=6)
    assert posted(stage, "Saldo: what went ahead in an emergency was not approved in time") == 3
    assert "Arrived · not approved · Ana Torres" in await stage.ask(luis, "requests")
    request = next(one for one in await stage.requests() if one.exemption is not None)
    assert (request.state, request.ratification) == (State.DONE, Ratification.UNRATIFIED)
    assert "1 request of this month went ahead without the approvals" in await stage.ask(ana, "report November 2026")


async def test_it_is_asked_which_one_where_several_wait_and_nothing_waits_for_nobody(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient
) -> None:
    assert "Ninguna recarga espera aprobación" in await stage.ask(ana, "emergencia")
    for amount in ("100", "150"):
        await stage.say(ana, f"recargar {amount}")
        await stage.press(ana, "Enviar")
    await stage.later(days=29)
    asked = await stage.ask(carmen, "emergencia")
    assert asked.startswith("Varias recargas esperan aprobación.")
    await stage.press(carmen, "100,00 €, de Ana Torres")
    assert first_line(carmen.last) == "¿Pedir 100,00 € ya, antes de que nadie lo apruebe?"
    await stage.press(carmen, "Volver")
    assert "Emergencia…" in carmen.last.buttons


async def test_reminders_come_in_the_morning_and_stop_with_the_decision(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, luis: TeamsClient
) -> None:
    """It is Sunday, and the money lasts for a week: nobody is reminded before Monday, and Luis lives further west."""
    await stage.say(luis, "hi")
    await stage.say(ana, "recargar 500")
    await stage.press(ana, "Enviar")
    reminders = ("Saldo: Ana sigue esperando tu aprobación", "Saldo: Ana still waits for your approval")
    seen = []
    for _ in range(4):
        await stage.later(hours=12)
        seen.append([posted(stage, line) for line in reminders])
    assert seen == [[0, 0], [1, 0], [1, 1], [1, 1]]  # it is still night where Luis lives
    await stage.press(carmen, "Aprobar")
    await stage.later(days=10)
    assert [posted(stage, line) for line in reminders] == [1, 1]
