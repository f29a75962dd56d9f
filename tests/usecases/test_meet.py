import asyncio
from dataclasses import replace

import pytest

from bot.domain.contacts import Contact
from bot.ports.collections import CONTACTS
from bot.ports.store import Conflict, Store
from bot.ports.turn import Actor, Address, Installed, Scope, Turn
from bot.usecases import meet as use_case
from bot.usecases.meet import ATTEMPTS, leave_place, lose, take_place, take_welcome
from tests.fakes import ANA, TENANT
from tests.usecases.world import SERVICE, World, touch

KEY = CONTACTS.key(TENANT, ANA.id)
TURN = Turn(
    TENANT,
    Actor(ANA.id, "29:ana", "Ana Torres"),
    Address("chat-ana", SERVICE),
    Scope.PERSONAL,
    "a-1",
    "es-ES",
    "Europe/Madrid",
    Installed(),
)


async def kept(world: World) -> Contact | None:
    document = await world.store.get(KEY)
    return document.body if document else None


async def meet(store: Store, turn: Turn, *, language: str = "") -> Contact | None:
    """One turn: what is known of its actor is read first. Who they are then."""
    key = CONTACTS.key(turn.tenant, turn.actor.id)
    await use_case.meet(store, turn, await store.get(key), language=language)
    known = await store.get(key)
    return known.body if known else None


async def test_a_turn_in_the_personal_chat_tells_where_somebody_is_reached(world: World) -> None:
    contact = await meet(world.store, TURN, language="es")
    assert contact == await kept(world)
    assert contact == Contact(
        ANA.id, "Ana Torres", "29:ana", "chat-ana", SERVICE, True, "es", "es-ES", "Europe/Madrid"
    )
    assert contact.short_name == "Ana"


async def test_nothing_is_kept_of_a_turn_where_others_read_along(world: World) -> None:
    channel = replace(TURN, scope=Scope.CHANNEL, address=Address("channel", SERVICE))
    assert await meet(world.store, channel) is None
    assert await kept(world) is None
    await meet(world.store, TURN)
    contact = await meet(world.store, channel)
    assert contact is not None
    assert contact.conversation_id == "chat-ana"


async def test_a_turn_that_tells_nothing_new_writes_nothing(world: World) -> None:
    for _ in range(2):
        await meet(world.store, TURN, language="es")
    document = await world.store.get(KEY)
    assert document is not None
    assert document.version == 1


async def test_what_a_turn_does_not_tell_stays_as_it_was(world: World) -> None:
    await meet(world.store, TURN, language="es")
    await take_welcome(world.store, world.clock, TENANT, ANA.id)
    silent = replace(TURN, actor=Actor(ANA.id, "29:ana-2", ""), locale="", zone="", address=Address("new", SERVICE))
    contact = await meet(world.store, silent)
    assert contact is not None
    assert (contact.name, contact.language, contact.client_locale, contact.zone) == (
        "Ana Torres",
        "es",
        "es-ES",
        "Europe/Madrid",
    )
    assert (contact.teams_id, contact.conversation_id) == ("29:ana-2", "new")
    assert contact.welcomed_at == world.clock.now()


async def test_two_turns_at_once_are_both_kept(world: World) -> None:
    async def rival() -> None:
        await meet(world.store, TURN, language="es")

    contact = await meet(world.beside(rival).store, replace(TURN, zone="Europe/Lisbon"))
    assert contact is not None
    assert (contact.language, contact.zone) == ("es", "Europe/Lisbon")
    assert await kept(world) == contact


async def test_meeting_gives_up_when_others_are_always_faster(world: World) -> None:
    await meet(world.store, TURN)
    busy = world.beside(*[touch(world, KEY)] * ATTEMPTS)
    with pytest.raises(Conflict):
        await meet(busy.store, replace(TURN, zone="Europe/Lisbon"))


async def test_the_welcome_is_taken_once_however_many_reach_for_it(world: World) -> None:
    assert not await take_welcome(world.store, world.clock, TENANT, ANA.id)  # nobody that we have met
    await meet(world.store, TURN)
    takers = [take_welcome(world.store, world.clock, TENANT, ANA.id) for _ in range(5)]
    assert sorted(await asyncio.gather(*takers)) == [False, False, False, False, True]
    assert not await take_welcome(world.store, world.clock, TENANT, ANA.id)


async def test_who_takes_saldo_out_is_not_reached_and_is_welcomed_again_after_coming_back(world: World) -> None:
    await lose(world.store, TENANT, ANA.id)  # nobody that we have met
    await meet(world.store, TURN)
    await take_welcome(world.store, world.clock, TENANT, ANA.id)
    for _ in range(2):
        await lose(world.store, TENANT, ANA.id)
        contact = await kept(world)
        assert contact is not None
        assert (contact.installed, contact.welcomed_at) == (False, None)
    contact = await meet(world.store, TURN)
    assert contact is not None
    assert contact.installed
    assert await take_welcome(world.store, world.clock, TENANT, ANA.id)


async def test_losing_somebody_holds_against_what_is_written_meanwhile(world: World) -> None:
    await meet(world.store, TURN)
    await lose(world.beside(touch(world, KEY)).store, TENANT, ANA.id)
    contact = await kept(world)
    assert contact is not None
    assert not contact.installed


async def test_losing_somebody_who_writes_all_the_time_ends(world: World) -> None:
    await meet(world.store, TURN)
    await lose(world.beside(*[touch(world, KEY)] * ATTEMPTS).store, TENANT, ANA.id)
    contact = await kept(world)
    assert contact is not None
    assert contact.installed


CHANNEL = replace(TURN, scope=Scope.CHANNEL, address=Address("19:general@thread.tacv2", SERVICE))


async def test_a_channel_is_introduced_to_once_whatever_thread_tells_of_it(world: World) -> None:
    thread = replace(CHANNEL, address=Address("19:general@thread.tacv2;messageid=1", SERVICE))
    takers = [take_place(world.store, world.clock, turn) for turn in (CHANNEL, thread, CHANNEL)]
    assert sorted(await asyncio.gather(*takers)) == [False, False, True]


async def test_a_channel_that_was_left_is_introduced_to_again(world: World) -> None:
    await leave_place(world.store, CHANNEL)  # never introduced to
    await take_place(world.store, world.clock, CHANNEL)
    await asyncio.gather(leave_place(world.store, CHANNEL), leave_place(world.store, CHANNEL))
    assert await take_place(world.store, world.clock, CHANNEL)
