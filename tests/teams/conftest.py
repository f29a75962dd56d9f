"""The edge, ready to be spoken to."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.teams.edge import Edge, edge


@pytest_asyncio.fixture
async def teams() -> AsyncIterator[Edge]:
    async with edge() as made:
        yield made
