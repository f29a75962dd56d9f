"""A purchasing system on loopback, which answers as it is told and remembers what it was sent."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.orders.signature import check_signature
from bot.orders.webhook import Webhook, WebhookDesk, open_session
from bot.ports.clock import Clock
from bot.store.tiny import TinyStore
from tests.teams.edge import listening

KEY, OLD_KEY, WRONG_KEY = (bytes(range(number, number + 32)) for number in (1, 2, 3))


@dataclass
class Purchasing:
    """`answer` is (status, body, headers). An order is one however often it comes: `orders` is by its id."""

    answer: tuple[int, bytes, dict[str, str]] = (202, b"", {})
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    url: str = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/orders", self._post)
        app.router.add_post("/elsewhere", self._post)
        return app

    async def _post(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.received.append((dict(request.headers), body))
        told = json.loads(body)
        self.orders.setdefault(told["id"], told)
        status, content, headers = self.answer
        return web.Response(status=status, body=content, headers=headers)

    def check(self, clock: Clock) -> str:
        """Raises BadSignature where the last order is not signed as it must be."""
        headers, body = self.received[-1]
        return check_signature((KEY,), headers, body, clock.now())


@asynccontextmanager
async def purchasing(store: TinyStore, clock: Clock) -> AsyncIterator[tuple[Purchasing, WebhookDesk]]:
    system = Purchasing()
    async with listening(system.app()) as url:
        system.url = f"{url}/orders"
        webhook = Webhook(system.url, (KEY, OLD_KEY), loopback=True)
        async with open_session(webhook) as session:
            yield system, WebhookDesk(store, clock, webhook, session)


def told(**facts: Any) -> bytes:
    return json.dumps(facts).encode()


FUNDED: dict[str, Any] = {
    "status": "funded",
    "credited": "500.00",
    "currency": "EUR",
    "on": "2026-11-22",
    "reference": "PO-7",
    "invoiced": "605.00",
    "tax": "105.00",
}
