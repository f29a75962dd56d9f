"""What every room's tests may stand on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.store.tiny import TinyStore, open_store


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    """The embedded store on a new file."""
    opened = await open_store(tmp_path, chain_key=b"a key for tests")
    yield opened
    await opened.close()
