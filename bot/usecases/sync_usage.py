"""Fetch usage from Graph, one UTC day a query: what is not known yet, and again the days that may still change."""

from datetime import UTC, date, timedelta

from bot.domain.errors import Refusal
from bot.domain.events import SALDO
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.usage import Source
from bot.domain.usage_batch import UsageBatch
from bot.domain.usage_hours import hours_of
from bot.ports.clock import Clock
from bot.ports.collections import JOBS, USAGE_DAYS
from bot.ports.errors import Final
from bot.ports.outside import Outside
from bot.ports.store import Conflict, Put, Store
from bot.usecases.find_anomalies import keep_hours
from bot.usecases.import_usage import ImportReport, Progress, import_graph_day

KEPT_DAYS = 365  # Microsoft keeps call records for up to 12 months
FIRST_READ_DAYS = 180
SETTLING_DAYS = 3  # late rows come within 72 hours
LAG_DAYS = 2  # the newest day that is whole


async def sync_usage(
    outside: Outside,
    tenant: TenantId,
    *,
    since: date | None = None,
    actor: PersonId = SALDO.id,
    progress: Progress | None = None,
) -> ImportReport:
    """Read and book the days that `days_to_read` names; the report is about all of them.

    A day is one query and one commit: memory holds no more than a day, and what was read before a failure stays.
    Raises the port's errors; after the other days were read, the first one of a day whose rows make no sense.
    """
    report = ImportReport()
    days = await days_to_read(outside, tenant, since=since)
    batch, spoiled = UsageBatch(keyed=False), None
    for done, day in enumerate(days, start=1):
        batch = batch.emptied()
        try:
            report.take_in(await _read_day(outside, tenant, day, batch, actor))
        except (Refusal, Final) as error:
            if not _spoils_a_day(error):
                raise
            spoiled = spoiled or error
        if progress:
            progress(done, len(days))
    if spoiled is not None:
        raise spoiled
    return report


async def _read_day(
    outside: Outside, tenant: TenantId, day: date, batch: UsageBatch, actor: PersonId
) -> ImportReport:
    async for page in outside.call_log.pstn_calls(tenant, day, day):
        batch.add_columns(page)
    report = await import_graph_day(outside.store, outside.clock, tenant, day, batch, actor)
    await keep_hours(outside.store, tenant, hours_of(batch, day))
    return report


def _spoils_a_day(error: Refusal | Final) -> bool:
    """Rows that make no sense: the other days can be read all the same, and this one is asked for again."""
    return isinstance(error, Refusal) or error.code == "unreadable"


async def days_to_read(outside: Outside, tenant: TenantId, *, since: date | None = None) -> list[date]:
    """The days of the last 72 hours, and before them all that are not known from Graph, oldest first, so that an
    interrupted reading goes on where it was.

    From `since` on; else from the first day that is known, and 180 days back at the first reading. Raises
    Refusal("sync_since_in_future").
    """
    last = outside.clock.now().astimezone(UTC).date() - timedelta(days=LAG_DAYS)
    if since is not None and since > last + timedelta(days=LAG_DAYS):
        raise Refusal("sync_since_in_future", since=since)
    known = await _days_from_graph(outside.store, tenant)
    first = since or min(known, default=last - timedelta(days=FIRST_READ_DAYS - 1))
    first = max(first, last - timedelta(days=KEPT_DAYS - 1))
    settled = last - timedelta(days=SETTLING_DAYS)
    first = min(first, settled + timedelta(days=1))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day > settled or day not in known]


async def ask_for_sync(store: Store, clock: Clock, tenant: TenantId) -> None:
    """Have it done now, by a job. Asked for already: nothing more happens, unless that job was given up."""
    key = JOBS.key(tenant, "sync_usage:asked")
    known = await store.get(key)
    if known and not known.body.dead:
        return
    try:
        await store.commit([Put(key, Job("sync_usage", clock.now()), known.version if known else 0)])
    except Conflict:
        return  # somebody else has just asked


async def _days_from_graph(store: Store, tenant: TenantId) -> set[date]:
    known: set[date] = set()
    cursor = None
    while True:
        page = await store.find(USAGE_DAYS, tenant, order_by="day", after=cursor, limit=500)
        known |= {document.body.day for document in page.documents if document.body.source is Source.GRAPH}
        cursor = page.cursor
        if cursor is None:
            return known
