"""What Saldo sends on its own account, whom it finds, and which files it fetches."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import Refusal
from bot.domain.people import TenantId
from bot.ports.errors import Final, NotFound, PortError, Retry, Unknown
from bot.ports.messenger import MessageRef, Messenger
from bot.ports.turn import Address, File, Message
from bot.teams.downloads import download
from bot.teams.hosts import AllowedHosts
from bot.teams.settings import PUBLIC_FILE_HOSTS
from tests.teams.edge import Edge, edge, listening
from tests.teams.fake_connector import Fails
from tests.teams.samples import TENANT
from tests.teams.tokens import APP_ID

TENANT_ID = TenantId(TENANT)
CARD = {"type": "AdaptiveCard", "version": "1.5"}
CARD_TYPE = "application/vnd.microsoft.card.adaptive"
ASKS = "Saldo: Ana te pide una aprobación"


async def test_a_card_on_our_own_account_carries_a_line_for_the_locked_phone(teams: Edge) -> None:
    messenger: Messenger = teams.messenger
    address = Address("a:carmen", teams.connector.url)
    both = await messenger.send(address, Message(ASKS, CARD, summary="Aprobación"))
    assert both == MessageRef(address, "m1")
    await messenger.send(address, Message(card=CARD, summary=ASKS))
    first, second = teams.connector.sent()
    attachments = [{"contentType": CARD_TYPE, "content": CARD}]
    assert first == {
        "type": "message", "text": ASKS, "textFormat": "plain", "summary": "Aprobación", "attachments": attachments
    }  # fmt: skip
    assert (second["text"], second["summary"]) == (ASKS, ASKS)


async def test_quick_replies_go_along(teams: Edge) -> None:
    await teams.messenger.send(Address("a:x", teams.connector.url), Message("x", quick=("sí", "no")))
    assert [action["value"] for action in teams.connector.sent()[0]["suggestedActions"]["actions"]] == ["sí", "no"]


async def test_a_message_changes_in_place_without_a_line_above_the_card(teams: Edge) -> None:
    ref = MessageRef(Address("a:x", teams.connector.url), "m7")
    await teams.messenger.update(ref, Message(ASKS, CARD, summary="s"))
    (call,) = teams.connector.calls
    assert (call.method, call.path) == ("PUT", "/v3/conversations/a%3Ax/activities/m7")
    assert "text" not in call.body


async def test_a_chat_is_opened_in_the_persons_tenant(teams: Edge) -> None:
    address = await teams.messenger.open_chat(TENANT_ID, teams.connector.url, "29:carmen")
    assert address == Address("m1", teams.connector.url)
    assert teams.connector.calls[0].body == {
        "isGroup": False,
        "bot": {"id": f"28:{APP_ID}"},
        "members": [{"id": "29:carmen"}],
        "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }


@pytest.mark.parametrize(
    ("failure", "error"),
    [(Fails(403), Final), (Fails(404), NotFound), (Fails(500), Unknown), (Fails(200, body={}), Unknown)],
)
async def test_a_chat_that_cannot_be_opened_says_why(teams: Edge, failure: Fails, error: type[PortError]) -> None:
    teams.connector.failures.append(failure)
    with pytest.raises(error):
        await teams.messenger.open_chat(TENANT_ID, teams.connector.url, "29:carmen")


@pytest.mark.parametrize(
    ("member", "person"),
    [
        ({"aadObjectId": "ABC", "tenantId": TENANT.upper()}, "abc"),
        ({"objectId": "abc"}, "abc"),
        ({"aadObjectId": "abc", "tenantId": "another"}, None),
        ({"name": "x"}, None),
        ({"aadObjectId": 3}, None),
    ],
)
async def test_the_person_behind_a_mention_comes_from_the_members(
    teams: Edge, member: dict[str, Any], person: str | None
) -> None:
    teams.connector.members["29:x"] = member
    address = Address("a:x", teams.connector.url)
    assert await teams.messenger.person_of(TENANT_ID, address, "29:x") == person
    assert await teams.messenger.person_of(TENANT_ID, address, "29:nobody") is None


@asynccontextmanager
async def _files() -> AsyncIterator[str]:
    async def redirect(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.query["to"]})

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x" * 1000)
        return response

    async def fail(request: web.Request) -> web.Response:
        return web.Response(status=int(request.query["status"]))

    async def good(request: web.Request) -> web.Response:
        assert "Authorization" not in request.headers
        return web.Response(body=b"content" if request.query_string == "tempauth=a%2Bb" else b"?")

    app = web.Application()
    app.router.add_get("/redirect", redirect)
    app.router.add_get("/endless", endless)
    app.router.add_get("/fail", fail)
    app.router.add_get("/good", good)
    async with listening(app) as url:
        yield url


async def _fetch(teams: Edge, url: str, limit: int = 1000) -> bytes:
    return await teams.messenger.download(File("f", url), limit_bytes=limit)


async def test_a_file_is_fetched_without_a_token_and_its_address_is_kept_as_it_is(teams: Edge) -> None:
    async with _files() as url:
        assert await _fetch(teams, f"{url}/good?tempauth=a%2Bb") == b"content"
        assert await _fetch(teams, f"{url}/redirect?to=/good?tempauth=a%252Bb") == b"content"


@pytest.mark.parametrize("path", ["/endless", "/good"])
async def test_a_file_over_the_limit_is_refused_while_it_streams(teams: Edge, path: str) -> None:
    async with _files() as url:
        with pytest.raises(Refusal) as told:
            await _fetch(teams, url + path, limit=0)
        assert (told.value.code, told.value.values) == ("file_too_large", {"limit": 0})
        with pytest.raises(Refusal, match="file_too_large"):
            await _fetch(teams, f"{url}/endless", limit=5_000)


@pytest.mark.parametrize(
    "to", ["http://localhost:1/", "https://evil.example/", "file:///etc/passwd", "//evil.example/", "http://[", ""]
)
async def test_a_redirect_off_the_list_is_refused(teams: Edge, to: str) -> None:
    async with _files() as url:
        with pytest.raises(Refusal if to else Final):
            await _fetch(teams, f"{url}/redirect?to={to}")


async def test_redirects_end(teams: Edge) -> None:
    async with _files() as url:
        with pytest.raises(Final, match="too often"):
            await _fetch(teams, f"{url}/redirect?to=")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/f",
        "http://x.sharepoint.com/f",
        "https://sharepoint.com.evil.example/",
        "x",
        "http://localhost/",
    ],
)
async def test_a_file_elsewhere_is_refused(teams: Edge, url: str) -> None:
    with pytest.raises(Refusal, match="file_host"):
        await _fetch(teams, url)


@pytest.mark.parametrize(
    ("status", "error"), [(404, NotFound), (410, NotFound), (403, Final), (429, Retry), (500, Retry)]
)
async def test_a_file_that_is_not_there_says_why(teams: Edge, status: int, error: type[PortError]) -> None:
    async with _files() as url:
        with pytest.raises(error):
            await _fetch(teams, f"{url}/fail?status={status}")


async def test_a_file_host_that_is_gone_is_retry(teams: Edge) -> None:
    async with _files() as url:
        pass
    with pytest.raises(Retry):
        await _fetch(teams, f"{url}/good")


def test_share_point_is_on_the_list_of_the_public_cloud() -> None:
    hosts = AllowedHosts(PUBLIC_FILE_HOSTS, loopback=False)
    assert hosts.check("https://contoso-my.sharepoint.com/personal/x/_layouts/15/download.aspx?UniqueId=1&tempauth=e")


async def test_in_the_sandbox_files_and_replies_stay_on_loopback() -> None:
    async with edge(app_id="", file_hosts=("*.sharepoint.com",)) as teams, _files() as url:
        assert await _fetch(teams, f"{url}/good?tempauth=a%2Bb") == b"content"
        assert await download(teams.session, AllowedHosts((), loopback=True), f"{url}/good?x", limit_bytes=9) == b"?"
        with pytest.raises(Refusal):
            await _fetch(teams, "https://contoso.sharepoint.com/f")
