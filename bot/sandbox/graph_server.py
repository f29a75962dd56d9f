"""The simulated tenant's Microsoft Graph: a web server on loopback that answers the calls of the contract.

It takes any token or none: nothing but loopback can reach it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote
from uuid import uuid4

import msgspec
from aiohttp import web

from bot.domain.people import PersonId
from bot.sandbox.clock import SandboxClock
from bot.sandbox.graph_batch import batch_items, in_any_order, item_answer, skipped
from bot.sandbox.graph_failures import Failures
from bot.sandbox.graph_protocol import Answer, Asked, Call, GraphRefusal, Write, error_body
from bot.sandbox.graph_routes import route
from bot.sandbox.state import StateDocument
from bot.sandbox.world import World

Observer = Callable[[Asked, Answer], None]
Installed = Callable[[PersonId], Awaitable[None]]

_JSON = msgspec.json.Encoder(decimal_format="number")
_ROOT = "/v1.0"


class GraphServer:
    """A running server. `url` ends in `/v1.0`; `failures` may be set at any time; `observers` see each exchange
    (also the items of a batch, inside theirs); `on_installed` is told who got the bot through Graph."""

    def __init__(self, world: World, document: StateDocument, clock: SandboxClock) -> None:
        self.url = ""
        self.failures = Failures()
        self.observers: list[Observer] = []
        self.on_installed: Installed | None = None
        self._world = world
        self._document = document
        self._clock = clock
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        app = web.Application()
        app.router.add_route("*", _ROOT + "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        _, taken = self._runner.addresses[0][:2]
        self.url = f"http://127.0.0.1:{taken}{_ROOT}"

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        ids = {"request-id": str(uuid4()), "client-request-id": request.headers.get("client-request-id", "")}
        if self.failures.slow_seconds:
            await asyncio.sleep(self.failures.slow_seconds)
        answer = await self._answer_to(request, ids)
        if request.method != "GET" and answer.status < 300 and self.failures.loses_answer():
            assert request.transport is not None
            request.transport.abort()
        return _response(answer, ids)

    async def _answer_to(self, request: web.Request, ids: Mapping[str, str]) -> Answer:
        state = await self._document.read()
        self._clock.follow(state)
        asked = _asked(request, None)
        try:
            asked = _asked(request, _decoded(await request.read()))
            self.failures.strike(state)
            answer = await (self._batch(asked, ids) if asked.path == "/$batch" else self._answer(asked))
        except GraphRefusal as refusal:
            answer = self._refused(refusal, ids)
        for observer in self.observers:
            observer(asked, answer)
        return answer

    async def _answer(self, asked: Asked) -> Answer:
        """Raises GraphRefusal."""
        found = route(asked.method, asked.path)
        if found is None:
            raise GraphRefusal(400, "BadRequest", f"Resource not found for the segment '{asked.path}'.")
        handler, values = found
        state = await self._document.read()
        self.failures.require(handler.permission, state)
        answer = handler.handler(Call(asked, values, self.url, self._world, state, self._clock.now()))
        return await self._made(answer) if isinstance(answer, Write) else answer

    async def _made(self, write: Write) -> Answer:
        state = await self._document.change(write.change)
        if write.installed_for is not None and self.on_installed is not None:
            await self.on_installed(write.installed_for)
        return write.answer(state)

    async def _batch(self, asked: Asked, ids: Mapping[str, str]) -> Answer:
        answers: dict[str, Answer] = {}
        for item in batch_items(asked.body):
            failed = [id_ for id_ in item.depends_on if answers[id_].status >= 400]
            answers[item.id] = skipped() if failed else await self._item(item.asked, ids)
        responses = [item_answer(id_, answer) for id_, answer in in_any_order(answers)]
        return Answer(200, {"responses": responses})

    async def _item(self, asked: Asked, ids: Mapping[str, str]) -> Answer:
        try:
            self.failures.strike_item()
            return await self._answer(asked)
        except GraphRefusal as refusal:
            return self._refused(refusal, ids)

    def _refused(self, refusal: GraphRefusal, ids: Mapping[str, str]) -> Answer:
        body = error_body(refusal, self._clock.now(), ids["request-id"], ids["client-request-id"])
        return Answer(refusal.status, body, refusal.headers)


async def start_graph(world: World, document: StateDocument, clock: SandboxClock, port: int = 0) -> GraphServer:
    """A server that listens on 127.0.0.1; port 0 takes any free one. Close it with `close()`."""
    server = GraphServer(world, document, clock)
    await server.start(port)
    return server


def _asked(request: web.Request, body: Any) -> Asked:
    path = unquote(request.rel_url.raw_path.removeprefix(_ROOT))
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Asked(request.method, path, dict(request.query), headers, body, request.path_qs.removeprefix(_ROOT))


def _decoded(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError:
        raise GraphRefusal(400, "BadRequest", "Unable to read JSON request payload.") from None


def _response(answer: Answer, ids: Mapping[str, str]) -> web.Response:
    headers = {**answer.headers, **{name: value for name, value in ids.items() if value}}
    if answer.body is None:
        return web.Response(status=answer.status, headers=headers)
    encoded = _JSON.encode(answer.body)
    return web.Response(status=answer.status, headers=headers, body=encoded, content_type="application/json")
