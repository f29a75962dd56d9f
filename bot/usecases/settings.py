"""Load and change what a tenant has told Saldo about itself."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.audit import AuditRecord, changed
from bot.domain.people import PersonId, TenantId
from bot.domain.settings import Settings
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, SETTINGS
from bot.ports.store import Append, Conflict, Put, Store

ATTEMPTS = 8


async def load_settings(store: Store, tenant: TenantId) -> Settings:
    """The tenant's settings, or the defaults while it has told nothing."""
    document = await store.get(SETTINGS.key(tenant, "tenant"))
    return document.body if document else Settings()


async def change_settings(
    store: Store,
    clock: Clock,
    tenant: TenantId,
    actor: PersonId,
    verb: str,
    change: Callable[[Settings], Settings],
) -> Settings:
    """Apply `change`, with an audit record `settings.<verb>`. Nothing is written where nothing changes."""
    key = SETTINGS.key(tenant, "tenant")
    for _ in range(ATTEMPTS):
        document = await store.get(key)
        before = document.body if document else Settings()
        after = change(before)
        if document and after == before:
            return before
        version = document.version if document else 0
        record = settings_audit(clock.now(), actor, verb, before, after)
        audit = Append(AUDIT.of_tenant(tenant), f"settings:{verb}:{version + 1}", record)
        try:
            await store.commit([Put(key, after, version), audit])
        except Conflict:
            continue
        return after
    raise Conflict(key)


def settings_audit(now: datetime, actor: PersonId, verb: str, before: Settings, after: Settings) -> AuditRecord:
    """The record `settings.<verb>`: each setting that differs, as it was and as it is."""
    old, new = changed(before, after)
    return AuditRecord(now, actor, f"settings.{verb}", "tenant", before=old, after=new)
