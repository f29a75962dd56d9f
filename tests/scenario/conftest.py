"""A sandbox that was prepared once, and a copy of it for each scenario."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio
from yarl import URL

from bot.app.sandbox import Sandbox, open_sandbox
from bot.config import read_settings
from bot.sandbox.connector_client import TeamsClient
from tests.scenario.stage import Stage


def opened(folder: Path, teams_port: int = 0) -> AbstractAsyncContextManager[Sandbox]:
    return open_sandbox(read_settings({"SALDO_DATA": str(folder)}), port=0, teams_port=teams_port)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half a year of usage is read from the simulated Graph: done once, not for each scenario."""
    folder = tmp_path_factory.mktemp("sandbox") / "data"
    async with opened(folder) as sandbox:
        await sandbox.settled()
    return folder


class OpenStage(Protocol):
    def __call__(self) -> AbstractAsyncContextManager[Stage]: ...


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@pytest.fixture
def open_stage(data: Path) -> OpenStage:
    """Opens the scenario's sandbox; again after it was closed, it goes on where it was, Teams at the same address."""
    port = 0

    @asynccontextmanager
    async def stage() -> AsyncIterator[Stage]:
        nonlocal port
        async with opened(data, port) as sandbox:
            port = URL(sandbox.teams.url).port or 0
            played = Stage(sandbox)
            yield played
            assert played.objections() == []

    return stage


@pytest_asyncio.fixture
async def stage(open_stage: OpenStage) -> AsyncIterator[Stage]:
    async with open_stage() as played:
        yield played


@pytest.fixture
def ana(stage: Stage) -> TeamsClient:
    """Her client is in English, whatever language she writes in."""
    return stage.client("ana", locale="en-US")


@pytest.fixture
def carmen(stage: Stage) -> TeamsClient:
    return stage.client("carmen")


@pytest.fixture
def luis(stage: Stage) -> TeamsClient:
    return stage.client("luis")


@pytest.fixture
def grace(stage: Stage) -> TeamsClient:
    return stage.client("grace")


@pytest.fixture
def omar(stage: Stage) -> TeamsClient:
    return stage.client("omar")


@pytest.fixture
def eva(stage: Stage) -> TeamsClient:
    return stage.client("eva")


@pytest.fixture
def tom(stage: Stage) -> TeamsClient:
    return stage.client("tom")
