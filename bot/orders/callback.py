"""Where a purchasing system answers an order later: `POST /api/orders/callback`, signed as our own orders are.

It may come twice, late or out of order, and from anybody who found the address: nothing is believed before the
signature, and the same answer again has one effect. Money is booked by a job, from what is kept here.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from bot.domain.people import TenantId
from bot.orders.answers import Malformed, read_answer, read_object
from bot.orders.desks import AnswerDiffers, keep_answer
from bot.orders.signature import BadSignature, check_signature
from bot.ports.clock import Clock
from bot.ports.collections import ORDERS
from bot.ports.errors import NotFound
from bot.ports.order_desk import AtDesk, DeskKind, Funded, OrderStatus, StillOpen
from bot.ports.store import Store

PATH = "/api/orders/callback"
BODY_LIMIT_BYTES = 16 * 1024
BODY_SECONDS = 10.0
log = logging.getLogger("saldo.orders")

Answer = tuple[int, dict[str, Any]]


class Callback:
    """Answers by `keys` of any age. `tenants`: whose orders there are."""

    def __init__(self, store: Store, clock: Clock, keys: tuple[bytes, ...], tenants: frozenset[TenantId]) -> None:
        self._store = store
        self._clock = clock
        self._keys = keys
        self._tenants = tenants

    def add_to(self, app: web.Application) -> None:
        app.router.add_post(PATH, self.post)

    async def post(self, request: web.Request) -> web.Response:
        status, told = await self._received(request)
        if status != 200:
            log.warning("order answer rejected", extra={"status": status, "reason": told["error"]})
        return web.json_response(told, status=status)

    async def _received(self, request: web.Request) -> Answer:
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return 415, {"error": "Content-Encoding is not identity"}
        if (request.content_length or 0) > BODY_LIMIT_BYTES:
            return 413, {"error": "the body is over 16 KiB"}
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return 408, {"error": "the body did not arrive in time"}
        except (BadHttpMessage, web.RequestPayloadError, ValueError):
            return 400, {"error": "the body is not well formed HTTP"}
        if len(body) > BODY_LIMIT_BYTES:
            return 413, {"error": "the body is over 16 KiB"}
        return await self.answer(request.headers, body)

    async def answer(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """Status and JSON. 200 says what is on record now, which a repetition does not change."""
        now = self._clock.now()
        try:
            order_id = check_signature(self._keys, headers, body, now)
        except BadSignature as bad:
            return 401, {"error": f"the {bad.reason} cannot be accepted"}
        try:
            return 200, _recorded(order_id, await self._keep(order_id, read_object(body), now))
        except Malformed as error:
            return 400, {"error": str(error)}
        except NotFound:
            return 404, {"error": "order_unknown"}
        except AnswerDiffers as error:
            on_record = {"id": order_id, "status": _word(error.known)}
            return 409, {"error": error.code, **on_record, "differs": error.names}

    async def _keep(self, order_id: str, told: dict[str, Any], now: datetime) -> AtDesk:
        if told.get("event") != "order.answered" or told.get("id") != order_id:
            raise Malformed("event is not order.answered, or id is not the idempotency key")
        tenant = told.get("tenant")
        order = await self._order(tenant, order_id)
        answer = read_answer(told, order.amount.currency, now)
        if isinstance(answer, StillOpen):
            return order
        return await keep_answer(self._store, self._clock, TenantId(str(tenant)), order_id, answer)

    async def _order(self, tenant: object, order_id: str) -> AtDesk:
        """An order that the webhook has. Any other does not exist, whoever asks."""
        if isinstance(tenant, str) and tenant in self._tenants:
            document = await self._store.get(ORDERS.key(TenantId(tenant), order_id))
            if document is not None and document.body.desk is DeskKind.WEBHOOK:
                return document.body
        raise NotFound("no such order", code="order_unknown")


def _recorded(order_id: str, order: AtDesk) -> dict[str, Any]:
    return {"id": order_id, "status": _word(order.status)}


def _word(status: OrderStatus) -> str:
    if isinstance(status, StillOpen):
        return "accepted"
    return "funded" if isinstance(status, Funded) else "declined"


async def _body(request: web.Request) -> bytes:
    """At most a byte more than a body may have."""
    content = b""
    while len(content) <= BODY_LIMIT_BYTES:
        part = await request.content.read(BODY_LIMIT_BYTES + 1 - len(content))
        if not part:
            break
        content += part
    return content
