"""The call-log port on Graph: PSTN calls, page by page, as rows without numbers."""

import hashlib
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

import msgspec

from bot.domain.people import TenantId
from bot.domain.usage_batch import Columns, Told
from bot.graph.client import GraphClient
from bot.graph.protocol import Call
from bot.graph.shapes import PstnCall
from bot.ports.errors import Final

READ_CALLS = "CallRecord-PstnCalls.Read.All"
MOST_DAYS = 90

_MICRO = Decimal("0.000001")
_EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)
_LARGEST_EXPONENT = 12  # a call that costs 10^13 is a broken answer
_AMOUNT: msgspec.json.Decoder[Decimal | None] = msgspec.json.Decoder(Decimal | None)
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
        async for page in self._client.pages(tenant, _pstn_calls(first, last), PstnCall):
            yield reading.columns(page)
        if reading.rounded:
            _log.warning("charges finer than a millionth were rounded: count=%s", reading.rounded)


def _pstn_calls(first: date, last: date) -> Call:
    """`toDateTime` is inclusive."""
    path = f"/communications/callRecords/getPstnCalls(fromDateTime={first},toDateTime={last})"
    return Call("getPstnCalls", path, READ_CALLS)


@dataclass(slots=True)
class _Reading:
    """One query's rows, and what had to be mended in them."""

    first: date
    rounded: int = 0
    nameless: Counter[str] = field(default_factory=Counter)

    def columns(self, page: Sequence[PstnCall]) -> Columns:
        """A column at a time, which is twice as fast as a row at a time."""
        days, started_at = zip(*map(self._start, page), strict=True)
        charges = [amount_of(bytes(call.charge)) for call in page]
        connections = [amount_of(bytes(call.connection_charge)) for call in page]
        self.rounded += sum(map(_IS_ROUNDED, charges)) + sum(map(_IS_ROUNDED, connections))
        return Columns(
            [call.id or self._name(call) for call in page],
            days,
            started_at,
            [_label(call, charge, fee) for call, charge, fee in zip(page, charges, connections, strict=True)],
            [call.duration or 0 for call in page],
            [amount.micros for amount in charges],
            [amount.micros for amount in connections],
        )

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
        if moment.tzinfo is UTC and told[10:11] == "T" and told[16:17] == ":":
            return moment.date(), told[:19] + "Z"  # as told, which is much faster
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


_IS_ROUNDED = itemgetter(2)
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


def _label(call: PstnCall, charge: Amount, connection: Amount) -> Told:
    """Calls of auto attendants and call queues have no user."""
    call_type = call.call_type or ""
    user = None if call_type.startswith("ucap_") else call.user_id or call.user_principal_name
    currency = call.currency or ""
    return (
        user.lower() if user else None,
        call.destination_name or call.usage_country_code or "",
        call_type,
        call.license_capability or "",
        _currency(currency, charge.is_told or connection.is_told),
    )


@lru_cache(maxsize=256)
def _currency(told: str, is_charged: bool) -> str:
    """'' where none was told and nothing was charged; a sum of no currency fits into no total."""
    code = told.strip().upper()
    if re.fullmatch(r"[A-Z]{3}", code) or not (code or is_charged):
        return code
    raise Final("a charge has no currency", code="unreadable")
