"""Where no role can be read, the installer proves control with a one-time code from the operator's console."""

from dataclasses import replace

from bot.domain.audit import AuditRecord, Told, changed
from bot.domain.control import enter, issue
from bot.domain.errors import Refusal
from bot.domain.people import PersonId, TenantId
from bot.domain.settings import NamedPerson, Settings
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, CONTROL_CODES, SETTINGS
from bot.ports.store import Append, Conflict, Operation, Put, Store


async def issue_code(store: Store, clock: Clock, tenant: TenantId, operator: PersonId, code: str) -> None:
    """Keep the digest of a new code; any older one stops working. The caller made the code and shows it once."""
    key = CONTROL_CODES.key(tenant, "installer")
    known = await store.get(key)
    version = known.version if known else 0
    audit = AuditRecord(clock.now(), operator, "control.code_issued", "tenant")
    await store.commit(
        [Put(key, issue(code, clock.now()), version), Append(AUDIT.of_tenant(tenant), f"code:{version + 1}", audit)]
    )


async def enter_code(store: Store, clock: Clock, tenant: TenantId, person: NamedPerson, code: str) -> None:
    """Grant `person` the rights of a proven administrator.

    Raises Refusal("code_wrong"|"code_expired"|"code_none"); a wrong entry is counted and audited.
    """
    document = await store.get(CONTROL_CODES.key(tenant, "installer"))
    if document is None:
        raise Refusal("code_none")
    after = enter(document.body, code, clock.now())
    operations: list[Operation] = [Put(document.key, after, document.version)]
    audit = AuditRecord(clock.now(), person.id, "control.wrong_code", "tenant")
    if after.used:
        put, old, new = await _proven(store, tenant, person)
        operations.append(put)
        audit = replace(audit, verb="control.proven", before=old, after=new)
    operations.append(Append(AUDIT.of_tenant(tenant), f"code:{document.version}:entered", audit))
    try:
        await store.commit(operations)
    except Conflict as conflict:
        raise Refusal("try_again") from conflict
    if not after.used:
        raise Refusal("code_wrong")


async def _proven(store: Store, tenant: TenantId, person: NamedPerson) -> tuple[Put[Settings], Told, Told]:
    """The settings with one more who has proved control, and what they were and are for the audit."""
    key = SETTINGS.key(tenant, "tenant")
    document = await store.get(key)
    settings = document.body if document else Settings()
    proven = (*(one for one in settings.proven if one.id != person.id), person)
    after = replace(settings, proven=proven)
    return Put(key, after, document.version if document else 0), *changed(settings, after)
