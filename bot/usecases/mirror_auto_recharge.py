"""Keep what the admin center's auto-recharge is set to, as somebody read it there."""

from collections.abc import Sequence

from bot.domain.audit import AuditRecord, changed
from bot.domain.auto_recharge import Dip, Expected, Mirror, check_mirror
from bot.domain.jobs import Job
from bot.domain.people import TenantId
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, AUTO_RECHARGE, AUTO_RECHARGE_DIPS, EXPECTED, JOBS
from bot.ports.store import Append, Conflict, Document, Operation, Put, Store

ATTEMPTS = 8
ONE = "wallet"  # the id: Microsoft has one wallet an organisation


async def read_mirror(store: Store, tenant: TenantId) -> Mirror | None:
    """None: nobody has told yet."""
    document = await store.get(AUTO_RECHARGE.key(tenant, ONE))
    return document.body if document else None


async def read_dip(store: Store, tenant: TenantId) -> tuple[Dip, int]:
    """The dip, and its document's version."""
    document = await store.get(AUTO_RECHARGE_DIPS.key(tenant, ONE))
    return (document.body, document.version) if document else (Dip(), 0)


async def open_expected(store: Store, tenant: TenantId) -> Document[Expected] | None:
    """The recharge that is expected now: a dip has one, and there is one dip at a time."""
    page = await store.find(EXPECTED, tenant, where={"open": True}, limit=1)
    return page.documents[0] if page.documents else None


async def latest_expected(store: Store, tenant: TenantId) -> Document[Expected] | None:
    """The newest of all, whatever became of it."""
    page = await store.find(EXPECTED, tenant, order_by="opened_at", newest_first=True, limit=1)
    return page.documents[0] if page.documents else None


async def set_mirror(store: Store, clock: Clock, tenant: TenantId, mirror: Mirror) -> Mirror:
    """Keep it, with its audit; the balance is looked at then. The same again says that it was verified anew.

    Raises Refusal as `check_mirror` says.
    """
    check_mirror(mirror)
    key = AUTO_RECHARGE.key(tenant, ONE)
    for _ in range(ATTEMPTS):
        document = await store.get(key)
        if document and document.body == mirror:
            return mirror
        version = document.version if document else 0
        before = document.body if document else None
        try:
            await store.commit([Put(key, mirror, version), *_follows(tenant, clock, before, mirror, version + 1)])
        except Conflict:
            continue
        return mirror
    raise Conflict(key)


def _follows(
    tenant: TenantId, clock: Clock, before: Mirror | None, after: Mirror, version: int
) -> Sequence[Operation]:
    verb = "auto_recharge.verify" if before and before.says_as(after) else "auto_recharge.set"
    old, new = changed(before, after)
    record = AuditRecord(clock.now(), after.verified_by.id, verb, ONE, before=old, after=new)
    look = Put(JOBS.key(tenant, f"watch_balance:auto_recharge:{version}"), Job("watch_balance", clock.now()), 0)
    return [Append(AUDIT.of_tenant(tenant), f"auto_recharge:{version}", record), look]
