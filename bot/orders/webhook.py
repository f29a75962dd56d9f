"""The order desk of an organisation with a purchasing system of its own: the order goes there as signed JSON.

The same order may be sent several times (an answer was lost, the process died): its idempotency key makes it one.
Only https, no redirect, no host inside a network: what an operator mistyped must not reach a machine next door.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.config_values import is_loopback, is_name, is_public
from bot.orders.answers import Malformed, read_answer, read_object
from bot.orders.desks import keep_answer
from bot.orders.signature import signed_headers
from bot.ports.clock import Clock
from bot.ports.errors import Final, Retry
from bot.ports.order_desk import Order, OrderStatus, StillOpen
from bot.ports.store import Store

SECONDS = 15.0
ANSWER_LIMIT_BYTES = 16 * 1024
BUSY = frozenset({408, 425, 429})
LONGEST_WAIT_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """`keys`, newest first: the first signs. `loopback` allows this machine, also in the clear: sandbox and tests."""

    url: str
    keys: tuple[bytes, ...] = field(repr=False)
    loopback: bool = False


class WebhookDesk:
    """An `OrderDesk`. What it is answered is kept with the order; later answers come to `bot/orders/callback.py`."""

    def __init__(self, store: Store, clock: Clock, webhook: Webhook, session: aiohttp.ClientSession) -> None:
        self._store = store
        self._clock = clock
        self._webhook = webhook
        self._session = session

    async def place(self, order: Order) -> None:
        """Raises Retry where it may be tried again (the key makes it one order), and Final with a code:
        webhook_host, webhook_refused, webhook_answer, order_differs."""
        check_host(self._webhook)
        body = order_json(order)
        headers = signed_headers(self._webhook.keys[0], order.id, body, self._clock.now())
        status, wait, content = await self._post(body, {**headers, "Content-Type": "application/json"})
        _judge(status, wait)
        await self._keep(order, content)

    async def status(self, order: Order) -> OrderStatus:
        """Nobody is asked: an answer that came is with the order."""
        return StillOpen()

    async def _post(self, body: bytes, headers: dict[str, str]) -> tuple[int, float | None, bytes]:
        """Status, what to wait, and the beginning of the answer."""
        try:
            async with self._session.post(
                self._webhook.url, data=body, headers=headers, allow_redirects=False
            ) as response:
                content = await _beginning(response)
                return response.status, _retry_after(response), content
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, NotPublic):
                raise Final("the webhook's host is not on the internet", code="webhook_host") from None
            raise Retry(type(error).__name__) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Retry(type(error).__name__) from error

    async def _keep(self, order: Order, content: bytes) -> None:
        """An empty answer accepts."""
        if not content.strip():
            return
        if len(content) > ANSWER_LIMIT_BYTES:
            raise Final("the answer is too large", code="webhook_answer")
        try:
            answer = read_answer(read_object(content), order.amount.currency, self._clock.now())
        except Malformed as error:
            raise Final(str(error), code="webhook_answer") from error
        if not isinstance(answer, StillOpen):
            await keep_answer(self._store, self._clock, order.tenant, order.id, answer)


def order_json(order: Order) -> bytes:
    """The same order is the same bytes, however often it is sent."""
    told: dict[str, Any] = {
        "event": "order.placed",
        "version": 1,
        "id": order.id,
        "tenant": order.tenant,
        "amount": str(order.amount),
        "currency": order.amount.currency,
        "po_number": order.po_number,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _judge(status: int, wait: float | None) -> None:
    if 200 <= status < 300:
        return
    if status in BUSY or status >= 500:
        raise Retry(f"status {status}", after_seconds=wait)
    if status == 409:
        raise Final("the purchasing system has another order under this id", code="order_differs")
    raise Final(f"the purchasing system answered {status}", code="webhook_refused")


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    told = response.headers.get("Retry-After", "")
    return min(float(told), LONGEST_WAIT_SECONDS) if told.isascii() and told.isdigit() else None


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    """At most a byte more than an answer may have."""
    content = b""
    while len(content) <= ANSWER_LIMIT_BYTES:
        part = await response.content.read(ANSWER_LIMIT_BYTES + 1 - len(content))
        if not part:
            break
        content += part
    return content


@asynccontextmanager
async def open_session(webhook: Webhook) -> AsyncIterator[aiohttp.ClientSession]:
    """A session of its own: it looks names up with suspicion, keeps no cookies and unpacks nothing."""
    connector = aiohttp.TCPConnector(resolver=None if webhook.loopback else PublicResolver(), limit=8)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": "Saldo", "Accept-Encoding": "identity"},
        auto_decompress=False,
    ) as session:
        yield session


class NotPublic(OSError):
    """A name stands for an address inside some network."""


class PublicResolver(AbstractResolver):
    """Names as the system knows them; but where one address of a name is not public, there is none at all."""

    def __init__(self, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not all(is_public(one["host"]) for one in found):
            raise NotPublic("not a public address")
        return found

    async def close(self) -> None:
        await self._resolver.close()


def check_host(webhook: Webhook) -> None:
    """What can be told without looking a name up. Raises Final("webhook_host")."""
    address = urlsplit(webhook.url)
    host = address.hostname or ""
    if webhook.loopback and is_loopback(host):
        return
    if address.scheme != "https" or not host or not (is_name(host) or is_public(host)):
        raise Final("the webhook is not https at a public host", code="webhook_host")
