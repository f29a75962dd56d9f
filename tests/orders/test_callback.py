"""Answers that come later: the signed endpoint over real HTTP, and attacks on it."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import BadHttpMessage
from aiohttp.test_utils import make_mocked_request

from bot.domain.money import Money
from bot.orders import callback as room
from bot.orders.callback import BODY_LIMIT_BYTES, PATH, Callback
from bot.orders.signature import signed_headers
from bot.ports.collections import JOBS, ORDERS
from bot.ports.order_desk import AtDesk, Declined, DeskKind, OrderStatus, StillOpen
from bot.ports.store import Put
from bot.store.tiny import TinyStore
from tests.clock import StillClock
from tests.fakes import TENANT
from tests.orders.purchasing import FUNDED, KEY, OLD_KEY, WRONG_KEY
from tests.orders.test_webhook import ARRIVED
from tests.teams.edge import listening
from tests.usecases.world import OTHER_TENANT

ANSWER = {"event": "order.answered", "id": "r1", "tenant": TENANT}


class Door:
    """The endpoint, and whoever knocks."""

    def __init__(self, store: TinyStore, url: str, session: aiohttp.ClientSession, clock: StillClock) -> None:
        self.store, self.url, self.session, self.clock = store, url, session, clock

    async def post(self, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        async with self.session.post(self.url, data=body, headers=headers) as response:
            return response.status, await response.json()

    async def answer(self, key: bytes = KEY, id_: str = "r1", **facts: Any) -> tuple[int, dict[str, Any]]:
        """As the purchasing system would, signed."""
        body = json.dumps({**ANSWER, "id": id_, **facts}).encode()
        return await self.post(body, signed_headers(key, id_, body, self.clock.now()))

    async def status(self, id_: str = "r1") -> OrderStatus:
        kept = await self.store.get(ORDERS.key(TENANT, id_))
        assert kept is not None
        return kept.body.status

    async def jobs(self) -> list[str]:
        return [document.key.id for document in (await self.store.find(JOBS, TENANT)).documents]


@pytest_asyncio.fixture
async def door(store: TinyStore) -> AsyncIterator[Door]:
    clock = StillClock()
    amount = Money.of(500, "EUR")
    orders = {
        (TENANT, "r1"): DeskKind.WEBHOOK,
        (TENANT, "by-hand"): DeskKind.ADMIN_CENTER,
        (OTHER_TENANT, "r2"): DeskKind.WEBHOOK,
    }
    await store.commit(
        [
            Put(ORDERS.key(tenant, id_), AtDesk(desk, amount, None, clock.now()), 0)
            for (tenant, id_), desk in orders.items()
        ]
    )
    app = web.Application()
    Callback(store, clock, (KEY, OLD_KEY), frozenset({TENANT})).add_to(app)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(listening(app))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        yield Door(store, f"{url}{PATH}", session, clock)


async def test_a_signed_answer_is_on_record_and_wakes_the_job(door: Door) -> None:
    assert await door.answer(**FUNDED) == (200, {"id": "r1", "status": "funded"})
    assert await door.status() == ARRIVED
    assert await door.jobs() == ["follow_order:r1:funded"]


async def test_an_older_key_still_signs(door: Door) -> None:
    assert (await door.answer(OLD_KEY, status="declined", reason="limit"))[0] == 200
    assert await door.status() == Declined("limit")


async def test_accepting_changes_nothing_before_or_after(door: Door) -> None:
    assert await door.answer(status="accepted") == (200, {"id": "r1", "status": "accepted"})
    assert await door.status() == StillOpen()
    await door.answer(**FUNDED)
    assert await door.answer(status="accepted") == (200, {"id": "r1", "status": "funded"})


async def test_a_replay_is_answered_and_has_no_effect(door: Door) -> None:
    body = json.dumps({**ANSWER, **FUNDED}).encode()
    headers = signed_headers(KEY, "r1", body, door.clock.now())
    answers = [await door.post(body, headers) for _ in range(5)]
    assert answers == [(200, {"id": "r1", "status": "funded"})] * 5
    assert await door.jobs() == ["follow_order:r1:funded"]


async def test_the_same_answer_ten_times_at_once_is_one(door: Door) -> None:
    answers = await asyncio.gather(*(door.answer(**FUNDED) for _ in range(10)))
    assert {status for status, _ in answers} == {200}
    assert await door.jobs() == ["follow_order:r1:funded"]


async def test_another_answer_to_a_settled_order_is_refused_by_name(door: Door) -> None:
    await door.answer(**FUNDED)
    for other, differs in (
        ({**FUNDED, "credited": "600.00", "tax": "1.00"}, ["credited", "tax"]),
        ({"status": "declined"}, ["status"]),
    ):
        named = {"error": "answer_differs", "id": "r1", "status": "funded", "differs": differs}
        assert await door.answer(**other) == (409, named)
    assert await door.status() == ARRIVED


async def test_another_reason_for_a_no_is_refused_and_money_after_all_is_not(door: Door) -> None:
    await door.answer(status="declined", reason="limit")
    named = {"error": "answer_differs", "id": "r1", "status": "declined", "differs": ["reason"]}
    assert await door.answer(status="declined", reason="card_expired") == (409, named)
    assert (await door.answer(**FUNDED))[0] == 200
    assert await door.status() == ARRIVED
    assert await door.jobs() == ["follow_order:r1:declined", "follow_order:r1:funded"]


# Attacks


async def test_another_key_is_not_believed(door: Door) -> None:
    assert await door.answer(WRONG_KEY, **FUNDED) == (401, {"error": "the signature cannot be accepted"})
    assert await door.status() == StillOpen()


async def test_a_body_that_was_changed_on_its_way_is_not_believed(door: Door) -> None:
    body = json.dumps({**ANSWER, **FUNDED}).encode()
    headers = signed_headers(KEY, "r1", body, door.clock.now())
    assert (await door.post(body.replace(b"500.00", b"900.00"), headers))[0] == 401


@pytest.mark.parametrize("name", ["Saldo-Timestamp", "Idempotency-Key", "Saldo-Signature"])
@pytest.mark.parametrize(
    "value", [None, "", "1", "v1=", "v1=" + "0" * 64, "999999999999999999", "é", "a b", "x" * 300]
)
async def test_headers_that_do_not_fit_are_refused(door: Door, name: str, value: str | None) -> None:
    body = json.dumps({**ANSWER, **FUNDED}).encode()
    headers = signed_headers(KEY, "r1", body, door.clock.now())
    headers.pop(name)
    if value is not None:
        headers[name] = value
    assert (await door.post(body, headers))[0] == 401
    assert await door.jobs() == []


@pytest.mark.parametrize("away", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
async def test_an_old_answer_and_one_of_the_future_are_refused(door: Door, away: timedelta) -> None:
    body = json.dumps({**ANSWER, **FUNDED}).encode()
    headers = signed_headers(KEY, "r1", body, door.clock.now() - away)
    assert await door.post(body, headers) == (401, {"error": "the timestamp cannot be accepted"})


async def test_five_minutes_are_allowed(door: Door) -> None:
    body = json.dumps({**ANSWER, **FUNDED}).encode()
    headers = signed_headers(KEY, "r1", body, door.clock.now() - timedelta(minutes=5))
    assert (await door.post(body, headers))[0] == 200


@pytest.mark.parametrize(
    ("id_", "tenant"),
    [
        ("r2", TENANT),
        ("r2", OTHER_TENANT),
        ("r1", OTHER_TENANT),
        ("by-hand", TENANT),
        ("r9", TENANT),
        ("r1", 7),
        ("r1", [TENANT]),
        ("r1", {}),
        ("r1", None),
    ],
)
async def test_an_order_of_somebody_else_or_of_nobody_does_not_exist(door: Door, id_: str, tenant: Any) -> None:
    assert await door.answer(id_=id_, tenant=tenant, **FUNDED) == (404, {"error": "order_unknown"})
    assert await door.jobs() == []


@pytest.mark.parametrize(
    "facts",
    [
        {"event": "order.placed", **FUNDED},  # our own order, sent back to us
        {"event": None, **FUNDED},
        {"status": "maybe"},
        {"status": None},
        {"status": "declined", "reason": "because"},
        {**FUNDED, "currency": "USD"},
        {**FUNDED, "credited": 500},
        {**FUNDED, "credited": None},
        {**FUNDED, "credited": "0.00"},
        {**FUNDED, "credited": "-5"},
        {**FUNDED, "credited": "1e3"},
        {**FUNDED, "credited": "5.001"},
        {**FUNDED, "credited": "10000000001"},
        {**FUNDED, "credited": "99999999999999999999"},
        {**FUNDED, "tax": "605.00"},
        {**FUNDED, "tax": "-1"},
        {**FUNDED, "invoiced": None},
        {**FUNDED, "on": "yesterday"},
        {**FUNDED, "on": None},
        {**FUNDED, "on": "2020-01-01"},
        {**FUNDED, "on": "2026-11-24"},
        {**FUNDED, "reference": 7},
        {**FUNDED, "reference": "x" * 101},
        {**FUNDED, "reference": "a\nb"},
    ],
)
async def test_what_an_answer_may_not_say_changes_nothing(door: Door, facts: dict[str, Any]) -> None:
    status, told = await door.answer(**facts)
    assert status == 400
    assert set(told) == {"error"}
    assert await door.status() == StillOpen()


async def test_a_reference_and_an_invoice_may_be_missing(door: Door) -> None:
    facts = {name: value for name, value in FUNDED.items() if name not in {"reference", "invoiced", "tax"}}
    assert (await door.answer(**facts))[0] == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"nonsense", b"[" * 10_000, b"\xff\xfe"])
async def test_a_body_that_is_no_object_is_refused(door: Door, body: bytes) -> None:
    assert (await door.post(body, signed_headers(KEY, "r1", body, door.clock.now())))[0] == 400


async def test_a_huge_body_is_refused_before_it_is_read(door: Door) -> None:
    body = b"x" * (BODY_LIMIT_BYTES + 1)
    assert (await door.post(body, {}))[0] == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1_000

    async with door.session.post(door.url, data=endless()) as response:  # whose length nobody told
        assert response.status == 413


async def test_a_body_that_trickles_in_is_given_up(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "BODY_SECONDS", 0.05)
    host, port = door.url.removeprefix("http://").partition("/")[0].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 10\r\n\r\n12".encode())
    await writer.drain()
    assert b"408" in await reader.readline()
    writer.close()


async def test_a_packed_body_is_not_unpacked(door: Door) -> None:
    assert (await door.post(gzip.compress(bytes(1_000_000)), {"Content-Encoding": "gzip"}))[0] == 415


@pytest.mark.parametrize("fault", [web.RequestPayloadError("cut off"), BadHttpMessage("no chunk")])
async def test_a_body_that_is_not_well_formed_is_refused(door: Door, fault: Exception) -> None:
    broken = aiohttp.StreamReader(BaseProtocol(asyncio.get_running_loop()), 2**16, loop=asyncio.get_running_loop())
    broken.set_exception(fault)
    request = make_mocked_request("POST", PATH, payload=broken)
    assert (await Callback(door.store, door.clock, (KEY,), frozenset()).post(request)).status == 400


async def test_only_posts_are_heard(door: Door) -> None:
    async with door.session.get(door.url) as response:
        assert response.status == 405
