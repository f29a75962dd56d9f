"""`delegate`: who decides in one's place, until when; and the way back."""

from datetime import UTC, datetime

import pytest

from bot.ports.collections import DELEGATIONS
from cards.actions import Verb
from tests.commands.talk import Answer, Talk, signed
from tests.fakes import ANA, EVA, LUIS, OMAR, TENANT, TOM
from tests.usecases.world import EN, World


async def hand_on(world: World, **typed: str) -> Answer:
    return await Talk(world, LUIS, zone="Europe/Madrid").press(
        signed(Verb.DELEGATE_START), **{"people": TOM.id, "until": "2026-11-30", **typed}
    )


@pytest.mark.parametrize("text", ["delegate", "delegar", "I am on vacation", "estoy de vacaciones"])
async def test_who_approves_something_may_hand_it_on(world: World, text: str) -> None:
    answer = await Talk(world, LUIS).say(text)
    assert answer.verbs == [Verb.DELEGATE_START]


@pytest.mark.parametrize("text", ["delegate to nobody", "delegar en nadie"])
async def test_nobody_is_a_way_to_end_it(world: World, text: str) -> None:
    await hand_on(world)
    assert (await Talk(world, LUIS).say(text)).verbs == [Verb.DELEGATE_END]


async def test_nobody_is_offered_to_decide_in_their_own_place(world: World) -> None:
    answer = await Talk(world, LUIS).say("delegate to Luis Vega until Friday")
    assert answer.first_line == EN.text("refusal.delegate_self")


async def test_who_approves_nothing_has_nothing_to_hand_on(world: World) -> None:
    answer = await Talk(world, ANA).say("delegate")
    assert answer.first_line == EN.text("delegate.nothing")
    assert answer.verbs == [Verb.HELP_SHOW]
    refused = await Talk(world, ANA).press(signed(Verb.DELEGATE_START), people=TOM.id, until="2026-11-30")
    assert refused.first_line == EN.text("refusal.nothing_to_delegate")


async def test_it_holds_until_the_end_of_the_day_where_the_delegator_lives(world: World) -> None:
    answer = await hand_on(world)
    assert answer.first_line == "Tom Baker decides in your place until the end of Nov 30, 2026."
    assert answer.verbs == [Verb.DELEGATE_START, Verb.DELEGATE_END]
    known = await world.store.get(DELEGATIONS.key(TENANT, LUIS.id))
    assert known is not None
    assert known.body.ends_at == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert "You decide for Luis Vega" in (await Talk(world, TOM).say("delegate")).shown


async def test_the_delegate_approves_on_the_same_card_and_the_decision_names_both(world: World) -> None:
    await hand_on(world)
    await world.buy(99)
    await world.send()
    card = await Talk(world, TOM).press(signed(Verb.REQUEST_SHOW, "r1", 1))
    assert EN.text("request.balance_after") in card.shown  # as the one for whom they decide would see it
    answer = await Talk(world, TOM).press(card.button(Verb.REQUEST_APPROVE))
    assert "Tom Baker for Luis Vega" in answer.shown


async def test_it_is_taken_back(world: World) -> None:
    answer = await Talk(world, LUIS).press((await hand_on(world)).button(Verb.DELEGATE_END))
    assert answer.first_line == EN.text("delegate.nobody")
    assert await world.store.get(DELEGATIONS.key(TENANT, LUIS.id)) is None


async def test_a_form_that_comes_again_brings_back_nothing_and_ends_nothing_newer(world: World) -> None:
    luis, until = Talk(world, LUIS), "2026-11-30"
    first = (await luis.say("delegate")).button(Verb.DELEGATE_START)
    end = (await luis.press(first, people=TOM.id, until=until)).button(Verb.DELEGATE_END)
    ended = await luis.press(end)
    world.clock.move(minutes=1)
    again = await luis.press(first, people=TOM.id, until=until)
    assert ended.first_line == again.first_line == EN.text("delegate.nobody")
    await luis.press(again.button(Verb.DELEGATE_START), people=EVA.id, until=until)
    for old in (end, first):
        assert (await luis.press(old, people=TOM.id, until=until)).first_line.startswith("Eva Ruiz decides")
    assert [verb for verb in await world.verbs() if verb.startswith("delegation")] == [
        "delegation.start",
        "delegation.end",
        "delegation.start",
    ]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ({"people": ""}, "delegate_missing"),
        ({"people": LUIS.id}, "delegate_self"),
        ({"until": "2026-11-20"}, "delegation_over"),
    ],
)
async def test_what_is_wrong_is_said_beside_the_form(world: World, typed: dict[str, str], key: str) -> None:
    answer = await hand_on(world, **typed)
    assert answer.first_line == EN.text(f"refusal.{key}")
    assert Verb.DELEGATE_START in answer.verbs


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"people": "nobody"}, "nobody"),
        ({"people": "", "typed": "Nobody"}, "Nobody"),
        ({"people": "", "typed": "o"}, "carmen@contoso.example"),
        ({"until": "soon"}, "soon"),
    ],
)
async def test_names_and_days_that_nobody_understands_are_quoted(
    world: World, typed: dict[str, str], told: str
) -> None:
    assert told in (await hand_on(world, **typed)).shown


async def test_a_name_that_is_typed_is_looked_up(world: World) -> None:
    assert "Omar Haddad" in (await hand_on(world, people="", typed=OMAR.name)).first_line


async def test_until_a_day_that_is_none_is_said_and_hands_nothing_on(world: World) -> None:
    answer = await Talk(world, LUIS).press(signed(Verb.DELEGATE_START), people=TOM.id, until="someday")
    assert answer.first_line == "“someday” is no day that I know. Write it like “31 March 2026”."
    assert await world.store.get(DELEGATIONS.key(TENANT, LUIS.id)) is None
