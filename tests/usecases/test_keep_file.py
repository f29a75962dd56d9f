import asyncio

import pytest

from bot.domain.dropped_file import DroppedFile, FileState
from bot.domain.errors import Refusal
from bot.domain.people import Person
from bot.ports.collections import DROPPED_FILES
from bot.ports.turn import File
from bot.usecases.keep_file import cancel_file, confirm_file, drop_file, load_file, move_file
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import OTHER_TENANT, World

FILE = File("calls.csv", "https://files.example/1")
KEY = DROPPED_FILES.key(TENANT, "f1")


async def drop(world: World) -> None:
    await drop_file(world.store, world.clock, TENANT, "f1", ANA.id, FILE)


async def previewed(world: World) -> None:
    await drop(world)
    await move_file(world.store, await load_file(world.store, TENANT, "f1"), FileState.PREVIEWED, digest="d1")


async def state(world: World) -> FileState:
    return (await load_file(world.store, TENANT, "f1")).body.state


async def confirm(world: World, person: Person = ANA) -> DroppedFile:
    return await confirm_file(world.store, world.clock, TENANT, "f1", person.id)


async def test_a_dropped_file_is_read_by_a_job_and_a_drop_delivered_twice_is_one(world: World) -> None:
    for _ in range(2):
        await drop(world)
    document = await load_file(world.store, TENANT, "f1")
    assert document.body == DroppedFile(ANA.id, "calls.csv", FILE.url, world.clock.now())
    assert list(await world.jobs()) == ["preview_file:f1"]


async def test_a_file_is_known_by_its_tenant_and_id(world: World) -> None:
    await drop(world)
    for tenant, id_ in ((TENANT, "f2"), (OTHER_TENANT, "f1")):
        with pytest.raises(Refusal, match="file_unknown"):
            await load_file(world.store, tenant, id_)


async def test_a_name_without_end_is_cut(world: World) -> None:
    endless = File("x" * 5_000, FILE.url)
    await drop_file(world.store, world.clock, TENANT, "f1", ANA.id, endless)
    assert len((await load_file(world.store, TENANT, "f1")).body.name) == 200


async def test_a_confirmed_file_is_booked_by_one_job_however_often_it_is_confirmed(world: World) -> None:
    await previewed(world)
    for _ in range(2):
        file = await confirm(world)
        assert (file.state, file.digest) == (FileState.BOOKING, "d1")
    assert sorted(await world.jobs()) == ["book_file:f1", "preview_file:f1"]


async def test_two_who_confirm_at_once_confirm_once(world: World) -> None:
    await previewed(world)
    first, second = await asyncio.gather(confirm(world), confirm(world))
    assert first == second
    assert (await world.job_kinds()).count("book_file") == 1


async def test_of_confirming_and_canceling_at_once_the_first_holds(world: World) -> None:
    await previewed(world)

    async def canceled() -> None:
        await cancel_file(world.store, TENANT, "f1", ANA.id)

    assert (await confirm(world.beside(canceled))).state is FileState.CANCELED
    assert await state(world) is FileState.CANCELED
    assert "book_file" not in await world.job_kinds()


async def test_a_canceled_file_is_never_booked(world: World) -> None:
    await previewed(world)
    assert (await cancel_file(world.store, TENANT, "f1", ANA.id)).state is FileState.CANCELED
    assert (await confirm(world)).state is FileState.CANCELED
    assert (await cancel_file(world.store, TENANT, "f1", ANA.id)).state is FileState.CANCELED
    assert "book_file" not in await world.job_kinds()


async def test_a_file_that_is_not_read_yet_can_be_neither_confirmed_nor_canceled(world: World) -> None:
    await drop(world)
    assert (await confirm(world)).state is FileState.READING
    assert (await cancel_file(world.store, TENANT, "f1", ANA.id)).state is FileState.READING


async def test_nobody_confirms_or_cancels_what_somebody_else_dropped(world: World) -> None:
    await previewed(world)
    with pytest.raises(Refusal, match="file_not_yours"):
        await confirm(world, LUIS)
    with pytest.raises(Refusal, match="file_not_yours"):
        await cancel_file(world.store, TENANT, "f1", LUIS.id)
    assert await state(world) is FileState.PREVIEWED
