"""The teams room: the HTTP door. It bounds what comes in; what an activity means is the adapter's."""

import asyncio
import gc
import logging
import signal
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import BadHttpMessage

from bot.teams.adapter import Response
from bot.teams.settings import TeamsSettings, check_binding, is_loopback

BODY_LIMIT_BYTES = 256 * 1024
BODY_SECONDS = 10.0
GRACE_SECONDS = 10.0
COLLECT_EVERY_OBJECTS = 20_000

Ready = Callable[[], Awaitable[bool]]
log = logging.getLogger("saldo.teams.server")


class Door(Protocol):
    """What takes a delivery; `TeamsAdapter` does."""

    async def process(self, authorization: str | None, body: bytes) -> Response: ...


def make_app(settings: TeamsSettings, door: Door, ready: Ready) -> web.Application:
    """`POST /api/messages`, `GET /healthz` (the process lives) and `GET /readyz` (200 or 503, as `ready` says)."""
    app = web.Application(client_max_size=BODY_LIMIT_BYTES)
    app.router.add_post("/api/messages", _Messages(settings, door).post)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/readyz", _readyz(ready))
    return app


async def serve(
    settings: TeamsSettings,
    app: web.Application,
    address: tuple[str, int],
    stop: asyncio.Event,
    *,
    started: Callable[[int], None] = lambda port: None,
) -> None:
    """Listen until `stop` is set; then accept nothing more, and return when the turns in flight have ended or
    GRACE_SECONDS are over. `started` hears the port. Raises UnsafeBinding, and OSError for a port that is taken."""
    host, port = address
    check_binding(settings, host)
    runner = web.AppRunner(app, handle_signals=False, shutdown_timeout=GRACE_SECONDS, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        _freeze()
        started(runner.addresses[0][1])
        await stop.wait()
    finally:
        await runner.cleanup()


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and SIGINT end `serve` in good order."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)


def _freeze() -> None:
    """What was loaded at start stays; the collector need not walk it again (40 % less at the 99th percentile). A turn
    makes thousands of objects and hardly any cycle, so that looking for them at every 700th is wasted."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY_OBJECTS, 20, 20)


class _Messages:
    def __init__(self, settings: TeamsSettings, door: Door) -> None:
        self._open = not settings.authenticated
        self._door = door

    async def post(self, request: web.Request) -> web.Response:
        refused = self._refused(request)
        if refused is not None:
            return _rejected(*refused)
        try:
            body = await _body(request)
        except TimeoutError:
            return _rejected(408, "the body did not arrive in time")
        except (BadHttpMessage, ClientPayloadError, ValueError):
            return _rejected(400, "the body is not well formed HTTP")
        response = await self._door.process(request.headers.get("Authorization"), body)
        return web.Response(status=response.status, body=response.body, headers=_headers(response))

    def _refused(self, request: web.Request) -> tuple[int, str] | None:
        """Status and reason for what need not be read at all."""
        if self._open and not is_loopback(_host(request)):
            # Without authentication a web page could reach us through a name that points to this machine.
            return 403, "not addressed to loopback"
        if request.content_type != "application/json":
            return 415, "Content-Type is not application/json"
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return 415, "Content-Encoding is not identity"
        if (request.content_length or 0) > BODY_LIMIT_BYTES:
            return 413, "the body is over 256 KiB"
        return None


def _host(request: web.Request) -> str:
    """Whom the request is addressed to; '' where its Host header is no name of a host."""
    try:
        return request.url.host or ""
    except ValueError:
        return ""


async def _body(request: web.Request) -> bytes:
    """Raises TimeoutError for one that does not arrive in time; most are there already."""
    if request.content.is_eof():
        return await request.read()
    async with asyncio.timeout(BODY_SECONDS):
        return await request.read()


def _headers(response: Response) -> dict[str, str]:
    headers = {"Content-Type": "application/json; charset=utf-8"} if response.body else {}
    return headers | {"WWW-Authenticate": "Bearer"} if response.status == 401 else headers


def _rejected(status: int, reason: str) -> web.Response:
    log.warning("rejected", extra={"status": status, "reason": reason})
    return web.json_response({"error": {"message": reason}}, status=status)


async def _healthz(request: web.Request) -> web.Response:
    return web.Response(text="ok")


def _readyz(ready: Ready) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def readyz(request: web.Request) -> web.Response:
        return web.Response(text="ready") if await ready() else web.Response(status=503, text="not ready")

    return readyz
