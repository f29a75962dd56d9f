"""Who may deliver: every kind of token that must not pass, and how the keys are fetched."""

import asyncio
import hashlib
import hmac
import logging
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.ports.turn import SILENCE
from bot.teams.auth import TokenCheck
from bot.teams.connector import make_session
from bot.teams.rejections import Forbidden, Unauthorized
from bot.teams.settings import TeamsSettings
from bot.teams.signing_keys import SigningKeys
from tests.teams.edge import Edge, edge, listening
from tests.teams.samples import TENANT
from tests.teams.tokens import APP_ID, ISSUER, TokenHost, jwk, part, private_key, token


def _hs256_with_the_public_key(url: str) -> str:
    public = private_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return _by_hand({"alg": "HS256", "kid": "k1"}, url, public)


def _by_hand(header: dict[str, Any], url: str, secret: bytes = b"") -> str:
    claims = {"iss": ISSUER, "aud": APP_ID, "exp": int(time.time()) + 3600, "serviceurl": url}
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{part(hmac.digest(secret, signed.encode(), hashlib.sha256))}" if secret else f"{signed}."


def _bad_tokens(url: str) -> dict[str, str | None]:
    now = int(time.time())
    good = token(url)
    return {
        "no header": None,
        "no scheme": good,
        "another scheme": f"Basic {good}",
        "an empty token": "Bearer ",
        "garbage": "Bearer garbage",
        "three parts of garbage": "Bearer a.b.c",
        "not ASCII": "Bearer ñ.ñ.ñ",
        "header no object": f"Bearer {part([1])}.{part({})}.{part(b'x')}",
        "header nested deep": f"Bearer {part(b'[' * 3000)}.{part({})}.x",
        "kid no text": f"Bearer {part({'alg': 'RS256', 'kid': 7})}.{part({})}.x",
        "no kid": "Bearer " + jwt.encode({"iss": ISSUER}, private_key(), algorithm="RS256"),
        "alg none": "Bearer " + _by_hand({"alg": "none", "kid": "k1"}, url),
        "HS256 with the public key": "Bearer " + _hs256_with_the_public_key(url),
        "RS384": "Bearer " + jwt.encode({"aud": APP_ID}, private_key(), algorithm="RS384", headers={"kid": "k1"}),
        "signature of another": "Bearer " + token(url, key="second"),
        "signature cut off": "Bearer " + good.rsplit(".", 1)[0] + ".",
        "expired": "Bearer " + token(url, exp=now - 301),
        "not yet valid": "Bearer " + token(url, nbf=now + 400),
        "never expires": "Bearer " + token(url, exp=None),
        "expiry no number": "Bearer " + token(url, exp="soon"),
        "another audience": "Bearer " + token(url, aud="22222222-2222-3333-4444-555555555555"),
        "a list of audiences": "Bearer " + token(url, aud=[APP_ID, "x"]),
        "no audience": "Bearer " + token(url, aud=None),
        "another issuer": "Bearer " + token(url, iss="https://sts.windows.net/x/"),
        "no issuer": "Bearer " + token(url, iss=None),
        "an unknown key": "Bearer " + token(url, kid="k9"),
    }


KINDS = sorted(_bad_tokens("http://127.0.0.1:1"))


async def test_a_good_token_reaches_the_handler(teams: Edge) -> None:
    assert await teams.post(teams.activity()) == (200, None)
    assert len(teams.speaker.turns) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_bad_token_is_401_and_runs_no_handler(
    teams: Edge, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "saldo"):
        bad = _bad_tokens(teams.connector.url)[kind]
        status, answer = await teams.post(teams.activity(), authorization=bad)
    assert (status, list(answer)) == (401, ["error"])
    assert teams.speaker.turns == []
    assert len(caplog.records) == 1
    assert bad is None or bad.rpartition(" ")[2][:20] not in caplog.text or len(bad) < 20


async def test_a_bad_token_with_a_malformed_body_is_401(teams: Edge) -> None:
    assert (await teams.post(b"{", authorization="Bearer x"))[0] == 401


async def test_the_clocks_may_differ_by_five_minutes(teams: Edge) -> None:
    now = int(time.time())
    slow_and_fast: list[dict[str, Any]] = [{"exp": now - 250}, {"nbf": now + 250}]
    for claims in slow_and_fast:
        assert (await teams.post(teams.activity(), authorization="Bearer " + token(teams.connector.url, **claims)))[
            0
        ] == 200


async def test_a_token_for_another_service_address_is_403(teams: Edge) -> None:
    other = "Bearer " + token("https://smba.trafficmanager.net/amer/")
    assert (await teams.post(teams.activity(), authorization=other))[0] == 403
    none = "Bearer " + token(teams.connector.url, serviceurl=None)
    assert (await teams.post(teams.activity(), authorization=none))[0] == 403
    assert teams.speaker.turns == []


async def test_a_cached_token_does_not_open_another_address_or_channel(teams: Edge) -> None:
    good = "Bearer " + token(teams.connector.url)
    assert (await teams.post(teams.activity(), authorization=good))[0] == 200
    assert (await teams.post(teams.activity(serviceUrl="http://127.0.0.1:1/"), authorization=good))[0] == 403
    assert (await teams.post(teams.activity(channelId="webchat"), authorization=good))[0] == 403
    assert len(teams.speaker.turns) == 1


async def test_a_key_must_be_endorsed_for_the_channel(teams: Edge) -> None:
    teams.tokens.keys = [jwk("k1", endorsements=("webchat",)), jwk("k2", endorsements=())]
    for kid in ("k1", "k2"):
        answer = await teams.post(teams.activity(), authorization="Bearer " + token(teams.connector.url, kid=kid))
        assert answer[0] == 403
    assert teams.speaker.turns == []


@pytest.mark.parametrize("tenant", ["cccccccc-0000-4000-8000-000000000001", "*", "x"])
async def test_a_foreign_tenant_is_403(teams: Edge, tenant: str) -> None:
    status, _ = await teams.post(teams.activity(channelData={"tenant": {"id": tenant}}))
    assert status == (400 if tenant == "*" else 403)
    assert teams.speaker.turns == []


async def test_the_channel_data_name_the_tenant_before_the_conversation_does(teams: Edge) -> None:
    conversation = {"id": "c", "conversationType": "personal", "tenantId": TENANT}
    foreign = teams.activity(conversation=conversation, channelData={"tenant": {"id": "other"}})
    assert (await teams.post(foreign))[0] == 403
    assert (await teams.post(teams.activity(conversation=conversation, channelData=None)))[0] == 200
    shouted = teams.activity(channelData={"tenant": {"id": TENANT.upper()}})
    assert (await teams.post(shouted))[0] == 200
    assert {turn.tenant for turn in teams.speaker.turns} == {TENANT}


async def test_a_service_host_that_is_not_on_the_list_is_403() -> None:
    async with edge(service_hosts=("smba.trafficmanager.net",)) as teams:
        assert (await teams.post(teams.activity()))[0] == 403
        assert teams.speaker.turns == []


async def test_a_flood_of_unknown_key_ids_causes_one_fetch(teams: Edge) -> None:
    await teams.post(teams.activity())
    assert teams.tokens.asked == 1
    flood = [
        teams.post(teams.activity(), authorization="Bearer " + token(teams.connector.url, kid=f"x{n}"))
        for n in range(50)
    ]
    assert {status for status, _ in await asyncio.gather(*flood)} == {401}
    assert teams.tokens.asked == 1  # they were fetched a moment ago


async def test_a_first_flood_waits_for_one_fetch() -> None:
    async with edge() as teams:
        teams.tokens.delay_seconds, teams.speaker.reply = 0.05, SILENCE
        answers = await asyncio.gather(*(teams.post(teams.activity()) for _ in range(20)))
        assert {status for status, _ in answers} == {200}
        assert teams.tokens.asked == 1


class Keys:
    """Signing keys on a clock that is moved by hand."""

    def __init__(self, host: TokenHost, keys: SigningKeys) -> None:
        self.host, self.keys, self.at = host, keys, 1_000.0


async def _with_keys(test: Any) -> None:
    host = TokenHost()
    async with listening(host.app()) as host.url, make_session() as session:
        made = Keys(host, SigningKeys(session, f"{host.url}/openid", now=lambda: made.at))
        await test(made)
        await made.keys.close()


async def test_a_new_key_is_found_once_the_pause_is_over() -> None:
    async def run(keys: Keys) -> None:
        assert await keys.keys.find("k1") is not None
        keys.host.keys.append(jwk("k2", "second"))
        assert await keys.keys.find("k2") is None
        keys.at += 301
        assert await keys.keys.find("k2") is not None
        assert keys.host.asked == 2

    await _with_keys(run)


async def test_old_keys_are_served_while_new_ones_are_fetched() -> None:
    async def run(keys: Keys) -> None:
        await keys.keys.find("k1")
        keys.at += 24 * 3600 + 1
        keys.host.delay_seconds = 0.05
        started = time.monotonic()
        assert await keys.keys.find("k1") is not None
        assert time.monotonic() - started < 0.05
        await asyncio.sleep(0.15)
        assert keys.host.asked == 2
        assert await keys.keys.find("k1") is not None
        assert keys.host.asked == 2

    await _with_keys(run)


async def test_keys_outlive_a_token_host_that_is_down() -> None:
    async def run(keys: Keys) -> None:
        await keys.keys.find("k1")
        keys.host.broken = True
        keys.at += 24 * 3600 + 1
        assert await keys.keys.find("k1") is not None
        await asyncio.sleep(0.05)
        assert await keys.keys.find("k1") is not None
        assert keys.host.asked == 2

    await _with_keys(run)


async def test_a_token_host_that_is_down_at_the_start_is_asked_again_soon() -> None:
    async def run(keys: Keys) -> None:
        keys.host.broken = True
        assert [await keys.keys.find("k1") for _ in range(5)] == [None] * 5
        assert keys.host.asked == 1
        keys.host.broken = False
        keys.at += 11
        assert await keys.keys.find("k1") is not None

    await _with_keys(run)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b'{"keys": 3}',
        b'{"keys": []}',
        b'{"keys": [3, {"kid": "k1"}]}',
        b"{" * 5000,
        b"\xff",
        b" " * 2_000_000,
    ],
)
async def test_a_key_document_of_another_shape_leaves_the_keys_that_are_known(document: bytes) -> None:
    async def run(keys: Keys) -> None:
        await keys.keys.find("k1")
        keys.host.document = document
        keys.at += 301
        assert await keys.keys.find("k2") is None
        assert await keys.keys.find("k1") is not None

    await _with_keys(run)


async def test_keys_that_are_no_use_are_passed_over() -> None:
    async def run(keys: Keys) -> None:
        keys.host.keys = [
            {"kid": "ec", "kty": "EC"},
            {"kid": "cut", "kty": "RSA", "n": "AQAB"},
            {"kid": "short", "kty": "RSA", "e": "AQAB", "n": part(b"\xff" * 64)},
            {"kid": "private", "kty": "RSA", "e": "AQAB", "n": "AQAB", "d": "x", "oth": 3},
            jwk("k1"),
        ]
        assert await keys.keys.find("k1") is not None
        assert [await keys.keys.find(kid) for kid in ("ec", "cut", "short", "private")] == [None] * 4

    await _with_keys(run)


@pytest.mark.parametrize("url", ["http://example.org/keys", "ftp://127.0.0.1/", "", "http://[", "https://"])
async def test_keys_come_over_https_only(url: str) -> None:
    async with make_session() as session:
        assert await SigningKeys(session, url).find("k1") is None


async def test_a_token_is_verified_once_until_it_expires() -> None:
    async def run(keys: Keys) -> None:
        now = time.time()
        check = TokenCheck(TeamsSettings(app_id=APP_ID), keys.keys, now=lambda: now)
        good = "Bearer " + token("https://x/", exp=int(now) + 60)
        first = await check.caller(good)
        assert await check.caller(good) is first
        now += 61
        assert await check.caller(good) is not first  # read anew, and still within the skew
        await check.check(good, "https://x/", "msteams")
        with pytest.raises(Forbidden):
            await check.check(good, "", "msteams")
        with pytest.raises(Forbidden):
            await check.check(good, "https://x/", "")
        with pytest.raises(Unauthorized):
            await check.check(None, "https://x/", "msteams")

    await _with_keys(run)


async def test_the_cache_of_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.teams.auth.CACHE_SIZE", 3)

    async def run(keys: Keys) -> None:
        check = TokenCheck(TeamsSettings(app_id=APP_ID), keys.keys)
        for n in range(5):
            await check.caller("Bearer " + token(f"https://x/{n}"))
        assert len(check._callers) == 3

    await _with_keys(run)


async def test_a_fetch_that_is_under_way_ends_when_the_edge_closes() -> None:
    async def run(keys: Keys) -> None:
        keys.host.delay_seconds = 5
        waiting = asyncio.create_task(keys.keys.find("k1"))
        await asyncio.sleep(0.05)
        await keys.keys.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    await _with_keys(run)
