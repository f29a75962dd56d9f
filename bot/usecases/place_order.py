"""Carry out an approved recharge: hand the order to the desk, then ask what became of it. Runs in jobs only.

`finish` are the operations that end the job (its version goes into the same commit), so that a job that is run twice
has one effect; the desk knows the order by the request's id, so that an order placed twice is one order.
"""

from collections.abc import Sequence

from bot.domain.events import SALDO, Begin, Decline, Fund, VoidApproval
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Request, State
from bot.ports.order_desk import Declined, Funded, Order, StillOpen
from bot.ports.outside import Outside
from bot.ports.store import Operation
from bot.usecases.change_request import change_request, load_request
from bot.usecases.decide_request import DECIDING_RIGHT
from bot.usecases.standing import Standings


async def place_order(
    outside: Outside, standings: Standings, tenant: TenantId, request_id: str, finish: Sequence[Operation]
) -> None:
    """Place the order of an approved request, if its approvers still may approve.

    Raises the port's errors; then the job comes again.
    """
    request = (await load_request(outside.store, tenant, request_id)).body
    if request.state is not State.APPROVED:
        await outside.store.commit(finish)
        return
    lost = await lost_right(standings, tenant, request)
    if lost is not None:
        await _move(outside, tenant, request_id, VoidApproval(lost), finish)
        return
    await outside.desk.place(order_of(tenant, request))
    await _move(outside, tenant, request_id, Begin(), finish)


async def follow_order(outside: Outside, tenant: TenantId, request_id: str, finish: Sequence[Operation]) -> bool:
    """Ask the desk once. True when the order is settled (and the job with it); False: ask again later."""
    request = (await load_request(outside.store, tenant, request_id)).body
    if request.state is not State.EXECUTING:
        await outside.store.commit(finish)
        return True
    status = await outside.desk.status(order_of(tenant, request))
    if isinstance(status, StillOpen):
        return False
    await _move(outside, tenant, request_id, _settling(status), finish)
    return True


def _settling(status: Funded | Declined) -> Fund | Decline:
    if isinstance(status, Funded):
        return Fund(status.credited, status.on, status.reference)
    return Decline(status.reason)


def order_of(tenant: TenantId, request: Request) -> Order:
    return Order(request.id, tenant, request.asked.amount, request.asked.po_number or None)


async def lost_right(standings: Standings, tenant: TenantId, request: Request) -> PersonId | None:
    """The first approver who no longer may approve this kind of request, read again now."""
    for decision in request.approvals:
        standing = await standings.fresh(tenant, decision.person)
        if not standing.may(DECIDING_RIGHT[request.kind]):
            return decision.person
    return None


async def _move(
    outside: Outside,
    tenant: TenantId,
    request_id: str,
    event: Begin | Fund | Decline | VoidApproval,
    finish: Sequence[Operation],
) -> None:
    await change_request(outside.store, outside.clock, tenant, request_id, event, SALDO, also=finish)
