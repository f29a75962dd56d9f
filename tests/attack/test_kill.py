"""kill -9 at every commit of a recharge's life, then a restart: it ends the same, with one order and one booking. And
processes that do not die, but decide at the same instant."""

import asyncio
import json
import random
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.requests import Ratification, State
from bot.ports.collections import AUDIT, LEDGER, ORDERS
from bot.store.tiny import open_store
from tests.attack.mortal import CLICKS, CROWD, KEY, LIVES, Diary
from tests.fakes import TENANT
from tests.usecases.world import World

pytestmark = pytest.mark.no_cover  # long, and no rule is stated here alone

KILLED = -9


@dataclass
class Mother:
    """Starts lives, one after the other."""

    process: asyncio.subprocess.Process
    template: Path
    lives: int = 0
    killed: int = 0

    async def ask(self, what: str, **order: Any) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps({'what': what, **order})}\n".encode())
        return int(await self.process.stdout.readline())

    def folder(self) -> Path:
        self.lives += 1
        return Path(shutil.copytree(self.template, self.template.parent / f"life-{self.lives}"))

    async def life(self, name: str, *deaths: tuple[int, bool]) -> Path:
        """A whole life with these deaths in it; the last process lives to its end."""
        folder = await asyncio.to_thread(self.folder)
        for number, after in deaths:
            ended = await self.ask("live", folder=str(folder), name=name, number=number, after=after)
            assert ended in {KILLED, 0}, (number, after)  # commits that come together are one: some lives have fewer
            self.killed += ended == KILLED
        assert await self.ask("live", folder=str(folder), name=name, number=0, after=False) == 0
        return folder


@pytest_asyncio.fixture
async def mother(tmp_path: Path) -> AsyncIterator[Mother]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.attack.mortal", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    made = Mother(process, tmp_path / "template")
    assert await made.ask("prepare", folder=str(made.template)) == 0
    yield made
    assert process.stdin is not None
    process.stdin.close()
    await process.wait()


@dataclass(frozen=True)
class End:
    """What must be the same however often the process died."""

    state: State
    step: int
    ratification: Ratification | None
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
            ratification=request.ratification,
            purchases=[f"{one.amount} {one.request_id}" for one in await world.purchases()],
            orders=set(diary.lines("orders")),
            audit=await world.verbs(),
            told=set(diary.lines("sent")),
            left=sorted(f"{job.kind} {job.dead}" for job in (await world.jobs()).values()),
        )
    finally:
        await store.close()


ENDS = {
    "booked": (State.DONE, "700.00 None", "700.00 r1"),
    "talked about": (State.DONE, "700.00 None", "700.00 r1"),
    "declined": (State.FAILED, "400.00 None", None),
    "lapsed": (State.DONE, "700.00 None", "700.00 r1"),
    "in an emergency": (State.DONE, "600.00 None", "700.00 r1"),
}


async def whole(mother: Mother, name: str) -> tuple[End, int]:
    """The end of a life without a death, and how many commits it takes."""
    folder = await mother.life(name)
    end = await end_of(folder)
    state, order, booked = ENDS[name]
    assert (end.state, end.orders) == (state, {f"r1 {order}"})
    assert end.purchases == ["100.00 None", *([booked] if booked else [])]
    assert (end.ratification is Ratification.RATIFIED) == (name == "in an emergency")
    assert ("request.lapse" in end.audit) == (name == "lapsed")
    return end, int(Diary(folder).lines("commits")[0])


async def test_a_recharge_that_is_killed_at_a_commit_ends_as_if_it_never_was(mother: Mother) -> None:
    """Of each life one, before it is durable or before anybody hears of it; the long form has them all."""
    chance = random.Random(9)
    for name in LIVES:
        end, commits = await whole(mother, name)
        death = (chance.randint(2, commits - 10), chance.random() < 0.5)
        assert await end_of(await mother.life(name, death)) == end, (name, death)
    assert mother.killed == len(LIVES)


@pytest.mark.soak
@pytest.mark.parametrize("name", LIVES)
async def test_a_recharge_that_is_killed_at_any_commit_ends_as_if_it_never_was(mother: Mother, name: str) -> None:
    end, commits = await whole(mother, name)
    for number in range(1, commits + 1):
        for after in (False, True):
            assert await end_of(await mother.life(name, (number, after))) == end, (number, after)
    print(f"\n{name}: {commits} commits, {mother.killed} kills, one order and one booking each")  # noqa: T201
    assert mother.killed >= 2 * (commits - 5)


@pytest.mark.soak
@pytest.mark.parametrize("name", LIVES)
async def test_a_recharge_that_is_killed_twice_ends_as_if_it_never_was(mother: Mother, name: str) -> None:
    end, commits = await whole(mother, name)
    for number in range(2, commits + 1):
        again = (2 + number * 7 % (commits - number + 2), not number % 2)  # somewhere in what is left
        assert await end_of(await mother.life(name, (number, bool(number % 2)), again)) == end, (number, again)
    assert mother.killed > commits


async def test_ten_processes_that_approve_at_the_same_instant_place_one_order(mother: Mother, tmp_path: Path) -> None:
    """Ten people, each in a process of their own, ten clicks each."""
    folder = tmp_path / "crowd"
    assert await mother.ask("prepare_crowd", folder=str(folder)) == 0
    assert await mother.ask("crowd", folder=str(folder)) == CROWD
    store, diary = await open_store(folder, chain_key=KEY), Diary(folder)
    try:
        world = World(store)
        assert diary.lines("answers") == [" ".join(["True"] * CLICKS)] * CROWD
        assert diary.lines("orders") == ["r1 700.00 None"]
        assert len((await store.find(ORDERS, TENANT)).documents) == 1
        assert len((await world.request()).decisions) == 2
        assert [verb for verb in await world.verbs() if verb == "request.approve"] == ["request.approve"] * 2
    finally:
        await store.close()
