"""kill -9 at every commit of a recharge's life, then a restart: it ends the same, with one order and one booking."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.requests import State
from bot.ports.collections import AUDIT, LEDGER
from bot.store.tiny import open_store
from tests.attack.mortal import DEEDS, KEY, Diary
from tests.fakes import TENANT
from tests.usecases.world import World

KILLED = -9


@dataclass
class Mother:
    """Starts lives, one after the other."""

    process: asyncio.subprocess.Process
    template: Path
    lives: int = 0
    killed: int = 0

    async def ask(self, **order: Any) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(order)}\n".encode())
        return int(await self.process.stdout.readline())

    def folder(self) -> Path:
        self.lives += 1
        return Path(shutil.copytree(self.template, self.template.parent / f"life-{self.lives}"))

    async def life(self, *deaths: tuple[int, bool]) -> Path:
        """A whole life with these deaths in it; the last process lives to its end."""
        folder = await asyncio.to_thread(self.folder)
        for number, after in deaths:
            ended = await self.ask(folder=str(folder), number=number, after=after)
            assert ended in {KILLED, 0}, (number, after)  # commits that come together are one: some lives have fewer
            self.killed += ended == KILLED
        assert await self.ask(folder=str(folder), number=0, after=False) == 0
        return folder


@pytest_asyncio.fixture
async def mother(tmp_path: Path) -> AsyncIterator[Mother]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.attack.mortal", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    made = Mother(process, tmp_path / "template")
    assert await made.ask(folder=str(made.template)) == 0
    yield made
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


@dataclass(frozen=True)
class End:
    """What must be the same however often the process died."""

    state: State
    step: int
    purchases: list[str]
    orders: set[str]
    audit: list[str]
    told: set[str]
    left: list[str]


async def end_of(folder: Path) -> End:
    store = await open_store(folder, chain_key=KEY)
    try:
        world, diary = World(store), Diary(folder)
        for stream in (LEDGER.of_tenant(TENANT), AUDIT.of_tenant(TENANT)):
            assert (await store.verify(stream)).broken is None
        request = await world.request()
        return End(
            state=request.state,
            step=request.step,
            purchases=[f"{one.amount} {one.request_id}" for one in await world.purchases()],
            orders=set(diary.lines("orders")),
            audit=await world.verbs(),
            told=set(diary.lines("sent")),
            left=sorted(f"{job.kind} {job.dead}" for job in (await world.jobs()).values()),
        )
    finally:
        await store.close()


async def whole(mother: Mother) -> tuple[End, int]:
    """The end of a life without a death, and how many commits it takes."""
    folder = await mother.life()
    end = await end_of(folder)
    assert (end.state, end.orders) == (State.DONE, {"r1 700.00 None"})
    assert end.purchases == ["100.00 None", "700.00 r1"]
    return end, int(Diary(folder).lines("commits")[0])


async def test_a_recharge_that_is_killed_at_a_commit_ends_as_if_it_never_was(mother: Mother) -> None:
    """Every tenth commit: before it is durable, and before anybody hears of it. `test_crashes.py` has them all."""
    await kill_at(mother, step=10)


@pytest.mark.soak
async def test_a_recharge_that_is_killed_at_any_commit_ends_as_if_it_never_was(mother: Mother) -> None:
    await kill_at(mother, step=1)


@pytest.mark.soak
async def test_a_recharge_that_is_killed_twice_ends_as_if_it_never_was(mother: Mother) -> None:
    end, commits = await whole(mother)
    for number in range(2, commits + 1):
        again = (2 + number * 7 % (commits - number + 2), not number % 2)  # somewhere in what is left
        assert await end_of(await mother.life((number, bool(number % 2)), again)) == end, (number, again)
    assert mother.killed > commits


async def kill_at(mother: Mother, step: int) -> None:
    end, commits = await whole(mother)
    assert commits > len(DEEDS)
    for number in range(1, commits + 1, step):
        for after in (False, True):
            assert await end_of(await mother.life((number, after))) == end, (number, after)
    print(f"\n{commits} commits; {mother.killed} kills, one order and one booking each")  # noqa: T201
    assert mother.killed >= 2 * ((commits - 5) // step)
