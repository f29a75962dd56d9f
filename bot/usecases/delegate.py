"""Hand one's own voice on for a time, and take it back. Whoever gets it is told, by a job."""

from datetime import datetime

from bot.domain.audit import AuditRecord, Told, changed
from bot.domain.delegation import Delegation, check_delegation
from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.people import Person, PersonId, Right, TenantId
from bot.ports.collections import AUDIT, DELEGATIONS, JOBS
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Delete, IdReused, Operation, Put
from bot.usecases.standing import Standings

ATTEMPTS = 8
HANDED_ON = (Right.APPROVE_RECHARGE, Right.APPROVE_LICENSES)


async def delegate(  # noqa: PLR0913 -- who hands on what to whom, by which form
    outside: Outside,
    standings: Standings,
    tenant: TenantId,
    by: tuple[PersonId, str],
    to: Person,
    ends_at: datetime,
    *,
    form: str = "",
) -> Delegation:
    """`to` decides for `by` from now on until `ends_at`; what was handed on before ends with it.

    `form`: what was filled in. Each counts once: what came of it stands, even where that has been ended since.
    Raises Refusal: nothing_to_delegate, delegate_unknown, delegate_self, delegation_over, delegation_too_long.
    """
    standing = await standings.fresh(tenant, by[0])
    if not any(standing.may(right) for right in HANDED_ON):
        raise Refusal("nothing_to_delegate")
    if not to.enabled or to.guest:
        raise Refusal("delegate_unknown", name=to.name)
    now = outside.clock.now()
    delegation = Delegation(*by, to.id, to.name, now, ends_at)
    check_delegation(delegation, now)
    return await _keep(outside, tenant, delegation, form)


async def _keep(outside: Outside, tenant: TenantId, delegation: Delegation, form: str) -> Delegation:
    """In the place of the one before it; the delegate is told. Where the form has counted, what stands since."""
    key = DELEGATIONS.key(tenant, delegation.delegator)
    for _ in range(ATTEMPTS):
        known = await outside.store.get(key)
        version, before = (known.version, known.body) if known else (0, None)
        change = changed(before, delegation)
        record = _audit(tenant, delegation, "start", delegation.starts_at, change, form)
        try:
            await outside.store.commit(
                [Put(key, delegation, version), record, await _told(outside, tenant, delegation)]
            )
        except Conflict:
            continue
        except IdReused:
            return before or delegation
        return delegation
    raise Conflict(key)


async def end_delegation(outside: Outside, tenant: TenantId, delegator: PersonId, *, since: str = "") -> None:
    """Nobody decides for them any more. Where nobody did, nothing happens. `since`: only what began then is ended."""
    now = outside.clock.now()
    key = DELEGATIONS.key(tenant, delegator)
    for _ in range(ATTEMPTS):
        known = await outside.store.get(key)
        if known is None or since not in {"", known.body.starts_at.isoformat()}:
            return
        record = _audit(tenant, known.body, "end", now, changed(known.body, None))
        try:
            await outside.store.commit([Delete(key, known.version), record])
        except Conflict:
            continue
        return
    raise Conflict(key)


async def delegation_of(outside: Outside, tenant: TenantId, delegator: PersonId) -> Delegation | None:
    """The one that holds now."""
    known = await outside.store.get(DELEGATIONS.key(tenant, delegator))
    return known.body if known and known.body.holds_at(outside.clock.now()) else None


async def _told(outside: Outside, tenant: TenantId, delegation: Delegation) -> Operation:
    """Where it was handed on to somebody else a moment ago, only the later one hears."""
    key = JOBS.key(tenant, f"tell_delegate:{delegation.delegator}")
    known = await outside.store.get(key)
    payload = {"delegator": delegation.delegator, "since": delegation.starts_at.isoformat()}
    return Put(key, Job("tell_delegate", delegation.starts_at, payload), known.version if known else 0)


def _audit(
    tenant: TenantId, delegation: Delegation, what: str, now: datetime, change: tuple[Told, Told], form: str = ""
) -> Operation:
    """`change`: what was handed on before, and since. A form has one record."""
    details = {
        "to": delegation.delegate,
        "to_name": delegation.delegate_name,
        "until": delegation.ends_at.isoformat(timespec="seconds"),
    }
    who, (old, new) = delegation.delegator, change
    record = AuditRecord(now, who, f"delegation.{what}", who, details, before=old, after=new)
    span = f"{delegation.starts_at.isoformat()}:{delegation.ends_at.isoformat()}"
    id_ = f"delegation:{what}:{delegation.delegator}:{form or f'{delegation.delegate}:{span}'}"
    return Append(AUDIT.of_tenant(tenant), id_, record)
