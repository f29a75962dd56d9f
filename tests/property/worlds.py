"""A new world for each example that Hypothesis thinks of."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.store.tiny import open_store
from tests.usecases.world import World


def in_a_new_world(story: Callable[[World], Awaitable[None]]) -> None:
    asyncio.run(_live(story))


async def _live(story: Callable[[World], Awaitable[None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(Path(folder), chain_key=b"a key for tests")
        try:
            world = World(store)
            await world.adopt()
            await story(world)
        finally:
            await store.close()
