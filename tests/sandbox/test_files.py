"""Files that the bot offers in the simulated Teams: strict shapes, one upload a place, kept by the terminal."""

import io
import os
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import Refusal
from bot.sandbox.connector import SandboxTeams
from bot.sandbox.connector_check import CONSENT_TYPE, INFO_TYPE, Malformed, read_sent
from bot.sandbox.connector_failures import Verb
from bot.sandbox.terminal import FINE, chat
from bot.sandbox.terminal_conversation import save_file
from bot.sandbox.terminal_screen import PipeScreen
from tests.sandbox.teams_bot import TeamsBot

CONTENT = b"a workbook"
CONSENT = {"description": "October", "sizeInBytes": 2_000, "acceptContext": {"r": "1"}, "declineContext": {"r": "1"}}


def offer(**changes: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "attachments": [{"contentType": CONSENT_TYPE, "name": "saldo.xlsx", "content": CONSENT, **changes}],
    }


def offers(bot: TeamsBot, put: list[int]) -> None:
    """A text is answered with an offer; an accepted one is put there, and told of."""

    async def answer(activity: dict[str, Any]) -> Any:
        if activity["type"] == "message":
            await bot.reply(activity, offer())
        elif activity["value"]["action"] == "accept":
            put.append(await put_there(bot, activity))
        return None

    bot.answer = answer


async def put_there(bot: TeamsBot, activity: dict[str, Any], content: bytes = CONTENT) -> int:
    info = activity["value"]["uploadInfo"]
    assert bot._session is not None
    headers = {"Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}"}
    async with bot._session.put(info["uploadUrl"], data=content, headers=headers) as response:
        status = response.status
    if status == 201:
        told = {"uniqueId": info["uniqueId"], "fileType": info["fileType"]}
        card = {"contentType": INFO_TYPE, "name": info["name"], "contentUrl": info["contentUrl"], "content": told}
        await bot.reply(activity, {"type": "message", "attachments": [card]})
    return status


async def test_an_accepted_file_is_put_there_once(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    put: list[int] = []
    offers(teams_bot, put)
    ana = teams.client("ana")
    await ana.say("report")
    turned = await ana.answer_offer(accept=True)
    assert (turned.status, put, teams.faults) == (200, [201], [])
    assert ana.last.file is not None
    assert ana.last.drawn == "saldo.xlsx"
    again = await put_there(teams_bot, teams_bot.heard[-1])
    assert again == 404


async def test_a_declined_file_goes_nowhere(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    put: list[int] = []
    offers(teams_bot, put)
    ana = teams.client("ana")
    await ana.say("report")
    await ana.answer_offer(accept=False)
    assert teams_bot.heard[-1]["value"] == {"type": "fileUpload", "action": "decline", "context": {"r": "1"}}
    assert put == []


async def test_without_an_offer_there_is_nothing_to_answer(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    async def answer(activity: dict[str, Any]) -> None:
        await teams_bot.reply(activity, {"type": "message", "text": "hi"})

    teams_bot.answer = answer
    ana = teams.client("ana")
    await ana.say("hello")
    for message in (None, ana.last):
        with pytest.raises(Refusal, match="sandbox_no_message"):
            await ana.answer_offer(accept=True, message=message)


@pytest.mark.parametrize("arrived", [False, True])
async def test_an_upload_can_be_told_to_fail(teams: SandboxTeams, teams_bot: TeamsBot, arrived: bool) -> None:
    put: list[int] = []
    offers(teams_bot, put)
    teams.failures.next(Verb.UPLOAD, 503, arrived=arrived)
    ana = teams.client("ana")
    await ana.say("report")
    await ana.answer_offer(accept=True)
    assert put == [503]
    assert await put_there(teams_bot, teams_bot.heard[-1]) == (404 if arrived else 201)


async def test_a_range_that_does_not_fit_is_refused(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    offers(teams_bot, [])
    ana = teams.client("ana")
    await ana.say("report")
    await ana.answer_offer(accept=True)
    url = teams_bot.heard[-1]["value"]["uploadInfo"]["uploadUrl"]
    assert (await teams_bot.call("PUT", url, {}))[0] == 416


async def test_an_answer_that_the_bot_does_not_take_is_a_fault(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    async def answer(activity: dict[str, Any]) -> int | None:
        if activity["type"] == "invoke":
            return 501
        await teams_bot.reply(activity, offer())
        return None

    teams_bot.answer = answer
    ana = teams.client("ana")
    await ana.say("report")
    await ana.answer_offer(accept=True)
    assert teams.faults == ["invoke answer: HTTP 501"]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": ""}, "attachments[0].name: missing"),
        ({"content": None}, "attachments[0].content: must be an object"),
        *(
            ({"content": {key: CONSENT[key] for key in CONSENT if key != left_out}}, f"content.{left_out}: missing")
            for left_out in CONSENT
        ),
        ({"contentType": INFO_TYPE}, "contentUrl: missing"),
        ({"contentType": INFO_TYPE, "content": 3}, "content: must be an object"),
        ({"contentType": "x/y"}, "'x/y' is none of"),
    ],
)
def test_a_file_card_that_teams_would_not_take_is_refused(changes: dict[str, Any], fault: str) -> None:
    with pytest.raises(Malformed) as caught:
        read_sent(offer(**changes), unasked=False)
    assert fault in str(caught.value)


async def test_a_file_is_offered_in_personal_chats_only(teams: SandboxTeams, teams_bot: TeamsBot) -> None:
    told: list[int] = []

    async def answer(activity: dict[str, Any]) -> None:
        url = f"{activity['serviceUrl']}v3/conversations/{activity['conversation']['id']}/activities"
        told.append((await teams_bot.call("POST", url, offer()))[0])

    teams_bot.answer = answer
    await teams.client("luis").say("@Saldo report", where="groupChat")
    assert told == [400]


async def said(teams: SandboxTeams, *lines: str) -> str:
    out = io.StringIO()
    screen = PipeScreen(io.StringIO("".join(f"{line}\n" for line in lines)), out)
    assert await chat(teams.url, "ana", screen, locale="en-US") == FINE
    screen.close()
    return out.getvalue()


async def test_the_terminal_asks_and_keeps_an_accepted_file_beside_what_is_there(
    teams: SandboxTeams, teams_bot: TeamsBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers(teams_bot, [])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "saldo.xlsx").write_bytes(b"mine")
    text = await said(teams, "report", "1", "report", "(Decline)")
    assert "October" in text
    assert "saldo.xlsx, 2 KB: may Saldo put it into your OneDrive?" in text
    assert "[1 Allow] [2 Decline]" in text
    assert f"Saved as {tmp_path / 'saldo (1).xlsx'}." in text
    assert (tmp_path / "saldo (1).xlsx").read_bytes() == CONTENT
    assert (tmp_path / "saldo.xlsx").read_bytes() == b"mine"
    assert sorted(os.listdir(tmp_path)) == ["saldo (1).xlsx", "saldo.xlsx"]  # noqa: PTH208 -- within an async test


async def test_where_the_terminal_cannot_keep_it_it_tells_where_it_is(
    teams: SandboxTeams, teams_bot: TeamsBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers(teams_bot, [])

    def full(*_: object) -> Path:
        raise OSError("no space left")

    monkeypatch.setattr("bot.sandbox.terminal_conversation.save_file", full)
    assert f"It could not be saved here. It is at {teams.url}files/" in await said(teams, "report", "1")


async def test_a_file_that_is_gone_is_told_too(
    teams: SandboxTeams, teams_bot: TeamsBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offers(teams_bot, [])
    monkeypatch.chdir(tmp_path)
    teams.failures.next(Verb.DOWNLOAD, 404)
    assert "It could not be saved here." in await said(teams, "report", "1")


def test_no_file_is_overwritten(tmp_path: Path) -> None:
    names = [save_file(tmp_path, "a.zip", b"x").name for _ in range(3)]
    assert names == ["a.zip", "a (1).zip", "a (2).zip"]
