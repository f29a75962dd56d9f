"""kill -9 of the writer at any moment: no acknowledged commit is lost, no half one is seen, the file opens."""

import asyncio
import mmap
import random
from pathlib import Path

import pytest

from bot.store.tiny import open_store
from tests.store.processes import BEGUN, COMMITTING, KEY, STEPS, STORY, TENANT, start, write_until_killed


async def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    await _kill_again_and_again(tmp_path, rounds=20)


@pytest.mark.soak
async def test_a_writer_killed_200_times_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    await _kill_again_and_again(tmp_path, rounds=200)


async def _kill_again_and_again(folder: Path, *, rounds: int) -> None:
    (folder / "phase").write_bytes(b"\0")
    phases, acknowledged = [], 0
    for round_ in range(rounds):
        phases.append(await _kill_once(folder, round_))
        acknowledged += await _look(folder, round_)
    within, flushing = phases.count(BEGUN), phases.count(COMMITTING)
    print(  # noqa: T201 -- says how hard the test was
        f"\n{rounds} kills, {within + flushing} of them between BEGIN and the end of COMMIT"
        f" ({flushing} within COMMIT); {acknowledged} acknowledged commits, none lost"
    )
    assert within + flushing > 0


async def _kill_once(folder: Path, round_: int) -> int:
    """Where the writer was when it was killed."""
    process = start(write_until_killed, folder, round_)
    told = folder / f"acknowledged-{round_}"
    while not (told.exists() and told.stat().st_size):
        assert process.is_alive()
        await asyncio.sleep(0.001)
    await asyncio.sleep(random.uniform(0, 0.03))
    process.kill()
    process.join()
    with (folder / "phase").open("rb") as file, mmap.mmap(file.fileno(), 1, access=mmap.ACCESS_READ) as phase:
        return phase[0]


async def _look(folder: Path, round_: int) -> int:
    """How many commits of this round were acknowledged; all of them are there, and each commit is whole."""
    store = await open_store(folder, chain_key=KEY)
    try:
        steps = await store.find(STEPS, TENANT, where={"round": round_}, limit=100_000)
        records = await store.read(STORY.of_tenant(TENANT), limit=1_000_000)
        assert (await store.verify(STORY.of_tenant(TENANT))).broken is None
    finally:
        await store.close()
    written = {record.id for record in records if record.body.round == round_}
    halves = {f"{name}-{side}" for name in written for side in ("left", "right")}
    assert {document.key.id for document in steps.documents} == halves
    lines = await asyncio.to_thread((folder / f"acknowledged-{round_}").read_text)
    acknowledged = {f"{round_}-{number}" for number in lines.split()}
    assert acknowledged <= written
    return len(acknowledged)
