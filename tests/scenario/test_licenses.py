"""Licences: who is meant, what can be done for each, who approves, and what Graph made of it."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.licenses import CREDITS_SKU
from bot.domain.requests import Assignment, State
from bot.sandbox import skus
from bot.sandbox.connector_client import TeamsClient
from tests.scenario.conftest import OpenStage
from tests.scenario.stage import Stage, first_line, flat

ONE_CAN = "{name} puede recibir la licencia. Aprueban Carmen y Omar. Grace no tiene Saldo instalado."


async def results(stage: Stage) -> dict[str, tuple[Assignment, str]]:
    return {seat.name: (seat.result, seat.reason) for seat in (await stage.request()).seats}


async def holds_license(stage: Stage, name: str) -> bool:
    person = stage.client(name).person
    return CREDITS_SKU in (await stage.sandbox.document.read()).sku_ids(person)


async def sent(stage: Stage, who: TeamsClient, said: str) -> None:
    await stage.say(who, said)
    await stage.press(who, "Enviar")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("asignar licencia a Eva Ruiz", "Eva Ruiz"),
        ("asignar licencia a jorge.molina@contoso-iberica.example", "Jorge Molina"),
        ("asignar licencia a @Tom Baker", "Tom Baker"),
        ("necesito una licencia para Jorge", "Jorge Molina"),
    ],
)
async def test_people_are_found_by_name_address_and_mention(
    stage: Stage, ana: TeamsClient, said: str, name: str
) -> None:
    await stage.say(ana, said)
    assert first_line(ana.last) == ONE_CAN.format(name=name)


async def test_it_reads_as_well_in_english(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "assign licence to Eva, Jorge Molina and nobody.at.all@contoso-iberica.example")
    assert first_line(ana.last) == (
        "Eva Ruiz and Jorge Molina can get the licence. Carmen and Omar can approve. "
        "Grace does not have Saldo installed."
    )
    drawn = " ".join(flat(ana.last.drawn).split())
    assert "Eva Ruiz Can be assigned" in drawn
    assert "nobody.at.all@contoso-iberica.example Not found" in drawn


async def test_where_several_people_fit_a_card_asks_which(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "asignar licencia a Ana, Luis")
    assert first_line(ana.last) == "Varias personas encajan con estos nombres: Ana y Luis. ¿A quiénes te refieres?"
    drawn = flat(ana.last.drawn)
    assert "Ana Beltrán · ana.beltran@contoso-iberica.example · Sales" in drawn
    assert "Luis Ortega · luis.ortega@contoso-iberica.example · Support" in drawn

    await stage.press(
        ana, "Continuar", inputs={"who_0": person_id(stage, "Ana Beltrán"), "who_1": person_id(stage, "Luis Ortega")}
    )
    assert first_line(ana.last).startswith("Ana Beltrán y Luis Ortega pueden recibir la licencia.")


async def test_what_was_clear_is_kept_while_the_rest_is_asked(stage: Stage, ana: TeamsClient) -> None:
    await stage.say(ana, "asignar licencia a Eva, Ana")
    await stage.press(ana, "Continuar", inputs={"who_0": person_id(stage, "Ana Beltrán")})
    assert first_line(ana.last).startswith("Eva Ruiz y Ana Beltrán pueden recibir la licencia.")


async def test_each_person_of_a_plan_gets_a_verdict_before_anything_is_written(
    stage: Stage, ana: TeamsClient
) -> None:
    await stage.say(
        ana,
        "asignar licencia a Eva, Tom, Nuria, Marta Gil, Pablo Serrano, hannah.fischer@fabrikam.example, Fulano",
    )
    drawn = " ".join(flat(ana.last.drawn).split())
    for verdict in (
        "Eva Ruiz Se puede asignar",
        "Tom Baker Se puede intentar, pero falta Audioconferencia, o Sistema telefónico con un Plan de llamadas",
        "Nuria Campos Ya la tiene",
        "Marta Gil No tiene ubicación de uso: antes debe indicarla un administrador",
        "Pablo Serrano La cuenta está deshabilitada",
        "Hannah Fischer Es una cuenta de invitado",
        "Fulano No se encuentra",
    ):
        assert verdict in drawn
    assert [seat.name for seat in (await stage.request()).seats] == ["Eva Ruiz", "Tom Baker"]
    assert (await stage.request()).state is State.DRAFT


async def test_an_approved_request_assigns_and_tells_a_result_for_each(
    stage: Stage, ana: TeamsClient, omar: TeamsClient
) -> None:
    await sent(stage, ana, "asignar licencia a Eva Ruiz, Jorge Molina")
    assert omar.lock_screen == ["Saldo: Ana asks for your approval of licences"]
    await stage.press(omar, "Approve", inputs={"comment": "fine"})

    assert await results(stage) == {
        "Eva Ruiz": (Assignment.ASSIGNED, ""),
        "Jorge Molina": (Assignment.REFUSED, "dependency"),
    }
    assert await holds_license(stage, "eva")
    assert ana.lock_screen == ["Saldo: no se pudieron asignar todas las licencias"]
    drawn = " ".join(flat(ana.last.drawn).split())
    assert "Eva Ruiz Asignada" in drawn
    assert "Jorge Molina Falló: falta una licencia de la que esta depende" in drawn
    assert first_line(omar.last) == "Not all of the licences could be assigned."


async def test_eva_may_ask_for_herself_only(stage: Stage, eva: TeamsClient, omar: TeamsClient) -> None:
    refused = "Solo puedes pedir una licencia para ti. Un administrador puede pedirlas para otras personas."
    assert (await stage.ask(eva, "asignar licencia a Tom Baker")).startswith(refused)
    assert (await stage.ask(eva, "asignar licencia a mí y a Tom")).startswith(refused)
    assert await stage.requests() == []

    await stage.say(eva, "necesito una licencia")
    assert first_line(eva.last) == ONE_CAN.format(name="Eva Ruiz")
    assert eva.last.buttons == ("Enviar",)
    await stage.press(eva, "Enviar")
    await stage.press(omar, "Approve")
    assert eva.lock_screen == ["Saldo: las licencias están asignadas"]
    assert await holds_license(stage, "eva")

    again = await stage.say(eva, "necesito una licencia")
    assert first_line(again.messages[0]) == "Eva Ruiz no puede recibir la licencia ahora."
    assert again.messages[0].buttons == ()


async def test_a_forged_choice_does_not_widen_what_eva_may_ask_for(stage: Stage, eva: TeamsClient) -> None:
    await stage.say(stage.client("ana"), "asignar licencia a Ana")
    form = stage.client("ana").last
    proceed = next(dict(each) for each in (form.card or {})["actions"] if each["title"] == "Continuar")
    await stage.say(eva, "ayuda")
    turned = await eva.press_action(eva.last.id, proceed, {"who_0": person_id(stage, "Tom Baker")})
    assert turned.answers[0].text.startswith("Solo puedes pedir una licencia para ti.")
    assert await stage.requests() == []


async def test_an_approver_who_is_among_those_asked_for_may_still_decide_on_others_requests(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient
) -> None:
    await sent(stage, ana, "asignar licencia a Carmen Soler")
    await stage.press(carmen, "Aprobar")
    assert await holds_license(stage, "carmen")


async def test_omar_cannot_approve_what_he_asks_for_himself(stage: Stage, omar: TeamsClient) -> None:
    await stage.say(omar, "assign licence to Eva Ruiz")
    assert first_line(omar.last) == (
        "Eva Ruiz can get the licence. Carmen can approve. Grace does not have Saldo installed."
    )
    await stage.press(omar, "Send")
    assert omar.last.buttons[:2] == ("Edit", "Withdraw")


async def test_without_seats_the_result_says_so(
    stage: Stage, ana: TeamsClient, omar: TeamsClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(skus.BY_ID, CREDITS_SKU, replace(skus.BY_ID[CREDITS_SKU], enabled=1, warning=0))
    await sent(stage, ana, "asignar licencia a Eva Ruiz")
    await stage.press(omar, "Approve")
    assert await results(stage) == {"Eva Ruiz": (Assignment.REFUSED, "no_seats")}
    assert first_line(ana.last) == "No se pudo asignar ninguna licencia."
    assert "Falló: no quedan licencias" in ana.last.drawn
    assert ana.lock_screen == ["Saldo: no se pudo ejecutar tu solicitud"]


async def test_a_busy_graph_delays_an_assignment_and_nothing_more(
    stage: Stage, ana: TeamsClient, omar: TeamsClient
) -> None:
    await sent(stage, ana, "asignar licencia a Eva Ruiz")
    failures = stage.sandbox.graph.failures
    failures.retry_after_seconds = 0
    failures.throttled_items = 2
    turned = await omar.press("Approve")
    assert turned.status == 200
    failures.throttled = 2
    await stage.quiet()
    assert await results(stage) == {"Eva Ruiz": (Assignment.ASSIGNED, "")}


async def test_an_assignment_whose_answer_is_lost_is_settled_by_looking(
    stage: Stage, ana: TeamsClient, omar: TeamsClient
) -> None:
    assigned = []
    await stage.hold_jobs()
    await sent(stage, ana, "asignar licencia a Eva Ruiz")
    await omar.press("Approve")

    def lose_the_next(asked: object, answer: object) -> None:
        if "assignLicense" in str(getattr(asked, "raw", "")):
            assigned.append(asked)
            stage.sandbox.graph.failures.lost_answers = 1

    stage.sandbox.graph.observers.append(lose_the_next)
    await stage.quiet()
    assert len(assigned) == 1
    assert (await results(stage))["Eva Ruiz"][0] in {Assignment.ALREADY, Assignment.ASSIGNED}
    assert (await stage.request()).state is State.DONE
    assert await holds_license(stage, "eva")


async def test_a_missing_permission_to_assign_is_named(stage: Stage, ana: TeamsClient, omar: TeamsClient) -> None:
    stage.sandbox.graph.failures.missing_permissions.add("LicenseAssignment.ReadWrite.All")
    await sent(stage, ana, "asignar licencia a Eva Ruiz")
    await stage.press(omar, "Approve")
    assert await results(stage) == {"Eva Ruiz": (Assignment.REFUSED, "denied")}
    assert "Falló: Saldo no tiene permiso para asignar licencias" in ana.last.drawn


async def test_a_missing_permission_to_find_people_is_named_with_who_can_grant_it(
    stage: Stage, ana: TeamsClient
) -> None:
    stage.sandbox.graph.failures.missing_permissions.add("User.Read.All")
    said = await stage.ask(ana, "asignar licencia a Jorge Molina")
    assert "No puedo buscar personas: Microsoft Graph no me ha concedido User.Read.All." in said
    assert "Puede concederlo un administrador global o un administrador de roles con privilegios." in said


async def test_ten_clicks_of_two_approvers_assign_once(
    stage: Stage, ana: TeamsClient, omar: TeamsClient, carmen: TeamsClient
) -> None:
    asked = []
    stage.sandbox.graph.observers.append(lambda asked_, answer: asked.append(asked_.raw))
    await sent(stage, ana, "asignar licencia a Eva Ruiz")
    await asyncio.gather(omar.press("Approve", times=5), carmen.press("Aprobar", times=5))
    await stage.quiet()
    assert sum("assignLicense" in raw for raw in asked) == 1
    assert len((await stage.request()).decisions) == 1


async def test_a_restart_between_two_assignments_goes_on_with_the_second(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await sent(stage, stage.client("ana"), "asignar licencia a Eva Ruiz, Carmen Soler, Luis Vega")
        await stage.hold_jobs()
        await stage.client("omar").press("Approve")
        stage.sandbox.graph.failures.slow_seconds = 0.05
        task = asyncio.create_task(stage.sandbox.saldo.runner.run_due())
        await asyncio.sleep(0.4)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        stage.sandbox.graph.failures.slow_seconds = 0
    async with open_stage() as stage:
        await stage.later(minutes=3)  # the lease of the runner that was killed has to end
        assert {result for result, _ in (await results(stage)).values()} <= {Assignment.ASSIGNED, Assignment.ALREADY}
        assert (await stage.request()).state is State.DONE


async def test_more_people_than_an_approver_can_judge_are_refused(stage: Stage, ana: TeamsClient) -> None:
    names = ", ".join(person.person.address for person in stage.sandbox.teams._deliveries.world.people[20:42])
    said = await stage.ask(ana, f"asignar licencia a {names}")
    assert said.startswith("Son demasiadas personas a la vez: como máximo 20.")
    assert await stage.requests() == []


def person_id(stage: Stage, name: str) -> str:
    return stage.client(name).person.id
