"""Another policy of approvals: proposed by one, decided by others under the policy in force, put in force by a job.

Of two changes that were made of the same policy the one that is approved first counts; the other is outdated.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, timedelta

from bot.domain.audit import AuditRecord, changed
from bot.domain.decisions import decide
from bot.domain.errors import Refusal
from bot.domain.events import SALDO, Book, By, Outdate, Submit
from bot.domain.ledger import Purchase
from bot.domain.people import Right, TenantId
from bot.domain.policy import (
    Eligible,
    Policy,
    PolicyChange,
    Scale,
    Who,
    check_eligible,
    check_policy,
    proposed,
)
from bot.domain.requests import Kind, Request, draft_policy
from bot.domain.settings import Settings
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, REQUESTS, SETTINGS
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Operation, Put, Store
from bot.usecases.change_request import change_request, load_request, writes
from bot.usecases.find_approvers import Named, find_among, named_now
from bot.usecases.policy import load_policy, policy_key
from bot.usecases.read_balance import read_ledger
from bot.usecases.settings import settings_audit
from bot.usecases.standing import Standings
from bot.usecases.still_approved import still_approved

ATTEMPTS = 8
A_YEAR = timedelta(days=365)


async def eligible(outside: Outside, tenant: TenantId, change: PolicyChange) -> Eligible:
    """How many people could approve once it is in force, a role that must be activated first included."""
    now = await named_now(outside, tenant)
    named = Named(change.who or now.approvers, Who(change.to.finance_group, change.to.finance))
    money = (await find_among(outside, tenant, Right.APPROVE_RECHARGE, named)).voices
    licenses = (await find_among(outside, tenant, Right.APPROVE_LICENSES, named)).voices
    return Eligible(len(money), sum(one.finance for one in money), len(licenses))


async def proposed_scale(store: Store, clock: Clock, tenant: TenantId, currency: str) -> Scale:
    """What the purchases of the last 12 months speak for."""
    since = clock.now().astimezone(UTC).date() - A_YEAR
    entries = [record.body for record in await read_ledger(store, tenant)]
    return proposed((one.amount for one in entries if isinstance(one, Purchase) and _is_of(one, since)), currency)


def _is_of(purchase: Purchase, since: date) -> bool:
    return purchase.on > since


async def ask_to_change(outside: Outside, tenant: TenantId, request_id: str, by: By, change: PolicyChange) -> Request:
    """A request that waits for others. The same id with the same content again is the request that is there.

    Raises Refusal: policy_…, for what no policy can say and what could never be approved; request_id_reused.
    """
    known = await outside.store.get(REQUESTS.key(tenant, request_id))
    if known is not None:
        return _same(known.body, change)
    check_policy(change.to)
    if replace(change.to, version=change.before.version) == change.before and change.who is None:
        raise Refusal("policy_unchanged")
    check_eligible(change.to, await eligible(outside, tenant, change))
    draft = draft_policy(request_id, by.id, by.name, change, outside.clock.now())
    outcome = decide(draft, Submit(await load_policy(outside.store, tenant)), by, outside.clock.now())
    try:
        await outside.store.commit(writes(tenant, outcome, 0))
    except Conflict:
        return _same((await load_request(outside.store, tenant, request_id)).body, change)
    return outcome.request


def _same(known: Request, change: PolicyChange) -> Request:
    if known.policy_change != change:
        raise Refusal("request_id_reused")
    return known


async def change_policy(
    outside: Outside, standings: Standings, tenant: TenantId, request_id: str, finish: Sequence[Operation]
) -> None:
    """Put an approved policy in force, if those who approved it still may and nothing else was put in force since.

    `finish` are the operations that end the job.
    """
    approved = await still_approved(outside, standings, tenant, request_id, finish)
    if approved is not None:
        await _put_in_force(outside, tenant, approved.body, finish)
        standings.forget(tenant)


async def _put_in_force(outside: Outside, tenant: TenantId, request: Request, finish: Sequence[Operation]) -> None:
    change = asked_change(request)
    settings_key = SETTINGS.key(tenant, "tenant")
    version_key = policy_key(tenant, change.before.version + 1)
    for _ in range(ATTEMPTS):
        if (await load_policy(outside.store, tenant)).version != change.before.version:
            await _move(outside, tenant, request.id, Outdate(), finish)
            return
        to = _numbered(change, request.id, outside.clock)
        known = await outside.store.get(settings_key)
        before = known.body if known else Settings()
        after = _with_approvers(before, change)
        also: list[Operation] = [Put(version_key, to, 0), *finish, _audit(outside, tenant, change, to)]
        if after != before:
            record = settings_audit(outside.clock.now(), SALDO.id, "approvers", before, after)
            also.append(Put(settings_key, after, known.version if known else 0))
            also.append(Append(AUDIT.of_tenant(tenant), f"settings:approvers:{request.id}", record))
        try:
            await _move(outside, tenant, request.id, Book(), also)
        except Conflict as conflict:
            if conflict.key not in {settings_key, version_key}:
                raise  # another runner has the job
            continue
        return
    raise Conflict(version_key)


async def _move(
    outside: Outside, tenant: TenantId, request_id: str, event: Book | Outdate, also: Sequence[Operation]
) -> None:
    await change_request(outside.store, outside.clock, tenant, request_id, event, SALDO, also=also)


def _numbered(change: PolicyChange, request_id: str, clock: Clock) -> Policy:
    return replace(change.to, version=change.before.version + 1, made_at=clock.now(), request_id=request_id)


def _with_approvers(settings: Settings, change: PolicyChange) -> Settings:
    if change.who is None:
        return settings
    return replace(settings, approver_group=change.who.group, approvers=change.who.people)


def _audit(outside: Outside, tenant: TenantId, change: PolicyChange, to: Policy) -> Operation:
    old, new = changed(change.before, to)
    record = AuditRecord(outside.clock.now(), SALDO.id, "policy.change", to.request_id, before=old, after=new)
    return Append(AUDIT.of_tenant(tenant), f"policy:{to.version}", record)


def asked_change(request: Request) -> PolicyChange:
    """What a policy's request asks for."""
    if request.policy_change is None:
        raise TypeError(f"request {request.id} is no {Kind.POLICY}")
    return request.policy_change
