"""A scripted Graph on loopback: answers what a test tells it to, and holds each request against the contract."""

import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.domain.people import TenantId
from bot.graph.client import GraphClient
from bot.graph.pace import Pace
from tests.graph_contract import Contract, ContractBreach
from tests.shared import SHARED

TENANT = TenantId("aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee")
QUICK = Pace(first_backoff_seconds=0.001, timeout_seconds=5)


@dataclass(frozen=True)
class Asked:
    """One request; `path` is percent-encoded, with its query, below the base URL."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Told:
    """One answer. `text` is sent as it is, else `body` as JSON."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    text: str | None = None
    checked: bool = True

    def response(self) -> web.Response:
        text = json.dumps(self.body) if self.text is None else self.text
        return web.Response(status=self.status, text=text, headers=self.headers, content_type="application/json")


Script = Told | Callable[[Asked, web.Request], Awaitable[web.StreamResponse]]


def listed(*rows: Any, link: str | None = None) -> Told:
    return Told({"value": list(rows)} if link is None else {"value": list(rows), "@odata.nextLink": link})


def error(status: int, code: str = "Some", message: str = "Some message", **headers: str) -> Told:
    inner = {"date": "2026-11-22T09:00:00", "request-id": "inner-1", "client-request-id": "c"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Told({"error": {"code": code, "message": message, "innerError": inner}}, status, named)


class ScriptedGraph:
    """Answers in turn, or by the beginning of the path below `batch` items; keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: deque[Script] = deque()
        self.items: dict[str, deque[Told]] = {}
        self.base = ""
        self.faults: list[Exception] = []
        self._contract = Contract.load() if SHARED.exists() else None

    def tell(self, *answers: Script) -> None:
        self.answers.extend(answers)

    def on_item(self, path: str, *answers: Told) -> None:
        """What a batch item whose path begins so is answered, one answer a batch; the last one stays."""
        self.items.setdefault(path, deque()).extend(answers)

    @property
    def batches(self) -> list[list[str]]:
        return [[item["url"] for item in asked.body["requests"]] for asked in self.asked if asked.path == "/$batch"]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._answered(await self._asked(request), request)
        except (ContractBreach, LookupError) as fault:
            self.faults.append(fault)
            return web.Response(status=418)

    async def _answered(self, asked: Asked, request: web.Request) -> web.StreamResponse:
        self.asked.append(asked)
        if self._contract:
            self._contract.check_request(asked.method, asked.path, asked.headers, asked.body)
        if asked.path == "/$batch" and not self.answers:
            return self._checked(asked, Told({"responses": self._batch(asked.body)}))
        script = self.answers.popleft()
        return self._checked(asked, script) if isinstance(script, Told) else await script(asked, request)

    def _batch(self, body: Any) -> list[dict[str, Any]]:
        told = [(item, self._item(item["url"])) for item in body["requests"]]
        responses = [{"id": item["id"], "status": t.status, "headers": t.headers, "body": t.body} for item, t in told]
        return responses[::-1]  # any order, says Graph

    def _item(self, url: str) -> Told:
        fitting = max((path for path in self.items if url.startswith(path)), key=len)
        answers = self.items[fitting]
        return answers.popleft() if len(answers) > 1 else answers[0]

    def _checked(self, asked: Asked, told: Told) -> web.Response:
        if self._contract and told.checked and told.text is None:
            self._contract.check_response(asked.method, asked.path, told.status, told.body, asked.body)
        return told.response()

    async def _asked(self, request: web.Request) -> Asked:
        text = await request.text()
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.raw_path.removeprefix("/v1.0")
        return Asked(request.method, path, headers, json.loads(text) if text else None)


class Waits(list[float]):
    """Stands in for sleeping: remembers how long it should have been."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


@dataclass
class Rig:
    graph: ScriptedGraph
    client: GraphClient
    waits: Waits


@asynccontextmanager
async def serving(handler: Callable[[web.Request], Awaitable[web.StreamResponse]], **site: Any) -> AsyncIterator[str]:
    """A server on a free port of 127.0.0.1; yields its host and port."""
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, **site).start()
    try:
        yield f"127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def rig(pace: Pace = QUICK) -> AsyncIterator[Rig]:
    """A client with a scripted Graph behind it, over plain http."""
    graph, waits = ScriptedGraph(), Waits()
    async with serving(graph.handle) as host, aiohttp.ClientSession() as session:
        graph.base = f"http://{host}/v1.0"
        yield Rig(graph, GraphClient(session, graph.base, pace=pace, wait=waits), waits)
        assert not graph.faults
