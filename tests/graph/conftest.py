"""One scripted Graph a test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.graph.server import Rig, rig


@pytest_asyncio.fixture(name="rig")
async def _rig() -> AsyncIterator[Rig]:
    async with rig() as made:
        yield made
