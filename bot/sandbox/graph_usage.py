"""Graph's call records as the sandbox answers them. No I/O here.

Source: https://learn.microsoft.com/graph/api/callrecords-callrecord-getpstncalls
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from bot.sandbox.calls import SandboxCall, visible_calls
from bot.sandbox.graph_protocol import Answer, Call, GraphRefusal
from bot.sandbox.odata import Row, listing

PAGE_SIZE = 50  # Graph's own is 1,000; a smaller one makes every weekday several pages
KEPT = timedelta(days=365)
_LONGEST_DAYS = 90


def pstn_calls(call: Call) -> Answer:
    """`toDateTime` is inclusive: a day means its end."""
    first, last = _range(call)
    kept_from = (call.now - KEPT).date()
    calls = visible_calls(max(first.date(), kept_from), last.date(), call.now)
    rows = [_row(each) for each in calls if first <= each.started <= last]
    rows = rows[int(call.asked.query.get("$skip", 0)) :]
    return listing(call, rows, "Collection(callRecords.pstnCallLogRow)", size=PAGE_SIZE, empty_middle=True)


def direct_routing_calls(call: Call) -> Answer:
    """The tenant has no session border controller of its own."""
    _range(call)
    return listing(call, [], "Collection(callRecords.directRoutingLogRow)")


def _range(call: Call) -> tuple[datetime, datetime]:
    first = _moment(call.ids["fromDateTime"], time.min)
    last = _moment(call.ids["toDateTime"], time.max)
    if last < first:
        raise GraphRefusal(400, "BadRequest", "The end of the range is before its beginning.")
    if (last.date() - first.date()).days >= _LONGEST_DAYS:
        raise GraphRefusal(406, "NotAcceptable", "The date range cannot be longer than 90 days.")
    return first, last


def _moment(text: str, of_day: time) -> datetime:
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), of_day, UTC)
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise GraphRefusal(400, "BadRequest", f"'{text}' is not a date and time.") from None


def _row(call: SandboxCall) -> Row:
    user = call.user
    return {
        "id": call.id,
        "callId": call.call_id,
        "userId": user.id if user else None,
        "userPrincipalName": user.person.address if user else None,
        "userDisplayName": user.name if user else None,
        "startDateTime": f"{call.started:%Y-%m-%dT%H:%M:%S}.0000000Z",
        "endDateTime": f"{call.ended:%Y-%m-%dT%H:%M:%S}.0000000Z",
        "duration": call.seconds,
        "charge": _amount(call.charge_micros),
        "callType": call.call_type,
        "currency": call.currency,
        "calleeNumber": call.callee,
        "usageCountryCode": call.country,
        "tenantCountryCode": "ES",
        "connectionCharge": _amount(call.connection_micros),
        "callerNumber": call.caller,
        "destinationContext": "Domestic" if call.domestic else "International",
        "destinationName": call.rate.destination,
        "conferenceId": call.conference_id,
        "licenseCapability": call.capability,
        "inventoryType": call.number_type,
        "operator": "Microsoft",
        "callDurationSource": "microsoft",
    }


def _amount(micros: int) -> Decimal:
    return Decimal(micros).scaleb(-6)
