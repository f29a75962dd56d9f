"""A low balance writes to the people in charge: once, once more when it is critical, and not again before it has
recovered. On the first day it is low, which everybody was told before."""

from datetime import timedelta

import pytest

from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.ports.collections import EPISODES
from bot.sandbox.connector_client import TeamsClient
from bot.sandbox.world import TENANT
from bot.usecases.add_purchase import Bought, add_purchase
from tests.scenario.stage import Stage, first_line, flat

LOW, EMPTY = "Saldo: el saldo está bajo", "Saldo: el saldo se ha agotado"
CRITICAL = "Saldo: el saldo está en nivel crítico"
ALARMS = frozenset({LOW, CRITICAL, EMPTY})


async def bought(stage: Stage, amount: str) -> None:
    """Money that somebody confirmed outside of the chat."""
    today = stage.sandbox.clock.now().date()
    purchase = Bought(Money.of(amount, "EUR"), today)
    await add_purchase(stage.sandbox.saldo.store, stage.sandbox.clock, TENANT, purchase, PersonId("operator:test"))
    await stage.later(minutes=16)  # the watch comes every quarter of an hour


def heard(person: TeamsClient) -> list[str]:
    return [line for line in person.lock_screen if line in ALARMS]


def told(stage: Stage) -> int:
    """How many alerts were written to anybody."""
    return len({message.id for message in stage.messages if message.lock_screen in ALARMS})


async def test_each_person_in_charge_who_has_saldo_is_told_once(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, luis: TeamsClient
) -> None:
    everybody = (ana, carmen, luis)
    await bought(stage, "100")
    assert [heard(person) for person in everybody] == [[], [], []]
    await stage.later(days=20)
    for person in everybody:
        assert heard(person) == [CRITICAL]
        assert person.last.buttons == ("Recargar", "Ver saldo")
    for name in ("omar", "eva", "tom"):
        assert stage.client(name).lock_screen == []

    for _ in range(3):
        await stage.later(hours=8)
    assert [len(heard(person)) for person in everybody] == [1, 1, 1]


async def test_after_a_recharge_it_can_become_low_again(stage: Stage, ana: TeamsClient, carmen: TeamsClient) -> None:
    """It is low on the first day already, and everybody was told of that before."""
    episode = await stage.sandbox.saldo.store.get(EPISODES.key(TENANT, "EUR"))
    assert episode is not None
    assert episode.body.open
    await stage.later(hours=1)
    assert told(stage) == 0

    await stage.say(ana, "recargar 100")
    await stage.press(ana, "Enviar")
    await stage.press(carmen, "Aprobar")
    await stage.later(days=20)
    assert told(stage) == 3

    await stage.press(ana, "Recargar")
    await stage.press(ana, "Continuar", inputs={"amount": "2000"})
    await stage.press(ana, "Enviar")
    await stage.press(carmen, "Aprobar")
    await stage.later(hours=1)
    assert told(stage) == 3
    await stage.later(days=120)
    assert told(stage) == 6


async def test_the_message_says_for_how_long_it_lasts_and_the_phone_says_no_sum(
    stage: Stage, ana: TeamsClient
) -> None:
    await stage.say(ana, "umbral 150")
    await stage.later(days=3)
    assert heard(ana) == [CRITICAL]
    assert first_line(ana.last).startswith("El saldo está en nivel crítico: unos ")
    assert "Umbral:" in ana.last.drawn
    assert "150,00 €" in flat(ana.last.drawn)
    assert "Probablemente:" in ana.last.drawn


async def test_it_reads_in_the_language_that_each_last_used(
    stage: Stage, ana: TeamsClient, carmen: TeamsClient, luis: TeamsClient
) -> None:
    await stage.say(ana, "how much is left?")
    await stage.say(luis, "hola")
    await bought(stage, "100")
    await stage.later(days=20)
    assert [person.lock_screen[-1] for person in (ana, carmen, luis)] == [
        "Saldo: the balance is critical",
        CRITICAL,
        CRITICAL,
    ]


async def test_the_button_of_the_message_opens_the_recharge_form(stage: Stage, luis: TeamsClient) -> None:
    await bought(stage, "100")
    await stage.later(days=20)
    await stage.press(luis, "Recargar")
    assert first_line(luis.last) == "¿Cuánto quieres recargar?"


@pytest.mark.parametrize("gone", [True, False])
async def test_whoever_took_saldo_out_is_not_written_to(stage: Stage, luis: TeamsClient, gone: bool) -> None:
    if gone:
        await luis.uninstall()
    else:
        luis.block()
    await bought(stage, "100")
    await stage.later(days=20)
    assert luis.lock_screen == []
    assert await stage.dead_jobs() == []


async def test_while_graph_is_down_the_alert_waits_and_is_not_lost(stage: Stage, ana: TeamsClient) -> None:
    await bought(stage, "100")
    await stage.sandbox.clock.move(timedelta(days=20))
    stage.sandbox.graph.failures.retry_after_seconds = 0
    stage.sandbox.graph.failures.unavailable = 3
    await stage.quiet()
    await stage.later(minutes=20)
    assert heard(ana) == [CRITICAL]
