"""`doctor`: what is wrong is named, with what to do; looking changes nothing."""

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from bot.app.sandbox import Sandbox, open_sandbox
from bot.cli import doctor_azure
from bot.cli.books import open_books
from bot.cli.checks import Check, State
from bot.cli.doctor import examine
from bot.cli.running import Running, announced
from bot.config import read_settings
from bot.domain.jobs import Job
from bot.domain.people import PersonId
from bot.graph.tokens import Tokens
from bot.locale import catalogue_check
from bot.locale.reader import reader_for
from bot.ports.collections import JOBS
from bot.ports.errors import Final, PortError, Retry
from bot.ports.store import Put
from bot.sandbox.clock import SandboxClock
from bot.sandbox.graph_server import start_graph
from bot.sandbox.state import StateDocument
from bot.sandbox.world import TENANT, World
from bot.store.connection import FILE_NAME
from bot.store.tiny import TinyStore
from tests.cli.conftest import AZURE, Cli

ENGLISH = reader_for("en", tenant_locale="", client_locale="", zone="UTC")


def problems(checks: list[Check]) -> list[str]:
    return [check.text for check in checks if check.state is State.PROBLEM]


def test_an_empty_folder_is_in_order_and_stays_empty(cli: Cli) -> None:
    ran = cli("doctor")
    assert ran.status == 0
    assert "Everything is in order." in ran.out
    assert "No sandbox runs on this data folder." in ran.out
    assert not cli.folder.exists()
    assert cli("doctor", "--json").json["ok"] is True


def test_each_setting_that_is_wrong_is_a_problem_and_the_store_is_looked_at_all_the_same(cli: Cli) -> None:
    cli.buy("5", "2024-01-10")
    cli.set(MicrosoftAppId="nonsense", LANG="es_ES")
    ran = cli("doctor")
    assert ran.status == 1
    assert "3 problemas." in ran.out
    assert "MicrosoftAppTenantId" in ran.out
    assert f"{cli.folder} se abre." in ran.out


def test_an_organization_that_is_not_allowed_is_refused(cli: Cli) -> None:
    assert cli("doctor", "--tenant", AZURE["MicrosoftAppTenantId"]).status == 1


def test_texts_of_another_version_are_a_problem(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_check, "stale_files", lambda: ["es/cli.mo is not what cli.po compiles to"])
    told = cli("doctor", "--json")
    assert told.status == 1
    check = next(check for check in told.json["checks"] if check["area"] == "texts")
    assert (check["state"], "cli.mo" in check["text"], "make" in check["remedy"]) == ("problem", True, True)


def test_a_broken_file_is_a_problem(cli: Cli) -> None:
    cli.folder.mkdir()
    (cli.folder / FILE_NAME).write_bytes(b"no database at all, " * 100)
    ran = cli("doctor")
    assert ran.status == 1
    assert "file is not a database" in ran.out


def test_a_key_that_others_can_read_is_a_problem(cli: Cli) -> None:
    cli.buy("5", "2024-01-10")
    (cli.folder / "chain.key").chmod(0o644)
    ran = cli("doctor")
    assert ran.status == 1
    assert "others on this machine may read chain.key" in ran.out


def test_a_record_that_was_changed_from_outside_is_named(cli: Cli) -> None:
    cli.buy("5", "2024-01-10")
    with sqlite3.connect(cli.folder / FILE_NAME) as file:
        file.execute("DROP TRIGGER records_stay")
        file.execute("UPDATE records SET body = replace(body, '5000000', '9000000') WHERE stream = 'ledger'")
    file.close()
    told = cli("doctor", "--json").json["checks"]
    assert f"The ledger of {TENANT} was changed from outside at record 1." in [check["text"] for check in told]


def test_a_job_that_was_given_up_is_told_with_its_reason(cli: Cli) -> None:
    async def bury() -> None:
        settings = read_settings({"SALDO_DATA": str(cli.folder)})
        job = Job("place_order", datetime(2026, 11, 22, tzinfo=UTC), dead=True, last_error="limit")
        async with open_books(settings, TENANT, PersonId("x")) as books:
            await books.store.commit([Put(JOBS.key(TENANT, "place_order:r1:3"), job, 0)])

    asyncio.run(bury())
    ran = cli("doctor")
    assert ran.status == 1
    assert "A job was given up: place_order (place_order:r1:3): limit" in ran.out


def test_a_file_that_might_lose_commits_is_a_problem(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.buy("5", "2024-01-10")
    monkeypatch.setattr("bot.cli.doctor_store.FULL", 3)
    assert "Changes might be lost in a power cut" in cli("doctor").out


# The sandbox.


@pytest_asyncio.fixture
async def sandbox(sandbox_folder: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli) -> AsyncIterator[Sandbox]:
    monkeypatch.setenv("SALDO_DATA", str(sandbox_folder))
    settings = read_settings({"SALDO_DATA": str(sandbox_folder)})
    async with open_sandbox(settings, port=0, teams_port=0) as sandbox:
        with announced(sandbox_folder, Running(os.getpid(), sandbox.bot_url, sandbox.teams.url)):
            yield sandbox


async def test_a_running_sandbox_is_asked(sandbox: Sandbox) -> None:
    checks = await examine(ENGLISH, "")
    assert problems(checks) == []
    told = [check.text for check in checks]
    assert f"The bot at {sandbox.bot_url} is ready." in told
    assert "CallRecord-PstnCalls.Read.All: reads what calls cost" in told


async def test_permissions_that_are_missing_are_named_with_who_grants_them(sandbox: Sandbox) -> None:
    missing = (
        "CallRecord-PstnCalls.Read.All",
        "GroupMember.Read.All",
        "LicenseAssignment.Read.All",
        "LicenseAssignment.ReadWrite.All",
        "RoleManagement.Read.Directory",
        "User.Read.All",
    )
    await sandbox.document.change(lambda state: replace(state, missing_permissions=missing))
    found = [check for check in await examine(ENGLISH, "") if check.state is State.PROBLEM]
    assert sorted(check.text.partition(" ")[0] for check in found) == sorted(missing)
    assert all("A Global Administrator grants" in check.remedy for check in found)


async def test_a_sandbox_that_hangs_is_a_problem(sandbox_folder: Path, cli: Cli) -> None:
    cli.set(SALDO_DATA=str(sandbox_folder))
    with announced(sandbox_folder, Running(os.getpid(), "http://127.0.0.1:1", "http://127.0.0.1:1/")):
        told = problems(await examine(ENGLISH, ""))
    assert told == [
        "The bot at http://127.0.0.1:1 does not answer that it is ready. Its log says why.",
        "The sandbox does not answer terminals at http://127.0.0.1:1/. Start it again.",
    ]


async def test_a_sandbox_whose_store_cannot_be_opened_is_told_by_the_store(sandbox: Sandbox) -> None:
    (sandbox.saldo.settings.data / "chain.key").chmod(0o644)
    checks = await examine(ENGLISH, "")
    assert [check.area for check in checks if check.state is State.PROBLEM] == ["store"]
    assert "permissions" not in {check.area for check in checks}


# Microsoft's services, played on loopback.


class Services:
    """The OpenID document and its keys, and the simulated Graph."""

    def __init__(self) -> None:
        self.keys: list[dict[str, str]] = [{"kid": "a"}]
        self.url = ""

    async def metadata(self, request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": f"{self.url}/keys"})

    async def answer_keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": self.keys})

    async def rubbish(self, request: web.Request) -> web.Response:
        return web.Response(text="<html>")


@pytest_asyncio.fixture
async def services(cli: Cli, store: TinyStore) -> AsyncIterator[Services]:
    document = StateDocument(store)
    graph = await start_graph(World(), document, SandboxClock(document))
    services = Services()
    app = web.Application()
    app.router.add_get("/openid", services.metadata)
    app.router.add_get("/keys", services.answer_keys)
    app.router.add_get("/rubbish", services.rubbish)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    services.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    cli.set(**AZURE)
    cli.set(SALDO_DATA=str(cli.folder), SALDO_GRAPH_URL=graph.url)
    cli.set(SALDO_OPENID_METADATA_URL=f"{services.url}/openid")
    yield services
    await runner.cleanup()
    await graph.close()


def sign_in_says(monkeypatch: pytest.MonkeyPatch, error: PortError | None) -> None:
    async def token(self: Tokens, scope: str, tenant: str = "") -> str:
        if error is not None:
            raise error
        return "token"

    monkeypatch.setattr(Tokens, "token", token)


async def test_services_that_answer_are_in_order(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in_says(monkeypatch, None)
    checks = await examine(ENGLISH, "")
    assert problems(checks) == []
    assert "127.0.0.1 tells who signs what Teams sends." in [check.text for check in checks]
    assert "No bot runs on this data folder." in [check.text for check in checks]


@pytest.mark.parametrize(
    ("error", "told", "remedy"),
    [
        (Final("AADSTS7000222", code="sign_in"), "gives no token", "MicrosoftAppPassword is wrong or has expired."),
        (Final("AADSTS1", code="sign_in"), "gives no token", "Look the code up"),
        (Retry("sign-in: HTTP 503"), "does not answer", "Open the way from this machine to 127.0.0.1"),
    ],
)
async def test_a_sign_in_that_fails_says_what_to_do(
    services: Services, monkeypatch: pytest.MonkeyPatch, error: PortError, told: str, remedy: str
) -> None:
    sign_in_says(monkeypatch, error)
    found = [check for check in await examine(ENGLISH, "") if check.state is State.PROBLEM]
    assert [(told in check.text, check.remedy.startswith(remedy)) for check in found] == [(True, True)]


async def test_without_a_token_graph_is_not_asked(
    services: Services, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    cli.set(SALDO_GRAPH_URL="https://127.0.0.1:1/v1.0")
    sign_in_says(monkeypatch, Retry("sign-in: HTTP 503"))
    areas = {check.area for check in await examine(ENGLISH, AZURE["MicrosoftAppTenantId"])}
    assert "permissions" not in areas


async def test_a_graph_that_does_not_answer_leaves_permissions_unknown(
    services: Services, monkeypatch: pytest.MonkeyPatch, cli: Cli
) -> None:
    cli.set(SALDO_GRAPH_URL="http://127.0.0.1:1/v1.0")
    sign_in_says(monkeypatch, None)
    told = problems(await examine(ENGLISH, ""))
    assert len(told) == 6
    assert all("could not be checked" in text for text in told)


@pytest.mark.parametrize("path", ["rubbish", "absent"])
async def test_keys_that_cannot_be_fetched_are_a_problem(
    services: Services, monkeypatch: pytest.MonkeyPatch, cli: Cli, path: str
) -> None:
    sign_in_says(monkeypatch, None)
    cli.set(SALDO_OPENID_METADATA_URL=f"{services.url}/{path}")
    assert "nothing that Teams sends can be checked" in problems(await examine(ENGLISH, ""))[0]


async def test_a_document_without_keys_is_a_problem(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_in_says(monkeypatch, None)
    services.keys = []
    assert problems(await examine(ENGLISH, "")) == ["127.0.0.1 names no keys."]


async def test_a_certificate_that_cannot_be_read_is_a_problem(
    services: Services, monkeypatch: pytest.MonkeyPatch, cli: Cli, tmp_path: Path
) -> None:
    cli.set(SALDO_CERTIFICATE=str(tmp_path / "absent.pem"), MicrosoftAppPassword="")
    assert "cannot be read as a certificate" in problems(await examine(ENGLISH, ""))[0]


def test_every_remedy_of_a_failed_sign_in_has_a_text() -> None:
    for name in {*doctor_azure._SIGN_IN_REMEDIES.values(), "other"}:
        assert ENGLISH.text(f"cli.doctor.sign_in_{name}")


def test_the_json_of_a_check_is_plain() -> None:
    assert json.loads(json.dumps(Check("store", State.OK, "fine").json)) == {
        "area": "store",
        "state": "ok",
        "text": "fine",
        "remedy": "",
    }
