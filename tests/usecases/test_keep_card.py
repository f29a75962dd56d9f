from dataclasses import replace

from bot.domain.contacts import SentCard
from bot.ports.collections import SENT_CARDS
from bot.ports.store import Put
from bot.ports.turn import Actor, Address, Pressed, Scope, Turn
from bot.usecases.keep_card import keep_card, keep_pressed_card
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import SERVICE, World


async def press(world: World, card_id: str | None, scope: Scope = Scope.PERSONAL) -> list[SentCard]:
    """The cards that are kept after a button of the card was pressed."""
    pressed = Pressed("request.show", {}, card_id=card_id)
    turn = Turn(TENANT, Actor(ANA.id, "29:ana", ANA.name), Address("chat-ana", SERVICE), scope, "a", "", "", pressed)
    await keep_pressed_card(world.store, turn, pressed, await world.request())
    return [document.body for document in (await world.store.find(SENT_CARDS, TENANT)).documents]


async def test_a_pressed_card_is_remembered_once_with_what_it_shows(world: World) -> None:
    request = await world.send()
    for _ in range(2):
        assert await press(world, "m1") == [SentCard("r1", ANA.id, "chat-ana", SERVICE, "m1", request.step)]


async def test_a_card_whose_message_is_not_known_cannot_be_remembered(world: World) -> None:
    await world.send()
    assert await press(world, None) == []


async def test_a_card_where_others_read_along_is_never_remembered_for_it_would_show_them_the_figures(
    world: World,
) -> None:
    await world.send()
    assert await press(world, "m1", Scope.CHANNEL) == []
    assert await press(world, "m1", Scope.GROUP) == []


async def test_a_card_that_was_sent_to_somebody_is_known_again_when_they_press_it(world: World) -> None:
    request = await world.send()
    sent = SentCard("r1", ANA.id, "chat-ana", SERVICE, "m1", request.step)
    await keep_card(world.store, TENANT, "r1:ask:ana:1", sent)
    await world.decide("r1", LUIS)
    assert await press(world, "m1") == [replace(sent, shown_step=request.step + 1)]


async def test_a_card_that_somebody_else_has_just_changed_is_left_to_them(world: World) -> None:
    request = await world.send()
    sent = SentCard("r1", ANA.id, "chat-ana", SERVICE, "m1", request.step)
    await keep_card(world.store, TENANT, "r1:ask:ana:1", sent)
    await world.decide("r1", LUIS)
    key = SENT_CARDS.key(TENANT, "r1:ask:ana:1")

    async def refresh() -> None:
        known = await world.store.get(key)
        assert known is not None
        await world.store.commit([Put(key, replace(known.body, shown_step=9), known.version)])

    assert [card.shown_step for card in await press(world.beside(refresh), "m1")] == [9]
