"""The I/O shell around `protocol`: sends calls, waits, sends again, follows pages. Knows no call by name."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from time import perf_counter
from typing import Protocol
from uuid import uuid4

import aiohttp
from yarl import URL

from bot.domain.people import TenantId
from bot.graph import protocol
from bot.graph.pace import Gate, Pace
from bot.graph.protocol import Answer, Call
from bot.graph.shapes import Row
from bot.ports.errors import Final, Retry, Unknown

LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
MOST_PAGES = 10_000

_log = logging.getLogger(__name__)
_NOTHING_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class TokenSource(Protocol):
    async def token(self, scope: str, tenant: str = "") -> str: ...

    def forget(self, scope: str, tenant: str = "") -> None: ...


@asynccontextmanager
async def within(seconds: float | None) -> AsyncIterator[None]:
    """A deadline over everything inside; None for none. Raises Retry("deadline"): for reading calls only."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise Retry("deadline") from None


class GraphClient:
    """Graph of any tenant behind one base URL, over a session that its owner closes.

    Without https no token is asked for nor sent: that is the sandbox on loopback. Raises the errors of
    `bot.ports.errors`.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        tokens: TokenSource | None = None,
        *,
        pace: Pace | None = None,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._tokens = tokens if URL(base_url).scheme == "https" else None
        self._scope = f"{URL(base_url).origin()}/.default"
        self._pace = pace or Pace()
        self._wait = wait
        self._gates: dict[TenantId, Gate] = {}

    async def send(self, tenant: TenantId, call: Call, *, urgent: bool = False) -> Answer:
        """The good answer to a call, sent again while that can help."""
        if urgent:
            call = replace(call, headers={**call.headers, **protocol.URGENT})
        gate = self._gate(tenant)
        for attempt in range(1, self._pace.attempts + 1):
            await self._silence(gate, urgent=urgent)
            try:
                async with gate.slot(urgent=urgent):
                    answer = await self._authorized(tenant, call, attempt)
            except Retry:
                answer = None
                if attempt == self._pace.attempts:
                    raise
            if answer is not None and (answer.good or not self._may_repeat(call, answer, attempt, urgent=urgent)):
                return _checked(call, answer)
            await self._pause(gate, answer, attempt, urgent=urgent)
        raise AssertionError("unreachable")  # pragma: no cover -- the last attempt returns or raises

    async def pages(
        self,
        tenant: TenantId,
        call: Call,
        row: type[Row],
        *,
        first: Answer | None = None,
        urgent: bool = False,
    ) -> AsyncIterator[list[Row]]:
        """The rows of a list, a page at a time, empty ones left out; `first` is its first answer, if it is there."""
        following: Call | None = call
        for _ in range(MOST_PAGES):
            if following is None:
                return
            answer = first or await self.send(tenant, following, urgent=urgent)
            first = None
            page = protocol.page(answer, row)
            if page.value:
                yield page.value
            following = protocol.next_call(call, self._base_url, page.next_link)
        raise Final("a list does not end", code="too_many_pages")

    async def rows(
        self, tenant: TenantId, call: Call, row: type[Row], *, first: Answer | None = None, urgent: bool = False
    ) -> list[Row]:
        """All rows of a list that is known to be short."""
        return [r async for page in self.pages(tenant, call, row, first=first, urgent=urgent) for r in page]

    async def batch(self, tenant: TenantId, calls: Sequence[Call], *, urgent: bool = False) -> list[Answer]:
        """The last answers to reading calls, in the order of the calls, good or not: see `protocol.failure`.
        Sent in batches of at most 20; items that were throttled are sent again, the others are not."""
        answers: list[Answer] = []
        for chunk in protocol.chunks(calls):
            answers += await self._batch(tenant, chunk, urgent=urgent)
        return answers

    async def _batch(self, tenant: TenantId, calls: Sequence[Call], *, urgent: bool) -> list[Answer]:
        extra = protocol.URGENT if urgent else {}
        open_ = {str(i): replace(call, headers={**call.headers, **extra}) for i, call in enumerate(calls)}
        answers: dict[str, Answer] = {}
        gate = self._gate(tenant)
        for attempt in range(1, self._pace.attempts + 1):
            envelope = await self.send(tenant, protocol.batch_call(open_), urgent=urgent)
            told = protocol.batch_answers(envelope)
            answers |= {id_: told.get(id_, _UNANSWERED) for id_ in open_}
            open_ = {id_: c for id_, c in open_.items() if self._may_repeat(c, answers[id_], attempt, urgent=urgent)}
            if not open_:
                break
            slowest = max((answers[id_] for id_ in open_), key=lambda answer: protocol.pause_of(answer) or 0.0)
            await self._pause(gate, slowest, attempt, urgent=urgent)
        return [answers[str(i)] for i in range(len(calls))]

    def _gate(self, tenant: TenantId) -> Gate:
        return self._gates.setdefault(tenant, Gate(self._pace))

    def _may_repeat(self, call: Call, answer: Answer, attempt: int, *, urgent: bool) -> bool:
        """Whether another attempt can help: not one that Graph wants later than anybody would wait here."""
        pause = protocol.pause_of(answer) or 0.0
        last = attempt == self._pace.attempts or pause > self._pace.longest_wait(urgent=urgent)
        return protocol.is_passing(call, answer) and not last

    async def _silence(self, gate: Gate, *, urgent: bool) -> None:
        seconds = gate.silent_seconds(urgent=urgent)
        if seconds > self._pace.longest_wait(urgent=urgent):
            raise Retry("silent", after_seconds=seconds)
        if seconds > 0:
            await self._wait(seconds)

    async def _pause(self, gate: Gate, answer: Answer | None, attempt: int, *, urgent: bool) -> None:
        """As long as Graph said, and then for the whole lane; else ever longer, with jitter, for this call alone."""
        told = protocol.pause_of(answer) if answer else None
        if told is not None:
            gate.silence(told, urgent=urgent)
            return
        backoff = self._pace.first_backoff_seconds * 2 ** (attempt - 1)
        await self._wait(min(backoff, self._pace.longest_wait(urgent=urgent)) * random.uniform(0.5, 1.0))  # noqa: S311 -- jitter

    async def _authorized(self, tenant: TenantId, call: Call, attempt: int) -> Answer:
        """With a token where there is one; a token that Graph no longer takes is replaced once."""
        answer = await self._once(tenant, call, attempt)
        if answer.status == 401 and self._tokens:
            self._tokens.forget(self._scope, tenant)
            answer = await self._once(tenant, call, attempt)
        return answer

    async def _once(self, tenant: TenantId, call: Call, attempt: int) -> Answer:
        client_id = str(uuid4())
        headers = {"Accept": "application/json", "client-request-id": client_id, **call.headers}
        if self._tokens:
            headers["Authorization"] = f"Bearer {await self._tokens.token(self._scope, tenant)}"
        started = perf_counter()
        answer = await self._exchange(call, headers)
        elapsed = round((perf_counter() - started) * 1_000)
        told = (call.name, answer.status, attempt, elapsed, client_id, answer.headers.get("request-id", ""))
        _log.info("graph call=%s status=%s attempt=%s ms=%s client_request_id=%s request_id=%s", *told)
        return answer

    async def _exchange(self, call: Call, headers: dict[str, str]) -> Answer:
        url = URL(protocol.url_of(self._base_url, call), encoded=True)
        timeout = aiohttp.ClientTimeout(total=self._pace.timeout_seconds, sock_connect=5)
        try:
            async with self._session.request(
                call.method, url, headers=headers, data=call.body or None, timeout=timeout, allow_redirects=False
            ) as response:
                told = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, told, await _body(response))
        except _NOTHING_SENT:
            raise Retry("no connection") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            lost = Retry if call.repeatable else Unknown
            raise lost(f"no answer: {type(error).__name__}") from None


_UNANSWERED = Answer(504)  # a batch that leaves an item out: as if its gateway had timed out


def _checked(call: Call, answer: Answer) -> Answer:
    if not answer.good:
        raise protocol.failure(call, answer)
    return answer


async def _body(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > LARGEST_ANSWER_BYTES:
            raise Final("an answer is too large", code="answer_too_large")
    return bytes(body)
