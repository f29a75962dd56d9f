"""Move a request on: load it, decide, and write what follows in one commit."""

from collections.abc import Sequence
from typing import Any

from bot.domain.audit import AuditRecord
from bot.domain.consequences import Outcome
from bot.domain.decisions import decide
from bot.domain.errors import Refusal
from bot.domain.events import By, Event, Submit
from bot.domain.people import TenantId
from bot.domain.requests import Request
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, JOBS, LEDGER, REQUESTS
from bot.ports.store import Append, Check, Conflict, Document, Operation, Put, Store
from bot.usecases.guard_caps import guard_caps
from bot.usecases.policy import load_policy
from bot.usecases.under_way import count_opening

ATTEMPTS = 8


async def load_request(store: Store, tenant: TenantId, request_id: str) -> Document[Request]:
    """Raises Refusal("request_unknown") for one that does not exist (any more)."""
    document = await store.get(REQUESTS.key(tenant, request_id))
    if document is None:
        raise Refusal("request_unknown")
    return document


async def change_request(  # noqa: PLR0913 -- the one door through which requests move
    store: Store,
    clock: Clock,
    tenant: TenantId,
    request_id: str,
    event: Event,
    by: By,
    *,
    also: Sequence[Operation] = (),
    seen: int | None = None,
) -> Request:
    """The request after `event`, committed with its entries, jobs, audit and `also`.

    Raises Refusal where the rules, or the policy's caps, say no. Another writer in between: loaded and decided again.
    `seen`: the revision that it is about; any other, however new, stays as it is, and is refused as `state_<state>`.
    """
    for _ in range(ATTEMPTS):
        document = await load_request(store, tenant, request_id)
        check_seen(document.body, seen)
        outcome = decide(document.body, event, by, clock.now())
        guards: list[Put[Any] | Check] = [
            *await guard_caps(store, tenant, document.body, outcome.request),
            *await count_opening(store, tenant, document.body, outcome.request),
        ]
        try:
            await store.commit([*writes(tenant, outcome, document.version), *guards, *also])
        except Conflict as conflict:
            if conflict.key not in {document.key, *(guard.key for guard in guards)}:
                raise  # what `also` guards moved: not ours to retry
            continue
        return outcome.request
    raise Conflict(REQUESTS.key(tenant, request_id))


def check_seen(request: Request, seen: int | None) -> None:
    """Raises Refusal("state_…") where something else is asked for now than what was seen."""
    if seen not in {None, request.revision}:
        raise Refusal(f"state_{request.state.value}")


async def submit_once(store: Store, clock: Clock, tenant: TenantId, draft: Request, by: By) -> Request:
    """A request that waits for somebody else from its first moment on. The same id again, or twice at once, is the
    request that is there."""
    known = await store.get(REQUESTS.key(tenant, draft.id))
    if known is not None:
        return known.body
    outcome = decide(draft, Submit(await load_policy(store, tenant)), by, clock.now())
    try:
        await store.commit(writes(tenant, outcome, 0))
    except Conflict:
        return (await load_request(store, tenant, draft.id)).body
    return outcome.request


def writes(tenant: TenantId, outcome: Outcome, version: int) -> list[Operation]:
    """The operations of one transition; `version` is that of the request it was decided on."""
    request = outcome.request
    operations: list[Operation] = [Put(REQUESTS.key(tenant, request.id), request, version)]
    operations += [Append(LEDGER.of_tenant(tenant), entry.id, entry) for entry in outcome.entries]
    operations += [Put(JOBS.key(tenant, id_), job, 0) for id_, job in outcome.jobs]
    operations.append(audit_of(tenant, request, outcome.audit))
    return operations


def audit_of(tenant: TenantId, request: Request, record: AuditRecord) -> Operation:
    return Append(AUDIT.of_tenant(tenant), f"request:{request.id}:{request.step}", record)
