"""A sandbox's Graph server on loopback, with every request and answer held against the contract where it is there."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import aiohttp
import msgspec
from yarl import URL

from bot.ports.store import Store
from bot.sandbox.clock import BEGINNING, SandboxClock
from bot.sandbox.graph_protocol import Answer, Asked
from bot.sandbox.graph_server import GraphServer, start_graph
from bot.sandbox.state import StateDocument
from bot.sandbox.world import SandboxPerson, World
from tests.graph_contract import Contract, ContractBreach
from tests.shared import SHARED

EVENTUAL = {"ConsistencyLevel": "eventual"}


@dataclass(frozen=True, slots=True)
class Told:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return list(self.body["value"])

    @property
    def next_link(self) -> str:
        return str(self.body.get("@odata.nextLink", ""))

    @property
    def error(self) -> tuple[int, str, str]:
        return self.status, self.body["error"]["code"], self.body["error"]["message"]


@dataclass(frozen=True, slots=True)
class Room:
    server: GraphServer
    document: StateDocument
    clock: SandboxClock
    world: World
    session: aiohttp.ClientSession
    contract: Contract | None

    def who(self, name: str) -> SandboxPerson:
        found = self.world.by_name(name)
        assert found is not None
        return found

    async def get(self, path: str, headers: Mapping[str, str] | None = None, *, lawful: bool = True) -> Told:
        return await self.ask("GET", path, headers=headers, lawful=lawful)

    async def post(self, path: str, body: Any, *, lawful: bool = True) -> Told:
        return await self.ask("POST", path, body, lawful=lawful)

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        lawful: bool = True,
    ) -> Told:
        """`lawful=False` for a request that breaks the contract on purpose; answers are checked always."""
        path = path.removeprefix(self.server.url)
        if self.contract and lawful:
            self.contract.check_request(method, path, headers, body)
        url = URL(self.server.url + path, encoded=True)
        async with self.session.request(method, url, json=body, headers=headers) as response:
            raw = await response.read()
            told = json.loads(raw, parse_float=Decimal) if raw else None
            if self.contract and lawful:
                plain = json.loads(raw) if raw else None
                self.contract.check_response(method, path, response.status, plain, request=body)
            return Told(response.status, told, dict(response.headers))

    async def all_pages(self, path: str) -> list[list[dict[str, Any]]]:
        told = await self.get(path)
        pages = [told.rows]
        while told.next_link:
            assert told.next_link.startswith(self.server.url)
            told = await self.get(told.next_link)
            pages.append(told.rows)
        return pages


def watch(server: GraphServer) -> list[str]:
    """Breaches of the contract, by whoever asks and by the server, as they happen; skips where there is none."""
    contract = Contract.load()
    breaches: list[str] = []

    def observe(asked: Asked, answer: Answer) -> None:
        body = None if answer.body is None else msgspec.json.decode(_JSON.encode(answer.body))
        try:
            contract.check_request(asked.method, asked.raw, asked.headers, asked.body)
            contract.check_response(asked.method, asked.raw, answer.status, body, request=asked.body)
        except ContractBreach as breach:
            breaches.append(str(breach))

    server.observers.append(observe)
    return breaches


_JSON = msgspec.json.Encoder(decimal_format="number")


@asynccontextmanager
async def graph_room(store: Store) -> AsyncIterator[Room]:
    document = StateDocument(store)
    clock = SandboxClock(document, real_time=lambda: datetime(2031, 1, 1, tzinfo=UTC))
    await clock.start()
    assert clock.now() == BEGINNING
    world = World()
    contract = Contract.load() if (SHARED / "contracts/graph.openapi.yaml").exists() else None
    server = await start_graph(world, document, clock)
    async with aiohttp.ClientSession() as session:
        yield Room(server, document, clock, world, session, contract)
    await server.close()
