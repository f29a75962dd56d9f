from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.ports.collections import AUDIT, REQUESTS
from bot.ports.store import Append, Conflict, Put
from bot.views.looking import SealedStore, looking
from tests.fakes import TENANT
from tests.usecases.world import World

SOON = datetime(2030, 1, 1, tzinfo=UTC)


async def test_who_only_looks_reads_everything_and_writes_nothing(world: World, tmp_path: Path) -> None:
    request = await world.send()
    store = looking(world.house).outside.store
    audit, key = AUDIT.of_tenant(TENANT), REQUESTS.key(TENANT, "r1")
    document = await store.get(key)
    assert document is not None
    assert document.body == request
    assert [one.body for one in (await store.find(REQUESTS, TENANT)).documents] == [request]
    assert (await store.count(REQUESTS, TENANT), await store.tenants()) == (1, await world.store.tenants())
    records = await store.read(audit)
    assert await store.records_of(audit, "request:r1:") == records
    assert (await store.head(audit), store.known_head(audit)) == (
        await world.store.head(audit),
        await store.head(audit),
    )
    assert (await store.verify(audit)).holds
    assert (await store.copy_to(tmp_path / "copy")).exists()
    for operation, moved in (
        (Put(key, request, document.version), key),
        (Append(audit, "x", records[0].body), audit),
    ):
        with pytest.raises(Conflict) as conflict:
            await store.commit([operation])
        assert conflict.value.key == moved
    assert await store.lease(SOON, limit=1, seconds=1) == []
    assert await world.store.read(audit) == records


async def test_who_only_looks_neither_closes_the_store_nor_misses_what_happens(world: World) -> None:
    store = SealedStore(world.store)
    await store.close()
    wakeups = store.wakeups()
    await world.send()
    await anext(wakeups)
