"""A file that somebody agreed to is made, put where Teams wants it, and told of: once, whatever fails."""

import io
import zipfile
from datetime import date

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import Person
from bot.domain.subscription import FileTransfer, TransferState
from bot.ports.errors import Final, NotFound, Retry, Unknown
from bot.ports.turn import Message, SharedFile
from bot.usecases.transfer_file import accept_transfer, load_transfer
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import World

URL, CONTENT = "https://up.example/1", "https://files.example/saldo"


async def accept(world: World, who: Person = ANA, format_: str = "zip") -> None:
    """October's file is accepted, and the job does what it can."""
    await world.introduce(who)
    await world.spend(30, date(2026, 10, 14), user=ANA.id)
    transfer = FileTransfer(who.id, "2026-10", format_, f"october.{format_}", URL, CONTENT, "u1", format_)
    await accept_transfer(world.store, world.clock, TENANT, "g1", transfer)
    await world.work()


async def again(world: World) -> None:
    world.clock.move(minutes=5)
    await world.work()


async def transfer(world: World) -> FileTransfer:
    return (await load_transfer(world.store, TENANT, "g1")).body


def sheets(world: World) -> list[str]:
    ((url, content),) = world.messenger.put
    assert url == URL
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


def told(world: World) -> Message:
    ((_, message),) = world.messenger.sent
    return message


async def test_the_file_is_put_there_and_told_of(world: World) -> None:
    await accept(world)
    assert "statement.csv" in sheets(world)
    assert told(world).file == SharedFile("october.zip", CONTENT, "u1", "zip")
    assert (await transfer(world)).state is TransferState.THERE
    assert (await transfer(world)).url == ""
    assert await world.jobs() == {}


async def test_an_excel_file_is_one(world: World) -> None:
    await accept(world, format_="xlsx")
    assert "xl/workbook.xml" in sheets(world)


@pytest.mark.parametrize(("who", "named"), [(ANA, True), (LUIS, False)])
async def test_people_are_named_for_who_may_see_them_and_that_is_recorded(
    world: World, who: Person, named: bool
) -> None:
    await accept(world, who)
    assert ("people.csv" in sheets(world)) is named
    (record,) = [record for record in await world.audit() if record.verb == "report.take"]
    assert record.details == {"format": "zip", "names": "yes" if named else "no"}


async def test_a_lost_answer_is_tried_again_and_a_place_that_is_gone_then_has_the_file(world: World) -> None:
    world.messenger.refusals = [Unknown("lost"), NotFound("gone")]
    await accept(world)
    assert (await transfer(world)).state is TransferState.UNCERTAIN
    await again(world)
    assert (await transfer(world)).state is TransferState.THERE
    assert told(world).file is not None


async def test_a_busy_place_is_tried_again(world: World) -> None:
    world.messenger.refusals = [Retry("busy")]
    await accept(world)
    assert world.messenger.sent == []
    await again(world)
    assert told(world).file is not None


@pytest.mark.parametrize("error", [NotFound("gone"), Final("no", code="status_400"), Refusal("file_host")])
async def test_what_cannot_be_put_is_told_and_not_tried_again(world: World, error: Exception) -> None:
    world.messenger.refusals = [error]
    await accept(world)
    assert told(world).text.startswith("Saldo: october.zip could not be put into your OneDrive.")
    assert (await transfer(world)).state is TransferState.FAILED
    assert await world.jobs() == {}
    assert "report.take" not in await world.verbs()


async def test_who_lost_the_right_meanwhile_gets_no_file(world: World) -> None:
    world.directory.roles = {}
    await accept(world)
    assert (world.messenger.put, (await transfer(world)).state) == ([], TransferState.FAILED)


async def test_where_rights_cannot_be_read_just_now_it_is_tried_again(world: World) -> None:
    world.directory.broken["active_roles"] = Retry("busy")
    await accept(world)
    assert (await transfer(world)).state is TransferState.WAITING
    world.directory.broken = {}
    await again(world)
    assert told(world).file is not None


async def test_a_file_that_is_there_is_told_of_even_if_the_first_message_was_not_sent(world: World) -> None:
    world.messenger.broken[f"chat-{ANA.id}"] = Retry("busy")
    await accept(world)
    assert (len(world.messenger.put), world.messenger.sent) == (1, [])
    world.messenger.broken = {}
    await again(world)
    assert (len(world.messenger.put), told(world).file is not None) == (1, True)


async def test_who_took_saldo_out_meanwhile_is_not_told(world: World) -> None:
    await world.introduce(ANA)
    await accept_transfer(
        world.store,
        world.clock,
        TENANT,
        "g1",
        FileTransfer(ANA.id, "2026-10", "zip", "o.zip", URL, CONTENT, "u1", "zip"),
    )
    await world.introduce(ANA, installed=False)
    await world.work()
    assert (len(world.messenger.put), world.messenger.sent, await world.jobs()) == (1, [], {})
