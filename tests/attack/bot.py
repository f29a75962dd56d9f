"""The whole bot over real HTTP on loopback: the real edge, commands and store; the outside is held in the hand."""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.commands.dispatch import broken, dispatch
from bot.domain.people import Person
from bot.ports.turn import Reply, Turn
from bot.teams.adapter import Conversation, TeamsAdapter
from bot.teams.connector import Connector, make_session
from bot.teams.server import make_app
from bot.teams.settings import TeamsSettings
from cards.actions import Button, Verb
from tests.fakes import ANA, TENANT
from tests.teams.edge import listening
from tests.teams.fake_connector import FakeConnector
from tests.usecases.world import SIGNER, World

BOT_ID = "28:saldo"


class Watch(logging.Handler):
    """Every line that was logged, and the bugs among them."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def bugs(self) -> list[str]:
        return [f"{record.exc_info[1]!r}" for record in self.records if record.exc_info and record.exc_info[1]]


@dataclass
class Bot:
    world: World
    connector: FakeConnector
    session: aiohttp.ClientSession
    url: str = ""
    watch: Watch = field(default_factory=Watch)
    numbers: int = 0

    async def post(self, body: bytes | Mapping[str, Any], **headers: str) -> tuple[int, Any]:
        """Status and JSON answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        told = {"Content-Type": "application/json", **headers}
        async with self.session.post(f"{self.url}/api/messages", data=content, headers=told) as response:
            answer = await response.read()
            return response.status, json.loads(answer) if answer else None

    def activity(self, who: Person = ANA, /, **changes: Any) -> dict[str, Any]:
        """A message in somebody's personal chat, with an id of its own; a change of None takes the field out."""
        self.numbers += 1
        usual: dict[str, Any] = {
            "type": "message",
            "id": f"a{self.numbers}",
            "serviceUrl": self.connector.url,
            "channelId": "msteams",
            "from": {"id": f"29:{who.id}", "name": who.name, "aadObjectId": who.id},
            "recipient": {"id": BOT_ID, "name": "Saldo"},
            "conversation": {"id": f"chat-{who.id}", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-US",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    async def say(self, text: str, who: Person = ANA, /, **changes: Any) -> dict[str, Any] | None:
        """The card of the answer; None where it was a line, or nothing."""
        before = len(self.connector.sent())
        status, _ = await self.post(self.activity(who, text=text, **changes))
        assert status == 200
        said = self.connector.sent()[before:]
        return next((one["attachments"][0]["content"] for one in said if "attachments" in one), None)

    async def press(self, data: Mapping[str, Any], who: Person = ANA, /, **changes: Any) -> dict[str, Any]:
        """The answer to an invoke: what takes the card's place, or a text."""
        value = {"action": {"type": "Action.Execute", "verb": data.get("verb"), "data": dict(data)}}
        status, answer = await self.post(
            self.activity(who, **({"type": "invoke", "name": "adaptiveCard/action", "value": value} | changes))
        )
        assert status == 200
        assert isinstance(answer, dict)
        return answer


def signed(verb: Verb, id_: str = "", revision: int = 0, /, **args: Any) -> dict[str, Any]:
    """A button as a card of ours holds it, with inputs beside."""
    return {**SIGNER.sign(Button(TENANT, verb.value, id_, revision)), **args}


def texts_of(node: Any) -> list[str]:
    """Every text that a card shows."""
    if isinstance(node, dict):
        return [
            text
            for name, value in node.items()
            if name not in {"data", "refresh", "speak"}
            for text in texts_of(value)
        ]
    if isinstance(node, list):
        return [text for value in node for text in texts_of(value)]
    return [node] if isinstance(node, str) else []


@asynccontextmanager
async def bot_of(world: World, **changes: Any) -> AsyncIterator[Bot]:
    connector = FakeConnector()
    async with AsyncExitStack() as stack:
        connector.url = await stack.enter_async_context(listening(connector.app()))
        session = await stack.enter_async_context(make_session())
        settings = TeamsSettings(**({"allowed_tenants": frozenset({TENANT})} | changes))
        bot = Bot(world, connector, session)

        async def answer(turn: Turn) -> Reply:
            return await dispatch(world.house, turn)

        def on_bug(turn: Turn, turn_id: str) -> Reply:
            return broken(world.house, turn, turn_id)

        async def ready() -> bool:
            return True

        link = Connector(session, settings, None, jitter=lambda: 0.0)
        adapter = TeamsAdapter(settings, link, None, Conversation(answer, on_bug))
        bot.url = await stack.enter_async_context(listening(make_app(settings, adapter, ready)))
        root = logging.getLogger()
        root.addHandler(bot.watch)
        stack.callback(root.removeHandler, bot.watch)
        yield bot
