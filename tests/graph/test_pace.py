"""The pace: lanes of a tenant, and pauses that nobody would wait through."""

import asyncio

import pytest
from aiohttp import web

from bot.domain.people import TenantId
from bot.graph.pace import Gate, Pace
from bot.graph.protocol import Call
from bot.ports.errors import Retry
from tests.graph.server import TENANT, Asked, Rig, error, listed, rig

READ = Call("listGroups", "/groups", "GroupMember.Read.All")


async def test_a_throttled_sync_silences_its_own_lane_only(rig: Rig) -> None:
    rig.graph.tell(error(429, Retry_After="50"), listed(), listed())
    await rig.client.send(TENANT, READ)
    await rig.client.send(TENANT, READ, urgent=True)
    assert [round(seconds) for seconds in rig.waits] == [50]


async def test_a_throttled_urgent_call_silences_both_lanes_of_its_tenant_alone() -> None:
    gate = Gate(Pace())
    gate.silence(50, urgent=True)
    gate.silence(10, urgent=False)
    assert round(gate.silent_seconds(urgent=True)) == round(gate.silent_seconds(urgent=False)) == 50
    async with rig() as made:
        made.graph.tell(error(429, Retry_After="2"), listed(), listed())
        await made.client.send(TENANT, READ, urgent=True)
        assert len(made.waits) == 1
        await made.client.send(TenantId("other"), READ)
        assert len(made.waits) == 1


async def test_a_lane_that_is_asked_to_be_silent_for_long_is_not_waited_for() -> None:
    async with rig(Pace(longest_wait_seconds=5)) as made:
        made.client._gate(TENANT).silence(30, urgent=False)
        with pytest.raises(Retry) as caught:
            await made.client.send(TENANT, READ)
        assert round(caught.value.after_seconds or 0) == 30
        assert not made.graph.asked


async def test_whoever_waits_at_the_screen_is_told_at_once_of_a_long_pause(rig: Rig) -> None:
    rig.graph.tell(error(429, Retry_After="30"))
    rig.graph.on_item("/groups", error(429, Retry_After="20"))
    with pytest.raises(Retry) as caught:
        await rig.client.send(TENANT, READ, urgent=True)
    assert caught.value.after_seconds == 30
    (answer,) = await rig.client.batch(TenantId("other"), [READ], urgent=True)
    assert answer.status == 429
    assert not rig.waits


async def test_no_more_calls_of_a_tenant_run_at_once_than_its_lane_holds() -> None:
    async with rig(Pace(at_once=2)) as made:
        running: list[int] = [0, 0]

        async def slow(_: Asked, __: web.Request) -> web.StreamResponse:
            running[0] += 1
            running[1] = max(running)
            await asyncio.sleep(0.01)
            running[0] -= 1
            return listed().response()

        made.graph.tell(*[slow] * 6)
        await asyncio.gather(*(made.client.send(TENANT, READ) for _ in range(6)))
        assert running[1] == 2
