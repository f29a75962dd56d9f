"""A bot that is attacked."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.attack.bot import Bot, bot_of
from tests.usecases.world import World
from tests.usecases.world import world as world


@pytest_asyncio.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with bot_of(world) as made:
        yield made
