"""Microsoft's services for one command: the organization's own, or a simulated Graph of this folder's sandbox."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cli.books import Books

if TYPE_CHECKING:
    from bot.ports.outside import Outside


@asynccontextmanager
async def outside_of(books: Books) -> AsyncIterator["Outside"]:
    """The sandbox's Graph need not run: one of our own answers the same, for both read one document."""
    from bot.app.saldo import Parts, open_outside

    parts = Parts(clock=books.clock, tenants=(books.tenant,), store=books.store)
    async with AsyncExitStack() as stack:
        settings = books.settings
        if not settings.azure:
            settings = replace(settings, graph_url=await _simulated(books, stack))
        yield await stack.enter_async_context(open_outside(settings, parts))


async def _simulated(books: Books, stack: AsyncExitStack) -> str:
    from bot.sandbox.clock import SandboxClock
    from bot.sandbox.graph_server import start_graph
    from bot.sandbox.state import StateDocument
    from bot.sandbox.world import World

    document = StateDocument(books.store)
    graph = await start_graph(World(), document, SandboxClock(document))
    stack.push_async_callback(graph.close)
    return graph.url
