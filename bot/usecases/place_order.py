"""Carry out an approved recharge: hand the order to the desk, then ask what became of it. Runs in jobs only.

`finish` are the operations that end the job (its version goes into the same commit), so that a job that is run twice
has one effect; the desk knows the order by the request's id, so that an order placed twice is one order.
"""

from collections.abc import Sequence

from bot.domain.events import SALDO, Begin, Decline, Fund, Place, VoidApproval
from bot.domain.ledger import Entry, Purchase
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Order as Stage
from bot.domain.requests import Request, State
from bot.ports.collections import LEDGER
from bot.ports.order_desk import Funded, Order, StillOpen
from bot.ports.outside import Outside
from bot.ports.store import CheckHead, Conflict, Operation
from bot.usecases.book_entry import ATTEMPTS
from bot.usecases.change_request import change_request, load_request
from bot.usecases.decide_request import DECIDING_RIGHT
from bot.usecases.read_balance import read_ledger
from bot.usecases.standing import Standings


async def place_order(
    outside: Outside, standings: Standings, tenant: TenantId, request_id: str, finish: Sequence[Operation]
) -> None:
    """Place the order of an approved request, if its approvers still may approve.

    Raises the port's errors; then the job comes again.
    """
    request = (await load_request(outside.store, tenant, request_id)).body
    if request.state is State.APPROVED:
        lost = await lost_right(standings, tenant, request)
        if lost is not None:
            await _move(outside, tenant, request_id, VoidApproval(lost), finish)
            return
        request = await _move(outside, tenant, request_id, Begin(), ())  # from here on nobody takes it back
    if request.asked.order is not Stage.LEAVING:
        await outside.store.commit(finish)
        return
    await outside.desk.place(order_of(tenant, request))
    await _move(outside, tenant, request_id, Place(), finish)


async def follow_order(outside: Outside, tenant: TenantId, request_id: str, finish: Sequence[Operation]) -> bool:
    """Ask the desk once. True when the order is settled (and the job with it); False: ask again later."""
    request = (await load_request(outside.store, tenant, request_id)).body
    if request.state is not State.EXECUTING:
        await outside.store.commit(finish)
        return True
    status = await outside.desk.status(order_of(tenant, request))
    if isinstance(status, StillOpen):
        return False
    if isinstance(status, Funded):
        await _fund(outside, tenant, request_id, status, finish)
    else:
        await _move(outside, tenant, request_id, Decline(status.reason), finish)
    return True


async def _fund(
    outside: Outside, tenant: TenantId, request_id: str, funded: Funded, finish: Sequence[Operation]
) -> None:
    """Book the money, unless somebody has booked this very order by its number: decided on the whole ledger."""
    ledger = LEDGER.of_tenant(tenant)
    entries: list[Entry] = []
    for _ in range(ATTEMPTS):
        entries += [record.body for record in await read_ledger(outside.store, tenant, after_seq=len(entries))]
        event = Fund(funded.credited, funded.on, funded.reference, booked=_is_booked(entries, funded))
        try:
            await _move(outside, tenant, request_id, event, [*finish, CheckHead(ledger, len(entries))])
        except Conflict as conflict:
            if conflict.key != ledger:
                raise
            continue
        return
    raise Conflict(ledger)


def _is_booked(entries: Sequence[Entry], funded: Funded) -> bool:
    """The order number is the idempotency key; with another sum or day it stands for something else."""
    told = (funded.reference, funded.credited, funded.on)
    purchases = (entry for entry in entries if isinstance(entry, Purchase))
    return bool(funded.reference) and any((one.order_number, one.amount, one.on) == told for one in purchases)


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
    event: Begin | Place | Fund | Decline | VoidApproval,
    finish: Sequence[Operation],
) -> Request:
    return await change_request(outside.store, outside.clock, tenant, request_id, event, SALDO, also=finish)
