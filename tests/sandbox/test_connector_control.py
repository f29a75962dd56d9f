"""The control surface: another process acts as one of the sandbox's people."""

import asyncio
from typing import Any

import pytest

from bot.domain.errors import Refusal
from bot.sandbox import connector_control
from bot.sandbox import connector_wire as wire
from bot.sandbox.connector import SandboxTeams
from bot.sandbox.connector_chats import Kind, personal_id
from bot.sandbox.levers import Levers
from bot.sandbox.terminal_link import SandboxGoneError, SandboxLink
from bot.sandbox.world import World
from tests.sandbox.teams_bot import TeamsBot, message

ANA = World().by_name("ana")


async def test_news_come_as_soon_as_they_happen(teams: SandboxTeams) -> None:
    async with SandboxLink(teams.url) as link:
        before = await link.news(0)
        assert (before.seq, before.notices) == (0, ())
        waiting = asyncio.ensure_future(link.news(0, wait_seconds=5))
        await link.do("say", wire.Speech("ana", "hola"))
        (notice,) = (await waiting).notices
        assert (notice.kind, notice.from_bot, notice.owner, notice.lock_screen) == (Kind.POSTED, False, "Ana", "hola")
        assert (await link.news(1, wait_seconds=0.01)).notices == ()


async def test_a_message_that_went_away_is_told_and_cannot_be_opened(
    teams: SandboxTeams, teams_bot: TeamsBot
) -> None:
    assert ANA is not None
    url = f"{teams.url}v3/conversations/{personal_id(ANA)}/activities"
    _, sent = await teams_bot.call("POST", url, message(text="Aviso"))
    await teams_bot.call("DELETE", f"{url}/{sent['id']}")
    async with SandboxLink(teams.url) as link:
        assert [each.kind for each in (await link.news(0)).notices] == [Kind.POSTED, Kind.DELETED]
        with pytest.raises(Refusal, match="sandbox_no_message"):
            await link.see(wire.Viewing("ana", sent["id"]))


async def test_a_bot_that_fails_a_turn_shows(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    async def answer(_: dict[str, Any]) -> int:
        return 500

    teams_bot.answer = answer
    async with SandboxLink(teams.url) as link:
        assert (await link.do("say", wire.Speech("ana", "hola"))).fault == "HTTP 500"


async def test_levers_that_nobody_connected_are_refused(teams: SandboxTeams) -> None:
    async with SandboxLink(teams.url) as link:
        for deed, told in (
            ("clock", wire.ClockStep(60)),
            ("card", wire.Switch(True)),
            ("role", wire.Switch(True, "grace")),
        ):
            with pytest.raises(Refusal, match="sandbox_no_lever"):
                await link.do(deed, told)
        with pytest.raises(Refusal, match="sandbox_clock_back"):
            await link.do("clock", wire.ClockStep(-60))
        assert (await link.do("install", wire.Switch(True, "grace"))).heard
        with pytest.raises(Refusal, match="sandbox_unknown_person"):
            await link.who("Centralita Madrid")


async def test_what_is_not_of_the_surfaces_form_is_refused(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    status, told = await teams_bot.call("POST", f"{teams.url}sandbox/say", {"person": 3})
    assert (status, told["code"]) == (400, "sandbox_malformed")
    headers = {"Content-Type": "text/plain"}
    assert (await teams_bot.call("POST", f"{teams.url}sandbox/say", {}, headers=headers))[0] == 400
    assert (await teams_bot.call("GET", f"{teams.url}sandbox/events?after=x"))[0] == 400
    async with SandboxLink(teams.url) as link:
        with pytest.raises(Refusal, match="sandbox_malformed"):
            await link.do("fly", wire.Switch(True))


async def test_jobs_that_do_not_end_are_not_waited_for_for_ever(
    teams_bot: TeamsBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector_control, "QUIET_SECONDS", 0.01)
    forever = asyncio.Event()

    async def settled() -> None:
        await forever.wait()

    async with SandboxTeams(World(), levers=Levers(settled)) as teams:
        await teams.start(teams_bot.url)
        async with SandboxLink(teams.url) as link:
            assert not (await link.do("say", wire.Speech("ana", "hola"))).quiet


async def test_a_sandbox_that_is_not_there_is_named() -> None:
    async with SandboxLink("http://127.0.0.1:9") as link:
        with pytest.raises(SandboxGoneError):
            await link.people()
