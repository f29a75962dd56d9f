"""Outbound tokens, for Graph and for the bot's connector, out of one cache. The only place that knows azure-identity.

A token is asked for once however many turns wait for it, and renewed in the background five minutes before it
expires, so that no turn waits for a renewal.
"""

import asyncio
import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import aiohttp
from azure.core.credentials import AccessToken
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import CertificateCredential, ClientSecretCredential, ManagedIdentityCredential

from bot.config import AppType, Settings
from bot.ports.errors import Final, PortError, Retry

RENEW_SECONDS = 300
STILL_GOOD_SECONDS = 30  # a token that expires sooner is not worth sending
MOST_TOKENS = 256

_KNOWN_AUTHORITIES = {"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}
_Key = tuple[str, str]


class Tokens:
    """Bearer tokens by scope and tenant. `sign_in` makes a fresh credential, which holds a cache of its own."""

    def __init__(self, sign_in: Callable[[], AsyncTokenCredential], *, now: Callable[[], float] = time.time) -> None:
        self._sign_in = sign_in
        self._credential = sign_in()
        self._now = now
        self._held: dict[_Key, AccessToken] = {}
        self._asking: dict[_Key, asyncio.Task[AccessToken]] = {}

    async def token(self, scope: str, tenant: str = "") -> str:
        """A token that is good for a while yet; `tenant` '' is the bot's own. Raises Retry where the sign-in service
        does not answer, Final("sign_in") where it refuses."""
        key = (scope, tenant)
        held = self._held.get(key)
        left = held.expires_on - self._now() if held else 0
        if held and left > RENEW_SECONDS:
            return held.token
        asking = self._asking.get(key) or self._ask(key)
        if held and left > STILL_GOOD_SECONDS:
            return held.token
        return (await asyncio.shield(asking)).token  # shielded: one turn's deadline is not the other turns'

    def forget(self, scope: str, tenant: str = "") -> None:
        """The service no longer takes this token, so that everything cached with it goes too."""
        if self._held.pop((scope, tenant), None):
            self._credential = self._sign_in()

    async def close(self) -> None:
        for task in list(self._asking.values()):
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)
        await self._credential.close()

    def _ask(self, key: _Key) -> asyncio.Task[AccessToken]:
        task = asyncio.get_running_loop().create_task(self._fetch(key))
        self._asking[key] = task
        task.add_done_callback(lambda done: self._done(key, done))
        return task

    def _done(self, key: _Key, task: asyncio.Task[AccessToken]) -> None:
        self._asking.pop(key, None)
        if task.cancelled() or task.exception():  # read here too: a renewal in the background has no waiter
            return
        self._held.pop(key, None)
        self._held[key] = task.result()
        if len(self._held) > MOST_TOKENS:
            del self._held[next(iter(self._held))]

    async def _fetch(self, key: _Key) -> AccessToken:
        scope, tenant = key
        try:
            return await self._credential.get_token(scope, tenant_id=tenant or None)
        except ClientAuthenticationError as error:
            raise _refused(error) from None
        except AzureError as error:
            raise Retry(f"sign-in: {type(error).__name__}") from None


def _refused(error: ClientAuthenticationError) -> PortError:
    """Only the service's code goes on: its message names the application."""
    status = error.status_code or 400
    if status == 429 or status >= 500:
        return Retry(f"sign-in: HTTP {status}")
    code = re.search(r"AADSTS[0-9]+", str(error.message))
    return Final(code[0] if code else type(error).__name__, code="sign_in")


def azure_tokens(settings: Settings, session: aiohttp.ClientSession) -> Tokens:
    """Tokens of the bot's registration, by secret, certificate or managed identity. The session stays its owner's."""
    return Tokens(lambda: _credential(settings, session))


def _credential(settings: Settings, session: aiohttp.ClientSession) -> AsyncTokenCredential:
    transport = AioHttpTransport(session=session, session_owner=False)
    limits = {"transport": transport, "retry_total": 2, "connection_timeout": 5, "read_timeout": 10}
    if settings.app_type is AppType.MANAGED_IDENTITY:
        return ManagedIdentityCredential(client_id=settings.app_id, **limits)
    sign_in = {
        "authority": settings.authority_url,
        "additionally_allowed_tenants": list(settings.allowed_tenants),
        # A host that Microsoft's directory of authorities does not know would be refused by it.
        "disable_instance_discovery": urlsplit(settings.authority_url).hostname not in _KNOWN_AUTHORITIES,
        **limits,
    }
    if settings.certificate:
        return CertificateCredential(settings.tenant_id, settings.app_id, str(settings.certificate), **sign_in)
    return ClientSecretCredential(settings.tenant_id, settings.app_id, settings.app_password, **sign_in)
