"""Two processes on one file: the command line works beside a running bot."""

import asyncio
from pathlib import Path

from bot.domain.jobs import Job
from bot.ports.collections import JOBS
from bot.ports.store import Put
from bot.store.tiny import open_store
from tests.store.processes import (
    KEY,
    NOON,
    STEPS,
    STORY,
    TENANT,
    count_up,
    lease_all,
    put_job,
    start,
)


async def test_two_processes_count_up_together_and_lose_nothing(tmp_path: Path) -> None:
    processes = [start(count_up, tmp_path, name, 100) for name in ("one", "two")]
    await asyncio.gather(*(asyncio.to_thread(process.join, 30) for process in processes))
    assert [process.exitcode for process in processes] == [0, 0]
    store = await open_store(tmp_path, chain_key=KEY)
    counter = await store.get(STEPS.key(TENANT, "counter"))
    records = await store.read(STORY.of_tenant(TENANT))
    assert counter is not None
    assert (counter.version, counter.body.number) == (200, 200)
    assert [record.seq for record in records] == list(range(1, 201))
    assert (await store.verify(STORY.of_tenant(TENANT))).broken is None
    await store.close()


async def test_two_processes_never_lease_the_same_job(tmp_path: Path) -> None:
    store = await open_store(tmp_path, chain_key=KEY)
    await store.commit([Put(JOBS.key(TENANT, str(number)), Job("sync", NOON), 0) for number in range(120)])
    processes = [start(lease_all, tmp_path, name) for name in ("one", "two")]
    await asyncio.gather(*(asyncio.to_thread(process.join, 30) for process in processes))
    leased = [*(tmp_path / "one").read_text().split(), *(tmp_path / "two").read_text().split()]
    assert sorted(leased) == sorted(map(str, range(120)))
    await store.close()


async def test_a_job_that_another_process_puts_wakes_the_runner(tmp_path: Path) -> None:
    store = await open_store(tmp_path, chain_key=KEY)
    wakeups = store.wakeups()
    process = start(put_job, tmp_path)
    await asyncio.wait_for(anext(wakeups), 10)
    await asyncio.to_thread(process.join, 30)
    assert [document.key.id for document in await store.lease(NOON, limit=5, seconds=60)] == ["from outside"]
    await store.close()
