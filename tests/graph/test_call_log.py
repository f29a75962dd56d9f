"""The call log on Graph: exact amounts, the right day, whole sums, and no number kept."""

import asyncio
import json
import logging
import tracemalloc
from collections.abc import AsyncGenerator
from datetime import date
from typing import cast

import pytest
from aiohttp import web

from bot.domain.usage import CallRow
from bot.domain.usage_batch import Columns
from bot.graph.call_log import GraphCallLog
from bot.ports.call_log import CallLog
from bot.ports.errors import Final, MissingPermission
from tests.domain.usage_rows import rows_of
from tests.graph.server import TENANT, Asked, Rig, Told, error, listed

DAY = date(2026, 10, 1)
PATH = "/communications/callRecords/getPstnCalls(fromDateTime=2026-10-01,toDateTime=2026-10-01)"
ROW = {
    "id": "9c4984c7",
    "callId": "1835317186_112562680@61.221.3.176",
    "userId": "db03c14b",
    "userPrincipalName": "richard@contoso.example",
    "userDisplayName": "Richard Malk",
    "startDateTime": "2026-10-01T23:59:59.9999999Z",
    "endDateTime": "2026-10-02T00:03:47.2589935Z",
    "duration": 228,
    "charge": 0.015,
    "callType": "user_out",
    "currency": "EUR",
    "calleeNumber": "+34911234567",
    "callerNumber": "+34917654321",
    "usageCountryCode": "ES",
    "tenantCountryCode": "ES",
    "connectionCharge": 0.1,
    "destinationContext": "Domestic",
    "destinationName": "Spain",
    "conferenceId": None,
    "licenseCapability": "MCOPSTNPP",
    "inventoryType": "Subscriber",
    "operator": "Microsoft",
    "callDurationSource": "microsoft",
}


@pytest.fixture(name="calls")
def _calls(rig: Rig) -> CallLog:
    return GraphCallLog(rig.client)


async def read(calls: CallLog, first: date = DAY, last: date = DAY) -> list[CallRow]:
    return [row async for page in calls.pstn_calls(TENANT, first, last) for row in rows_of(page)]


def written(**fields: str) -> Told:
    """A page whose numbers are written as told here, not as Python would."""
    text = json.dumps({"value": [{**ROW, **{name: f"<{name}>" for name in fields}}]})
    for name, number in fields.items():
        text = text.replace(f'"<{name}>"', number)
    return Told(text=text)


async def test_a_row_is_read_exactly_and_on_the_day_it_starts(rig: Rig, calls: CallLog) -> None:
    rig.graph.tell(listed(ROW))
    (row,) = await read(calls)
    assert row == CallRow(
        id="9c4984c7",
        day=DAY,
        started_at="2026-10-01T23:59:59Z",
        user="db03c14b",
        call_type="user_out",
        destination="Spain",
        capability="MCOPSTNPP",
        duration_seconds=228,
        charge_micros=15_000,
        connection_micros=100_000,
        currency="EUR",
    )
    assert rig.graph.asked[0].path == PATH


async def test_no_number_and_no_name_is_kept(rig: Rig, calls: CallLog) -> None:
    rig.graph.tell(listed(ROW))
    kept = repr(await read(calls))
    assert not [secret for secret in ("3491", "Richard", "61.221") if secret in kept]


@pytest.mark.parametrize(
    ("number", "micros"),
    [
        ("0.000001", 1),
        ("1e-6", 1),
        ("0.1", 100_000),
        ("234567.123456", 234_567_123_456),
        ("-0.5", -500_000),
        ("3", 3_000_000),
        ("0.00", 0),
        ("-0", 0),
        ("null", 0),
    ],
)
async def test_charges_are_exact_millionths(rig: Rig, calls: CallLog, number: str, micros: int) -> None:
    rig.graph.tell(written(charge=number, connectionCharge=number))
    (row,) = await read(calls)
    assert (row.charge_micros, row.connection_micros) == (micros, micros)


async def test_finer_charges_are_rounded_half_to_even_and_counted(
    rig: Rig, calls: CallLog, caplog: pytest.LogCaptureFixture
) -> None:
    fine = ["0.0000005", "0.0000015", "0.00000050000000000000000000000000000000000000001", "1e-400"]
    rig.graph.tell(*[written(charge=number) for number in fine])
    with caplog.at_level(logging.WARNING):
        rows = [row for _ in fine for row in await read(calls)]
    assert [row.charge_micros for row in rows] == [0, 2, 1, 0]
    assert caplog.messages == ["charges finer than a millionth were rounded: count=1"] * 4


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("charge", "1e6"),
        ("charge", "1e999999999"),
        ("charge", '"NaN"'),
        ("charge", '"Infinity"'),
        ("charge", "true"),
        ("startDateTime", '"yesterday"'),
        ("duration", "1.5"),
        ("currency", "null"),
        ("currency", '"euro"'),
    ],
)
async def test_a_row_that_cannot_be_read_fails_the_query_and_is_not_left_out(
    rig: Rig, calls: CallLog, field: str, text: str
) -> None:
    rig.graph.tell(written(**{field: text}))
    with pytest.raises(Final) as caught:
        await read(calls)
    assert caught.value.code == "unreadable"


async def test_absent_facts_are_tolerated(rig: Rig, calls: CallLog) -> None:
    rig.graph.tell(listed(dict.fromkeys(ROW) | {"id": "1"}, {"id": "1"}))
    one, other = await read(calls)
    assert one == other == CallRow("1", DAY, "", None, "", "", "", 0, 0, 0, "")


@pytest.mark.parametrize(
    ("start", "end", "day"),
    [
        ("2026-10-02T00:30:00+02:00", None, date(2026, 10, 1)),
        ("2026-10-01T23:30:00-02:00", None, date(2026, 10, 2)),
        ("2026-10-01T08:00:00", None, date(2026, 10, 1)),
        (None, "2026-10-02T00:01:00Z", date(2026, 10, 2)),
    ],
)
async def test_the_day_is_the_utc_day_of_the_start(
    rig: Rig, calls: CallLog, start: str | None, end: str | None, day: date
) -> None:
    rig.graph.tell(Told(text=json.dumps({"value": [{**ROW, "startDateTime": start, "endDateTime": end}]})))
    (row,) = await read(calls)
    assert row.day == day


async def test_the_user_is_the_object_id_else_the_address_and_nobody_for_a_call_queue(
    rig: Rig, calls: CallLog
) -> None:
    rows = [
        {**ROW, "userId": None, "userPrincipalName": "Richard@Contoso.example"},
        {**ROW, "callType": "ucap_in"},
        {**ROW, "destinationName": None},
    ]
    rig.graph.tell(listed(*rows))
    by_address, queue, abroad = await read(calls)
    assert by_address.user == "richard@contoso.example"
    assert queue.user is None
    assert abroad.destination == "ES"


async def test_rows_without_an_id_get_one_that_their_order_does_not_change(rig: Rig, calls: CallLog) -> None:
    one, two = {**ROW, "id": None}, {**ROW, "id": None, "callId": "other"}
    rig.graph.tell(listed(one, two, one), listed(two, one, one))
    first, again = await read(calls), await read(calls)
    assert len({row.id for row in first}) == 3
    assert {row.id for row in first} == {row.id for row in again}


async def test_an_empty_page_in_the_middle_does_not_shorten_the_sum(rig: Rig, calls: CallLog) -> None:
    link = f"{rig.graph.base}{PATH}?$skip=1000"
    rig.graph.tell(listed(ROW, link=link), listed(link=link), listed({**ROW, "id": "2"}))
    assert [row.id for row in await read(calls)] == ["9c4984c7", "2"]
    assert rig.graph.asked[2].path == f"{PATH}?$skip=1000"


async def test_while_a_page_is_worked_on_the_next_one_is_on_its_way(rig: Rig) -> None:
    link = f"{rig.graph.base}{PATH}?$skip=1000"
    asked = asyncio.Event()

    async def second(_: Asked, __: web.Request) -> web.StreamResponse:
        asked.set()
        return listed({**ROW, "id": "2"}, link=link).response()

    rig.graph.tell(listed(ROW, link=link), second)
    pages = GraphCallLog(rig.client).pstn_calls(TENANT, DAY, DAY)
    assert (await anext(pages)).ids == ["9c4984c7"]
    await asyncio.wait_for(asked.wait(), 5)
    await cast("AsyncGenerator[Columns]", pages).aclose()
    assert not [task for task in asyncio.all_tasks() if "anext" in repr(task)]
    assert len(rig.graph.asked) == 2


async def test_ninety_days_are_the_most_and_one_is_the_least(rig: Rig, calls: CallLog) -> None:
    rig.graph.tell(listed())
    assert await read(calls, date(2026, 7, 4), date(2026, 10, 1)) == []
    for first in (date(2026, 7, 3), date(2026, 10, 2)):
        with pytest.raises(ValueError, match="days"):
            await read(calls, first, DAY)


async def test_calls_that_may_not_be_read_name_the_permission(rig: Rig, calls: CallLog) -> None:
    rig.graph.tell(error(403))
    with pytest.raises(MissingPermission) as caught:
        await read(calls)
    assert caught.value.permission == "CallRecord-PstnCalls.Read.All"


async def test_memory_stays_flat_however_many_rows_come(rig: Rig, calls: CallLog) -> None:
    rows = ",".join(json.dumps({**ROW, "id": f"{i}"}) for i in range(1_000))
    link = f'"@odata.nextLink": "{rig.graph.base}{PATH}?$skip=1000"'

    async def page(_: Asked, __: web.Request) -> web.StreamResponse:
        last = not rig.graph.answers
        return Told(text=f'{{"value": [{rows}]{"" if last else "," + link}}}').response()

    async def peak(pages: int) -> int:
        rig.graph.tell(*[page] * pages)
        tracemalloc.start()
        count = 0
        async for rows_ in calls.pstn_calls(TENANT, DAY, DAY):
            count += len(rows_.ids)
        assert count == pages * 1_000
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    few = await peak(2)
    assert await peak(6) < few * 1.5
