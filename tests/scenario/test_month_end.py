"""The month-end statement: in the chat, as a file that is put where the person agreed to, and every month."""

import io
import zipfile

import pytest

from bot.sandbox.connector_client import TeamsClient
from bot.sandbox.connector_failures import Verb
from tests.scenario.stage import Stage, read

STATEMENT = (
    "Octubre de 2026 (UTC):",
    "Saldo inicial:",
    "Consumo (−):",
    "Saldo final:",
    "Departamento",
)


def content_of(stage: Stage, who: TeamsClient) -> bytes:
    """Of the newest file that was put into the person's storage."""
    message = next(one for one in reversed(who.inbox) if one.file is not None)
    assert message.file is not None
    return stage.sandbox.teams._deliveries.files[message.file.url.split("/files/")[1].split("/")[0]]


async def test_a_months_statement_is_told_in_its_parts(stage: Stage, ana: TeamsClient) -> None:
    told = " ".join((await stage.ask(ana, "informe de octubre")).split())
    assert [part for part in STATEMENT if part not in told] == []


async def test_the_file_is_offered_and_put_where_the_person_agreed_to(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "informe de octubre")
    await stage.press(ana, "Envíame el Excel")
    assert ana.last.offer is not None
    assert ana.last.offer.name == "saldo-2026-10.xlsx"
    await stage.sandbox.settled()
    await ana.answer_offer(accept=True)
    await stage.quiet()
    assert ana.last.file is not None
    with zipfile.ZipFile(io.BytesIO(content_of(stage, ana))) as book:
        assert "xl/workbook.xml" in book.namelist()


async def test_a_file_that_is_declined_leads_to_nothing(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "informe de octubre")
    await stage.press(ana, "Envíame los CSV")
    before = len(ana.inbox)
    turned = await ana.answer_offer(accept=False)
    await stage.quiet()
    assert (turned.status, len(ana.inbox)) == (200, before)


async def test_an_answer_that_teams_delivers_twice_puts_one_file(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "informe de octubre")
    await stage.press(ana, "Envíame los CSV")
    await ana.answer_offer(accept=True, times=3)
    await stage.quiet()
    assert len([message for message in ana.inbox if message.file is not None]) == 1


@pytest.mark.parametrize(("status", "arrived"), [(503, False), (500, True)])
async def test_a_busy_storage_is_tried_again(stage: Stage, ana: TeamsClient, status: int, arrived: bool) -> None:
    stage.sandbox.teams.failures.next(Verb.UPLOAD, status, arrived=arrived)
    await stage.say(ana, "informe de octubre")
    await stage.press(ana, "Envíame los CSV")
    await ana.answer_offer(accept=True)
    await stage.later(minutes=1)
    assert "statement.csv" in zipfile.ZipFile(io.BytesIO(content_of(stage, ana))).namelist()


async def test_a_place_that_is_gone_is_told(stage: Stage, ana: TeamsClient) -> None:
    stage.sandbox.teams.failures.next(Verb.UPLOAD, 404)
    await stage.say(ana, "informe de octubre")
    await stage.press(ana, "Envíame los CSV")
    await ana.answer_offer(accept=True)
    await stage.quiet()
    assert ana.last.text.startswith("Saldo: no se pudo guardar saldo-2026-10.zip")


async def test_asked_for_in_a_channel_the_file_is_offered_in_private(stage: Stage, luis: TeamsClient) -> None:
    await stage.say(luis, "@Saldo informe de octubre", where="channel")
    await stage.press(luis, "Envíame el Excel")
    private = [message for message in luis.inbox if message.scope == "personal"]
    assert private[-1].offer is not None


async def test_who_subscribed_gets_the_statement_on_the_fourth_day_after_the_month(
    stage: Stage, luis: TeamsClient
) -> None:
    await stage.say(luis, "informe")
    await stage.press(luis, "Suscribirme")
    before = len(luis.inbox)
    await stage.later(days=10)
    assert len([one for one in luis.inbox[before:] if "extracto" in one.text]) == 0
    await stage.later(days=2)
    (message,) = [one for one in luis.inbox[before:] if "extracto" in one.text]
    assert message.lock_screen == "Saldo: el extracto del mes está listo"
    assert "Noviembre de 2026 (UTC)" in read(message)
    await stage.later(days=2)
    assert len([one for one in luis.inbox[before:] if "extracto" in one.text]) == 1


async def test_who_unsubscribed_gets_no_more(stage: Stage, luis: TeamsClient) -> None:
    await stage.say(luis, "informe")
    await stage.press(luis, "Suscribirme")
    await stage.press(luis, "Cancelar suscripción")
    before = len(luis.inbox)
    await stage.later(days=13)
    assert [one for one in luis.inbox[before:] if "extracto" in one.text] == []
