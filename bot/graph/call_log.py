"""The call-log port on Graph: PSTN calls, page by page, as rows without numbers."""

import hashlib
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal

from bot.domain.people import TenantId
from bot.domain.usage import CallRow
from bot.graph.client import GraphClient
from bot.graph.protocol import Call
from bot.graph.shapes import PstnCall
from bot.ports.errors import Final

READ_CALLS = "CallRecord-PstnCalls.Read.All"
MOST_DAYS = 90

_MICRO = Decimal("0.000001")
_EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)
_LARGEST_EXPONENT = 12  # a call that costs 10^13 is a broken answer
_log = logging.getLogger(__name__)


class GraphCallLog:
    """Implements `bot.ports.call_log.CallLog`. For jobs only: a long query is never urgent."""

    def __init__(self, client: GraphClient) -> None:
        self._client = client

    async def pstn_calls(self, tenant: TenantId, first: date, last: date) -> AsyncIterator[list[CallRow]]:
        """Rows of the UTC days first..last, both included, a page at a time; no more than a page is held.

        Raises ValueError for more than 90 days or none. A charge finer than a millionth is rounded half to even, and
        how many were is logged: refusing the row would lose the whole sum. A row without a start belongs to the day
        of its end, else to `first`; one without an id gets the digest of what is kept of it.
        """
        if not 0 <= (last - first).days < MOST_DAYS:
            raise ValueError(f"{first}..{last} is not 1 to {MOST_DAYS} days")
        reading = _Reading(first)
        async for page in self._client.pages(tenant, _pstn_calls(first, last), PstnCall):
            yield [reading.row(call) for call in page]
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

    def row(self, call: PstnCall) -> CallRow:
        started = _moment(call.start_date_time) or _moment(call.end_date_time)
        return CallRow(
            id=call.id or self._name(call),
            day=started.date() if started else self.first,
            started_at=started.strftime("%Y-%m-%dT%H:%M:%SZ") if started else "",
            user=_user(call),
            call_type=call.call_type or "",
            destination=call.destination_name or call.usage_country_code or "",
            capability=call.license_capability or "",
            duration_seconds=call.duration or 0,
            charge_micros=self._micros(call.charge),
            connection_micros=self._micros(call.connection_charge),
            currency=_currency(call),
        )

    def _micros(self, amount: Decimal | None) -> int:
        if not amount:
            return 0
        if not amount.is_finite() or amount.adjusted() > _LARGEST_EXPONENT:
            raise Final("a charge is out of range", code="unreadable")
        exact = amount.quantize(_MICRO, context=_EXACT)
        self.rounded += exact != amount
        return int(exact.scaleb(6, _EXACT))

    def _name(self, call: PstnCall) -> str:
        """The same for the same rows whatever their order; rows that are alike are counted apart."""
        digest = hashlib.sha256(repr(call).encode()).hexdigest()[:32]
        self.nameless[digest] += 1
        return f"{digest}-{self.nameless[digest]}"


def _user(call: PstnCall) -> str | None:
    """Calls of auto attendants and call queues have no user."""
    if (call.call_type or "").startswith("ucap_"):
        return None
    return (call.user_id or call.user_principal_name or "").lower() or None


def _currency(call: PstnCall) -> str:
    """'' where none was told and nothing was charged; a sum of no currency fits into no total."""
    code = (call.currency or "").strip().upper()
    if re.fullmatch(r"[A-Z]{3}", code) or not (code or call.charge or call.connection_charge):
        return code
    raise Final("a charge has no currency", code="unreadable")


def _moment(told: str | None) -> datetime | None:
    """UTC; Graph writes seven decimals of a second, of which the last is cut off and never rounded up."""
    if not told:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise Final("a time is malformed", code="unreadable") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
