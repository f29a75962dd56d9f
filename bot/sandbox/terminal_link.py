"""The terminal's way to a running sandbox: its control surface over HTTP, in this process or another."""

from types import TracebackType
from typing import Any, TypeVar

import aiohttp
import msgspec
from yarl import URL

from bot.domain.errors import Refusal
from bot.sandbox import connector_wire as wire

T = TypeVar("T")
DEED_SECONDS = 60.0


class SandboxGoneError(Exception):
    """Nothing answers there (any more)."""


class SandboxLink:
    """Each method raises Refusal for what cannot be done, and SandboxGoneError."""

    def __init__(self, url: str) -> None:
        self._url = URL(url) / "sandbox"
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEED_SECONDS))

    async def __aenter__(self) -> "SandboxLink":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def people(self) -> list[wire.Who]:
        return await self._call("GET", self._url / "people", list[wire.Who])

    async def who(self, name: str) -> wire.Who:
        return await self._call("POST", self._url / "who", wire.Who, wire.Viewing(name))

    async def news(self, after: int, *, wait_seconds: float = 0) -> wire.News:
        query = {"after": str(after), "wait": str(wait_seconds)}
        return await self._call("GET", (self._url / "events").with_query(query), wire.News)

    async def see(self, viewing: wire.Viewing) -> wire.Seen:
        """A message as somebody sees it; their own card is fetched where it has to be."""
        return await self._call("POST", self._url / "open", wire.Seen, viewing)

    async def unread(self, viewing: wire.Viewing) -> wire.Unread:
        return await self._call("POST", self._url / "unread", wire.Unread, viewing)

    async def do(self, deed: str, told: object) -> wire.Done:
        """`say`, `press`, `attach`, `consent`, `read`, `install` or a lever: done when the bot is quiet again."""
        return await self._call("POST", self._url / deed, wire.Done, told)

    async def fetch(self, url: str) -> bytes:
        """A file of the person's. Raises Refusal("sandbox_no_message") where it is gone."""
        status, raw = await self._answer("GET", URL(url, encoded=True), {})
        if status != 200:
            raise Refusal("sandbox_no_message")
        return raw

    async def _call(self, method: str, url: URL, shape: type[T], told: object = None) -> T:
        body = {"data": msgspec.json.encode(told), "headers": {"Content-Type": "application/json"}} if told else {}
        status, raw = await self._answer(method, url, body)
        if status == 200:
            return msgspec.json.decode(raw, type=shape)
        if status != 409:
            raise Refusal("sandbox_malformed")
        problem = msgspec.json.decode(raw, type=wire.Problem)
        raise Refusal(problem.code, **problem.values)

    async def _answer(self, method: str, url: URL, body: dict[str, Any]) -> tuple[int, bytes]:
        try:
            async with self._session.request(method, url, **body) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError) as broken:
            raise SandboxGoneError(type(broken).__name__) from broken
