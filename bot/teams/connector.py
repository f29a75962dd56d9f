"""The teams room: the Bot Connector's REST calls over one pooled session. The SDK's client blocks and is not used.

Replies go to allow-listed hosts only. Over plain http (loopback) no token is sent, nor asked for.
429 and 412 are replayed; an answer that was lost after a create is `Unknown`, for the message may have arrived.
"""

import asyncio
import random
import ssl
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
import msgspec
from yarl import URL

from bot.ports.errors import Final, NotFound, PortError, Retry, Unknown
from bot.ports.messenger import MessageRef
from bot.ports.turn import Address
from bot.teams.bodies import read_bounded
from bot.teams.hosts import HostNotAllowed, service_hosts
from bot.teams.messages import encode_body
from bot.teams.pacing import Pacer
from bot.teams.settings import TeamsSettings

TIMEOUT = aiohttp.ClientTimeout(total=7, sock_connect=3)
REPLAYS = 4
PATIENCE_SECONDS = 20.0  # a longer wait is for a job, not for whoever waits here
TURN_PATIENCE_SECONDS = 7.0  # Teams delivers a turn once more when it takes over 15 s
FIRST_PAUSE_SECONDS = 1.0
ANSWER_LIMIT_BYTES = 256 * 1024
_THROTTLED = (412, 429)
_NOT_SENT = ("Accept", "Accept-Encoding")  # headers that say nothing to the connector
_JSON = {"Content-Type": "application/json; charset=utf-8"}


class TokenSource(Protocol):
    async def token(self, scope: str) -> str:
        """A bearer token for `scope`, from a cache where it is still good. Raises the errors of bot.ports.errors."""
        ...


class Lost(Retry):
    """The request went out and no answer that says anything came back: harmless to repeat, unless it creates."""


def make_session(trust: ssl.SSLContext | None = None) -> aiohttp.ClientSession:
    """The one session of the edge: pooled, without cookies and without the machine's proxy settings. `trust` names
    other certificate authorities than the machine's own. Close it last."""
    pool = aiohttp.TCPConnector(
        limit=100, limit_per_host=50, keepalive_timeout=30, ttl_dns_cache=300, ssl=trust or True
    )
    return aiohttp.ClientSession(connector=pool, cookie_jar=aiohttp.DummyCookieJar(), timeout=TIMEOUT)


class Connector:
    def __init__(
        self,
        session: aiohttp.ClientSession,
        settings: TeamsSettings,
        tokens: TokenSource | None,
        *,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._session = session
        self._hosts = service_hosts(settings)
        self._scope = settings.connector_scope
        self._tokens = tokens
        self._jitter = jitter
        self._pacer = Pacer()

    async def send(
        self, service_url: str, conversation_id: str, body: bytes, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> str:
        """POST a message; its activity id. Waits its turn in the conversation, or raises Retry."""
        url = self._url(service_url, _segment(conversation_id) + "/activities")
        wait = self._pacer.reserve(conversation_id, time.monotonic(), patience_seconds=patience_seconds)
        if wait > patience_seconds:
            raise Retry("the conversation is written to too often", after_seconds=wait)
        if wait > 0:
            await asyncio.sleep(wait)
        return _text(await self._call("POST", url, body, patience_seconds - wait), "id")

    async def update(self, ref: MessageRef, body: bytes, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """PUT a message in the place of one that was sent. It notifies nobody."""
        await self._call("PUT", self._message_url(ref), body, patience_seconds)

    async def delete(self, ref: MessageRef) -> None:
        await self._call("DELETE", self._message_url(ref), None, PATIENCE_SECONDS)

    async def create_conversation(self, service_url: str, body: dict[str, Any]) -> str:
        """The id of a new or an existing conversation with the members that `body` names."""
        return _text(await self._call("POST", self._url(service_url), encode_body(body), PATIENCE_SECONDS), "id")

    async def member(self, address: Address, teams_id: str) -> dict[str, Any]:
        """A member as the connector describes them: `id`, `name`, `aadObjectId` or `objectId`, `tenantId`."""
        url = self._url(address.service_url, f"{_segment(address.conversation_id)}/members{_segment(teams_id)}")
        return await self._call("GET", url, None, PATIENCE_SECONDS)

    def accepts(self, service_url: str) -> bool:
        """Whether replies may go there."""
        try:
            self._hosts.check(service_url)
        except HostNotAllowed:
            return False
        return True

    def _message_url(self, ref: MessageRef) -> URL:
        path = f"{_segment(ref.address.conversation_id)}/activities{_segment(ref.activity_id)}"
        return self._url(ref.address.service_url, path)

    def _url(self, service_url: str, path: str = "") -> URL:
        try:
            base = self._hosts.check(service_url)
        except HostNotAllowed as error:
            raise Final(str(error), code="host_not_allowed") from None
        return base.with_path(f"{base.raw_path.rstrip('/')}/v3/conversations{path}", encoded=True)

    async def _call(self, method: str, url: URL, body: bytes | None, patience_seconds: float) -> dict[str, Any]:
        attempt = 0
        while True:
            try:
                return await self._once(method, url, body)
            except Retry as failure:
                if isinstance(failure, Lost) and method == "POST":
                    raise Unknown(failure.message, request_id=failure.request_id) from None
                pause = self._pause(attempt, failure.after_seconds)
                patience_seconds -= pause
                if attempt == REPLAYS or patience_seconds < 0:
                    raise
            attempt += 1
            await asyncio.sleep(pause)

    def _pause(self, attempt: int, told: float | None) -> float:
        """What the service told us, else twice as long each time; up to a half more, so that not all come at once."""
        pause = FIRST_PAUSE_SECONDS * 2**attempt if told is None else told
        return pause * (1 + self._jitter() / 2)

    async def _once(self, method: str, url: URL, body: bytes | None) -> dict[str, Any]:
        headers = await self._headers(url)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False, skip_auto_headers=_NOT_SENT
            ) as response:
                answer = await read_bounded(response, ANSWER_LIMIT_BYTES) or b""
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Retry(f"no connection: {type(error).__name__}") from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Lost(type(error).__name__) from None
        if 200 <= response.status < 300:
            return _object(answer)
        raise _failure(response, _object(answer))

    async def _headers(self, url: URL) -> dict[str, str]:
        if url.scheme != "https" or self._tokens is None:
            return _JSON
        return {**_JSON, "Authorization": f"Bearer {await self._tokens.token(self._scope)}"}


def _segment(id_: str) -> str:
    """One segment of a path. An id may hold slashes, colons and semicolons; dots alone would climb up the path."""
    if not id_.strip("."):
        raise NotFound("no such id", code="not_found")
    return "/" + quote(id_, safe="")


def _failure(response: aiohttp.ClientResponse, answer: dict[str, Any]) -> PortError:
    status, request_id = response.status, response.headers.get("x-ms-request-id", "")
    said = answer.get("error")
    code = _text(said, "code") if isinstance(said, dict) else ""
    if status in _THROTTLED:
        return Retry(code, after_seconds=_retry_after(response.headers.get("Retry-After")), request_id=request_id)
    if status >= 500:
        return Lost(f"status {status}", request_id=request_id)
    return _final(status, code, request_id)


def _final(status: int, code: str, request_id: str) -> PortError:
    match status:
        case 404:
            return NotFound(code, code="not_found", request_id=request_id)
        case 403:
            return Final(code, code="blocked", request_id=request_id)
        case 401:
            return Final(code, code="unauthorized", request_id=request_id)
        case _:
            return Final(f"status {status}", code=code or f"status_{status}", request_id=request_id)


def _retry_after(header: str | None) -> float | None:
    """Seconds; None where it is absent or a date, which the connector never sends."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return seconds if 0 <= seconds < 86_400 else None


def _object(answer: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _text(answer: dict[str, Any], field: str) -> str:
    value = answer.get(field)
    return value if isinstance(value, str) else ""
