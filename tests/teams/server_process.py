"""A bot in a process of its own, whose answers take a while: `python -m tests.teams.server_process CONNECTOR_URL`."""

import asyncio
import sys

from bot.ports.turn import Message, Reply, Turn
from bot.teams.adapter import Conversation, TeamsAdapter
from bot.teams.connector import Connector, make_session
from bot.teams.server import make_app, serve, stop_on_signals
from bot.teams.settings import TeamsSettings
from tests.teams.samples import TENANT

TURN_SECONDS = 0.6


async def _answer(turn: Turn) -> Reply:
    print("turn", flush=True)  # noqa: T201 -- the test waits for it
    await asyncio.sleep(TURN_SECONDS)
    return Reply((Message("at last"),))


async def _ready() -> bool:
    return True


async def _main() -> None:
    settings, stop = TeamsSettings(allowed_tenants=frozenset({TENANT})), asyncio.Event()
    stop_on_signals(stop)
    async with make_session() as session:
        talk = Conversation(_answer, lambda turn, turn_id: Reply())
        adapter = TeamsAdapter(settings, Connector(session, settings, None), None, talk)
        app = make_app(settings, adapter, _ready)
        await serve(settings, app, ("127.0.0.1", 0), stop, started=lambda port: print(port, flush=True))  # noqa: T201
    print("closed", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
