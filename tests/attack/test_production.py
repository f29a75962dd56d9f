"""With a registration nothing of the sandbox is left, whatever lies in the folder; a token goes to Teams alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.saldo import RealClock, open_saldo
from bot.cli.books import open_books
from bot.config import Settings, read_settings
from bot.domain.jobs import Job
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.requests import Recharge, State, draft_recharge
from bot.jobs.handlers import CLOCK_JOBS
from bot.orders.desks import Desks
from bot.ports.collections import JOBS, REQUESTS
from bot.ports.errors import Final
from bot.ports.store import Put
from bot.ports.turn import Address, Message
from bot.sandbox.clock import SandboxClock
from bot.sandbox.state import StateDocument
from bot.sandbox.world import TENANT as SANDBOX_TENANT
from bot.store.tiny import open_store
from bot.teams.connector import Connector, make_session
from bot.teams.messenger import TeamsMessenger
from bot.teams.settings import TeamsSettings
from tests.fakes import TENANT
from tests.teams.edge import FixedToken

ID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    told = {
        "MicrosoftAppId": ID,
        "MicrosoftAppPassword": "hunter2-hunter2",
        "MicrosoftAppTenantId": TENANT,
        "SALDO_DATA": str(tmp_path / "data"),
    }
    return read_settings(told)


async def leave_a_sandbox(settings: Settings) -> None:
    """A sandbox ran in this folder: its clock was moved, and a job of its tenant is due."""
    store = await open_store(settings.data, chain_key=b"another key")
    clock = SandboxClock(StateDocument(store))
    await clock.start()
    await clock.move(timedelta(days=400))
    job = Job("sync_usage", datetime(2020, 1, 1, tzinfo=UTC))
    await store.commit([Put(JOBS.key(SANDBOX_TENANT, "clock:sync_usage"), job, 0)])
    await store.close()


async def test_the_bot_behind_a_registration_has_no_door_clock_or_desk_of_the_sandbox(settings: Settings) -> None:
    await leave_a_sandbox(settings)
    async with open_saldo(settings) as saldo:
        paths = {resource.canonical for resource in saldo.web.router.resources()}
        assert paths == {"/api/messages", "/healthz", "/readyz"}
        assert isinstance(saldo.house.outside.clock, RealClock)
        assert isinstance(saldo.house.outside.desk, Desks)
        assert saldo.teams.allowed_tenants == {TENANT}
        assert saldo.teams.authenticated


async def test_jobs_that_a_sandbox_left_are_never_done_with_the_registrations_tokens(settings: Settings) -> None:
    await leave_a_sandbox(settings)
    async with open_saldo(settings) as saldo:
        for kind in CLOCK_JOBS:  # our own clocks would ask Graph
            key = JOBS.key(saldo.settings.allowed_tenants[0], f"clock:{kind}")
            known = await saldo.store.get(key)
            assert known is not None
            later = Job(kind, datetime(2100, 1, 1, tzinfo=UTC))
            await saldo.store.commit([Put(key, later, known.version)])
        assert await saldo.runner.run_due() == 1
        kept = await saldo.store.get(JOBS.key(SANDBOX_TENANT, "clock:sync_usage"))
        assert kept is not None
        assert (kept.body.attempts, kept.body.last_error, kept.body.dead) == (0, "", False)


async def test_the_command_line_behind_a_registration_keeps_real_time(settings: Settings) -> None:
    await leave_a_sandbox(settings)
    async with open_books(settings, TENANT, PersonId("operator:tests")) as books:
        assert abs(books.clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "service_url",
    [
        "http://127.0.0.1:3979/",
        "https://127.0.0.1/",
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil.example/?x=smba.trafficmanager.net",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evil.example#.botframework.com",
        "https://botframework.com.evil.example",
        "https://xbotframework.com/",
        "//smba.trafficmanager.net/",
        "",
    ],
)
async def test_no_token_is_even_asked_for_where_a_kept_address_leads_elsewhere(service_url: str) -> None:
    settings = TeamsSettings(app_id=ID, allowed_tenants=frozenset({TENANT}))
    tokens = FixedToken()
    async with make_session() as session:
        messenger = TeamsMessenger(session, settings, Connector(session, settings, tokens))
        with pytest.raises(Final) as failed:
            await messenger.send(Address("chat", service_url), Message("x"))
        assert failed.value.code == "host_not_allowed"
    assert tokens.asked == []


async def test_what_waited_before_there_were_reminders_is_reminded_of_from_the_first_start_on(
    settings: Settings,
) -> None:
    asked = Recharge(Money.of(500, "EUR"))
    draft = draft_recharge("r1", PersonId("ana"), "Ana", asked, datetime(2026, 1, 2, tzinfo=UTC))
    store = await open_store(settings.data, chain_key=b"another key")
    await store.commit([Put(REQUESTS.key(TENANT, "r1"), replace(draft, state=State.PENDING, open=True), 0)])
    await store.close()
    async with open_saldo(settings) as saldo:
        job = await saldo.store.get(JOBS.key(TENANT, "pursue_request:r1:1"))
        assert job is not None
        assert job.body.payload == {"request": "r1", "since": "2026-01-02T00:00:00+00:00"}
