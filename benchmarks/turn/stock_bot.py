"""The peer: an echo on the SDK's own CloudAdapter, as its samples write it, with authentication off."""

import asyncio
from typing import Any

from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication

from benchmarks.turn.process import add_cpu, run


class NoCredentials:
    APP_ID = ""
    APP_PASSWORD = ""


class Echo(ActivityHandler):  # type: ignore[misc]  # the SDK ships no types
    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(f"Echo: {turn_context.activity.text}")


def make_app() -> web.Application:
    adapter, bot = CloudAdapter(ConfigurationBotFrameworkAuthentication(NoCredentials())), Echo()

    async def messages(request: web.Request) -> Any:
        return await adapter.process(request, bot)

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    add_cpu(app)
    return app


if __name__ == "__main__":
    asyncio.run(run(make_app()))
