"""A tiny bot on loopback: it keeps what it is told, answers as a test wants, and calls the connector."""

from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web

Activity = dict[str, Any]
Answer = Callable[[Activity], Awaitable[Any]]
CARD_TYPE = "application/vnd.microsoft.card.adaptive"


def card(*body: Activity, actions: tuple[Activity, ...] = (), **more: Any) -> Activity:
    """A valid card of these elements."""
    shown = list(body) or [{"type": "TextBlock", "text": "Hola"}]
    return {"type": "AdaptiveCard", "version": "1.5", "body": shown, "actions": list(actions), **more}


def button(title: str, verb: str = "", **more: Any) -> Activity:
    return {"type": "Action.Execute", "title": title, "verb": verb or title.casefold(), **more}


def message(content: Activity | None = None, **more: Any) -> Activity:
    told: Activity = {"type": "message", **more}
    if content is not None:
        told["attachments"] = [{"contentType": CARD_TYPE, "content": content}]
    return told


def shows(content: Activity) -> Activity:
    return {"statusCode": 200, "type": CARD_TYPE, "value": content}


class TeamsBot:
    """`answer` gets each activity and returns the JSON of an invoke's answer, an HTTP status, or None."""

    def __init__(self) -> None:
        self.heard: list[Activity] = []
        self.tokens: list[str | None] = []
        self.answer: Answer | None = None
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/api/messages", self._receive)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def call(self, method: str, url: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        assert self._session is not None
        async with self._session.request(method, url, json=body, **more) as response:
            return response.status, await response.json()

    async def reply(self, to: Activity, sent: Activity) -> str:
        """Answer a message in its own chat; the new message's id."""
        chat = to["conversation"]["id"]
        status, told = await self.call(
            "POST",
            f"{to['serviceUrl']}v3/conversations/{chat}/activities/{to['id']}",
            {**sent, "replyToId": to["id"]},
        )
        assert status == 201, told
        return str(told["id"])

    async def _receive(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self.heard.append(activity)
        self.tokens.append(request.headers.get("Authorization"))
        answer = await self.answer(activity) if self.answer else None
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response() if answer is None else web.json_response(answer)
