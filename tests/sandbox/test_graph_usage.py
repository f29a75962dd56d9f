"""The sandbox's Graph: call records."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest_asyncio

from bot.sandbox.calls import calls_of, visible_through, wallet_charge
from bot.sandbox.clock import BEGINNING
from bot.store.tiny import TinyStore
from tests.sandbox.graph_room import Room, graph_room


@pytest_asyncio.fixture
async def room(store: TinyStore) -> AsyncIterator[Room]:
    async with graph_room(store) as room:
        yield room


def path(first: str, last: str, call: str = "getPstnCalls") -> str:
    return f"/communications/callRecords/{call}(fromDateTime={first},toDateTime={last})"


async def test_a_day_comes_in_pages_with_an_empty_one_in_the_middle(room: Room) -> None:
    pages = await room.all_pages(path("2026-11-20", "2026-11-20"))
    assert [len(page) for page in pages] == [50, 0, 43]
    rows = [row for page in pages for row in page]
    wallet = [Decimal(row["charge"]) for row in rows if row["licenseCapability"] == "MCOPSTNPP"]
    assert sum(wallet) == wallet_charge(calls_of(visible_through(BEGINNING))).amount
    assert {row["id"] for row in rows} == {call.id for call in calls_of(visible_through(BEGINNING))}
    assert all(row["startDateTime"].endswith(".0000000Z") for row in rows)
    assert all((row["userId"] is None) == row["callType"].startswith("ucap_") for row in rows)


async def test_days_that_cannot_be_read_yet_are_empty_until_the_clock_moves(room: Room) -> None:
    assert await room.all_pages(path("2026-11-23", "2026-11-23")) == [[]]
    await room.clock.move(timedelta(days=4))
    rows = [row for page in await room.all_pages(path("2026-11-23", "2026-11-23")) for row in page]
    assert len(rows) == len(calls_of((BEGINNING + timedelta(days=1)).date()))


async def test_times_bound_a_range_too_and_skip_leaves_rows_out(room: Room) -> None:
    told = await room.get(path("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z"))
    assert told.rows
    assert all(row["startDateTime"][11:13] == "10" for row in told.rows)
    after = await room.get(path("2026-11-20T10:00:00Z", "2026-11-20T11:00:00Z") + "?$skip=1")
    assert after.rows == told.rows[1:]


async def test_ninety_days_are_answered_and_one_more_is_not(room: Room) -> None:
    assert (await room.get(path("2026-08-23", "2026-11-20"))).status == 200
    assert (await room.get(path("2026-08-22", "2026-11-20"))).status == 406


async def test_rows_are_kept_for_a_year(room: Room) -> None:
    assert (await room.get(path("2026-05-26", "2026-05-26"))).rows
    await room.clock.move(timedelta(days=400))
    assert (await room.get(path("2026-05-26", "2026-05-26"))).rows == []


async def test_a_range_that_ends_before_it_begins_or_is_no_range_is_refused(room: Room) -> None:
    assert (await room.get(path("2026-11-20", "2026-11-19"))).status == 400
    assert (await room.get(path("2026-13-20", "2026-11-19"))).status == 400
    assert (await room.get(path("soon", "2026-11-19"), lawful=False)).status == 400


async def test_the_tenant_has_no_direct_routing(room: Room) -> None:
    assert (await room.get(path("2026-11-20", "2026-11-21", "getDirectRoutingCalls"))).rows == []
