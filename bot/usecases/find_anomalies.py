"""Look for what is out of the ordinary in the days that were read last, keep it with its evidence, and see to it that
everybody in charge is told of it once."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from bot.domain.anomalies import HISTORY_DAYS, Anomaly, Day, Ordinary, anomalies_of, day_of
from bot.domain.audit import AuditRecord
from bot.domain.events import SALDO
from bot.domain.jobs import Job
from bot.domain.people import TenantId
from bot.domain.usage_hours import UsageHours
from bot.locale.places import place_of
from bot.locale.reader import zone_of
from bot.ports.collections import ANOMALIES, AUDIT, JOBS, USAGE_DETAIL, USAGE_HOURS
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Operation, Put, Store
from bot.usecases.find_approvers import people_in_charge
from bot.usecases.read_usage import usage_through
from bot.usecases.settings import load_settings

NEWS_DAYS = 7  # the last ones: rows of three of them may still come, and a sync may have been late
YEAR_DAYS = 365
NIGHT = (22, 23, 0, 1, 2, 3, 4, 5)  # hours on the organization's clocks
SHOWN_DAYS = 90
MANY = 1_000


async def find_anomalies(outside: Outside, tenant: TenantId) -> list[Anomaly]:
    """Those that nobody knew of. What is older than a week is kept and told to nobody: it is a first reading.

    Raises the directory's errors before anything is written.
    """
    today = outside.clock.now().astimezone(UTC).date()
    through = await usage_through(outside.store, tenant, today)
    if through is None:
        return []
    settings = await load_settings(outside.store, tenant)
    days = await _days(outside.store, tenant, through)
    ordinary = Ordinary(_night(settings.zone, through), settings.person_limit)
    known = await _known(outside.store, tenant, through)
    found = [
        anomaly
        for number, day in enumerate(days)
        if day.day > through - timedelta(days=SHOWN_DAYS)
        for anomaly in anomalies_of(day, days[:number], ordinary)
        if anomaly.id not in known
    ]
    return found if found and await _keep(outside, tenant, found, through) else []


async def latest_anomalies(store: Store, tenant: TenantId, today: date, *, limit: int) -> list[Anomaly]:
    """Of the last 90 days, newest first."""
    page = await store.find(
        ANOMALIES,
        tenant,
        order_by="day",
        start=today - timedelta(days=SHOWN_DAYS),
        newest_first=True,
        limit=limit,
    )
    return [document.body for document in page.documents]


async def _known(store: Store, tenant: TenantId, through: date) -> set[str]:
    """The ids of all of them, however many: one that was forgotten would be in the way of every new one."""
    known, cursor = set[str](), None
    while True:
        start = through - timedelta(days=SHOWN_DAYS)
        page = await store.find(ANOMALIES, tenant, order_by="day", start=start, after=cursor, limit=MANY)
        known |= {document.key.id for document in page.documents}
        cursor = page.cursor
        if cursor is None:
            return known


async def load_anomalies(store: Store, tenant: TenantId, ids: Sequence[str]) -> list[Anomaly]:
    """Those of these ids that there are."""
    documents = [await store.get(ANOMALIES.key(tenant, id_)) for id_ in ids]
    return [document.body for document in documents if document]


async def keep_hours(store: Store, tenant: TenantId, hours: UsageHours) -> None:
    """The last reading of a day counts."""
    key = USAGE_HOURS.key(tenant, hours.day.isoformat())
    known = await store.get(key)
    if known and known.body == hours:
        return
    try:
        await store.commit([Put(key, hours, known.version if known else 0)])
    except Conflict:
        return  # another sync has read the same day at the same moment


async def _keep(outside: Outside, tenant: TenantId, found: Sequence[Anomaly], through: date) -> bool:
    """One message holds all that was found together; False where another sync was faster."""
    now = outside.clock.now()
    news = [one for one in found if one.day > through - timedelta(days=NEWS_DAYS)]
    people = await people_in_charge(outside, tenant) if news else []
    operations: list[Operation] = []
    for one in found:
        operations += [
            Put(ANOMALIES.key(tenant, one.id), one, 0),
            Append(AUDIT.of_tenant(tenant), f"anomaly:{one.id}", _audit(one, now, len(people))),
        ]
    ids = json.dumps([one.id for one in news])
    digest = hashlib.sha256(ids.encode()).hexdigest()[:16]  # a job's id is in logs, and theirs may name somebody
    operations += [
        Put(
            JOBS.key(tenant, f"tell_anomalies:{digest}:{person}"),
            Job("tell_anomalies", now, {"anomalies": ids, "person": person}),
            0,
        )
        for person in people
    ]
    try:
        await outside.store.commit(operations)
    except Conflict:
        return False
    return True


def _audit(one: Anomaly, now: datetime, people: int) -> AuditRecord:
    return AuditRecord(now, SALDO.id, f"anomaly.{one.sort.value}", one.id, {"people": str(people)})


async def _days(store: Store, tenant: TenantId, through: date) -> list[Day]:
    """The days of the last year that are known, oldest first, from the first one with a call on."""
    first, end = through - timedelta(days=YEAR_DAYS), (through + timedelta(days=1)).isoformat()
    hours = await _hours(store, tenant, through - timedelta(days=HISTORY_DAYS + SHOWN_DAYS), end)
    days: list[Day] = []
    cursor = None
    while True:
        page = await store.find(USAGE_DETAIL, tenant, start=first.isoformat(), end=end, after=cursor, limit=100)
        for document in page.documents:
            day = document.body.day
            read = day_of(day, document.body.lines, hours.get(day), _place)
            if days or read.sums:
                days.append(read)
        cursor = page.cursor
        if cursor is None:
            return days


async def _hours(store: Store, tenant: TenantId, first: date, end: str) -> dict[date, UsageHours]:
    page = await store.find(USAGE_HOURS, tenant, start=first.isoformat(), end=end, limit=YEAR_DAYS)
    return {document.body.day: document.body for document in page.documents}


def _place(destination: str) -> str:
    return place_of(destination) or destination


def _night(zone: str, day: date) -> frozenset[int]:
    """The UTC hours of the night in the organization's zone, at that time of the year."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone_of(zone))
    offset = noon.utcoffset() or timedelta()
    return frozenset((hour - round(offset / timedelta(hours=1))) % 24 for hour in NIGHT)
