"""The bot in its sandbox: a simulated tenant with its own Graph, Teams and clock, all on loopback over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.app.saldo import Parts, Saldo, open_saldo, opened_store
from bot.config import Settings
from bot.orders.sandbox import SandboxDesk
from bot.sandbox.clock import SandboxClock
from bot.sandbox.connector import SandboxTeams
from bot.sandbox.graph_server import GraphServer, start_graph
from bot.sandbox.levers import levers_of
from bot.sandbox.seed import check_with_portal, introduce, seed
from bot.sandbox.state import StateDocument
from bot.sandbox.world import TENANT, World
from bot.store.tiny import TinyStore
from bot.teams.server import serve
from bot.usecases.sync_usage import sync_usage
from bot.usecases.watch_balance import watch_balance

TEAMS_PORT = 3979  # where terminals look for a running sandbox
SETTLE_WITHIN = timedelta(seconds=3)  # what is due so soon belongs to what was just said
SETTLE_SECONDS = 15.0

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """`bot_url` is where the bot listens; terminals attach at `teams.url`."""

    saldo: Saldo
    teams: SandboxTeams
    graph: GraphServer
    clock: SandboxClock
    document: StateDocument
    bot_url: str

    async def settled(self) -> None:
        """Returns when the jobs that are due now, and those that they lead to, have ended."""
        await self.saldo.runner.settle(SETTLE_WITHIN, SETTLE_SECONDS)


@asynccontextmanager
async def open_sandbox(
    settings: Settings, *, port: int | None = None, teams_port: int = TEAMS_PORT, told: Told = lambda step: None
) -> AsyncIterator[Sandbox]:
    """A running sandbox: the bot listens, its jobs run. `told` hears what the first start is busy with.

    Port 0 takes any that is free. Raises OSError for a port that is taken.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened_store(settings))
        document = StateDocument(store)
        clock = SandboxClock(document)
        await clock.start()
        world = World()
        graph = await start_graph(world, document, clock)
        stack.push_async_callback(graph.close)
        saldo = await stack.enter_async_context(
            open_saldo(replace(settings, graph_url=graph.url), _parts(settings, store, document, clock))
        )
        await _first_day(saldo, clock, world, told)
        bot_url = await _listen(stack, saldo, settings.port if port is None else port)
        teams = await _play_teams(stack, saldo, document, clock, bot_url, teams_port)
        await introduce(store, clock, world, await document.read(), teams.url)
        _work(stack, saldo)
        yield Sandbox(saldo, teams, graph, clock, document, bot_url)


def _parts(settings: Settings, store: TinyStore, document: StateDocument, clock: SandboxClock) -> Parts:
    simulated = settings.order_desk == "auto" and not settings.order_webhook
    return Parts(
        clock=clock,
        desk=(lambda kept, now: SandboxDesk(kept, now, document.card_expired)) if simulated else None,
        tenants=(TENANT,),
        store=store,
    )


async def _first_day(saldo: Saldo, clock: SandboxClock, world: World, told: Told) -> None:
    """Sample data, once: what was told and booked, half a year of calls from Graph, and a look at the portal."""
    outside = saldo.house.outside
    await seed(outside.store, clock, world)
    told("usage")
    await sync_usage(outside, TENANT)
    await check_with_portal(outside.store, world)
    await watch_balance(outside, TENANT)


async def _listen(stack: AsyncExitStack, saldo: Saldo, port: int) -> str:
    """Start the bot's own server, and return its address."""
    stop, ports = asyncio.Event(), asyncio.Queue[int](1)
    server = asyncio.create_task(serve(saldo.teams, saldo.web, ("127.0.0.1", port), stop, started=ports.put_nowait))
    bound = asyncio.create_task(ports.get())

    async def close() -> None:
        stop.set()
        await server

    await asyncio.wait({server, bound}, return_when=asyncio.FIRST_COMPLETED)
    if server.done():
        bound.cancel()
        await server  # it could not listen: raises why
    at = await bound
    stack.push_async_callback(close)
    return f"http://127.0.0.1:{at}"


async def _play_teams(
    stack: AsyncExitStack, saldo: Saldo, document: StateDocument, clock: SandboxClock, bot_url: str, port: int
) -> SandboxTeams:
    async def settled() -> None:
        await saldo.runner.settle(SETTLE_WITHIN, SETTLE_SECONDS)

    world = World()
    teams = SandboxTeams(world, now=clock.now, levers=levers_of(document, clock, settled))
    state = await document.read()
    for person in world.people:
        if not person.resource_account:
            teams.set_installed(person, installed=state.has_saldo(person))
    await teams.start(bot_url, port=port)
    stack.push_async_callback(teams.stop)
    return teams


def _work(stack: AsyncExitStack, saldo: Saldo) -> None:
    """Do the jobs; the first thing to stop when the sandbox closes."""
    jobs = asyncio.create_task(saldo.runner.run())

    async def close() -> None:
        saldo.runner.stop()
        await jobs

    stack.push_async_callback(close)
