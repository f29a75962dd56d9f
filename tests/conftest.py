"""What every room's tests may stand on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from hypothesis import settings

from bot.store.tiny import TinyStore, open_store

# How long an example takes says more about the machine's other work than about the rule.
settings.register_profile("saldo", deadline=None, print_blob=True)
settings.load_profile("saldo")


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    """The embedded store on a new file."""
    opened = await open_store(tmp_path, chain_key=b"a key for tests")
    yield opened
    await opened.close()
