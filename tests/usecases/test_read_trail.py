"""What the audit holds about one request, found without reading all of it."""

import pytest

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.ports.collections import AUDIT
from bot.ports.store import Append
from bot.usecases.read_trail import find_request, read_trail
from tests.fakes import ANA, TENANT
from tests.usecases.world import World


async def verbs(world: World, id_: str) -> list[str]:
    return [record.verb for record in await read_trail(world.store, TENANT, id_)]


async def test_a_requests_records_are_told_in_their_order_and_no_others(world: World) -> None:
    await world.send("r1")
    await world.send("r10")
    record = AuditRecord(world.clock.now(), ANA.id, "order.confirm", "r1")
    await world.store.commit([Append(AUDIT.of_tenant(TENANT), "order:r1:confirmed", record)])
    await world.approve("r1")
    assert await verbs(world, "r1") == ["request.draft", "request.submit", "order.confirm", "request.approve"]
    assert await verbs(world, "r10") == ["request.draft", "request.submit"]
    assert await verbs(world, "gone") == []


async def test_a_longer_id_that_begins_the_same_is_another_request(world: World) -> None:
    await world.draft("r1")
    await world.draft("r1:2")
    assert await verbs(world, "r1") == ["request.draft"]


async def test_a_request_is_found_by_its_id_or_by_how_only_it_begins(world: World) -> None:
    for id_ in ("3f2a9c00", "3f2a9d00", "3f2b0000"):
        await world.draft(id_)
    assert (await find_request(world.store, TENANT, "3f2a9c00")).id == "3f2a9c00"
    assert (await find_request(world.store, TENANT, "3f2a9c")).id == "3f2a9c00"


@pytest.mark.parametrize("typed", ["3f2a9", "ffffff", "3f2a9c"])
async def test_what_means_no_request_or_two_is_refused(world: World, typed: str) -> None:
    await world.draft("3f2a9c00")
    await world.draft("3f2a9c01")
    with pytest.raises(Refusal, match="request_unknown"):
        await find_request(world.store, TENANT, typed)
