"""`history` of the books, and of a request: for who has a part in it, in their words and zone."""

import pytest

from bot.commands.arguments import request_id_in
from bot.domain.audit import AuditRecord
from bot.domain.people import Person, PersonId
from bot.ports.collections import AUDIT
from bot.ports.errors import Retry
from bot.ports.store import Append
from bot.ports.turn import Scope
from cards.actions import Verb
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, CARMEN, EVA, LUIS, TENANT
from tests.usecases.world import World

ID = "3f2a9c0d1e2f3a4b5c6d7e8f"


async def decided(world: World) -> None:
    await world.send(ID)
    world.clock.move(hours=1)
    await world.approve(ID, LUIS)


async def press(world: World, who: Person, id_: str = ID, **args: str) -> Answer:
    return await Talk(world, who).press({**signed(Verb.REQUEST_HISTORY, id_, 1), **args})


@pytest.mark.parametrize("who", [ANA, LUIS])
async def test_whoever_asked_or_decided_sees_who_did_what_and_why(world: World, who: Person) -> None:
    await decided(world)
    answer = await press(world, who)
    assert answer.first_line.startswith("Recharge of €500.00: 3 steps so far")
    for told in ("Ana Torres prepared it", "Ana Torres sent it to the approvers", "Luis Vega approved"):
        assert told in answer.shown
    assert answer.verbs == [Verb.REQUEST_SHOW]


async def test_every_card_of_a_request_leads_to_its_history(world: World) -> None:
    await decided(world)
    card = await Talk(world, ANA).press(signed(Verb.REQUEST_SHOW, ID, 1))
    assert "steps so far" in (await Talk(world, ANA).press(card.button(Verb.REQUEST_HISTORY))).first_line


async def test_times_are_the_readers_and_words_are_in_their_language(world: World) -> None:
    await decided(world)
    answer = await Talk(world, ANA, locale="es-ES", zone="America/Bogota").say(f"historial {ID}")
    assert "Luis Vega aprobó" in answer.shown
    assert "5:00" in answer.shown  # 10:00 UTC
    assert "America/Bogota" in answer.shown


@pytest.mark.parametrize(
    "typed", [f"history {ID}", "history 3f2a9c0d", f"historial de la solicitud {ID.upper()}", f"History of {ID}!"]
)
async def test_a_history_is_had_by_typing_too(world: World, typed: str) -> None:
    await decided(world)
    answer = await Talk(world, LUIS).say(typed.rstrip("!"))
    assert str(answer.card).count("Luis Vega") >= 1
    assert answer.verbs == [Verb.REQUEST_SHOW]


async def test_without_an_id_it_is_the_history_of_the_books(world: World) -> None:
    await world.buy(500)
    for typed in ("history", "history of 2026-10", "history 500000", "show history"):
        assert (await Talk(world, LUIS).say(typed)).verbs == [Verb.BALANCE_SHOW], typed


@pytest.mark.parametrize(
    ("text", "id_"),
    [
        (ID, ID),
        ("of 3F2A9C", "3f2a9c"),
        ("20261122", ""),
        ("123456789012345678901234", "123456789012345678901234"),
        ("2026-11-22", ""),
        ("abc12", ""),
        ("x" * 90, ""),
        ("", ""),
    ],
)
def test_what_looks_like_an_id(text: str, id_: str) -> None:
    assert request_id_in(text) == id_


async def test_whoever_has_no_part_in_it_sees_nothing_and_their_attempt_is_noted(world: World) -> None:
    await decided(world)
    answer = await press(world, EVA)
    assert "Only whoever asked" in answer.text
    world.clock.move(minutes=1)
    await world.work()
    assert "denied.request.history" in await world.verbs()


async def test_a_draft_is_nobody_elses_business(world: World) -> None:
    await world.draft(ID)
    assert "steps so far" not in str((await press(world, LUIS)).messages)
    assert "1 step so far" in (await press(world, ANA)).first_line


async def test_an_id_that_means_nothing_is_refused(world: World) -> None:
    assert "Recharge" not in (await Talk(world, ANA).say("history ffffff0")).shown


async def test_long_histories_have_pages(world: World) -> None:
    await decided(world)
    for number in range(10):
        record = AuditRecord(world.clock.now(), LUIS.id, "request.comment", ID, {"text": f"remark {number}"})
        await world.store.commit([Append(AUDIT.of_tenant(TENANT), f"request:{ID}:x{number}", record)])
    first = await press(world, ANA)
    assert "remark 9" in first.shown
    assert "prepared it" not in first.shown
    older = await Talk(world, ANA).press(first.button(Verb.REQUEST_HISTORY))
    assert "prepared it" in older.shown
    assert "remark 9" in (await press(world, ANA, page="x")).shown


async def test_names_come_from_the_request_then_from_who_has_saldo_then_from_the_directory(world: World) -> None:
    await decided(world)
    await world.introduce(CARMEN)
    actors = (CARMEN.id, EVA.id, PersonId("operator:root"), PersonId("saldo"), PersonId("id-of-nobody"))
    for number, actor in enumerate(actors):
        record = AuditRecord(world.clock.now(), actor, "request.comment", ID, {"text": "x", "for": LUIS.id})
        await world.store.commit([Append(AUDIT.of_tenant(TENANT), f"request:{ID}:x{number}", record)])
    shown = (await press(world, ANA)).shown
    for name in ("Carmen Soler for Luis Vega", "Eva Ruiz", "operator root", "Saldo", "id-of-nobody"):
        assert name in shown
    world.directory.broken["look_up"] = Retry("busy")
    assert "id-eva" in (await press(world, ANA)).shown


async def test_in_a_channel_the_history_comes_in_private(world: World) -> None:
    await decided(world)
    await world.introduce(ANA)
    answer = await Talk(world, ANA, Scope.CHANNEL).say(f"history {ID}")
    assert "Luis" not in str(answer.messages)
