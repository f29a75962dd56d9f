"""Every test of this folder runs once for each engine."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.ports.store import Store
from tests.contract.engines import ENGINES

Open = Callable[[], Awaitable[Store]]


@pytest_asyncio.fixture(params=ENGINES)
async def open_again(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the same data once more, as another process would; closed after the test."""
    opened: list[Store] = []

    async def open_one() -> Store:
        opened.append(await ENGINES[request.param](tmp_path))
        return opened[-1]

    yield open_one
    for store in opened:
        await store.close()


@pytest_asyncio.fixture
async def store(open_again: Open) -> Store:
    return await open_again()
