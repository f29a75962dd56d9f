"""Saldo as it runs: tokens checked, the store read, the balance card built of 180 days of usage, the reply sent.

`python -m benchmarks.turn.saldo_bot CONNECTOR_URL`. The connector's process also plays Graph, so that the CPU here is
the bot's alone; rights are read once a person and then cached, as in production.
"""

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks.turn.activity import APP_ID, TENANT
from benchmarks.turn.process import add_cpu
from bot.app.saldo import Parts, open_saldo, opened_store
from bot.config import Settings, read_settings
from bot.domain.people import TenantId
from bot.sandbox.clock import SandboxClock
from bot.sandbox.graph_server import start_graph
from bot.sandbox.seed import seed
from bot.sandbox.state import StateDocument
from bot.sandbox.world import World
from bot.store.tiny import TinyStore
from bot.teams.server import serve, stop_on_signals
from bot.usecases.forecast_balance import forecast_balances
from bot.usecases.sync_usage import sync_usage


async def main(connector_url: str, folder: Path) -> None:
    stop = asyncio.Event()
    stop_on_signals(stop)
    settings = _settings(connector_url, folder)
    async with opened_store(settings) as store:
        clock = await _half_a_year(settings, store)
        parts = Parts(clock=clock, tenants=(TenantId(TENANT),), store=store)
        async with open_saldo(settings, parts) as saldo:
            add_cpu(saldo.web)
            address = ("127.0.0.1", 0)
            await serve(saldo.teams, saldo.web, address, stop, started=lambda port: print(port, flush=True))


async def _half_a_year(settings: Settings, store: TinyStore) -> SandboxClock:
    """The sandbox's purchases and calls, read over HTTP and forecast before anything is measured."""
    document = StateDocument(store)
    clock, world = SandboxClock(document), World()
    await clock.start()
    await seed(store, clock, world)
    graph = await start_graph(world, document, clock)
    parts = Parts(clock=clock, tenants=(TenantId(TENANT),), store=store)
    async with open_saldo(replace(settings, graph_url=graph.url), parts) as saldo:
        await sync_usage(saldo.house.outside, TenantId(TENANT))
        await forecast_balances(store, clock, TenantId(TENANT))
    await graph.close()
    return clock


def _settings(connector_url: str, folder: Path) -> Settings:
    return read_settings(
        {
            "MicrosoftAppId": APP_ID,
            "MicrosoftAppPassword": "unused: over plain http no token is asked for",
            "MicrosoftAppTenantId": TENANT,
            "SALDO_OPENID_METADATA_URL": f"{connector_url}openid",
            "SALDO_GRAPH_URL": f"{connector_url}v1.0",
            "SALDO_SERVICE_HOSTS": "127.0.0.1",
            "SALDO_DATA": str(folder),
        }
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(sys.argv[1], Path(folder)))
