"""The teams room: the public keys that sign Bot Framework tokens, from an OpenID document.

Keys are kept for a day and served stale while they are fetched anew. A key id that nobody knows may be a new key:
it causes a fetch, but at most one every few minutes, however many such tokens arrive.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

import aiohttp
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import PyJWTError
from yarl import URL

from bot.teams.bodies import read_bounded
from bot.teams.settings import is_loopback

KEEP_SECONDS = 24 * 3600.0
PAUSE_SECONDS = 5 * 60.0
PAUSE_AFTER_FAILURE_SECONDS = 10.0
LIMIT_BYTES = 1024 * 1024
SMALLEST_KEY_BITS = 2048
TIMEOUT = aiohttp.ClientTimeout(total=10)

log = logging.getLogger("saldo.teams.keys")


@dataclass(frozen=True, slots=True)
class SigningKey:
    key: RSAPublicKey
    endorsements: frozenset[str]


class KeysUnavailable(Exception):
    """The OpenID document or its keys could not be read."""


class SigningKeys:
    def __init__(
        self, session: aiohttp.ClientSession, metadata_url: str, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._now = now
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at = float("-inf")
        self._next_fetch_at = float("-inf")
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> SigningKey | None:
        """The key of that id, or None. Never raises: keys that cannot be fetched are keys that are not there."""
        key = self._keys.get(kid)
        if key is None:
            await self._refreshed()
            return self._keys.get(kid)
        if self._now() - self._fetched_at > KEEP_SECONDS:
            self._start_fetch()
        return key

    async def _refreshed(self) -> None:
        task = self._start_fetch()
        if task is not None:
            await asyncio.shield(task)

    def _start_fetch(self) -> asyncio.Task[None] | None:
        if self._fetch is None and self._now() >= self._next_fetch_at:
            self._next_fetch_at = self._now() + PAUSE_SECONDS
            self._fetch = asyncio.create_task(self._fetch_once())
        return self._fetch

    async def _fetch_once(self) -> None:
        try:
            self._keys = await self._fetched()
            self._fetched_at = self._now()
        except (KeysUnavailable, aiohttp.ClientError, TimeoutError) as error:
            pause = PAUSE_SECONDS if self._keys else PAUSE_AFTER_FAILURE_SECONDS
            self._next_fetch_at = self._now() + pause
            log.warning("signing keys could not be fetched", extra={"error": type(error).__name__})
        finally:
            self._fetch = None

    async def _fetched(self) -> dict[str, SigningKey]:
        metadata = await self._object(_allowed(self._metadata_url))
        document = await self._object(_allowed(metadata.get("jwks_uri")))
        keys = dict(filter(None, map(_signing_key, _list(document.get("keys")))))
        if not keys:
            raise KeysUnavailable("no usable key in the document")
        return keys

    async def _object(self, url: URL) -> dict[str, Any]:
        async with self._session.get(url, timeout=TIMEOUT, allow_redirects=False) as response:
            body = await read_bounded(response, LIMIT_BYTES) if response.status == 200 else None
        try:
            return msgspec.json.decode(body or b"", type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise KeysUnavailable("not a JSON object") from None

    async def close(self) -> None:
        """Ends a fetch that is under way."""
        if self._fetch is not None:
            self._fetch.cancel()
            await asyncio.wait([self._fetch])


def _allowed(address: object) -> URL:
    try:
        url = URL(cast("str", address))
    except (ValueError, TypeError):
        raise KeysUnavailable("no address of the keys") from None
    if url.scheme != "https" and not (url.scheme == "http" and is_loopback(url.host or "")):
        raise KeysUnavailable("keys come over https only")
    return url


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _signing_key(jwk: object) -> tuple[str, SigningKey] | None:
    """A key that we cannot use is passed over: the document may hold kinds of keys yet to be invented."""
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kid"), str) or jwk.get("kty") != "RSA":
        return None
    try:
        key = RSAAlgorithm.from_jwk(jwk)
    except (PyJWTError, ValueError, TypeError):
        return None
    if not isinstance(key, RSAPublicKey) or key.key_size < SMALLEST_KEY_BITS:
        return None
    endorsements = frozenset(word for word in _list(jwk.get("endorsements")) if isinstance(word, str))
    return jwk["kid"], SigningKey(key, endorsements)
