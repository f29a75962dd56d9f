"""From opening to closing: what was acknowledged is there, for every one who looks."""

import asyncio
from typing import Any

from bot.ports.collections import JOBS
from bot.ports.store import Append, Put, Store
from bot.store.errors import StoreClosed
from tests.contract.conftest import Open
from tests.contract.engines import DIARY, NOON, NOTES, OTHER_TENANT, TENANT, Note

KEY = NOTES.key(TENANT, "a")
STREAM = DIARY.of_tenant(TENANT)


async def test_what_was_committed_is_there_after_closing_and_opening_again(store: Store, open_again: Open) -> None:
    await store.commit([Put(KEY, Note("kept"), 0), Append(STREAM, "1", Note("kept"))])
    before = (await store.get(KEY), await store.read(STREAM), await store.head(STREAM))
    await store.close()
    reopened = await open_again()
    assert (await reopened.get(KEY), await reopened.read(STREAM), await reopened.head(STREAM)) == before


async def test_an_acknowledged_commit_is_seen_by_every_method_of_every_open_store(
    store: Store, open_again: Open
) -> None:
    other = await open_again()
    assert await other.get(KEY) is None
    assert (await other.find(NOTES, TENANT)).documents == ()
    await store.commit([Put(KEY, Note("new"), 0), Append(STREAM, "1", Note("new"))])
    document = await store.get(KEY)
    assert document is not None
    assert await other.get(KEY) == document
    assert (await other.find(NOTES, TENANT)).documents == (document,)
    assert await other.count(NOTES, TENANT) == 1
    assert await other.head(STREAM) == await store.head(STREAM)
    assert await other.tenants() == [TENANT]


async def test_tenants_are_those_of_documents_and_of_streams(store: Store) -> None:
    await store.commit([Put(NOTES.key(OTHER_TENANT, str(number)), Note("x"), 0) for number in range(3)])
    await store.commit([Append(STREAM, "1", Note("x"))])
    assert await store.tenants() == [TENANT, OTHER_TENANT]


async def test_commits_that_wait_when_the_store_closes_are_finished(store: Store, open_again: Open) -> None:
    waiting = [asyncio.ensure_future(store.commit([Append(STREAM, str(n), Note("x"))])) for n in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*waiting) == [None] * 50
    assert (await (await open_again()).head(STREAM)).seq == 50


async def test_closing_twice_is_closing_once(store: Store) -> None:
    await store.close()
    await store.close()


async def test_after_closing_every_call_says_so(store: Store) -> None:
    await store.close()
    calls: list[Any] = [
        store.get(KEY),
        store.find(NOTES, TENANT),
        store.count(NOTES, TENANT),
        store.commit([Put(KEY, Note("late"), 0)]),
        store.read(STREAM),
        store.head(STREAM),
        store.tenants(),
        store.lease(NOON, limit=1, seconds=1),
    ]
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(result) for result in results] == [StoreClosed] * len(calls)
    assert str(results[0]) == "the store is closed"


async def test_a_caller_that_gives_up_waiting_leaves_the_store_sound(store: Store) -> None:
    attempt = asyncio.ensure_future(store.commit([Put(KEY, Note("x"), 0)]))
    await asyncio.sleep(0)
    attempt.cancel()
    await asyncio.gather(attempt, return_exceptions=True)
    await store.commit([Put(NOTES.key(TENANT, "b"), Note("next"), 0)])
    document = await store.get(KEY)
    assert document is None or document.body == Note("x")
    assert await store.count(JOBS, TENANT) == 0
