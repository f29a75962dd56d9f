"""What the audit holds about one request, and which request somebody means by a few letters of its id."""

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.people import TenantId
from bot.domain.requests import Request
from bot.ports.collections import AUDIT, REQUESTS
from bot.ports.store import Store

SHORTEST = 6  # letters of an id that somebody may leave it at
FAMILIES = ("request", "order")  # how the ids of a request's records begin
LAST = chr(0x10FFFF)  # sorts behind everything


async def read_trail(store: Store, tenant: TenantId, request_id: str) -> list[AuditRecord]:
    """In the order in which it happened. What others did in vain is not among it."""
    stream = AUDIT.of_tenant(tenant)
    found = [record for family in FAMILIES for record in await store.records_of(stream, f"{family}:{request_id}:")]
    own = [record for record in found if record.body.subject == request_id]
    return [record.body for record in sorted(own, key=lambda record: record.seq)]


async def find_request(store: Store, tenant: TenantId, typed: str) -> Request:
    """By its whole id, or by how only this one begins. Raises Refusal("request_unknown")."""
    known = await store.get(REQUESTS.key(tenant, typed))
    if known is not None:
        return known.body
    if len(typed) >= SHORTEST:
        page = await store.find(REQUESTS, tenant, start=typed, end=typed + LAST, limit=2)
        if len(page.documents) == 1:
            return page.documents[0].body
    raise Refusal("request_unknown")
