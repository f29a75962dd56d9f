from bot.domain.contacts import SentCard
from bot.ports.collections import SENT_CARDS
from bot.ports.turn import Actor, Address, Pressed, Scope, Turn
from bot.usecases.keep_card import keep_pressed_card
from tests.fakes import ANA, TENANT
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
