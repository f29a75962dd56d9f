"""The HTTP door: what it lets in, how much of it, and how it closes."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web

from bot.teams.server import BODY_LIMIT_BYTES, make_app, serve
from bot.teams.settings import TeamsSettings, UnsafeBinding, check_binding
from tests.teams.edge import Edge, edge, listening
from tests.teams.fake_connector import FakeConnector
from tests.teams.samples import activity, raw
from tests.teams.tokens import token


async def test_health_and_readiness_are_told(teams: Edge) -> None:
    for ready, path, status in ((True, "readyz", 200), (False, "readyz", 503), (False, "healthz", 200)):
        teams.ready = ready
        async with teams.session.get(f"{teams.url}/{path}") as response:
            assert response.status == status


async def test_other_paths_and_methods_are_4xx(teams: Edge) -> None:
    for method, path, status in (("GET", "/api/messages", 405), ("POST", "/", 404), ("PUT", "/api/messages", 405)):
        async with teams.session.request(method, teams.url + path) as response:
            assert response.status == status


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", "x"])
async def test_another_content_type_is_415(teams: Edge, kind: str) -> None:
    assert (await teams.post(teams.activity(), **{"Content-Type": kind}))[0] == 415
    assert teams.speaker.turns == []


async def test_the_charset_may_be_said(teams: Edge) -> None:
    assert (await teams.post(teams.activity(), **{"Content-Type": "application/json; charset=utf-8"}))[0] == 200


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "x"])
async def test_a_compressed_body_is_415(teams: Edge, encoding: str) -> None:
    head = f"Content-Encoding: {encoding}\r\nContent-Length: 4\r\n"
    assert await _raw(teams, head, b"\x1f\x8bxx") in (400, 415)
    assert teams.speaker.turns == []


async def test_a_body_over_256_kib_is_413(teams: Edge, caplog: pytest.LogCaptureFixture) -> None:
    whole = raw(teams.activity())
    assert (await teams.post(whole + b" " * (BODY_LIMIT_BYTES - len(whole))))[0] == 200
    with caplog.at_level(logging.WARNING, "saldo"):
        assert (await teams.post(whole + b" " * (BODY_LIMIT_BYTES + 1 - len(whole))))[0] == 413
    assert len(caplog.records) == 1
    assert len(teams.speaker.turns) == 1


async def _raw(teams: Edge, head: str, body: bytes, *, close: bool = False) -> int | None:
    """The status of the answer to a request written by hand; None where the server just hangs up."""
    parts = urlsplit(teams.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    bearer = f"Authorization: Bearer {token(teams.connector.url)}"
    usual = f"Host: {parts.netloc}\r\nContent-Type: application/json\r\n{bearer}"
    writer.write(f"POST /api/messages HTTP/1.1\r\n{usual}\r\n{head}\r\n".encode() + body)
    if close:
        writer.write_eof()
    line = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    return int(line.split()[1]) if line else None


async def test_a_body_without_a_length_is_413_over_256_kib(teams: Edge) -> None:
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    assert await _raw(teams, "Transfer-Encoding: chunked\r\n", chunk * 5 + b"0\r\n\r\n") == 413
    assert teams.speaker.turns == []


async def test_a_length_that_claims_too_much_is_413_before_anything_is_read(teams: Edge) -> None:
    assert await _raw(teams, f"Content-Length: {10**12}\r\n", b"{") == 413


async def test_a_length_that_claims_too_little_cuts_the_body(teams: Edge) -> None:
    assert await _raw(teams, "Content-Length: 10\r\n", b" " * 300_000) == 400
    assert teams.speaker.turns == []


async def test_a_body_that_never_comes_whole_runs_no_handler(teams: Edge) -> None:
    whole = raw(teams.activity())
    assert await _raw(teams, f"Content-Length: {len(whole) + 9}\r\n", whole, close=True) in (None, 400)
    assert teams.speaker.turns == []


async def test_a_body_that_dawdles_is_408(teams: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.server.BODY_SECONDS", 0.1)
    assert await _raw(teams, "Content-Length: 100\r\n", b"{") == 408


@pytest.mark.parametrize(
    "head",
    ["Content-Length: -1\r\n", "Content-Length: x\r\n", "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
     "X: " + "x" * 20_000 + "\r\n", "Bad Header\r\n", "Transfer-Encoding: chunked\r\n"],
)  # fmt: skip
async def test_requests_that_are_no_http_are_4xx(teams: Edge, head: str) -> None:
    status = await _raw(teams, head, b"zz\r\n{}\r\n0\r\n\r\n")
    assert status is not None
    assert 400 <= status < 500
    assert teams.speaker.turns == []


async def test_without_an_app_id_deliveries_need_no_token() -> None:
    async with edge(app_id="", service_hosts=()) as teams:
        assert (await teams.post(teams.activity(), authorization=None))[0] == 200
        assert len(teams.connector.sent()) == 1


async def test_without_an_app_id_only_loopback_is_answered() -> None:
    async with edge(app_id="") as teams:
        assert (await teams.post(activity(), authorization=None))[0] == 403
        assert teams.speaker.turns == []


async def test_without_an_app_id_a_name_that_points_here_is_refused() -> None:
    async with edge(app_id="") as teams:
        assert (await teams.post(teams.activity(), authorization=None, Host="evil.example"))[0] == 403
        assert (await teams.post(teams.activity(), authorization=None, Host="localhost:3978"))[0] == 200
        assert len(teams.speaker.turns) == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "bot.example.org", ""])
async def test_without_an_app_id_the_bot_binds_to_loopback_only(host: str) -> None:
    settings = TeamsSettings()
    with pytest.raises(UnsafeBinding, match="loopback"):
        await serve(settings, web.Application(), (host, 0), asyncio.Event())
    check_binding(TeamsSettings(app_id="x"), host)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_loopback_has_several_names(host: str) -> None:
    check_binding(TeamsSettings(), host)


async def test_serve_returns_when_it_is_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.server.gc.freeze", lambda: None)  # this process is not only a bot
    stop, ports = asyncio.Event(), []

    async def ready() -> bool:
        return True

    def started(port: int) -> None:
        ports.append(port)
        stop.set()

    async with edge(app_id="") as teams:
        await serve(
            TeamsSettings(), make_app(TeamsSettings(), teams.adapter, ready), ("127.0.0.1", 0), stop, started=started
        )
    assert ports[0] > 0


@asynccontextmanager
async def _process(url: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.teams.server_process", url,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield process, int(await asyncio.wait_for(process.stdout.readline(), 30))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_sigterm_ends_the_turns_in_flight_and_takes_no_more() -> None:
    fake = FakeConnector()
    async with listening(fake.app()) as fake.url, _process(fake.url) as (process, port):
        url, json = f"http://127.0.0.1:{port}/api/messages", {"Content-Type": "application/json"}
        assert process.stdout is not None
        async with aiohttp.ClientSession(headers=json) as session:
            turn = asyncio.create_task(session.post(url, data=raw(activity(fake.url))))
            assert await process.stdout.readline() == b"turn\n"
            process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.2)
            with pytest.raises(aiohttp.ClientConnectorError):
                await session.post(url, data=b"{}")
            assert (await turn).status == 200
        out, errors = await process.communicate()
        assert (process.returncode, out, errors) == (0, b"closed\n", b"")
        assert [body["text"] for body in fake.sent()] == ["at last"]
