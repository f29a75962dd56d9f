"""The connector's client: what is replayed, what is not, where it may go, and what it carries."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
import trustme
from aiohttp import web

from bot.ports.errors import Final, NotFound, PortError, Retry, Unknown
from bot.ports.messenger import MessageRef
from bot.ports.turn import Address
from bot.teams import connector as module
from bot.teams.connector import Connector, make_session
from bot.teams.hosts import AllowedHosts, HostNotAllowed
from bot.teams.pacing import Pacer
from bot.teams.settings import PUBLIC_SERVICE_HOSTS, TeamsSettings
from tests.teams.edge import FixedToken, listening
from tests.teams.fake_connector import Fails, FakeConnector

SETTINGS = TeamsSettings(app_id="x", service_hosts=("127.0.0.1",))
BODY = b'{"type":"message","text":"x"}'


def _ref(service_url: str, conversation_id: str = "c") -> MessageRef:
    return MessageRef(Address(conversation_id, service_url), "7")


@asynccontextmanager
async def linked() -> AsyncIterator[tuple[Connector, FakeConnector]]:
    fake = FakeConnector()
    async with listening(fake.app()) as fake.url, make_session() as session:
        yield Connector(session, SETTINGS, FixedToken(), jitter=lambda: 0.0), fake


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.01)


async def test_each_call_has_its_path_and_escapes_its_ids() -> None:
    async with linked() as (link, fake):
        base = fake.url + "/emea/"
        assert await link.send(base, "19:a/b@thread;messageid=1", BODY) == "m1"
        await link.update(_ref(base, "a:1"), BODY)
        await link.delete(_ref(base, "a:1"))
        assert await link.create_conversation(base, {"members": []}) == "m4"
        fake.members["29:x"] = {"id": "29:x"}
        await link.member(Address("a:1", base), "29:x")
        assert [(call.method, call.path) for call in fake.calls] == [
            ("POST", "/emea/v3/conversations/19%3Aa%2Fb%40thread%3Bmessageid%3D1/activities"),
            ("PUT", "/emea/v3/conversations/a%3A1/activities/7"),
            ("DELETE", "/emea/v3/conversations/a%3A1/activities/7"),
            ("POST", "/emea/v3/conversations"),
            ("GET", "/emea/v3/conversations/a%3A1/members/29%3Ax"),
        ]


@pytest.mark.parametrize("id_", ["", ".", ".."])
async def test_an_id_that_is_none_is_not_found_and_not_asked_for(id_: str) -> None:
    async with linked() as (link, fake):
        with pytest.raises(NotFound):
            await link.delete(_ref(fake.url, id_))
        assert fake.calls == []


@pytest.mark.parametrize("status", [429, 412])
async def test_a_throttled_message_is_replayed(status: int) -> None:
    async with linked() as (link, fake):
        fake.failures.extend(
            [Fails(status, {"Retry-After": "0"}), Fails(status), Fails(status, {"Retry-After": "soon"})]
        )
        assert await link.send(fake.url, "c", BODY) == "m4"


async def test_retry_after_is_kept_to() -> None:
    async with linked() as (link, fake):
        fake.failures.append(Fails(429, {"Retry-After": "0.2"}))
        started = time.monotonic()
        await link.send(fake.url, "c", BODY)
        assert time.monotonic() - started >= 0.2


async def test_jitter_adds_up_to_a_half() -> None:
    async with linked() as (link, _):
        link._jitter = lambda: 1.0
        assert (link._pause(0, 2.0), link._pause(3, None)) == (3.0, 0.01 * 8 * 1.5)


async def test_a_long_retry_after_is_handed_to_a_job() -> None:
    async with linked() as (link, fake):
        fake.failures.append(Fails(429, {"Retry-After": "600", "x-ms-request-id": "r1"}))
        with pytest.raises(Retry) as told:
            await link.send(fake.url, "c", BODY)
        assert (told.value.after_seconds, told.value.request_id, len(fake.calls)) == (600, "r1", 1)


async def test_replays_are_counted() -> None:
    async with linked() as (link, fake):
        fake.failures.extend([Fails(429)] * 20)
        with pytest.raises(Retry):
            await link.send(fake.url, "c", BODY)
        assert len(fake.calls) == 5


@pytest.mark.parametrize("failure", [Fails(500), Fails(502), Fails(503), Fails(hang_up=True)])
async def test_a_create_whose_answer_was_lost_is_unknown_and_not_replayed(failure: Fails) -> None:
    async with linked() as (link, fake):
        creates: list[Callable[[], Awaitable[str]]] = [
            lambda: link.send(fake.url, "c", BODY),
            lambda: link.create_conversation(fake.url, {}),
        ]
        for create in creates:
            fake.failures.append(failure)
            with pytest.raises(Unknown):
                await create()
        assert len(fake.calls) == 2


async def test_a_create_that_times_out_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    async with linked() as (link, fake):
        link._session._timeout = aiohttp.ClientTimeout(total=0.1)
        fake.failures.append(Fails(silent_seconds=0.3))
        with pytest.raises(Unknown):
            await link.send(fake.url, "c", BODY)


@pytest.mark.parametrize("failure", [Fails(500), Fails(503), Fails(hang_up=True)])
async def test_an_update_whose_answer_was_lost_is_done_again(failure: Fails) -> None:
    async with linked() as (link, fake):
        fake.failures.append(failure)
        await link.update(_ref(fake.url), BODY)
        assert len(fake.calls) >= 2
        fake.failures.extend([failure] * 30)
        with pytest.raises(Retry):
            await link.update(_ref(fake.url), BODY)


@pytest.mark.parametrize(
    ("failure", "kind", "code"),
    [
        (Fails(401), Final, "unauthorized"),
        (Fails(403, body={"error": {"code": "BotNotInConversationRoster"}}), Final, "blocked"),
        (Fails(404), NotFound, "not_found"),
        (Fails(413, body={"error": {"code": "MessageSizeTooBig"}}), Final, "MessageSizeTooBig"),
        (Fails(400, body={"error": "x"}), Final, "status_400"),
        (Fails(301, {"Location": "http://127.0.0.1:1/"}), Final, "status_301"),
    ],
)
async def test_a_refusal_is_final_and_has_a_code(failure: Fails, kind: type[Final], code: str) -> None:
    async with linked() as (link, fake):
        fake.failures.append(failure)
        with pytest.raises(kind) as told:
            await link.send(fake.url, "c", BODY)
        assert (told.value.code, len(fake.calls)) == (code, 1)


async def test_nobody_at_the_address_is_retry_for_nothing_was_sent() -> None:
    async with linked() as (link, fake):
        async with listening(web.Application()) as gone:
            pass
        with pytest.raises(Retry):
            await link.send(gone, "c", BODY)
        assert fake.calls == []


@pytest.mark.parametrize("answer", [b"", b"[]", b"{", b"\xff", b'{"id":3}', b"x" * 300_000])
async def test_an_answer_of_another_shape_has_no_id(answer: bytes) -> None:
    async def odd(request: web.Request) -> web.Response:
        return web.Response(body=answer)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", odd)
    async with listening(app) as url, make_session() as session:
        assert await Connector(session, SETTINGS, None).send(url, "c", BODY) == ""


async def test_over_plain_http_no_token_is_sent_nor_asked_for() -> None:
    async with linked() as (link, fake):
        await link.send(fake.url, "c", BODY)
        assert fake.calls[0].authorization is None
        assert isinstance(link._tokens, FixedToken)
        assert link._tokens.asked == []


async def test_over_https_the_token_goes_along() -> None:
    authority, fake, tokens = trustme.CA(), FakeConnector(), FixedToken()
    served, trusted = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(served)
    authority.configure_trust(trusted)
    runner = web.AppRunner(fake.app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=served).start()
    url = f"https://127.0.0.1:{runner.addresses[0][1]}"
    async with make_session(trusted) as session:
        await Connector(session, SETTINGS, tokens).send(url, "c", BODY)
    async with make_session() as session:
        with pytest.raises(PortError):
            await Connector(session, SETTINGS, tokens).send(url, "c", BODY, patience_seconds=0)
    await runner.cleanup()
    assert [call.authorization for call in fake.calls] == ["Bearer outbound"]
    assert tokens.asked[0] == "https://api.botframework.com/.default"


@pytest.mark.parametrize(
    "address",
    [
        "https://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net",
        "https://SMBA.trafficmanager.net/x/",
        "https://webchat.botframework.com/",
    ],
)
def test_the_public_clouds_hosts_may_be_answered(address: str) -> None:
    assert AllowedHosts(PUBLIC_SERVICE_HOSTS, loopback=False).check(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://smba.trafficmanager.net/",
        "https://evil.example/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://smba.trafficmanager.net@evil.example/",
        "https://evilbotframework.com/",
        "https://botframework.com/",
        "https://evil.example/?x=smba.trafficmanager.net",
        "https://evil.example#smba.trafficmanager.net",
        "https://evil.example\\@smba.trafficmanager.net/",
        "https://127.0.0.1/",
        "http://127.0.0.1:8080/",
        "http://localhost/",
        "http://[::1]/",
        "https://169.254.169.254/",
        "https://2130706433/",
        "ftp://smba.trafficmanager.net/",
        "file:///etc/passwd",
        "//smba.trafficmanager.net/",
        "smba.trafficmanager.net",
        "https://",
        "https://[",
        "https://smba.trafficmanager.net:99999/",
        "https://smba.trafficmanager.net:x/",
        "",
        " https://smba.trafficmanager.net/",
        "\x00",
    ],
)
async def test_no_other_host_is_ever_called(address: str) -> None:
    with pytest.raises(HostNotAllowed):
        AllowedHosts(PUBLIC_SERVICE_HOSTS, loopback=False).check(address)
    async with make_session() as session:
        link = Connector(session, TeamsSettings(app_id="x"), FixedToken())
        assert not link.accepts(address)
        with pytest.raises(Final) as told:
            await link.send(address, "c", BODY)
        assert told.value.code == "host_not_allowed"


def test_without_authentication_only_loopback_is_answered() -> None:
    hosts = AllowedHosts(PUBLIC_SERVICE_HOSTS, loopback=True)
    for address in ("http://127.0.0.1:9/", "http://localhost:9", "http://[::1]:9/"):
        assert hosts.check(address)
    with pytest.raises(HostNotAllowed):
        hosts.check("https://smba.trafficmanager.net/")


def _pace(count: int) -> list[float]:
    pacer, now, sent = Pacer(), 0.0, []
    for _ in range(count):
        now += pacer.reserve("c", now, patience_seconds=1e9)
        sent.append(now)
    return sent


def test_no_window_ever_holds_more_than_teams_allows() -> None:
    sent = _pace(1_900)
    for most, seconds in ((7, 1), (8, 2), (60, 30), (1_800, 3_600)):
        for first, last in zip(sent, sent[most:], strict=False):
            assert last - first >= seconds - 1e-6, (most, seconds)


def test_the_first_seven_messages_are_not_held_up() -> None:
    assert _pace(7) == [0.0] * 7


def test_conversations_do_not_hold_each_other_up() -> None:
    pacer = Pacer()
    assert [pacer.reserve(f"c{n}", 5.0, patience_seconds=0) for n in range(50)] == [0.0] * 50


def test_a_wait_beyond_ones_patience_reserves_nothing() -> None:
    pacer = Pacer()
    for _ in range(7):
        pacer.reserve("c", 0.0, patience_seconds=0)
    assert [pacer.reserve("c", 0.0, patience_seconds=0.5) for _ in range(3)] == [1.0] * 3
    assert pacer.reserve("c", 1.0, patience_seconds=0.5) == 0.0


def test_the_pacers_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.pacing.MOST_CONVERSATIONS", 3)
    pacer = Pacer()
    for n in range(10):
        pacer.reserve(f"c{n}", 0.0, patience_seconds=0)
    assert len(pacer._sends) == 3


async def test_the_eighth_message_in_a_second_waits() -> None:
    async with linked() as (link, fake):
        started = time.monotonic()
        await asyncio.gather(*(link.send(fake.url, "c", BODY) for _ in range(8)))
        assert 0.9 < time.monotonic() - started < 2
        with pytest.raises(Retry) as told:
            await asyncio.gather(*(link.send(fake.url, "c", BODY, patience_seconds=0.1) for _ in range(2)))
        assert told.value.after_seconds is not None
