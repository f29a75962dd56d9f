"""`reconcile 1,234.56` in the chat: compared, booked by one, or sent to a second person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import Refusal
from bot.domain.ledger import Adjustment
from bot.domain.requests import Kind, State
from bot.ports.collections import LEDGER
from cards.actions import Verb
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, CARMEN, EVA, LUIS, TENANT
from tests.usecases.world import EN, ES, World, eur


@pytest.fixture
def ana(world: World) -> Talk:
    return Talk(world, ANA)


async def readings(world: World) -> list[Adjustment]:
    entries = [record.body for record in await world.store.read(LEDGER.of_tenant(TENANT))]
    return [entry for entry in entries if isinstance(entry, Adjustment)]


def form(answer: Answer) -> dict[str, Any]:
    """The inputs of the form, by their ids."""
    return {part["id"]: part.get("value", "") for part in answer.card["body"] if "id" in part}


async def test_a_small_drift_is_compared_and_then_booked_by_one(world: World, ana: Talk) -> None:
    await world.buy(500)
    compared = await ana.say("reconcile 495.50")
    assert compared.first_line == "The admin center shows €495.50: €4.50 less than expected."
    assert "Unexplained" in compared.shown
    assert await readings(world) == []
    booked = await ana.press(compared.button(Verb.RECONCILE_BOOK))
    assert booked.first_line == "Booked: €495.50 on Nov 22, 2026, €4.50 less than expected."
    assert [(one.portal, one.read_at) for one in await readings(world)] == [(eur("495.50"), world.clock.now())]
    await ana.press(compared.button(Verb.RECONCILE_BOOK))
    assert len(await readings(world)) == 1


async def test_the_first_reading_begins_the_books(world: World, ana: Talk) -> None:
    compared = await ana.say("cuadrar 850")
    assert compared.first_line == ES.text("reconcile.opening", amount=eur(850))
    assert ES.text("reconcile.alone_opening") in compared.shown
    booked = await ana.press(compared.button(Verb.RECONCILE_BOOK))
    assert booked.first_line.startswith("Anotado: los libros empiezan con")


async def test_a_large_drift_is_sent_to_somebody_else_with_its_parts(world: World, ana: Talk) -> None:
    await world.buy(500)
    await world.introduce(ANA, LUIS)
    compared = await ana.say("reconcile 400")
    assert EN.text("reconcile.second") in compared.shown
    sent = await ana.press(compared.button(Verb.RECONCILE_BOOK))
    assert sent.first_line == "Your request is waiting for Luis."
    assert "Unexplained" in sent.shown
    again = await ana.press(compared.button(Verb.RECONCILE_BOOK))
    assert again.first_line == sent.first_line
    (request,) = await world.requests()
    assert (request.kind, request.state) == (Kind.ADJUSTMENT, State.PENDING)
    await world.work()
    (asked,) = [message for chat, message in world.messenger.sent if chat == f"chat-{LUIS.id}"]
    assert asked.text == "Saldo: Ana asks for your approval"
    assert asked.card is not None
    assert "set the books to €400.00" in str(asked.card["speak"])
    assert "€100.00 less than expected" in str(asked.card)
    luis = Talk(world, LUIS)
    approved = await luis.press(signed(Verb.REQUEST_APPROVE, request.id, 1))
    assert approved.first_line == EN.text("request.your_approval")
    await world.work()
    assert (await world.requests())[0].state is State.DONE
    assert [one.portal for one in await readings(world)] == [eur(400)]
    shown = await ana.press(signed(Verb.REQUEST_SHOW, request.id, 1))
    assert shown.first_line == "The books were set to €400.00."
    listed = await ana.say("requests")
    assert "Books set to €400.00" in listed.shown


async def test_where_nobody_else_can_approve_there_is_nothing_to_send(world: World, ana: Talk) -> None:
    await world.buy(500)
    world.directory.roles = {ANA.id: world.directory.roles[ANA.id]}
    compared = await ana.say("reconcile 400")
    assert compared.verbs == [Verb.RECONCILE_OPEN]


async def test_books_that_moved_between_comparing_and_booking_are_looked_at_again(world: World, ana: Talk) -> None:
    await world.buy(500)
    compared = await ana.say("reconcile 500")
    await world.buy(300)
    answer = await ana.press(compared.button(Verb.RECONCILE_BOOK))
    assert answer.first_line == EN.text("request.pending")
    assert await readings(world) == []


async def test_books_that_move_in_the_very_moment_are_not_corrected_alone(world: World) -> None:
    await world.buy(500)
    compared = await Talk(world, ANA).say("reconcile 500")

    async def buy_more() -> None:
        await world.buy(300)

    busy = Talk(world.beside(buy_more), ANA)
    await busy.press(compared.button(Verb.RECONCILE_BOOK))
    assert await readings(world) == []
    assert [request.kind for request in await world.requests()] == [Kind.ADJUSTMENT]


@pytest.mark.parametrize(
    ("said", "read_at"),
    [
        ("reconcile 500", "2026-11-22T09:00"),
        ("reconcile 500 at 8:30", "2026-11-22T08:30"),
        ("reconcile 500 yesterday", "2026-11-21T12:00"),
        ("reconcile 500 on 20 November at 9:15 pm", "2026-11-20T21:15"),
        ("cuadrar 500 el 20/11 a las 7:00", "2026-11-20T07:00"),
    ],
)
async def test_the_moment_of_the_reading_is_taken_from_the_sentence(
    world: World, ana: Talk, said: str, read_at: str
) -> None:
    compared = await ana.say(said)
    carried = compared.button(Verb.RECONCILE_BOOK)
    assert carried["read_at"] == f"{read_at}:00+00:00"
    assert carried["amount"] == "500.00"


async def test_times_are_those_of_the_reader(world: World) -> None:
    madrid = Talk(world, ANA, zone="Europe/Madrid")
    assert form(await madrid.say("reconcile"))["read_time"] == "10:00"
    compared = await madrid.say("reconcile 500 at 9:30")
    assert compared.button(Verb.RECONCILE_BOOK)["read_at"] == "2026-11-22T08:30:00+00:00"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("reconcile 500 at 23:00", "refusal.reading_in_future"),
        ("reconcile 500 on 3/4", "refusal.day_ambiguous"),
        ("reconcile 500 on 31 february", "refusal.day_unknown"),
        ("reconcile -5", "refusal.amount_negative"),
        ("reconcile 5 USD", "refusal.currency_other"),
    ],
)
async def test_what_cannot_be_is_said_on_the_form(world: World, ana: Talk, said: str, key: str) -> None:
    answer = await ana.say(said)
    assert answer.verbs == [Verb.RECONCILE_READ]
    start = EN.texts.gettext(key).split("{")[0]
    assert answer.first_line.startswith(start)


async def test_the_form_tells_the_last_check_and_goes_on_to_the_comparison(world: World, ana: Talk) -> None:
    asked = await ana.say("reconcile")
    assert asked.first_line == EN.text("reconcile.question")
    assert EN.text("reconcile.never") in asked.shown
    assert form(asked) == {"amount": "", "read_on": "2026-11-22", "read_time": "09:00"}
    compared = await ana.press(asked.button(Verb.RECONCILE_READ), amount="0", read_on="2026-11-21", read_time="8:05")
    assert compared.button(Verb.RECONCILE_BOOK)["read_at"] == "2026-11-21T08:05:00+00:00"
    await ana.press(compared.button(Verb.RECONCILE_BOOK))
    assert "exactly as expected" in (await ana.say("reconcile")).shown


@pytest.mark.parametrize(
    ("inputs", "key"),
    [
        ({"read_time": "noon"}, "refusal.time_malformed"),
        ({"read_on": "some day"}, "refusal.day_unknown"),
        ({"amount": "much"}, "refusal.amount_malformed"),
    ],
)
async def test_a_form_that_is_wrong_comes_back_as_it_was_filled_in(
    world: World, ana: Talk, inputs: dict[str, str], key: str
) -> None:
    given = {"amount": "500", "read_on": "2026-11-21", "read_time": "09:00", **inputs}
    answer = await ana.press(signed(Verb.RECONCILE_READ), **given)
    assert answer.first_line.startswith(EN.texts.gettext(key).split("{")[0])
    assert form(answer) == given


async def test_an_amount_that_can_be_read_in_two_ways_is_asked_about_with_its_moment(world: World, ana: Talk) -> None:
    await world.buy(1500)
    question = await ana.say("reconcile 1.500 at 8:30")
    assert question.verbs == [Verb.RECONCILE_READ] * 2
    compared = await ana.press(question.button(Verb.RECONCILE_READ))
    carried = compared.button(Verb.RECONCILE_BOOK)
    assert (carried["amount"], carried["read_at"]) == ("1500.00", "2026-11-22T08:30:00+00:00")
    fine = await ana.press((await ana.say("reconcile 1.234")).button(Verb.RECONCILE_READ, 1))
    assert fine.button(Verb.RECONCILE_BOOK)["amount"] == "1.234"


async def test_what_was_compared_can_be_changed(world: World, ana: Talk) -> None:
    compared = await ana.say("reconcile 500 at 8:30")
    changed = await ana.press(compared.button(Verb.RECONCILE_OPEN))
    assert form(changed) == {"amount": "500.00", "read_on": "2026-11-22", "read_time": "08:30"}
    assert form(await ana.press(signed(Verb.RECONCILE_OPEN)))["amount"] == ""


@pytest.mark.parametrize(
    "carried",
    [
        {"amount": "500.00", "currency": "EUR", "read_at": "never"},
        {"amount": "500.00", "currency": "EUR", "read_at": "2026-11-22T08:30:00"},
        {"amount": "-500.00", "currency": "EUR", "read_at": "2026-11-22T08:30:00+00:00"},
        {"amount": "500.00", "currency": "USD", "read_at": "2026-11-22T08:30:00+00:00"},
        {"amount": "lots", "currency": "EUR", "read_at": "2026-11-22T08:30:00+00:00"},
        {"amount": "500.00", "currency": "EUR", "read_at": "2027-11-22T08:30:00+00:00"},
    ],
)
async def test_what_a_button_carries_is_not_trusted(world: World, ana: Talk, carried: dict[str, str]) -> None:
    answer = await ana.press(signed(Verb.RECONCILE_BOOK, "a1"), **carried)
    assert answer.text
    assert await readings(world) == []


async def test_who_may_not_change_the_books_reconciles_nothing(world: World) -> None:
    for person in (EVA, replace(CARMEN)):
        answer = await Talk(world, person).say("reconcile 500")
        assert answer.first_line == EN.refusal(Refusal("not_allowed_change_settings"))


async def test_a_day_of_the_past_in_the_readers_zone_is_a_moment_in_utc(world: World) -> None:
    compared = await Talk(world, ANA, zone="America/Mexico_City").say("reconcile 500 on 21 November at 23:00")
    read_at = datetime.fromisoformat(compared.button(Verb.RECONCILE_BOOK)["read_at"])
    assert read_at == datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    assert read_at - world.clock.now() == timedelta(hours=-4)
