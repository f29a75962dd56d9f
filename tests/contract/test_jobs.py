"""Jobs: leased when due, each to one runner; whoever sleeps is woken."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.jobs import Job
from bot.ports.collections import JOBS
from bot.ports.store import Append, Conflict, Delete, Put, Store
from tests.contract.conftest import Open
from tests.contract.engines import DIARY, NOON, NOTES, OTHER_TENANT, TENANT, Note

KEY = JOBS.key(TENANT, "job")


async def put(store: Store, id_: str, job: Job) -> None:
    await store.commit([Put(JOBS.key(TENANT, id_), job, 0)])


async def test_a_due_job_is_leased_with_a_later_due_time_and_a_higher_version(store: Store) -> None:
    job = Job("sync", NOON, {"day": "ñ"}, attempts=2)
    await put(store, "job", job)
    [leased] = await store.lease(NOON, limit=10, seconds=60)
    assert (leased.key, leased.version) == (KEY, 2)
    assert leased.body == replace(job, due_at=NOON + timedelta(seconds=60), attempts=3)
    assert await store.get(KEY) == leased


async def test_what_is_leased_is_not_leased_again_until_the_lease_has_run_out(store: Store) -> None:
    await put(store, "job", Job("sync", NOON))
    assert len(await store.lease(NOON, limit=10, seconds=60)) == 1
    assert await store.lease(NOON + timedelta(seconds=59), limit=10, seconds=60) == []
    [again] = await store.lease(NOON + timedelta(seconds=60), limit=10, seconds=60)
    assert (again.version, again.body.attempts) == (3, 2)


async def test_only_due_jobs_that_are_not_dead_are_leased(store: Store) -> None:
    await put(store, "later", Job("sync", NOON + timedelta(microseconds=1)))
    await put(store, "dead", Job("sync", NOON, dead=True))
    await put(store, "due", Job("sync", NOON - timedelta(days=3)))
    leased = await store.lease(NOON, limit=10, seconds=60)
    assert [document.key.id for document in leased] == ["due"]


async def test_a_lease_takes_the_longest_due_first_up_to_its_limit_from_all_tenants(store: Store) -> None:
    await put(store, "second", Job("sync", NOON - timedelta(seconds=1)))
    await put(store, "third", Job("sync", NOON - timedelta(milliseconds=1)))
    await store.commit([Put(JOBS.key(OTHER_TENANT, "first"), Job("sync", NOON - timedelta(minutes=1)), 0)])
    leased = await store.lease(NOON, limit=2, seconds=60)
    assert [document.key for document in leased] == [JOBS.key(OTHER_TENANT, "first"), JOBS.key(TENANT, "second")]


async def test_two_runners_never_hold_the_same_job(store: Store, open_again: Open) -> None:
    stores = [store, await open_again()]
    await store.commit([Put(JOBS.key(TENANT, str(number)), Job("sync", NOON), 0) for number in range(50)])
    leases = await asyncio.gather(*(stores[number % 2].lease(NOON, limit=7, seconds=60) for number in range(20)))
    ids = [document.key.id for leased in leases for document in leased]
    assert sorted(ids) == sorted(map(str, range(50)))


async def test_the_commit_that_finishes_a_job_carries_the_version_of_its_lease(store: Store) -> None:
    await put(store, "job", Job("sync", NOON))
    [slow] = await store.lease(NOON, limit=1, seconds=1)
    [second] = await store.lease(NOON + timedelta(seconds=1), limit=1, seconds=60)
    with pytest.raises(Conflict):
        await store.commit([Delete(KEY, slow.version), Put(NOTES.key(TENANT, "done"), Note("by the slow one"), 0)])
    await store.commit([Delete(KEY, second.version), Put(NOTES.key(TENANT, "done"), Note("once"), 0)])
    assert await store.lease(NOON + timedelta(days=1), limit=1, seconds=60) == []


async def test_a_leased_job_is_found_under_its_new_due_time(store: Store) -> None:
    await put(store, "job", Job("sync", NOON))
    await store.lease(NOON, limit=1, seconds=60)
    page = await store.find(JOBS, TENANT, order_by="due_at", start=NOON + timedelta(seconds=60))
    assert [document.key for document in page.documents] == [KEY]


async def test_a_commit_with_a_job_wakes_the_runner(store: Store) -> None:
    wakeups = store.wakeups()
    await put(store, "job", Job("sync", NOON))
    await asyncio.wait_for(anext(wakeups), 5)


async def test_wakeups_that_come_while_the_runner_works_are_one(store: Store) -> None:
    wakeups = store.wakeups()
    for number in range(3):
        await put(store, str(number), Job("sync", NOON))
    await asyncio.wait_for(anext(wakeups), 5)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(anext(wakeups), 0.05)


async def test_every_listener_is_woken(store: Store) -> None:
    listeners = [store.wakeups(), store.wakeups()]
    await put(store, "job", Job("sync", NOON))
    for listener in listeners:
        await asyncio.wait_for(anext(listener), 5)


async def test_a_commit_without_a_job_wakes_nobody(store: Store) -> None:
    wakeups = store.wakeups()
    await store.commit([Append(DIARY.of_tenant(TENANT), "1", Note("x")), Put(NOTES.key(TENANT, "a"), Note("x"), 0)])
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(anext(wakeups), 0.05)


async def test_a_commit_that_conflicts_wakes_nobody(store: Store) -> None:
    await put(store, "job", Job("sync", NOON))
    wakeups = store.wakeups()
    with pytest.raises(Conflict):
        await put(store, "job", Job("sync", NOON))
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(anext(wakeups), 0.05)


async def test_a_commit_of_another_process_wakes_the_runner_within_seconds(store: Store, open_again: Open) -> None:
    other = await open_again()
    wakeups = store.wakeups()
    await put(other, "job", Job("sync", NOON))
    await asyncio.wait_for(anext(wakeups), 5)


async def test_wakeups_end_when_the_store_closes(store: Store) -> None:
    early, waiting = store.wakeups(), asyncio.ensure_future(_wait_for_the_end(store))
    await asyncio.sleep(0)
    await store.close()
    await asyncio.wait_for(waiting, 5)
    assert [None async for _ in early] == []
    assert [None async for _ in store.wakeups()] == []


async def _wait_for_the_end(store: Store) -> None:
    async for _ in store.wakeups():
        pass
