"""Who decides, and once: eligible roles, rivals at the same moment, old and forged buttons, services that fail."""

import asyncio
from typing import Any

import pytest

from bot.domain.requests import State, Verdict
from bot.sandbox.connector_client import TeamsClient
from bot.sandbox.connector_failures import Verb
from bot.sandbox.connector_wire import Seen
from tests.scenario.conftest import OpenStage
from tests.scenario.stage import Stage, first_line, flat

ASLEEP = (
    "Nothing has changed: your role Global Administrator is eligible but not active. "
    "Activate your role, then press again."
)
DONE = "La recarga llegó: 500,00 € abonados."


async def asked(stage: Stage, amount: str = "500") -> None:
    ana = stage.client("ana", locale="en-US")
    await stage.say(ana, f"recargar {amount}")
    await stage.press(ana, "Enviar")


async def funded_once(stage: Stage) -> None:
    assert len(await stage.orders()) == 1
    assert len(await stage.bought_here()) == 1
    assert await stage.available() == "712.40"


def action(message: Seen, title: str) -> dict[str, Any]:
    return next(dict(each) for each in (message.card or {})["actions"] if each["title"] == title)


async def test_an_eligible_role_decides_nothing_before_it_is_activated(stage: Stage, grace: TeamsClient) -> None:
    await stage.role(grace, on=True)
    await grace.install()
    await stage.role(grace, on=False)
    await asked(stage)
    assert grace.lock_screen == ["Saldo: Ana asks for your approval"]

    await stage.press(grace, "Approve")
    assert first_line(grace.last) == ASLEEP
    assert grace.last.buttons[:2] == ("Approve", "Reject")
    assert (await stage.request()).state is State.PENDING

    await stage.role(grace, on=True)
    await stage.press(grace, "Approve")
    assert first_line(grace.last) == "The recharge arrived: €500.00 credited."
    await funded_once(stage)


async def test_an_eligible_role_is_explained_in_spanish_too(stage: Stage, grace: TeamsClient) -> None:
    await grace.install()
    await stage.say(grace, "¿me ayudas?")
    await asked(stage)
    await stage.press(grace, "Rechazar")
    assert first_line(grace.last) == (
        "No ha cambiado nada: tu rol Administrador global es apto pero no está activo. "
        "Activa tu rol y vuelve a pulsar."
    )


async def test_the_same_click_ten_times_at_once_has_one_effect(stage: Stage, carmen: TeamsClient) -> None:
    await asked(stage)
    await stage.hold_jobs()
    turned = await carmen.press("Aprobar", times=10, new_ids=False)
    assert {answer.status for answer in turned.answers} == {200}
    assert {first_line_of(answer.card) for answer in turned.answers} == {"Tu aprobación consta."}
    await stage.quiet()
    await funded_once(stage)


async def test_the_same_click_ten_times_with_new_ids_has_one_effect(stage: Stage, carmen: TeamsClient) -> None:
    await asked(stage)
    await stage.hold_jobs()
    turned = await carmen.press("Aprobar", times=10, new_ids=True)
    assert {first_line_of(answer.card) for answer in turned.answers} == {"Tu aprobación consta."}
    await stage.quiet()
    await funded_once(stage)
    assert len((await stage.request()).decisions) == 1


async def test_a_send_delivered_ten_times_asks_the_approvers_once(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, luis: TeamsClient
) -> None:
    await stage.say(ana, "recargar 500")
    await stage.press(ana, "Enviar", times=10)
    assert len(await stage.requests()) == 1
    assert (len(carmen.lock_screen), len(luis.lock_screen)) == (1, 1)


async def test_of_two_approvers_at_the_same_moment_one_is_first_and_both_see_so(
    stage: Stage, carmen: TeamsClient, luis: TeamsClient
) -> None:
    await asked(stage)
    await asyncio.gather(carmen.press("Aprobar"), luis.press("Aprobar"))
    await stage.quiet()
    await funded_once(stage)
    assert len((await stage.request()).decisions) == 1
    assert [first_line(person.last) for person in (carmen, luis)] == [DONE, DONE]


async def test_of_an_approval_and_a_rejection_at_the_same_moment_one_counts(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, luis: TeamsClient
) -> None:
    await asked(stage)
    await asyncio.gather(carmen.press("Aprobar"), luis.press("Rechazar"))
    await stage.quiet()
    request = await stage.request()
    (decision,) = request.decisions
    approved = decision.verdict is Verdict.APPROVED
    assert request.state is (State.DONE if approved else State.REJECTED)
    assert len(await stage.bought_here()) == (1 if approved else 0)
    assert first_line(ana.last) == (DONE if approved else "La recarga de 500,00 € fue rechazada.")


async def test_of_an_approval_and_a_withdrawal_at_the_same_moment_one_counts(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient
) -> None:
    await asked(stage)
    await asyncio.gather(carmen.press("Aprobar"), ana.press("Retirar"))
    await stage.quiet()
    state = (await stage.request()).state
    assert state in {State.DONE, State.WITHDRAWN}
    assert len(await stage.bought_here()) == (1 if state is State.DONE else 0)
    ended = DONE if state is State.DONE else "La recarga de 500,00 € fue retirada."
    assert [first_line(carmen.last), first_line(ana.last)] == [ended, ended]


async def test_an_old_button_shows_the_present_card(stage: Stage, carmen: TeamsClient, luis: TeamsClient) -> None:
    await asked(stage)
    old = luis.last
    await stage.press(carmen, "Aprobar")
    turned = await luis.press("Rechazar", message=old)
    assert first_line_of(turned.answers[0].card) == DONE
    await funded_once(stage)


async def test_an_approvers_card_changes_in_place_when_another_decided(
    stage: Stage, carmen: TeamsClient, luis: TeamsClient
) -> None:
    await asked(stage)
    (card,) = luis.inbox
    await stage.press(carmen, "Aprobar")
    (changed,) = luis.inbox
    assert changed.id == card.id
    assert changed.buttons == ("Historial",)
    assert len(luis.lock_screen) == 1


FORGERIES = {
    "another request": {"r": "0123456789abcdef01234567"},
    "another tenant": {"t": "99999999-0000-4000-8000-000000000009"},
    "another revision": {"v": 7},
    "another verb inside": {"verb": "request.reject"},
    "no signature": {"m": ""},
    "a signature that is no text": {"m": 5},
    "an unknown key": {"k": "AAAAAAAA"},
    "a negative revision": {"v": -1},
    "a boolean revision": {"v": True},
    "an endless request": {"r": "x" * 5_000},
}


@pytest.mark.parametrize("change", FORGERIES.values(), ids=FORGERIES)
async def test_a_forged_button_does_nothing(stage: Stage, carmen: TeamsClient, change: dict[str, Any]) -> None:
    await asked(stage)
    approve = action(carmen.last, "Aprobar")
    forged = {**approve, "data": {**approve["data"], **change}}
    turned = await carmen.press_action(carmen.last.id, forged, {})
    assert [answer.text for answer in turned.answers] == [
        "Ese botón ya no funciona. Escribe «ayuda» para ver qué puedo hacer."
    ]
    assert (await stage.request()).state is State.PENDING
    assert carmen.last.buttons[:2] == ("Aprobar", "Rechazar")


async def test_while_graph_is_down_nothing_is_decided_and_the_click_can_be_repeated(
    stage: Stage, carmen: TeamsClient
) -> None:
    await asked(stage)
    stage.sandbox.graph.failures.broken = 50
    turned = await carmen.press("Aprobar")
    assert [answer.text for answer in turned.answers] == [
        "Ahora no pude comprobar tus derechos, así que no cambié nada. Vuelve a intentarlo en un momento."
    ]
    assert carmen.last.buttons[:2] == ("Aprobar", "Rechazar")
    assert (await stage.request()).state is State.PENDING

    stage.sandbox.graph.failures.broken = 0
    await stage.press(carmen, "Aprobar")
    await funded_once(stage)


async def test_a_slow_graph_fails_closed_in_time(stage: Stage, luis: TeamsClient) -> None:
    await asked(stage)
    stage.sandbox.graph.failures.slow_seconds = 3
    async with asyncio.timeout(4):  # long before Teams delivers it again
        turned = await luis.press("Aprobar")
    assert turned.answers[0].text.startswith("Ahora no pude comprobar tus derechos")
    assert (await stage.request()).state is State.PENDING
    stage.sandbox.graph.failures.slow_seconds = 0


async def test_an_approval_whose_maker_loses_the_right_before_the_order_does_not_count(
    stage: Stage, ana: TeamsClient, grace: TeamsClient
) -> None:
    await stage.role(grace, on=True)
    await grace.install()
    await asked(stage)
    await stage.hold_jobs()
    await grace.press("Approve")
    await stage.role(grace, on=False)
    await stage.quiet()
    request = await stage.request()
    assert request.state is State.PENDING
    assert [decision.void for decision in request.decisions] == [True]
    assert await stage.orders() == []
    assert first_line(ana.last).startswith("Tu solicitud espera a una de estas personas")


async def test_a_restart_between_approval_and_order_ends_the_same(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await asked(stage)
        await stage.hold_jobs()
        await stage.client("carmen").press("Aprobar")
        assert (await stage.request()).state is State.APPROVED
    async with open_stage() as stage:
        await stage.quiet()
        await funded_once(stage)
        assert first_line(stage.client("ana").last) == DONE


async def test_a_restart_between_order_and_money_ends_the_same(open_stage: OpenStage) -> None:
    async with open_stage() as stage:
        await asked(stage)
        await stage.hold_jobs()
        await stage.client("carmen").press("Aprobar")
        while await stage.sandbox.saldo.runner.run_due():
            continue
        assert (await stage.request()).state is State.EXECUTING
    async with open_stage() as stage:
        await stage.quiet()
        await funded_once(stage)


async def test_a_message_whose_answer_was_lost_is_sent_again_and_says_so(stage: Stage, carmen: TeamsClient) -> None:
    stage.sandbox.teams.failures.next(Verb.SEND, 502, arrived=True)
    await stage.say(stage.client("ana"), "recargar 500")
    stage.sandbox.teams.failures.clear()
    stage.sandbox.teams.failures.next(Verb.SEND, 0, arrived=True)
    await stage.press(stage.client("ana"), "Enviar")
    lines = [line for person in ("carmen", "luis") for line in stage.client(person).lock_screen]
    assert sorted(set(lines)) == [
        "Saldo: Ana te pide una aprobación",
        "Saldo: Ana te pide una aprobación (otra vez, por si el primer mensaje no llegó)",
    ]
    await stage.press(carmen, "Aprobar")
    await funded_once(stage)


async def test_a_busy_teams_gets_the_messages_later(stage: Stage, carmen: TeamsClient, luis: TeamsClient) -> None:
    ana = stage.client("ana")
    await stage.say(ana, "recargar 500")
    stage.sandbox.teams.failures.next(Verb.SEND, 429, retry_after="1", times=2)
    await stage.press(ana, "Enviar")
    assert (len(carmen.lock_screen), len(luis.lock_screen)) == (1, 1)


async def test_whoever_blocked_saldo_is_no_longer_named_as_reachable(
    stage: Stage, ana: TeamsClient, luis: TeamsClient
) -> None:
    luis.block()
    await asked(stage)
    assert luis.lock_screen == []
    assert (await stage.ask(ana, "recargar 300")).startswith(
        "Con 300,00 € el saldo duraría hasta el 14 dic. Aprueba Carmen. Luis y Grace no tienen Saldo instalado."
    )


def first_line_of(card: Any) -> str:
    return flat(str(card["speak"])) if card else ""


async def test_whoever_adds_saldo_later_is_asked_about_what_still_waits(
    stage: Stage, ana: TeamsClient, luis: TeamsClient, carmen: TeamsClient
) -> None:
    await luis.uninstall()
    await carmen.uninstall()
    await stage.say(ana, "recargar 500")
    assert first_line(ana.last).endswith(
        "Todavía no se puede avisar a nadie que pueda aprobar. Carmen, Luis y Grace no tienen Saldo instalado."
    )
    await stage.press(ana, "Enviar")
    await luis.install()
    await stage.quiet()
    assert luis.lock_screen == ["Saldo: Ana te pide una aprobación"]
    assert carmen.lock_screen == []
    await stage.press(luis, "Aprobar")
    await funded_once(stage)
