"""Files that Saldo offers: the shapes that Teams knows, what an answer means, and where a file may be put."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import Refusal
from bot.ports.errors import Final, NotFound, PortError, Retry, Unknown
from bot.ports.turn import Address, Message, Offer, OfferAnswered, Reply, SharedFile, Turn, Upload
from bot.teams.activities import meaning_of
from bot.teams.rejections import MalformedActivity
from bot.teams.wire import parse
from tests.teams.edge import Edge, listening
from tests.teams.samples import pressed, raw

INFO = {
    "contentUrl": "https://contoso.sharepoint.com/saldo.xlsx",
    "name": "saldo.xlsx",
    "uploadUrl": "https://contoso.sharepoint.com/up?s=1",
    "uniqueId": "u1",
    "fileType": "xlsx",
}
ACCEPTED = {"type": "fileUpload", "action": "accept", "context": {"verb": "x"}, "uploadInfo": INFO}


def meaning(value: Any) -> Any:
    return meaning_of(parse(raw(pressed(name="fileConsent/invoke", value=value))))


def test_an_accepted_file_is_a_turn_that_says_where_it_goes() -> None:
    turn = meaning(ACCEPTED)
    assert isinstance(turn, Turn)
    upload = Upload(INFO["uploadUrl"], "saldo.xlsx", INFO["contentUrl"], "u1", "xlsx")
    assert turn.event == OfferAnswered({"verb": "x"}, upload)
    assert meaning({**ACCEPTED, "context": None}).event.data == {}


@pytest.mark.parametrize("name", INFO)
def test_an_accepted_file_without_a_place_is_malformed(name: str) -> None:
    for info in ({**INFO, name: None}, {key: INFO[key] for key in INFO if key != name}, None):
        with pytest.raises(MalformedActivity):
            meaning({**ACCEPTED, "uploadInfo": info})


async def test_an_offer_and_a_file_that_is_there_are_cards_of_teams_own(teams: Edge) -> None:
    address = Address("a:ana", teams.connector.url)
    await teams.messenger.send(address, Message(offer=Offer("saldo.xlsx", "October", 1234, {"verb": "x"})))
    file = SharedFile("saldo.xlsx", "https://x", "u1", "xlsx")
    await teams.messenger.send(address, Message("Saldo: there", file=file))
    offered, there = teams.connector.sent()
    content = {
        "description": "October",
        "sizeInBytes": 1234,
        "acceptContext": {"verb": "x"},
        "declineContext": {"verb": "x"},
    }
    kind = "application/vnd.microsoft.teams.card.file"
    assert offered["attachments"] == [{"contentType": f"{kind}.consent", "name": "saldo.xlsx", "content": content}]
    info = {"uniqueId": "u1", "fileType": "xlsx"}
    assert there["attachments"] == [
        {"contentType": f"{kind}.info", "name": "saldo.xlsx", "contentUrl": "https://x", "content": info}
    ]
    assert there["text"] == "Saldo: there"


async def test_an_answer_is_taken_with_200_and_no_body_and_a_refusal_is_said(teams: Edge) -> None:
    assert await teams.post(pressed_at(teams, ACCEPTED)) == (200, None)
    assert [turn.event for turn in teams.speaker.turns if isinstance(turn.event, OfferAnswered)] != []


def pressed_at(teams: Edge, value: Any) -> dict[str, Any]:
    return teams.activity(type="invoke", name="fileConsent/invoke", value=value, text=None)


async def test_a_pressed_button_is_answered_with_an_offer_beside_its_card(teams: Edge) -> None:
    teams.speaker.reply = Reply((Message(summary="x", offer=Offer("saldo.xlsx", "October", 1, {})),))
    press = {"action": {"type": "Action.Execute", "verb": "report.file", "data": {}}, "trigger": "manual"}
    status, body = await teams.post(teams.activity(type="invoke", name="adaptiveCard/action", value=press))
    assert (status, body["value"]) == (200, "")
    assert len(teams.connector.sent()) == 1


@asynccontextmanager
async def storage(told: dict[str, Any]) -> AsyncIterator[str]:
    async def put(request: web.Request) -> web.Response:
        told["body"], told["headers"] = await request.read(), dict(request.headers)
        status = int(request.query.get("status", "201"))
        if status == 0 and request.transport is not None:
            request.transport.abort()
        return web.Response(status=status or 200, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_put("/up", put)
    async with listening(app) as url:
        yield url


async def test_a_file_is_put_whole_and_without_a_token(teams: Edge) -> None:
    told: dict[str, Any] = {}
    async with storage(told) as url:
        await teams.messenger.upload(f"{url}/up", b"content")
    assert told["body"] == b"content"
    assert told["headers"]["Content-Range"] == "bytes 0-6/7"
    assert "Authorization" not in told["headers"]


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, NotFound), (410, NotFound), (429, Retry), (400, Final), (302, Final), (503, Unknown), (0, Unknown)],
)
async def test_a_place_that_fails_says_whether_it_may_be_tried_again(
    teams: Edge, status: int, error: type[PortError]
) -> None:
    async with storage({}) as url:
        with pytest.raises(error) as caught:
            await teams.messenger.upload(f"{url}/up?status={status}", b"content")
    assert type(caught.value) is error


async def test_a_place_where_nobody_listens_may_be_tried_again(teams: Edge) -> None:
    with pytest.raises(Retry):
        await teams.messenger.upload("http://127.0.0.1:1/up", b"content")


async def test_a_file_goes_to_hosts_on_the_list_only(teams: Edge) -> None:
    with pytest.raises(Refusal, match="file_host"):
        await teams.messenger.upload("https://evil.example/up", b"content")


async def test_a_file_that_is_too_large_is_refused_before_it_is_sent(
    teams: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.teams.uploads.LARGEST_BYTES", 6)
    with pytest.raises(Refusal, match="file_too_large"):
        await teams.messenger.upload("http://127.0.0.1:1/up", b"content")
