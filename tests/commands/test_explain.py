"""`explain`: the entries behind each number, page by page, for who sees the balance."""

from datetime import date, timedelta

import pytest

from bot.domain.money import Money
from bot.usecases.add_purchase import Bought, add_purchase
from cards.actions import Verb
from tests.commands.talk import Talk
from tests.fakes import ANA, EVA, TENANT
from tests.usecases.world import World, eur


async def books(world: World) -> None:
    await world.buy(100, date(2026, 10, 1))
    for number in range(30):
        await world.spend(1, date(2026, 10, 2) + timedelta(days=number))


@pytest.mark.parametrize(
    "text", ["explain", "saldo explicado", "explica el saldo", "where does the balance come from?"]
)
async def test_each_number_comes_with_its_entries(world: World, text: str) -> None:
    await books(world)
    answer = await Talk(world, ANA).say(text)
    assert "70" in answer.first_line
    assert "31" in answer.first_line
    assert "#1" in answer.shown


async def test_the_balance_card_leads_there_and_pages_lead_on(world: World) -> None:
    await books(world)
    talk = Talk(world, ANA)
    first = await talk.press((await talk.say("balance")).button(Verb.EXPLAIN_SHOW))
    assert "Page 1 of 3" in first.shown
    second = await talk.press(first.button(Verb.EXPLAIN_SHOW))
    assert "Page 2 of 3" in second.shown
    last = await talk.press(second.button(Verb.EXPLAIN_SHOW))
    assert "Oct 1, 2026: purchase" in last.shown
    assert "Page 2 of 3" in (await talk.press(last.button(Verb.EXPLAIN_SHOW))).shown


async def test_each_currency_is_explained_alone(world: World) -> None:
    await books(world)
    await add_purchase(world.store, world.clock, TENANT, Bought(Money.of(7, "USD"), date(2026, 10, 1)), ANA.id)
    talk = Talk(world, ANA)
    euros = await talk.say("explain")
    assert euros.first_line.startswith("€70.00")
    dollars = await talk.press(euros.button(Verb.EXPLAIN_SHOW, 1))
    assert dollars.first_line.startswith("$7.00")


async def test_nonsense_on_a_button_is_the_first_page(world: World) -> None:
    await books(world)
    talk = Talk(world, ANA)
    button = (await talk.say("explain")).button(Verb.EXPLAIN_SHOW)
    assert "Page 1 of 3" in (await talk.press(button, page="-4", currency="GBP")).shown


async def test_what_is_pending_comes_from_its_request(world: World) -> None:
    await books(world)
    await world.send("r1", amount=500)
    await world.approve("r1")
    answer = await Talk(world, ANA).say("explain")
    assert f"€{eur(500)} (request r1)" in answer.shown


async def test_empty_books_explain_nothing_and_who_may_not_see_sees_nothing(world: World) -> None:
    assert (await Talk(world, ANA).say("explain")).verbs == []
    await books(world)
    assert "70" not in (await Talk(world, EVA).say("explain")).shown
