"""A Bot Connector that remembers what it was told, and fails as often as it is asked to."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: Any
    authorization: str | None


@dataclass(frozen=True)
class Fails:
    """The next answer: a status with headers, or nothing at all (`hang_up`), or too late (`silent`)."""

    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    hang_up: bool = False
    silent_seconds: float = 0.0


@dataclass
class FakeConnector:
    calls: list[Call] = field(default_factory=list)
    failures: deque[Fails] = field(default_factory=deque)
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    url: str = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        return app

    def sent(self) -> list[Any]:
        """Bodies of the messages that arrived."""
        return [call.body for call in self.calls if call.method == "POST" and call.path.endswith("/activities")]

    async def _take(self, request: web.Request) -> web.StreamResponse:
        body = await request.json() if request.can_read_body else None
        self.calls.append(Call(request.method, request.raw_path, body, request.headers.get("Authorization")))
        if self.failures:
            return await self._fail(request, self.failures.popleft())
        if "/members/" in request.path:
            member = self.members.get(request.path.rsplit("/", 1)[1])
            return web.json_response(member) if member else web.Response(status=404)
        return web.json_response({"id": f"m{len(self.calls)}"})

    async def _fail(self, request: web.Request, failure: Fails) -> web.StreamResponse:
        await asyncio.sleep(failure.silent_seconds)
        if failure.hang_up and request.transport is not None:
            request.transport.abort()
        return web.json_response(failure.body, status=failure.status, headers=failure.headers)
