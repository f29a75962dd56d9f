"""What of a request is something else than when somebody saw it, out of the audit."""

from bot.domain.audit import AuditRecord
from bot.domain.people import TenantId
from bot.domain.requests import Request
from bot.ports.collections import AUDIT
from bot.ports.store import Store
from cards.request_values import Change

FIELDS = ("amount", "reason", "po_number", "people")


async def changes_since(store: Store, tenant: TenantId, request: Request, revision: int) -> tuple[Change, ...]:
    """What edits after `revision` made of it. What was changed and changed back is no change."""
    records = await store.records_of(AUDIT.of_tenant(tenant), f"request:{request.id}:")
    edits = [record.body for record in records if _is_later(record.body, request, revision)]
    found = [_change(field, edits) for field in FIELDS]
    return tuple(one for one in found if one is not None and one.before != one.after)


def _is_later(record: AuditRecord, request: Request, revision: int) -> bool:
    edited = record.verb == "request.edit" and record.subject == request.id
    return edited and int(record.details["revision"]) > revision


def _change(field: str, edits: list[AuditRecord]) -> Change | None:
    """From before the first edit to after the last."""
    touched = [edit for edit in edits if field in edit.after]
    return Change(field, touched[0].before[field], touched[-1].after[field]) if touched else None
