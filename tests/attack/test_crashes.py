"""The life of a recharge, cut off at every single commit: the end is the same, with one order and one booking."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.commands.dispatch import dispatch
from bot.domain.licenses import CREDITS_PLAN
from bot.domain.requests import Assignment, State
from bot.ports.collections import AUDIT, LEDGER, REQUESTS
from bot.ports.store import Operation
from bot.ports.turn import Event, Said, Turn
from bot.store.tiny import TinyStore, open_store
from cards.actions import Verb
from tests.attack.deliveries import PromptDesk, pressed, turn
from tests.fakes import ANA, EVA, LUIS, OMAR, TENANT
from tests.usecases.world import BusyStore, World

pytestmark = pytest.mark.no_cover  # long, and no rule is stated here alone


class Killed(BaseException):
    """The process is gone. Nothing catches it, as nothing catches SIGKILL."""


class MortalStore(BusyStore):
    """The process dies at commit number `dies_at`: before it, or after it was durable and before anybody heard."""

    def __init__(self, store: Any, dies_at: int, *, after: bool) -> None:
        super().__init__(store, [])
        self.commits = 0
        self._dies_at = dies_at
        self._after = after

    async def commit(self, operations: Sequence[Operation]) -> None:
        self.commits += 1
        if self.commits == self._dies_at:
            if self._after:
                await super().commit(operations)
            raise Killed
        await super().commit(operations)


Deed = tuple[Any, Event]


RECHARGE: tuple[Deed, ...] = (
    (ANA, pressed(Verb.RECHARGE_PROPOSE, "r1", 0, "c1", amount="500")),
    (ANA, pressed(Verb.RECHARGE_PROPOSE, "r1", 1, "c1", amount="700")),
    (ANA, pressed(Verb.RECHARGE_SEND, "r1", 2, "c1")),
    (LUIS, pressed(Verb.REQUEST_APPROVE, "r1", 2, "c2", comment="fine")),
    (ANA, Said("balance")),
)
LICENSES: tuple[Deed, ...] = (
    (ANA, pressed(Verb.LICENSES_CHOOSE, "l1", 0, "c1", typed="Eva Ruiz, Tom Baker")),
    (ANA, pressed(Verb.LICENSES_SEND, "l1", 1, "c1")),
    (OMAR, pressed(Verb.REQUEST_APPROVE, "l1", 1, "c2")),
)


async def live(world: World, deeds: Sequence[Deed], dies_at: int, *, after: bool) -> int:
    """Do all deeds and all jobs. Whoever waits for a process that died is answered by the next one: the deed is
    delivered again. Returns how many commits the first process made."""
    mortal = MortalStore(world.store, dies_at, after=after)
    alive = replace(world, store=mortal)
    for number, (who, event) in enumerate(deeds):
        delivery = turn(number, who, event)
        try:
            await _deliver(alive, delivery)
        except (Killed, BaseExceptionGroup):
            alive = replace(world)
            await _deliver(alive, delivery)
    return mortal.commits


async def _deliver(world: World, delivery: Turn) -> None:
    await dispatch(world.house, delivery)
    for _ in range(3):
        await world.work()
        world.clock.move(minutes=3)  # leases of the dead end


@pytest.fixture
async def ready(world: World) -> World:
    await world.introduce(ANA, LUIS, OMAR)
    await world.buy(100)
    world.desk = PromptDesk()
    return replace(world)


async def commits_of_a_whole_life(world: World, deeds: Sequence[Deed]) -> int:
    return await live(world, deeds, 0, after=False)


async def check_recharge(world: World) -> None:
    assert isinstance(world.desk, PromptDesk)
    assert isinstance(world.store, TinyStore)
    request = await world.request("r1")
    assert request.state is State.DONE
    assert list(world.desk.orders) == ["r1"]
    assert [str(purchase.amount) for purchase in await world.purchases()] == ["100.00", "700.00"]
    verbs = [verb for verb in await world.verbs() if verb.startswith("request.")]
    assert verbs == [f"request.{step}" for step in ("draft", "revise", "submit", "approve", "begin", "place", "fund")]
    assert [id_ for id_, job in (await world.jobs()).items() if job.dead] == []
    assert (await world.store.find(REQUESTS, TENANT)).documents[0].body.step == 7
    for stream in (LEDGER.of_tenant(TENANT), AUDIT.of_tenant(TENANT)):
        assert (await world.store.verify(stream)).broken is None
    told = [conversation for conversation, _ in world.messenger.sent]
    assert set(told) == {f"chat-{LUIS.id}", f"chat-{ANA.id}"}


@pytest.mark.parametrize("after", [False, True])
async def test_a_recharge_that_is_cut_off_at_any_commit_ends_as_if_it_never_was(
    ready: World, tmp_path_factory: pytest.TempPathFactory, after: bool
) -> None:
    whole = await commits_of_a_whole_life(ready, RECHARGE)
    await check_recharge(ready)
    assert whole > 12
    for dies_at in range(1, whole + 1):
        world = await another(tmp_path_factory)
        try:
            await live(world, RECHARGE, dies_at, after=after)
            await check_recharge(world)
        finally:
            await world.store.close()


async def test_licences_that_are_cut_off_at_any_commit_are_each_assigned_once(
    ready: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = await commits_of_a_whole_life(ready, LICENSES)
    assert whole > 10
    for dies_at in range(1, whole + 1):
        world = await another(tmp_path_factory)
        try:
            await live(world, LICENSES, dies_at, after=bool(dies_at % 2))
            request = await world.request("l1")
            assert request.state is State.DONE
            assert {seat.result for seat in request.seats} <= {Assignment.ASSIGNED, Assignment.ALREADY}
            assert len(world.licenses.assigned) == len(set(world.licenses.assigned)) == 2
            assert CREDITS_PLAN in world.licenses.plans[EVA.id]
        finally:
            await world.store.close()


async def another(tmp_path_factory: pytest.TempPathFactory) -> World:
    store = await open_store(tmp_path_factory.mktemp("life"), chain_key=b"a key for tests")
    world = World(store, desk=PromptDesk())
    await world.adopt()
    await world.introduce(ANA, LUIS, OMAR)
    await world.buy(100)
    return world
