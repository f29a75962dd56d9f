"""The call-log port on Graph: PSTN calls, page by page, as rows without numbers."""

import asyncio
import hashlib
import logging
import re
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from typing import NamedTuple

import msgspec

from bot.domain.people import TenantId
from bot.domain.usage import plain_starts
from bot.domain.usage_batch import Columns
from bot.graph.client import GraphClient
from bot.graph.protocol import Call
from bot.graph.shapes import PstnCall
from bot.ports.errors import Final

READ_CALLS = "CallRecord-PstnCalls.Read.All"
MOST_DAYS = 90

_MICRO = Decimal("0.000001")
_EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)
_LARGEST_EXPONENT = 5  # a call that costs a million is a broken answer
_AMOUNT: msgspec.json.Decoder[Decimal | None] = msgspec.json.Decoder(Decimal | None)
_CODE = re.compile(r"[A-Z]{3}")
_log = logging.getLogger(__name__)


class GraphCallLog:
    """Implements `bot.ports.call_log.CallLog`. For jobs only: a long query is never urgent."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    async def pstn_calls(self, tenant: TenantId, first: date, last: date) -> AsyncIterator[Columns]:
        """Rows of the UTC days first..last, both included, a page at a time; no more than a page is held.

        Raises ValueError for more than 90 days or none. A charge finer than a millionth is rounded half to even, and
        how many were is logged: refusing the row would lose the whole sum. A row without a start belongs to the day
        of its end, else to `first`; one without an id gets the digest of what is kept of it.
        """
        if not 0 <= (last - first).days < MOST_DAYS:
            raise ValueError(f"{first}..{last} is not 1 to {MOST_DAYS} days")
        reading = _Reading(first)
        async with aclosing(_one_ahead(self._client.pages(tenant, _pstn_calls(first, last), PstnCall))) as pages:
            async for page in pages:
                yield reading.columns(page)
        if reading.rounded:
            _log.warning("charges finer than a millionth were rounded: count=%s", reading.rounded)


def _pstn_calls(first: date, last: date) -> Call:
    """`toDateTime` is inclusive."""
    path = f"/communications/callRecords/getPstnCalls(fromDateTime={first},toDateTime={last})"
    return Call("getPstnCalls", path, READ_CALLS)


async def _one_ahead(pages: AsyncIterator[list[PstnCall]]) -> AsyncGenerator[list[PstnCall], None]:
    """While a page is worked on, the next one is on its way."""
    following = asyncio.ensure_future(anext(pages, None))
    try:
        while (page := await following) is not None:
            following = asyncio.ensure_future(anext(pages, None))
            await asyncio.sleep(0)  # its request leaves
            yield page
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


@dataclass(slots=True)
class _Reading:
    """One query's rows, and what had to be mended in them."""

    first: date
    rounded: int = 0
    nameless: Counter[str] = field(default_factory=Counter)

    def columns(self, page: Sequence[PstnCall]) -> Columns:
        """A column at a time, which is several times as fast as a row at a time."""
        days, started_at = self._starts(page)
        types = [call.call_type or "" for call in page]
        return Columns(
            [call.id or self._name(call) for call in page],
            days,
            started_at,
            [*zip(_users(page, types), _places(page), types, _capabilities(page), _currencies(page), strict=True)],
            [call.duration or 0 for call in page],
            self._micros([bytes(call.charge) for call in page]),
            self._micros([bytes(call.connection_charge) for call in page]),
        )

    def _micros(self, written: list[bytes]) -> list[int]:
        """The same few amounts come again and again."""
        amounts = {each: amount_of(each) for each in set(written)}
        if any(amount.is_rounded for amount in amounts.values()):
            self.rounded += sum(amounts[each].is_rounded for each in written)
        return [amounts[each].micros for each in written]

    def _starts(self, page: Sequence[PstnCall]) -> tuple[Sequence[date], Sequence[str]]:
        """Days and times as `_start` says, at once where all are told as Graph usually does, in UTC."""
        plain = plain_starts([call.start_date_time or "" for call in page])
        if plain is not None:
            return plain
        starts = [*map(self._start, page)]
        return [day for day, _ in starts], [started_at for _, started_at in starts]

    def _start(self, call: PstnCall) -> tuple[date, str]:
        """The UTC day, and the time to the second. Graph writes seven decimals of a second, of which the last is cut
        off and never rounded up."""
        told = call.start_date_time or call.end_date_time
        if not told:
            return self.first, ""
        try:
            moment = datetime.fromisoformat(told)
        except ValueError:
            raise Final("a time is malformed", code="unreadable") from None
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.date(), moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _name(self, call: PstnCall) -> str:
        """The same for the same rows whatever their order; rows that are alike are counted apart."""
        digest = hashlib.sha256(msgspec.json.encode(call)).hexdigest()[:32]
        self.nameless[digest] += 1
        return f"{digest}-{self.nameless[digest]}"


class Amount(NamedTuple):
    """`is_told`: the service told a sum that is not zero, however small."""

    micros: int = 0
    is_told: bool = False
    is_rounded: bool = False


_NOTHING = Amount()


@lru_cache(maxsize=65_536)
def amount_of(written: bytes) -> Amount:
    """An amount as it is written in JSON, half to even where it is finer than a millionth. Raises Final."""
    if not written:
        return _NOTHING
    try:
        amount = _AMOUNT.decode(written)
    except msgspec.DecodeError:
        raise Final("a charge is not a number", code="unreadable") from None
    if not amount:
        return _NOTHING
    if not amount.is_finite() or amount.adjusted() > _LARGEST_EXPONENT:
        raise Final("a charge is out of range", code="unreadable")
    exact = amount.quantize(_MICRO, context=_EXACT)
    return Amount(int(exact.scaleb(6, _EXACT)), True, exact != amount)


def _users(page: Sequence[PstnCall], types: Sequence[str]) -> list[str | None]:
    """Calls of auto attendants and call queues have no user."""
    users = [(call.user_id or call.user_principal_name or "").lower() or None for call in page]
    if not any(each.startswith("ucap_") for each in set(types)):
        return users
    return [None if each.startswith("ucap_") else user for each, user in zip(types, users, strict=True)]


def _places(page: Sequence[PstnCall]) -> list[str]:
    return [call.destination_name or call.usage_country_code or "" for call in page]


def _capabilities(page: Sequence[PstnCall]) -> list[str]:
    return [call.license_capability or "" for call in page]


def _currencies(page: Sequence[PstnCall]) -> list[str]:
    """'' where none was told and nothing was charged; a sum of no currency fits into no total."""
    told = [call.currency or "" for call in page]
    codes = {each: each.strip().upper() for each in set(told)}
    if not all(map(_CODE.fullmatch, codes.values())) and any(
        codes[each] or _is_charged(call)
        for each, call in zip(told, page, strict=True)
        if not _CODE.fullmatch(codes[each])
    ):
        raise Final("a charge has no currency", code="unreadable")
    return [codes[each] for each in told]


def _is_charged(call: PstnCall) -> bool:
    """Whether a sum was told, however small."""
    return amount_of(bytes(call.charge)).is_told or amount_of(bytes(call.connection_charge)).is_told
