"""Assign the licences of an approved request, one person after another. Runs in a job only.

A lost answer is read back before anything is done again; a person who has the licence already is settled as such.
"""

from collections.abc import Sequence

from bot.domain.events import SALDO, Begin, SettleSeat, VoidApproval
from bot.domain.licenses import CREDITS_PLAN, CREDITS_SKU
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Assignment, Request, State
from bot.ports.errors import Final, MissingPermission, NotFound
from bot.ports.licenses import AssignmentRefused
from bot.ports.outside import Outside
from bot.ports.store import Operation
from bot.usecases.change_request import change_request, load_request
from bot.usecases.standing import Standings
from bot.usecases.voice import lost_right


async def assign_licenses(
    outside: Outside, standings: Standings, tenant: TenantId, request_id: str, finish: Sequence[Operation]
) -> None:
    """Settle every seat of the request. Raises Retry or Unknown; what is settled by then stays settled."""
    request = (await load_request(outside.store, tenant, request_id)).body
    if request.state is State.APPROVED:
        lost = await lost_right(standings, tenant, request)
        if lost is not None:
            await _change(outside, tenant, request_id, VoidApproval(lost), finish)
            return
        request = await _change(outside, tenant, request_id, Begin())
    for seat in request.seats:
        if request.state is State.EXECUTING and seat.result is Assignment.WAITING:
            settled = await _assign(outside, tenant, seat.person)
            await _change(outside, tenant, request_id, settled)
    await outside.store.commit(finish)


async def _assign(outside: Outside, tenant: TenantId, person: PersonId) -> SettleSeat:
    try:
        if await _has_license(outside, tenant, person):
            return SettleSeat(person, Assignment.ALREADY)
        await outside.licenses.assign(tenant, person, CREDITS_SKU)
    except AssignmentRefused as refused:
        detail = " · ".join(part for part in (refused.message, refused.request_id) if part)
        return SettleSeat(person, Assignment.REFUSED, refused.reason, detail)
    except MissingPermission as missing:
        return SettleSeat(person, Assignment.REFUSED, "denied", missing.permission)
    except NotFound:
        return SettleSeat(person, Assignment.REFUSED, "not_found")
    except Final as final:
        return SettleSeat(person, Assignment.REFUSED, "unknown", final.message)
    return SettleSeat(person, Assignment.ASSIGNED)


async def _has_license(outside: Outside, tenant: TenantId, person: PersonId) -> bool:
    """After a lost answer this is the reading back: the job comes again and looks before it writes."""
    holdings = await outside.licenses.holdings(tenant, [person])
    return CREDITS_PLAN in holdings[person].plans


async def _change(
    outside: Outside,
    tenant: TenantId,
    request_id: str,
    event: Begin | SettleSeat | VoidApproval,
    also: Sequence[Operation] = (),
) -> Request:
    return await change_request(outside.store, outside.clock, tenant, request_id, event, SALDO, also=also)
