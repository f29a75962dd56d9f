"""A house in which nobody has told Saldo anything yet: the welcome, the four steps, and what is missing by name."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import pytest_asyncio

import bot.app.sandbox
from bot.app.saldo import opened_store
from bot.config import read_settings
from bot.domain.ledger import Adjustment, UsageChange
from bot.domain.people import PersonId
from bot.domain.settings import Account, Progress, SetupStep
from bot.sandbox.calls import visible_calls
from bot.sandbox.clock import BEGINNING
from bot.sandbox.connector_client import TeamsClient
from bot.sandbox.connector_failures import Verb
from bot.sandbox.export import export_csv, export_zip
from bot.sandbox.state import StateDocument
from bot.sandbox.world import TENANT
from bot.usecases.prove_control import issue_code
from tests.scenario.conftest import opened
from tests.scenario.stage import Stage, first_line, flat

CALLS, ROLES = "CallRecord-PstnCalls.Read.All", "RoleManagement.Read.Directory"
HELLO = "Soy Saldo: sé cuántos Créditos de comunicaciones quedan y ayudo a recargarlos a tiempo."
NO_CALLS = f"No puedo leer lo que cuestan las llamadas: Microsoft Graph no me ha concedido {CALLS}."


async def nothing(*of: object) -> None:
    """Neither sample data nor anybody whom Saldo has met."""


@pytest_asyncio.fixture
async def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    """The sandbox's tenant before its first day with Saldo; Graph does not let calls be read."""
    monkeypatch.setattr(bot.app.sandbox, "_first_day", nothing)
    monkeypatch.setattr(bot.app.sandbox, "introduce", nothing)
    async with opened_store(read_settings({"SALDO_DATA": str(tmp_path)})) as store:
        await StateDocument(store).change(lambda state: replace(state, missing_permissions=(CALLS,)))
    async with opened(tmp_path) as sandbox:
        stage = Stage(sandbox)
        yield stage
        assert stage.objections() == []


@pytest.fixture
def ana(fresh: Stage) -> TeamsClient:
    return fresh.client("ana")


async def added(stage: Stage, who: TeamsClient) -> None:
    await who.install(times=2)
    await stage.quiet()


async def at_step(stage: Stage, who: TeamsClient, step: SetupStep) -> None:
    """The set-up, everything before `step` skipped."""
    await added(stage, who)
    await stage.press(who, "Configurar")
    for before in SetupStep:
        if before is step:
            return
        await stage.press(who, "Omitir")


def usage_zip(*, locale: str = "es", first: date = date(2026, 11, 16), last: date = date(2026, 11, 20)) -> bytes:
    return export_zip(visible_calls(first, last, BEGINNING), locale=locale)


async def test_an_administrator_is_welcomed_once_although_teams_tells_it_four_times(
    fresh: Stage, ana: TeamsClient
) -> None:
    await added(fresh, ana)
    assert [first_line(message) for message in ana.inbox] == [HELLO]
    assert ana.last.buttons == ("Configurar", "Ayuda")
    settings = await fresh.settings()
    assert settings.installer is not None
    assert (settings.installer.name, settings.locale, settings.zone) == ("Ana Torres", "es-ES", "Europe/Madrid")


async def test_a_new_installation_is_welcomed_again(fresh: Stage, ana: TeamsClient) -> None:
    await added(fresh, ana)
    await ana.uninstall()
    await added(fresh, ana)
    assert len(ana.inbox) == 2


async def test_a_channel_hears_once_who_added_saldo(fresh: Stage, ana: TeamsClient) -> None:
    await ana.install("channel", times=2)
    (welcome,) = ana.inbox
    assert "Ana Torres me ha agregado aquí." in welcome.drawn


async def test_somebody_without_a_part_in_the_set_up_gets_a_plain_welcome(fresh: Stage, ana: TeamsClient) -> None:
    await added(fresh, ana)
    eva = fresh.client("eva")
    await added(fresh, eva)
    assert eva.last.buttons == ("Ayuda",)
    assert (await fresh.ask(eva, "configurar")).startswith("No puedes cambiar la configuración de Saldo.")


async def test_it_reads_as_well_in_english(fresh: Stage) -> None:
    ana = fresh.client("ana", locale="en-US")
    await added(fresh, ana)
    assert first_line(ana.last) == (
        "I am Saldo: I know how many Communications Credits are left, and help to recharge them in time."
    )
    for title, question in (
        ("Set up", "Step 1 of 4: what kind of billing account buys the credits?"),
        ("Skip", "Step 2 of 4: what balance does the admin center show?"),
        ("Skip", "Step 3 of 4: how do I learn what calls cost?"),
        ("Skip", "Step 4 of 4: who approves?"),
        ("Skip", "The set-up is complete but for 4 steps, which you can take up at any time."),
    ):
        await fresh.press(ana, title)
        assert first_line(ana.last) == question


async def test_what_is_not_known_is_never_shown_as_zero(fresh: Stage, ana: TeamsClient) -> None:
    await added(fresh, ana)
    said = await fresh.ask(ana, "saldo")
    assert said.startswith("Todavía no conozco el saldo: no hay registrada ninguna compra ni lectura del saldo.")
    assert "0,00" not in said
    turned = await fresh.say(ana, "@Saldo saldo", where="channel")
    assert [message.text for message in turned.messages if message.scope != "personal"] == [
        "Desconocido. Te envié las cifras en privado."
    ]
    assert "0,00" not in await fresh.ask(ana, "consumo")


async def test_all_four_steps_lead_to_a_balance_and_its_approvers(fresh: Stage, ana: TeamsClient) -> None:
    await added(fresh, ana)
    await fresh.press(ana, "Configurar")
    await fresh.press(ana, "Continuar", inputs={"kind": "mosa"})
    await fresh.press(ana, "Continuar", inputs={"amount": "1.500", "currency": "EUR", "read_on": "2026-11-18"})
    assert first_line(ana.last) == "¿Mil quinientos (1.500,00 €) o uno y medio (1,50 €)?"
    await fresh.press(ana, "1.500,00 €")
    assert first_line(ana.last).startswith("Paso 3 de 4")

    await ana.attach("PSTN.calls.zip", usage_zip())
    await fresh.quiet()
    await fresh.press(ana, "Registrar")
    await fresh.press(ana, "Configurar")
    await fresh.press(ana, "Continuar", inputs={"typed": "saldo approvers"})
    assert first_line(ana.last) == "La configuración está completa."

    settings = await fresh.settings()
    assert {step: settings.progress(step) for step in SetupStep} == dict.fromkeys(SetupStep, Progress.DONE)
    assert settings.account is Account.MOSA
    assert settings.approver_group is not None
    drawn = " ".join((await fresh.ask(ana, "saldo")).split())
    assert "checked" not in drawn
    assert "comprobado hace 4 días" in drawn
    assert "se supone la caducidad más temprana posible" in drawn
    await fresh.client("carmen").install()
    assert "Aprueba Carmen." in await fresh.ask(ana, "recargar 500")


async def test_steps_are_resumed_where_they_were_left(fresh: Stage, ana: TeamsClient) -> None:
    await at_step(fresh, ana, SetupStep.BALANCE)
    assert (await fresh.ask(ana, "configurar")).startswith("Paso 2 de 4")
    for _ in range(3):
        await fresh.press(ana, "Omitir")
    assert first_line(ana.last) == "La configuración está completa salvo 4 pasos, que puedes retomar cuando quieras."
    await fresh.press(ana, "Cuenta de facturación")
    await fresh.press(ana, "Continuar", inputs={"kind": "ea"})
    assert first_line(ana.last) == "La configuración está completa salvo 3 pasos, que puedes retomar cuando quieras."
    assert (await fresh.settings()).account is Account.EA


async def test_an_mca_account_is_never_offered_a_purchase(fresh: Stage, ana: TeamsClient) -> None:
    await added(fresh, ana)
    await fresh.press(ana, "Configurar")
    await fresh.press(ana, "Continuar", inputs={"kind": "mca"})
    said = await fresh.ask(ana, "recargar 500")
    assert said.startswith("Con un contrato de cliente de Microsoft (MCA) no se compran créditos")
    assert "Recargar" not in (await fresh.ask(ana, "saldo"))
    assert "Recargar" not in (await fresh.ask(ana, "solicitudes"))
    assert await fresh.requests() == []


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"amount": "doce"}, "No entiendo «doce» como importe. Escríbelo en cifras, por ejemplo 500 o 1500,50."),
        ({"amount": "-3"}, "El importe debe ser mayor que cero. No ha cambiado nada."),
        ({"amount": "12 USD"}, "El saldo se lleva en EUR; aquí no se puede usar USD."),
        ({"amount": "12", "currency": "E1"}, "No conozco la moneda «E1»."),
    ],
)
async def test_a_balance_that_cannot_be_is_refused_in_words(
    fresh: Stage, ana: TeamsClient, inputs: dict[str, str], told: str
) -> None:
    await at_step(fresh, ana, SetupStep.BALANCE)
    said = await fresh.click(ana, "Continuar", inputs={"currency": "EUR", "read_on": "2026-11-20", **inputs})
    assert said.startswith(told)
    assert await fresh.ledger() == []


async def test_a_missing_permission_is_named_with_who_can_grant_it(fresh: Stage, ana: TeamsClient) -> None:
    await at_step(fresh, ana, SetupStep.USAGE)
    await fresh.press(ana, "Comprobar")
    drawn = flat(ana.last.drawn)
    assert NO_CALLS in drawn
    assert "un administrador global o un administrador de roles con privilegios" in drawn
    assert (await fresh.settings()).progress(SetupStep.USAGE) is None


async def test_with_the_permission_granted_usage_is_read_from_graph(fresh: Stage, ana: TeamsClient) -> None:
    await at_step(fresh, ana, SetupStep.USAGE)
    await fresh.sandbox.document.change(lambda state: replace(state, missing_permissions=()))
    await fresh.press(ana, "Comprobar")
    assert first_line(ana.last).startswith("Paso 4 de 4")
    usage = [entry for entry in await fresh.ledger() if isinstance(entry, UsageChange)]
    assert max(entry.day for entry in usage) == date(2026, 11, 20)
    assert len(usage) == 180


@pytest.mark.parametrize("locale", ["es", "en"])
async def test_a_dropped_export_is_previewed_and_booked_on_confirmation(
    fresh: Stage, ana: TeamsClient, locale: str
) -> None:
    await added(fresh, ana)
    turned = await ana.attach("PSTN.calls.zip", usage_zip(locale=locale))
    assert flat(turned.messages[0].text) == (
        "Estoy leyendo PSTN.calls.zip. Enseguida verás qué contiene; nada se registra hasta que confirmes."
    )
    await fresh.quiet()
    calls = len(list(visible_calls(date(2026, 11, 16), date(2026, 11, 20), BEGINNING)))
    assert first_line(ana.last) == f"PSTN.calls.zip contiene {calls} llamadas que aún no conozco."
    assert ana.lock_screen == ["Saldo: he leído tu archivo de consumo"]
    assert await fresh.ledger() == []

    await fresh.press(ana, "Registrar", times=5)
    assert first_line(ana.last) == f"Se han registrado {calls} llamadas de PSTN.calls.zip."
    usage = [entry for entry in await fresh.ledger() if isinstance(entry, UsageChange)]
    assert [entry.day.day for entry in usage] == [16, 17, 18, 19, 20]


async def test_the_same_export_twice_changes_nothing(fresh: Stage, ana: TeamsClient) -> None:
    await added(fresh, ana)
    await ana.attach("uno.zip", usage_zip())
    await fresh.quiet()
    await fresh.press(ana, "Registrar")
    before = await fresh.ledger()
    await ana.attach("dos.zip", usage_zip(locale="en"))
    await fresh.quiet()
    assert first_line(ana.last) == "dos.zip no contiene nada nuevo: todas sus llamadas ya están registradas."
    assert await fresh.ledger() == before


async def test_a_canceled_import_books_nothing(fresh: Stage, ana: TeamsClient) -> None:
    await added(fresh, ana)
    await ana.attach("uno.zip", usage_zip())
    await fresh.quiet()
    preview = ana.last
    await fresh.press(ana, "Cancelar")
    assert first_line(ana.last) == "No se ha registrado nada de uno.zip."
    await fresh.press(ana, "Registrar", message=preview)
    assert await fresh.ledger() == []


async def test_broken_rows_are_reported_with_line_and_reason_and_nothing_is_booked(
    fresh: Stage, ana: TeamsClient
) -> None:
    await added(fresh, ana)
    rows = export_csv(visible_calls(date(2026, 11, 20), date(2026, 11, 20), BEGINNING), locale="es").split(b"\r\n")
    rows[3] = rows[3].replace(b"EUR", b"E?R")
    rows[5] = b"nur,drei,Spalten"
    await ana.attach("PSTN.calls.csv", b"\r\n".join(rows))
    await fresh.quiet()
    assert first_line(ana.last) == "No se ha registrado nada de PSTN.calls.csv: no se pueden leer 2 filas."
    drawn = " ".join(flat(ana.last.drawn).split())
    assert "4 " in drawn
    assert "6 " in drawn
    assert ana.last.buttons == ()
    assert await fresh.ledger() == []


async def test_a_file_whose_link_has_expired_is_asked_for_again(fresh: Stage, ana: TeamsClient) -> None:
    await added(fresh, ana)
    fresh.sandbox.teams.failures.next(Verb.DOWNLOAD, 404)
    await ana.attach("uno.zip", usage_zip())
    await fresh.quiet()
    assert flat(ana.last.text) == (
        "El enlace a uno.zip ha caducado, así que no se registró nada. Suelta el archivo otra vez en el chat."
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Fulano", "No encontré a nadie ni ningún grupo que se llame «Fulano»."),
        (
            "Carmen Soler, Ana",
            "«Ana» podría ser ana.torres@contoso-iberica.example y ana.beltran@contoso-iberica.example.",
        ),
        ("", "Indica un grupo o al menos una persona que apruebe."),
        ("Ventas, Ventas Iberia", "Indica un solo grupo; puedes agregar personas aparte."),
    ],
)
async def test_approvers_that_are_not_clear_are_asked_for_again(
    fresh: Stage, ana: TeamsClient, typed: str, told: str
) -> None:
    await at_step(fresh, ana, SetupStep.APPROVERS)
    await fresh.press(ana, "Continuar", inputs={"typed": typed} if typed else {})
    assert first_line(ana.last).startswith(told)
    assert (await fresh.settings()).progress(SetupStep.APPROVERS) is None


@pytest.mark.parametrize(
    ("inputs", "group", "people"),
    [
        ({"typed": "Saldo approvers"}, "Saldo approvers", []),
        ({"typed": "carmen.soler@contoso-iberica.example"}, None, ["Carmen Soler"]),
        ({"typed": "Saldo approvers, Luis Vega"}, "Saldo approvers", ["Luis Vega"]),
        ({"people": "carmen"}, None, ["Carmen Soler"]),
    ],
)
async def test_approvers_are_a_group_or_people_picked_or_typed(
    fresh: Stage, ana: TeamsClient, inputs: dict[str, str], group: str | None, people: list[str]
) -> None:
    await at_step(fresh, ana, SetupStep.APPROVERS)
    if "people" in inputs:
        inputs = {"people": fresh.client(inputs["people"]).person.id}
    await fresh.press(ana, "Continuar", inputs=inputs)
    settings = await fresh.settings()
    assert (settings.approver_group.name if settings.approver_group else None) == group
    assert [person.name for person in settings.approvers] == people


async def test_approvers_by_the_group_that_the_card_offers(fresh: Stage, ana: TeamsClient) -> None:
    await at_step(fresh, ana, SetupStep.APPROVERS)
    (choice,) = [part for part in (ana.last.card or {})["body"] if part.get("id") == "group"]
    assert [offered["title"] for offered in choice["choices"]] == ["Saldo approvers"]
    await fresh.press(ana, "Continuar", inputs={"group": choice["choices"][0]["value"]})
    assert (await fresh.settings()).approver_group is not None


async def test_where_no_role_can_be_read_a_one_time_code_proves_control(fresh: Stage, ana: TeamsClient) -> None:
    fresh.sandbox.graph.failures.missing_permissions.add(ROLES)
    await added(fresh, ana)
    await fresh.press(ana, "Configurar")
    drawn = flat(ana.last.drawn)
    assert first_line(ana.last).startswith("No puedo leer tu rol.")
    assert f"Microsoft Graph no me ha concedido {ROLES}" in drawn
    assert "Puede concederlo un administrador global" in drawn
    await fresh.press(ana, "Continuar", inputs={"code": "ABCD1234"})
    assert first_line(ana.last).startswith("Todavía no se ha emitido ningún código.")

    store, clock = fresh.sandbox.saldo.store, fresh.sandbox.clock
    await issue_code(store, clock, TENANT, PersonId("operator:test"), "ABCD-1234")
    await fresh.press(ana, "Continuar", inputs={"code": "WRONG"})
    assert first_line(ana.last) == "Ese código no es correcto. Vuelve a mirar la consola del operador."
    await fresh.press(ana, "Continuar", inputs={"code": "abcd 1234"})
    assert first_line(ana.last).startswith("Paso 1 de 4")
    assert [person.name for person in (await fresh.settings()).proven] == ["Ana Torres"]


async def test_a_code_that_is_too_old_or_used_is_of_no_use(fresh: Stage, ana: TeamsClient) -> None:
    fresh.sandbox.graph.failures.missing_permissions.add(ROLES)
    await added(fresh, ana)
    await fresh.press(ana, "Configurar")
    store, clock = fresh.sandbox.saldo.store, fresh.sandbox.clock
    await issue_code(store, clock, TENANT, PersonId("operator:test"), "ABCD-1234")
    await fresh.later(minutes=16)
    await fresh.press(ana, "Continuar", inputs={"code": "ABCD-1234"})
    assert first_line(ana.last) == "Ese código ya no sirve. Pide uno nuevo al operador."
    assert (await fresh.settings()).proven == ()


async def test_the_first_installer_without_a_role_needs_the_code_too(fresh: Stage) -> None:
    eva = fresh.client("eva")
    await added(fresh, eva)
    await fresh.press(eva, "Configurar")
    assert first_line(eva.last).startswith("Ninguno de tus roles activos permite configurar Saldo.")
    assert eva.last.buttons == ("Continuar",)


async def test_the_opening_balance_is_booked_once_and_said_to_be_an_assumption(
    fresh: Stage, ana: TeamsClient
) -> None:
    await at_step(fresh, ana, SetupStep.BALANCE)
    await fresh.press(
        ana, "Continuar", inputs={"amount": "150,50", "currency": "EUR", "read_on": "2026-11-20"}, times=5
    )
    (opening,) = await fresh.ledger()
    assert isinstance(opening, Adjustment)
    assert (str(opening.portal), opening.read_at) == ("150.50", datetime(2026, 11, 20, 12, tzinfo=UTC))
    said = await fresh.ask(ana, "saldo")
    assert said.startswith("Como mucho 150,50 €")
    assert "se supone la caducidad más temprana posible" in said


async def test_usage_without_a_balance_alarms_nobody_and_promises_nothing(fresh: Stage, ana: TeamsClient) -> None:
    await added(fresh, ana)
    await ana.attach("uno.zip", usage_zip(first=date(2026, 11, 1)))
    await fresh.quiet()
    await fresh.press(ana, "Registrar")
    assert ana.last.buttons == ("Configurar", "Ver saldo")
    await fresh.later(hours=1)
    assert [line for line in ana.lock_screen if "agotado" in line] == []
    assert (await fresh.ask(ana, "saldo")).startswith("Todavía no conozco el saldo")
    await fresh.client("carmen").install()
    said = await fresh.ask(ana, "recargar 500")
    assert said.startswith("Una recarga de 500,00 €. Todavía sé demasiado poco para decir cuánto duraría el saldo.")
