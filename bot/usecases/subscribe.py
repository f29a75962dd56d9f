"""Who gets the month-end statement, and when a month is due to be sent: once, to all who want it."""

from datetime import UTC

from bot.domain.audit import AuditRecord, changed
from bot.domain.events import SALDO
from bot.domain.jobs import Job
from bot.domain.month_end import Month, last_settled
from bot.domain.people import PersonId, TenantId
from bot.domain.subscription import MonthMade, Subscription
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, JOBS, MONTHS_MADE, SUBSCRIPTIONS
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Delete, Operation, Put, Store
from bot.usecases.read_usage import usage_through

WAITED_FOR = 7  # days of the next month for which usage that is missing is waited for
PAGE = 500


async def is_subscribed(store: Store, tenant: TenantId, person: PersonId) -> bool:
    return await store.get(SUBSCRIPTIONS.key(tenant, person)) is not None


async def subscribe(store: Store, clock: Clock, tenant: TenantId, person: PersonId) -> None:
    """From the next month-end on. Asked for again: nothing more happens."""
    key, now = SUBSCRIPTIONS.key(tenant, person), clock.now()
    new = Subscription(person, now)
    before, after = changed(None, new)
    record = AuditRecord(now, person, "report.subscribe", person, before=before, after=after)
    id_ = f"report.subscribe:{person}:{now.isoformat()}"
    try:
        await store.commit([Put(key, new, 0), Append(AUDIT.of_tenant(tenant), id_, record)])
    except Conflict:
        return


async def unsubscribe(store: Store, clock: Clock, tenant: TenantId, person: PersonId) -> None:
    document = await store.get(SUBSCRIPTIONS.key(tenant, person))
    if document is None:
        return
    now = clock.now()
    before, after = changed(document.body, None)
    record = AuditRecord(now, person, "report.unsubscribe", person, before=before, after=after)
    id_ = f"report.unsubscribe:{person}:{now.isoformat()}"
    try:
        await store.commit([Delete(document.key, document.version), Append(AUDIT.of_tenant(tenant), id_, record)])
    except Conflict:
        return  # the same press, delivered twice


async def make_month_end(outside: Outside, tenant: TenantId) -> Month | None:
    """Have the newest settled month sent to all subscribers, by a job each; the month, where that was to be done.

    Where usage is missing it is waited for some days; then the statement is sent, and says through which day it is.
    """
    now = outside.clock.now()
    month = last_settled(now)
    key = MONTHS_MADE.key(tenant, str(month))
    if await outside.store.get(key):
        return None
    through = await usage_through(outside.store, tenant, now.astimezone(UTC).date())
    is_whole = through is not None and through >= month.last
    if not is_whole and (now.astimezone(UTC).date() - month.last).days < WAITED_FOR:
        return None
    people = await _subscribers(outside.store, tenant)
    made = MonthMade(str(month), now, len(people))
    audit = AuditRecord(now, SALDO.id, "report.month_end", str(month), {"people": str(len(people))})
    operations: list[Operation] = [
        Put(key, made, 0),
        Append(AUDIT.of_tenant(tenant), f"report.month_end:{month}", audit),
        *(_send(outside.clock, tenant, month, person) for person in people),
    ]
    try:
        await outside.store.commit(operations)
    except Conflict:
        return None  # another runner has just done it
    return month


def _send(clock: Clock, tenant: TenantId, month: Month, person: PersonId) -> Operation:
    job = Job("send_report", clock.now(), {"month": str(month), "person": person})
    return Put(JOBS.key(tenant, f"send_report:{month}:{person}"), job, 0)


async def _subscribers(store: Store, tenant: TenantId) -> list[PersonId]:
    people: list[PersonId] = []
    cursor = None
    while True:
        page = await store.find(SUBSCRIPTIONS, tenant, after=cursor, limit=PAGE)
        people += [document.body.person for document in page.documents]
        cursor = page.cursor
        if cursor is None:
            return people
