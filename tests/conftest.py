"""What every room's tests may stand on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import settings

from bot.store.connection import open_file
from bot.store.tiny import TinyStore
from tests.audited import AuditedStore

# How long an example takes says more about the machine's other work than about the rule.
settings.register_profile("saldo", deadline=None, print_blob=True)
settings.load_profile("saldo")

LONG_WALKS = {"property", "scenario"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole conversations and random walks go without the coverage tracer, which takes two thirds of their time: a
    line that only they reach is a line whose rule no test states."""
    for item in items:
        if item.path.parent.name in LONG_WALKS:
            item.add_marker(pytest.mark.no_cover)


@pytest_asyncio.fixture
async def store(tmp_path: Path) -> AsyncIterator[TinyStore]:
    """The embedded store on a new file, which fails where the bot changes something without an audit record."""
    opened = AuditedStore(open_file(tmp_path), chain_key=b"a key for tests")
    yield opened
    await opened.close()
