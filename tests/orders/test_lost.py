"""The process dies between posting an order and keeping that it was posted; and what the page on orders promises."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.money import Money
from bot.domain.requests import Order as Stage
from bot.domain.requests import State
from bot.jobs.job import finish
from bot.orders.callback import Callback
from bot.orders.desks import Desks
from bot.orders.signature import signed_headers
from bot.orders.webhook import order_json
from bot.ports.collections import JOBS
from bot.ports.order_desk import DeskKind, Order
from bot.ports.outside import Outside
from bot.ports.store import Operation
from bot.usecases.place_order import follow_order, place_order
from tests.fakes import TENANT
from tests.orders.purchasing import FUNDED, KEY, Purchasing, purchasing, told
from tests.usecases.rivals import Deed
from tests.usecases.world import World, eur

PAGE = Path(__file__).parents[2] / "docs" / "orders.md"


class Killed(BaseException):
    """As far as the code sees, the process ends here."""


async def kill() -> None:
    raise Killed


@asynccontextmanager
async def shop(world: World, *deeds: Deed) -> AsyncIterator[tuple[Purchasing, Outside]]:
    """The house with a webhook; before each of its commits the next of `deeds` happens."""
    async with purchasing(world.store, world.clock) as (system, desk):  # type: ignore[arg-type]  # the real store
        outside = world.beside(*deeds).outside
        yield system, replace(outside, desk=Desks(outside.store, world.clock, {DeskKind.WEBHOOK: desk}))


async def end_of(world: World, kind: str) -> list[Operation]:
    """What ends the newest job of this kind, which a runner has in hand."""
    page = await world.store.find(JOBS, TENANT, where={"kind": kind})
    return finish(page.documents[-1])


async def go() -> None:
    """Nothing happens before this commit."""


@pytest.mark.parametrize("commit", [0, 1, 2])  # that it begins, that the order is kept, that it was placed
async def test_a_process_that_dies_at_any_commit_places_one_order(world: World, commit: int) -> None:
    await world.send()
    await world.approve()
    deeds = [go] * commit + [kill]
    async with shop(world, *deeds) as (system, outside):
        with pytest.raises(Killed):
            await place_order(outside, world.standings, TENANT, "r1", await end_of(world, "place_order"))
        await place_order(outside, world.standings, TENANT, "r1", await end_of(world, "place_order"))
        assert list(system.orders) == ["r1"]
        assert len({body for _, body in system.received}) == 1
        assert len(system.received) == (2 if commit == 2 else 1)
    assert (await world.request()).asked.order is Stage.ORDERED
    assert (await world.verbs()).count("request.place") == 1


@pytest.mark.parametrize("commit", [0, 1])  # the answer, and the booking
async def test_an_answer_that_is_lost_with_the_process_is_booked_once(world: World, commit: int) -> None:
    await world.send()
    await world.approve()
    async with shop(world) as (_, outside):
        await place_order(outside, world.standings, TENANT, "r1", await end_of(world, "place_order"))
    body = told(event="order.answered", id="r1", tenant=TENANT, **FUNDED)
    headers = signed_headers(KEY, "r1", body, world.clock.now())
    async with shop(world, *([go] * commit + [kill])) as (_, outside):
        callback = Callback(outside.store, world.clock, (KEY,), frozenset({TENANT}))

        async def answered() -> None:
            assert await callback.answer(headers, body) == (200, {"id": "r1", "status": "funded"})
            assert await follow_order(outside, TENANT, "r1", await end_of(world, "follow_order"))

        with pytest.raises(Killed):
            await answered()
        await answered()
    assert (await world.request()).state is State.DONE
    assert [purchase.amount for purchase in await world.purchases()] == [eur(500)]


def of_the_page() -> dict[str, Any]:
    """What the page's Python defines."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code.replace("your key", KEY.hex()), names)
    return names


def test_the_pages_python_believes_our_orders_and_no_other() -> None:
    names = of_the_page()
    body = order_json(Order("r1", TENANT, Money.of(500, "EUR"), None))
    names["time"] = type("Clock", (), {"time": staticmethod(lambda: 1_795_338_000)})
    headers = signed_headers(KEY, "r1", body, datetime.fromtimestamp(1_795_338_000, UTC))
    assert names["is_from_saldo"](headers, body)
    assert not names["is_from_saldo"](headers, body + b" ")
    names["time"] = type("Clock", (), {"time": staticmethod(lambda: 1_795_338_301)})
    assert not names["is_from_saldo"](headers, body)


async def test_the_pages_python_answers_as_we_want_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    names = of_the_page()
    sent: list[Any] = []
    monkeypatch.setattr(names["urllib"].request, "urlopen", sent.append)
    names["time"] = type("Clock", (), {"time": staticmethod(lambda: int(world.clock.now().timestamp()))})
    await world.send()
    await world.approve()
    async with shop(world) as (_, outside):
        await place_order(outside, world.standings, TENANT, "r1", await end_of(world, "place_order"))
    names["answer"]("https://saldo.example/api/orders/callback", {"id": "r1", "tenant": TENANT}, **FUNDED)
    (request,) = sent
    headers = {name.title(): value for name, value in request.header_items()}
    callback = Callback(world.store, world.clock, (KEY,), frozenset({TENANT}))
    assert await callback.answer(headers, request.data) == (200, {"id": "r1", "status": "funded"})
