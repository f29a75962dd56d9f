"""The whole edge over real HTTP on loopback, between a fake connector and a token host."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.ports.turn import Message, Reply, Turn
from bot.teams.adapter import Conversation, TeamsAdapter
from bot.teams.auth import TokenCheck
from bot.teams.connector import Connector, make_session
from bot.teams.messenger import TeamsMessenger
from bot.teams.server import make_app
from bot.teams.settings import TeamsSettings
from bot.teams.signing_keys import SigningKeys
from tests.teams.fake_connector import FakeConnector
from tests.teams.samples import TENANT, activity, raw
from tests.teams.tokens import APP_ID, TokenHost, token

logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)


@asynccontextmanager
async def listening(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@dataclass
class Speaker:
    """Stands in for the commands: remembers the turns and says what it was told to say."""

    reply: Reply | Exception | Callable[[Turn], Reply] = field(default_factory=lambda: Reply((Message("Hola"),)))
    turns: list[Turn] = field(default_factory=list)

    async def answer(self, turn: Turn) -> Reply:
        self.turns.append(turn)
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply if isinstance(self.reply, Reply) else self.reply(turn)

    def on_bug(self, turn: Turn, turn_id: str) -> Reply:
        return Reply((Message(f"Sorry {turn_id}"),))


class FixedToken:
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def token(self, scope: str) -> str:
        self.asked.append(scope)
        return "outbound"


@dataclass
class Edge:
    url: str
    connector: FakeConnector
    tokens: TokenHost
    speaker: Speaker
    session: aiohttp.ClientSession
    adapter: TeamsAdapter
    messenger: TeamsMessenger
    outbound: FixedToken
    ready: bool = True

    async def post(
        self, body: bytes | dict[str, Any], *, authorization: str | None = "", **headers: str
    ) -> tuple[int, Any]:
        """Status and JSON answer; with a token that holds unless `authorization` says otherwise."""
        auth = f"Bearer {token(self.connector.url)}" if authorization == "" else authorization
        content = body if isinstance(body, bytes) else raw(body)
        all_headers = {"Content-Type": "application/json", **headers}
        if auth is not None:
            all_headers["Authorization"] = auth
        async with self.session.post(f"{self.url}/api/messages", data=content, headers=all_headers) as response:
            answer = await response.read()
            return response.status, (await response.json() if answer else None)

    def activity(self, **changes: Any) -> dict[str, Any]:
        return activity(self.connector.url, **changes)


@asynccontextmanager
async def edge(**changes: Any) -> AsyncIterator[Edge]:
    connector, tokens, speaker, outbound = FakeConnector(), TokenHost(), Speaker(), FixedToken()
    async with AsyncExitStack() as stack:
        connector.url = await stack.enter_async_context(listening(connector.app()))
        tokens.url = await stack.enter_async_context(listening(tokens.app()))
        session = await stack.enter_async_context(make_session())
        settings = _settings(tokens, changes)
        keys = SigningKeys(session, settings.openid_metadata_url)
        stack.push_async_callback(keys.close)
        link = Connector(session, settings, outbound, jitter=lambda: 0.0)
        check = TokenCheck(settings, keys) if settings.authenticated else None
        talk = Conversation(speaker.answer, speaker.on_bug, lambda tenant: f"3:{tenant}")
        adapter = TeamsAdapter(settings, link, check, talk)
        made = Edge(
            "", connector, tokens, speaker, session, adapter, TeamsMessenger(session, settings, link), outbound
        )

        async def ready() -> bool:
            return made.ready

        made.url = await stack.enter_async_context(listening(make_app(settings, adapter, ready)))
        yield made


def _settings(tokens: TokenHost, changes: dict[str, Any]) -> TeamsSettings:
    usual: dict[str, Any] = {
        "app_id": APP_ID,
        "allowed_tenants": frozenset({TENANT}),
        "openid_metadata_url": f"{tokens.url}/openid",
        "service_hosts": ("127.0.0.1",),
        "file_hosts": ("127.0.0.1",),
    }
    return TeamsSettings(**(usual | changes))
