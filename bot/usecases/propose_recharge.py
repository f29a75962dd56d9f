"""Prepare a recharge: a draft that only its requester sees until they send it."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.events import By, Revise, Submit, Withdraw
from bot.domain.jobs import Job
from bot.domain.money import LIMIT_MICROS, Money
from bot.domain.people import TenantId
from bot.domain.requests import Recharge, Request, State, draft_recharge
from bot.domain.settings import Account, Settings
from bot.ports.clock import Clock
from bot.ports.collections import JOBS, REQUESTS
from bot.ports.store import Conflict, Operation, Put, Store
from bot.usecases.change_request import audit_of, change_request
from bot.usecases.policy import load_policy

DRAFT_LIVES = timedelta(days=1)
REASON_LIMIT = 500  # characters
PO_LIMIT = 50
MOST_OPEN = 20  # requests of one person that still wait or are under way
LARGEST = Money(LIMIT_MICROS // 1_000, "EUR").micros  # a thousand million: more is a slip of the keyboard


def check_recharge(recharge: Recharge, settings: Settings) -> Recharge:
    """The same recharge, trimmed. Raises Refusal where the account or the amount does not allow it."""
    if settings.account is Account.MCA:
        raise Refusal("mca_cannot_buy")
    if recharge.amount.micros <= 0:
        raise Refusal("amount_not_positive")
    if recharge.amount.micros > LARGEST:
        raise Refusal("amount_too_large")
    if recharge.amount.micros % 10_000:
        raise Refusal("amount_too_fine")
    if len(recharge.reason) > REASON_LIMIT or len(recharge.po_number) > PO_LIMIT:
        raise Refusal("text_too_long", limit=REASON_LIMIT if len(recharge.reason) > REASON_LIMIT else PO_LIMIT)
    if settings.account is Account.EA and not recharge.po_number.strip():
        raise Refusal("po_number_missing")
    return replace(recharge, reason=recharge.reason.strip(), po_number=recharge.po_number.strip())


async def propose_recharge(  # noqa: PLR0913 -- what is proposed, by whom, and what they had before them
    store: Store,
    clock: Clock,
    tenant: TenantId,
    request_id: str,
    by: By,
    recharge: Recharge,
    *,
    seen: int | None = None,
) -> Request:
    """Write or change the draft `request_id`. The same again changes nothing; one that was sent stays as it is.

    `seen`: the revision that the form was filled in with, 0 for none: a later one stays as it is, too. Raises
    Refusal("request_id_reused") where something else was sent under that id.
    """
    known = await store.get(REQUESTS.key(tenant, request_id))
    if known is None:
        try:
            return await _create(store, clock, tenant, request_id, by, recharge)
        except Conflict:
            return await propose_recharge(store, clock, tenant, request_id, by, recharge, seen=seen)
    if known.body.recharge is not None and same_recharge(known.body.recharge, recharge):
        return known.body
    if known.body.state is not State.DRAFT:
        raise Refusal("request_id_reused")
    if known.body.recharge is not None and by.id in known.body.askers and _is_old(known.body, seen):
        return known.body
    return await change_request(store, clock, tenant, request_id, Revise(recharge), by)


def _is_old(request: Request, seen: int | None) -> bool:
    return seen is not None and seen < request.revision


def same_recharge(one: Recharge, other: Recharge) -> bool:
    """Whether they ask for the same, whatever became of either."""
    return (one.amount, one.reason, one.po_number) == (other.amount, other.reason, other.po_number)


async def _create(
    store: Store, clock: Clock, tenant: TenantId, request_id: str, by: By, recharge: Recharge
) -> Request:
    now = clock.now()
    draft = draft_recharge(request_id, by.id, by.name, recharge, now)
    await store.commit(draft_writes(tenant, draft, by))
    return draft


def draft_writes(tenant: TenantId, draft: Request, by: By) -> list[Operation]:
    """A new draft, the job that sweeps it away when nobody sends it, and the audit."""
    audit = AuditRecord(draft.created_at, by.id, "request.draft", draft.id, {"kind": draft.kind.value})
    sweep = Job("sweep_draft", draft.created_at + DRAFT_LIVES, {"request": draft.id})
    return [
        Put(REQUESTS.key(tenant, draft.id), draft, 0),
        Put(JOBS.key(tenant, f"sweep_draft:{draft.id}"), sweep, 0),
        audit_of(tenant, draft, audit),
    ]


async def submit_request(
    store: Store, clock: Clock, tenant: TenantId, request_id: str, by: By, *, seen: int | None = None
) -> Request:
    """Send a draft to its approvers, as it was `seen`. Raises Refusal("too_many_open") for who has many that nobody
    has answered: each writes to all approvers."""
    if await store.count(REQUESTS, tenant, where={"requester": by.id, "open": True}) >= MOST_OPEN:
        raise Refusal("too_many_open", limit=MOST_OPEN)
    policy = await load_policy(store, tenant)
    return await change_request(store, clock, tenant, request_id, Submit(policy), by, seen=seen)


async def withdraw_request(store: Store, clock: Clock, tenant: TenantId, request_id: str, by: By) -> Request:
    return await change_request(store, clock, tenant, request_id, Withdraw(), by)
