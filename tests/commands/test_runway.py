"""`runway` and `anomalies` in the chat."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.money import Money
from bot.ports.errors import Retry
from bot.ports.turn import Scope
from bot.usecases.find_anomalies import find_anomalies
from bot.usecases.forecast_balance import forecast_balances
from bot.usecases.settings import load_settings
from cards.actions import Button, Verb
from tests.commands.talk import Talk
from tests.fakes import ANA, EVA, LUIS, TENANT
from tests.usecases.world import SEEN_ON, World


async def spent(world: World, days: int, amount: int = 10) -> None:
    for number in range(days):
        await world.spend(amount, SEEN_ON - timedelta(days=number))


async def foretold(world: World) -> None:
    """Of 480 that were bought, 200 are left, and ten are spent a day."""
    await world.buy(480, date(2026, 10, 1))
    await spent(world, 28)
    await forecast_balances(world.store, world.clock, TENANT)


async def test_it_names_the_day_and_how_sure_that_is(world: World) -> None:
    await foretold(world)
    answer = await Talk(world, ANA).say("runway")
    assert answer.first_line == "The money probably lasts until Dec 10, 2026, for 18 more days."
    assert answer.verbs == [Verb.RECHARGE_OPEN, Verb.BALANCE_SHOW]
    assert "At the earliest (1 in 10)" in answer.shown
    assert "Chart.Line" in answer.shown


async def test_with_too_few_days_it_says_why_there_is_no_day(world: World) -> None:
    await world.buy(480, date(2026, 10, 1))
    await spent(world, 6)
    answer = await Talk(world, ANA).say("¿hasta cuándo llega?")
    assert "Todavía no lo he calculado" in answer.first_line
    await forecast_balances(world.store, world.clock, TENANT)
    answer = await Talk(world, ANA).say("¿hasta cuándo llega?")
    assert answer.first_line.startswith("Es pronto para dar una fecha: se conocen 6 días de consumo, y hacen falta")


async def test_money_that_was_booked_a_moment_ago_is_in_the_answer(world: World) -> None:
    await foretold(world)
    await world.buy(100)
    answer = await Talk(world, ANA).say("runway")
    assert answer.first_line == "The money probably lasts until Dec 20, 2026, for 28 more days."


async def test_nothing_known_leads_to_the_set_up_and_who_may_not_see_it_sees_nothing(world: World) -> None:
    assert (await Talk(world, ANA).say("runway")).verbs == [Verb.SETUP_OPEN]
    assert "Only administrators" in (await Talk(world, EVA).say("runway")).first_line


async def test_in_a_channel_there_is_a_word_and_no_figure(world: World) -> None:
    await world.introduce(ANA)
    talk = Talk(world, ANA, Scope.CHANNEL)
    assert (await talk.say("runway")).text.startswith("Unknown")
    await foretold(world)
    assert (await talk.say("runway")).text.startswith("Fine")


async def test_a_button_shows_it_too(world: World) -> None:
    await foretold(world)
    talk = Talk(world, ANA)
    button = world.house.signer.sign(_button(Verb.RUNWAY_SHOW))
    assert (await talk.press(button)).first_line.startswith("The money probably lasts")


async def unusual(world: World) -> None:
    await spent(world, 40)
    await world.spend(12, SEEN_ON, destination="Maldives", user=LUIS.id)
    await find_anomalies(world.outside, TENANT)


async def test_what_was_unusual_is_listed_by_name_for_who_may_see_names(world: World) -> None:
    assert "Nothing out of the ordinary" in (await Talk(world, ANA).say("anything unusual?")).first_line
    await unusual(world)
    answer = await Talk(world, ANA).say("anomalies")
    assert answer.first_line == "Something was out of the ordinary."
    assert "Maldives" in answer.shown
    assert LUIS.name in answer.shown


async def test_without_that_right_there_is_the_department_and_no_name(world: World) -> None:
    await unusual(world)
    world.directory.people[LUIS.id] = replace(LUIS, department="Ventas")
    answer = await Talk(world, LUIS).say("anomalías")
    assert "Maldivas" in answer.shown
    assert LUIS.name not in answer.shown
    assert "Ventas" in answer.shown


@pytest.mark.parametrize("gone", [True, False])
async def test_whom_the_directory_does_not_tell_is_not_named(world: World, gone: bool) -> None:
    await unusual(world)
    if gone:
        del world.directory.people[LUIS.id]
    else:
        world.directory.broken["look_up"] = Retry("busy")
    answer = await Talk(world, ANA).say("anomalies")
    assert "Maldives" in answer.shown
    assert "'Who'" not in answer.shown


async def test_a_limit_for_one_person_is_set_asked_about_and_taken_back(world: World) -> None:
    talk = Talk(world, ANA)
    card = await talk.say("anomalies")
    answer = await talk.press(card.button(Verb.PERSON_LIMIT_SET), amount="25.50")
    assert "above €25.50 a day" in answer.shown
    assert (await load_settings(world.store, TENANT)).person_limit == Money.of("25.50", "EUR")
    assert "or one and a half" in (await talk.press(card.button(Verb.PERSON_LIMIT_SET), amount="1.500")).first_line
    wrong = await talk.press(card.button(Verb.PERSON_LIMIT_SET), amount="much")
    assert "much" in wrong.shown
    await talk.press(answer.button(Verb.PERSON_LIMIT_RESET))
    assert (await load_settings(world.store, TENANT)).person_limit is None


@pytest.mark.parametrize("verb", [Verb.PERSON_LIMIT_SET, Verb.PERSON_LIMIT_RESET])
async def test_who_may_not_change_settings_sets_no_limit(world: World, verb: Verb) -> None:
    answer = await Talk(world, EVA).press(world.house.signer.sign(_button(verb)), amount="5")
    assert "You may not change Saldo's set-up" in answer.text
    assert (await load_settings(world.store, TENANT)).person_limit is None


async def test_the_unusual_is_shown_by_its_button(world: World) -> None:
    await unusual(world)
    button = world.house.signer.sign(_button(Verb.ANOMALIES_SHOW))
    assert (await Talk(world, ANA).press(button)).first_line == "Something was out of the ordinary."


def _button(verb: Verb) -> Button:
    return Button(TENANT, verb)
