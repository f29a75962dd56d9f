"""Outbound tokens: asked for once, renewed in time, and taken from a token host that speaks TLS on loopback."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import aiohttp
import jwt
import pytest
import trustme
from aiohttp import web
from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.identity.aio import ManagedIdentityCredential
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.config import read_settings
from bot.domain.people import TenantId
from bot.graph import tokens as tokens_module
from bot.graph.client import GraphClient
from bot.graph.protocol import Call
from bot.graph.tokens import Tokens, azure_tokens
from bot.ports.errors import Final, Retry
from tests.graph.server import QUICK, ScriptedGraph, error, listed, serving

APP = "11111111-2222-4333-8444-555555555555"
HOME = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
OTHER = "bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee"
SCOPE = "https://graph.microsoft.com/.default"
START = 1_000_000.0


@dataclass
class FakeCredential:
    """Numbers its tokens; each lives for an hour from `now`."""

    now: float = START
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    fails: Exception | None = None
    made: int = 0
    closed: bool = False

    async def get_token(self, scope: str, *, tenant_id: str | None = None) -> AccessToken:
        self.asked.append((scope, tenant_id))
        await asyncio.sleep(0.01)
        if self.fails:
            raise self.fails
        return AccessToken(f"token-{len(self.asked)}", int(self.now + 3_600))

    async def close(self) -> None:
        self.closed = True

    def sign_in(self) -> AsyncTokenCredential:
        self.made += 1
        return cast("AsyncTokenCredential", self)

    def tokens(self) -> Tokens:
        return Tokens(self.sign_in, now=lambda: self.now)


async def test_a_token_is_asked_for_once_however_many_wait_for_it() -> None:
    credential = FakeCredential()
    tokens = credential.tokens()
    told = await asyncio.gather(*(tokens.token(SCOPE) for _ in range(50)))
    assert set(told) == {"token-1"}
    assert credential.asked == [(SCOPE, None)]


async def test_each_scope_and_tenant_has_its_own_token_in_one_cache() -> None:
    credential = FakeCredential()
    tokens = credential.tokens()
    for scope, tenant in [(SCOPE, ""), (SCOPE, OTHER), ("bot", ""), (SCOPE, OTHER)]:
        await tokens.token(scope, tenant)
    assert credential.asked == [(SCOPE, None), (SCOPE, OTHER), ("bot", None)]


async def test_a_token_is_renewed_in_the_background_five_minutes_before_it_expires() -> None:
    credential = FakeCredential()
    tokens = credential.tokens()
    await tokens.token(SCOPE)
    credential.now += 3_299
    assert await tokens.token(SCOPE) == "token-1"
    assert len(credential.asked) == 1
    credential.now += 2
    assert [await tokens.token(SCOPE), await tokens.token(SCOPE)] == ["token-1", "token-1"]
    await asyncio.sleep(0.03)
    assert await tokens.token(SCOPE) == "token-2"
    assert len(credential.asked) == 2


async def test_an_old_token_goes_on_while_its_renewal_fails() -> None:
    credential = FakeCredential()
    tokens = credential.tokens()
    await tokens.token(SCOPE)
    credential.now += 3_500
    credential.fails = ServiceRequestError("down")
    assert await tokens.token(SCOPE) == "token-1"
    await asyncio.sleep(0.03)
    credential.now += 80
    with pytest.raises(Retry):
        await tokens.token(SCOPE)


async def test_one_turns_deadline_does_not_end_the_others_wait() -> None:
    credential = FakeCredential()
    tokens = credential.tokens()
    hasty = asyncio.create_task(tokens.token(SCOPE))
    patient = asyncio.create_task(tokens.token(SCOPE))
    await asyncio.sleep(0)
    hasty.cancel()
    assert await patient == "token-1"
    assert hasty.cancelled()


async def test_a_forgotten_token_is_asked_for_again_of_a_fresh_credential() -> None:
    credential = FakeCredential()
    tokens = credential.tokens()
    tokens.forget(SCOPE)
    assert credential.made == 1
    await tokens.token(SCOPE)
    tokens.forget(SCOPE)
    assert await tokens.token(SCOPE) == "token-2"
    assert credential.made == 2


async def test_the_cache_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens_module, "MOST_TOKENS", 2)
    credential = FakeCredential()
    tokens = credential.tokens()
    for tenant in ("1", "2", "3", "2", "3", "1"):
        await tokens.token(SCOPE, tenant)
    assert [tenant for _, tenant in credential.asked] == ["1", "2", "3", "1"]


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_sign_in_service_in_trouble_is_retried(status: int) -> None:
    refused = ClientAuthenticationError("busy")
    refused.status_code = status
    with pytest.raises(Retry):
        await FakeCredential(fails=refused).tokens().token(SCOPE)


async def test_a_refused_sign_in_tells_the_services_code_alone() -> None:
    refused = ClientAuthenticationError("AADSTS7000215: Invalid client secret provided for app 'secret-app'")
    with pytest.raises(Final) as caught:
        await FakeCredential(fails=refused).tokens().token(SCOPE)
    assert (caught.value.code, caught.value.message) == ("sign_in", "AADSTS7000215")
    with pytest.raises(Final, match="ClientAuthenticationError"):
        await FakeCredential(fails=ClientAuthenticationError("no secret-app")).tokens().token(SCOPE)


async def test_closing_ends_what_is_asked_for() -> None:
    credential = FakeCredential()
    tokens = credential.tokens()
    waiting = asyncio.create_task(tokens.token(SCOPE))
    await asyncio.sleep(0)
    await tokens.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert credential.closed


@dataclass
class TokenHost:
    """Speaks TLS on loopback, with a certificate made at test time."""

    url: str
    session: aiohttp.ClientSession
    server_tls: ssl.SSLContext
    asked: list[tuple[str, dict[str, Any]]]

    def tokens(self, **more: str) -> Tokens:
        environ = {"MicrosoftAppId": APP, "MicrosoftAppTenantId": HOME, "SALDO_AUTHORITY_URL": self.url}
        settings = read_settings({**environ, "SALDO_ALLOWED_TENANTS": f"{HOME},{OTHER}", **more})
        return azure_tokens(settings, self.session)


@asynccontextmanager
async def _token_host() -> AsyncIterator[TokenHost]:
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    asked: list[tuple[str, dict[str, Any]]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append((request.path, dict(await request.post())))
        if asked[-1][1].get("client_secret") == "wrong":
            text = "AADSTS7000215: Invalid client secret provided."
            return web.json_response({"error": "invalid_client", "error_description": text}, status=401)
        token = {"token_type": "Bearer", "expires_in": 3_599, "access_token": f"token-{len(asked)}"}
        return web.json_response(token)

    connector = aiohttp.TCPConnector(ssl=client)
    async with serving(answer, ssl_context=server) as host, aiohttp.ClientSession(connector=connector) as session:
        yield TokenHost(f"https://{host}", session, server, asked)


async def test_a_secret_signs_in_once_per_tenant_at_the_set_authority() -> None:
    async with _token_host() as host:
        tokens = host.tokens(MicrosoftAppPassword="hush")
        told = await asyncio.gather(tokens.token(SCOPE), tokens.token(SCOPE), tokens.token(SCOPE, OTHER))
        await tokens.close()
        assert sorted(told) == ["token-1", "token-1", "token-2"]
        assert sorted(path for path, _ in host.asked) == [f"/{t}/oauth2/v2.0/token" for t in (HOME, OTHER)]
        assert host.asked[0][1]["client_secret"] == "hush"
        assert host.asked[0][1]["scope"] == SCOPE
        assert not host.session.closed


async def test_a_wrong_secret_is_final() -> None:
    async with _token_host() as host:
        tokens = host.tokens(MicrosoftAppPassword="wrong")
        with pytest.raises(Final) as caught:
            await tokens.token(SCOPE)
        assert caught.value.message == "AADSTS7000215"
        await tokens.close()


async def test_a_tenant_that_is_not_allowed_is_never_signed_in_to() -> None:
    async with _token_host() as host:
        tokens = host.tokens(MicrosoftAppPassword="hush")
        with pytest.raises(Final):
            await tokens.token(SCOPE, "cccccccc-bbbb-4ccc-8ddd-eeeeeeeeeeee")
        assert not host.asked
        await tokens.close()


def certificate_file(folder: Path) -> tuple[Path, rsa.RSAPrivateKey]:
    leaf = trustme.CA(key_type=trustme.KeyType.RSA).issue_cert("bot.example", key_type=trustme.KeyType.RSA)
    path = folder / "bot.pem"
    leaf.private_key_and_cert_chain_pem.write_to_path(str(path))
    key = serialization.load_pem_private_key(leaf.private_key_pem.bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return path, key


async def test_a_certificate_signs_in_with_an_assertion_and_no_secret(tmp_path: Path) -> None:
    path, key = certificate_file(tmp_path)
    async with _token_host() as host:
        tokens = host.tokens(SALDO_CERTIFICATE=str(path))
        assert await tokens.token(SCOPE) == "token-1"
        await tokens.close()
        ((_, form),) = host.asked
        assert "client_secret" not in form
        claims = jwt.decode(
            form["client_assertion"],
            key.public_key(),
            algorithms=["PS256"],
            audience=f"{host.url}/{HOME}/oauth2/v2.0/token",
        )
        assert claims["iss"] == claims["sub"] == APP


async def test_a_managed_identity_signs_in_without_anything() -> None:
    async with aiohttp.ClientSession() as session:
        environ = {"MicrosoftAppId": APP, "MicrosoftAppTenantId": HOME, "MicrosoftAppType": "UserAssignedMSI"}
        tokens = azure_tokens(read_settings(environ), session)
        assert isinstance(tokens._credential, ManagedIdentityCredential)
        await tokens.close()


async def test_over_https_each_call_carries_its_tenants_token_and_a_stale_one_is_replaced_once() -> None:
    graph = ScriptedGraph()
    async with (
        _token_host() as host,
        serving(graph.handle, ssl_context=host.server_tls) as graph_host,
    ):
        tokens = host.tokens(MicrosoftAppPassword="hush")
        client = GraphClient(host.session, f"https://{graph_host}/v1.0", tokens, pace=QUICK)
        graph.tell(listed(), error(401, "InvalidAuthenticationToken"), listed(), error(401), error(401))
        call = Call("listGroups", "/groups", "GroupMember.Read.All")
        await client.send(TenantId(HOME), call)
        await client.send(TenantId(HOME), call)
        with pytest.raises(Final):
            await client.send(TenantId(OTHER), call)
        await tokens.close()
    sent = [asked.headers["authorization"].removeprefix("Bearer ") for asked in graph.asked]
    assert sent == ["token-1", "token-1", "token-2", "token-3", "token-4"]
    assert [path.split("/")[1] for path, _ in host.asked] == [HOME, HOME, OTHER, OTHER]
    assert {form["scope"] for _, form in host.asked} == {f"https://{graph_host}/.default"}
