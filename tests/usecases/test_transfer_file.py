"""A file that somebody agreed to: asked for once, its address forgotten when it is done with."""

import pytest

from bot.domain.errors import Refusal
from bot.domain.subscription import FileTransfer, TransferState
from bot.ports.collections import AUDIT
from bot.ports.store import Append
from bot.usecases.transfer_file import accept_transfer, load_transfer, move_transfer, taken
from tests.fakes import ANA, TENANT
from tests.usecases.world import World

TRANSFER = FileTransfer(
    ANA.id, "2026-10", "xlsx", "saldo-2026-10.xlsx", "https://up.example/1", "https://c.example/1", "u1", "xlsx"
)


async def test_the_same_answer_delivered_twice_is_one_job(world: World) -> None:
    for _ in range(2):
        await accept_transfer(world.store, world.clock, TENANT, "g1", TRANSFER)
    assert await world.job_kinds() == ["transfer_file"]


async def test_an_address_is_kept_while_it_is_needed_and_no_longer(world: World) -> None:
    await accept_transfer(world.store, world.clock, TENANT, "g1", TRANSFER)
    uncertain = await move_transfer(
        world.store, await load_transfer(world.store, TENANT, "g1"), TransferState.UNCERTAIN
    )
    assert uncertain.body.url == TRANSFER.url
    there = await move_transfer(world.store, uncertain, TransferState.THERE)
    assert (await load_transfer(world.store, TENANT, "g1")).body == there.body
    assert (there.body.url, there.body.content_url) == ("", TRANSFER.content_url)


async def test_a_file_that_nobody_accepted_is_unknown(world: World) -> None:
    with pytest.raises(Refusal, match="file_unknown"):
        await load_transfer(world.store, TENANT, "g1")


async def test_who_took_a_report_is_recorded_with_whether_it_names_people(world: World) -> None:
    record = taken(world.clock, TENANT, ANA.id, "2026-10", "xlsx", has_names=True)
    assert isinstance(record, Append)
    assert record.stream == AUDIT.of_tenant(TENANT)
    assert (record.body.actor, record.body.subject) == (ANA.id, "2026-10")
    assert record.body.details == {"format": "xlsx", "names": "yes"}
