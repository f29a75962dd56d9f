"""Microsoft's Agents Playground as a bot sees it: what version 0.2.28 sends and how its connector answers."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from aiohttp import web

CONFIG = yaml.safe_load((Path(__file__).parents[2] / ".m365agentsplayground.yml").read_text(encoding="utf-8"))
CONNECTOR = "/_connector/v3/conversations/{chat}/activities"


class Playground:
    """Ana's personal chat, in an English browser. `shown`: the messages that stand there, by their ids."""

    def __init__(self, bot_url: str, session: aiohttp.ClientSession) -> None:
        self.shown: dict[str, dict[str, Any]] = {}
        self.service_url = ""
        self._bot_url = bot_url
        self._session = session
        self._numbers = itertools.count(1_795_358_790_747)

    async def installed(self) -> None:
        chat = {"source": {"name": "message"}, "settings": {"selectedChannel": CONFIG["personalChat"]}}
        await self._send(type="installationUpdate", action="add", more=chat)
        members = [{key: CONFIG["currentUser"][key] for key in ("id", "aadObjectId")}, {"id": CONFIG["bot"]["id"]}]
        await self._send(type="conversationUpdate", membersAdded=members)

    async def say(self, text: str) -> None:
        await self._send(type="message", text=text, textFormat="plain", named=True)

    async def press(self, title: str) -> None:
        """Press a button of the last card, which the answer replaces."""
        id_, message = list(self.shown.items())[-1]
        (action,) = [each for each in card_of(message)["actions"] if each["title"] == title]
        value = {"action": {"type": action["type"], "title": title, "verb": action["verb"], "data": action["data"]}}
        answer = await self._send(type="invoke", name="adaptiveCard/action", replyToId=id_, value=value, named=True)
        assert (answer["statusCode"], answer["type"]) == (200, "application/vnd.microsoft.card.adaptive")
        self.shown[id_] = {"attachments": [{"content": answer["value"]}]}

    async def _send(self, *, more: dict[str, Any] | None = None, named: bool = False, **told: Any) -> Any:
        user, bot = CONFIG["currentUser"], CONFIG["bot"]
        name = {"name": user["name"]} if named else {}
        activity = {
            "id": f"a-{next(self._numbers)}",
            "from": {"id": user["id"], "aadObjectId": user["aadObjectId"], **name},
            "timestamp": "2026-11-22T14:46:30.653Z",
            "serviceUrl": self.service_url,
            "conversation": {
                "conversationType": "personal",
                "tenantId": CONFIG["tenantId"],
                "id": CONFIG["personalChat"]["id"],
            },
            "recipient": bot,
            "locale": "en-US",
            "entities": [{"type": "clientInfo", "locale": "en-US", "country": "US", "timezone": "UTC"}],
            "channelData": {"tenant": {"id": CONFIG["tenantId"]}, **(more or {})},
            "channelId": "msteams",
            **told,
        }
        headers = {"x-ms-agents-playground": "true"}
        async with self._session.post(self._bot_url, json=activity, headers=headers) as response:
            assert response.status == 200, await response.text()
            return await response.json() if told["type"] == "invoke" else None

    async def create(self, request: web.Request) -> web.Response:
        """A message of text and card is shown as two, and no id is told."""
        message, id_ = await request.json(), str(next(self._numbers))
        self.shown[id_] = message
        both = bool(message.get("text")) and bool(message.get("attachments"))
        return web.Response(status=202) if both else web.json_response({"id": id_}, status=201)

    async def update(self, request: web.Request) -> web.Response:
        self.shown[request.match_info["id"]] = await request.json()
        return web.json_response({"id": request.match_info["id"]})


def card_of(message: dict[str, Any]) -> dict[str, Any]:
    card: dict[str, Any] = message["attachments"][0]["content"]
    return card


@asynccontextmanager
async def open_playground(bot_url: str) -> AsyncIterator[Playground]:
    async with aiohttp.ClientSession() as session:
        playground = Playground(bot_url, session)
        app = web.Application()
        app.add_routes([web.post(CONNECTOR, playground.create), web.put(CONNECTOR + "/{id}", playground.update)])
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        playground.service_url = f"http://localhost:{runner.addresses[0][1]}/_connector"
        try:
            yield playground
        finally:
            await runner.cleanup()
