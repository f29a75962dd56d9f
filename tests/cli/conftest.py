"""The command line in this process: a folder of its own, no settings but those of the test, English."""

import asyncio
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.app.sandbox import open_sandbox
from bot.cli.app import run_line
from bot.cli.books import open_books
from bot.config import TABLE, read_settings
from bot.domain.people import PersonId
from bot.sandbox.clock import SandboxClock
from bot.sandbox.state import StateDocument
from bot.sandbox.world import TENANT

AZURE = {
    "MicrosoftAppId": "5a1d0000-0000-4000-8000-0000000000b0",
    "MicrosoftAppPassword": "not a secret",
    "MicrosoftAppTenantId": "11111111-1111-4111-8111-111111111111",
    "SALDO_AUTHORITY_URL": "https://127.0.0.1:1",
    "SALDO_GRAPH_URL": "http://127.0.0.1:1/v1.0",
    "SALDO_OPENID_METADATA_URL": "http://127.0.0.1:1/keys",
}


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Cli:
    """`cli("balance", "--json")`; `cli.folder` is where the store is."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.set(SALDO_DATA=str(folder))

    def __call__(self, *arguments: str) -> Ran:
        self._capsys.readouterr()
        status = run_line(arguments)
        told = self._capsys.readouterr()
        return Ran(status, told.out, told.err)

    def set(self, **values: str) -> None:
        for name, value in values.items():
            self._monkeypatch.setenv(name, value)

    def buy(self, amount: str, on: str, *more: str, currency: str = "EUR") -> Ran:
        return self("purchase", "add", "--amount", amount, "--currency", currency, "--on", on, *more)


def clean_environment() -> dict[str, str]:
    ours = {name for setting in TABLE for name in (setting.name, *setting.also)}
    return {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("LC_")}


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    for name in set(os.environ) - set(clean_environment()):
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("COLUMNS", "120")
    return Cli(tmp_path / "data", monkeypatch, capsys)


@pytest.fixture
def november(cli: Cli) -> None:
    """The sandbox's clock stands at 22 November 2026 here, whatever the day on which the tests run."""

    async def begin() -> None:
        settings = read_settings({"SALDO_DATA": str(cli.folder)})
        async with open_books(settings, TENANT, PersonId("test")) as books:
            await SandboxClock(StateDocument(books.store)).start()

    asyncio.run(begin())


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox's folder after its first day, which takes seconds to read."""
    folder = tmp_path_factory.mktemp("sandbox") / "data"

    async def first_day() -> None:
        async with open_sandbox(read_settings({"SALDO_DATA": str(folder)}), port=0, teams_port=0) as sandbox:
            await sandbox.settled()

    asyncio.run(first_day())
    return folder


@pytest.fixture
def sandbox_folder(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "sandbox"))


def lots(statement: dict[str, Any]) -> Sequence[tuple[str, str]]:
    """(purchased_on, remaining) of what `balance --json` prints."""
    return [(lot["purchased_on"], lot["remaining"]) for lot in statement["lots"]]
