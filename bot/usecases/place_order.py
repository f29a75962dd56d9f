"""Carry out an approved recharge: hand the order to the desk, then ask what became of it. Runs in jobs only.

`finish` are the operations that end the job (its version goes into the same commit), so that a job that is run twice
has one effect; the desk knows the order by the request's id, so that an order placed twice is one order.
"""

from collections.abc import Sequence
from datetime import UTC, date

from bot.domain.errors import Refusal
from bot.domain.events import SALDO, Begin, Decline, Lapse, Place, VoidApproval
from bot.domain.order_terms import last_day
from bot.domain.people import TenantId
from bot.domain.requests import Order as Stage
from bot.domain.requests import Request, State
from bot.domain.settings import Account, Settings
from bot.ports.collections import ORDERS
from bot.ports.errors import Final
from bot.ports.order_desk import Declined, Funded, Order
from bot.ports.outside import Outside
from bot.ports.store import Check, Delete, Operation, Store
from bot.usecases.change_request import change_request, load_request
from bot.usecases.fund_order import book_after_all, fund_order
from bot.usecases.settings import load_settings
from bot.usecases.standing import Standings
from bot.usecases.voice import lost_right


async def place_order(
    outside: Outside, standings: Standings, tenant: TenantId, request_id: str, finish: Sequence[Operation]
) -> None:
    """Place the order of an approved request, if its approvers still may approve.

    What the desk refuses for good ends the request; raises the port's other errors, and then the job comes again.
    """
    try:
        await _place(outside, standings, tenant, request_id, finish)
    except Refusal as refusal:
        if not refusal.has_moved_on:
            raise
        await place_order(outside, standings, tenant, request_id, finish)


async def _place(
    outside: Outside, standings: Standings, tenant: TenantId, request_id: str, finish: Sequence[Operation]
) -> None:
    request = (await load_request(outside.store, tenant, request_id)).body
    if request.state is State.APPROVED:
        lost = await lost_right(standings, tenant, request)
        if lost is not None:
            await _move(outside, tenant, request_id, VoidApproval(lost), finish)
            return
        request = await _move(outside, tenant, request_id, Begin(), guards(finish))
    if request.state is not State.EXECUTING or request.asked.order is not Stage.LEAVING:
        await outside.store.commit(finish)
        return
    await _hand_over(outside, tenant, request, finish)


def guards(finish: Sequence[Operation]) -> list[Operation]:
    """The job goes on after this commit; another runner that took it meanwhile makes it conflict all the same."""
    return [Check(one.key, one.expected_version) for one in finish if isinstance(one, Delete)]


async def _hand_over(outside: Outside, tenant: TenantId, request: Request, finish: Sequence[Operation]) -> None:
    """From here on it may have left, whatever is heard: the same order again is the same order."""
    if await _has_lapsed(outside, tenant, request):
        await _move(outside, tenant, request.id, Lapse(), finish)
        return
    try:
        await outside.desk.place(order_of(tenant, request))
    except Final as refused:
        await _move(outside, tenant, request.id, Decline(refused.code or "other"), finish)
        return
    await _move(outside, tenant, request.id, Place(), finish)


async def follow_order(outside: Outside, tenant: TenantId, request_id: str, finish: Sequence[Operation]) -> bool:
    """Ask the desk once. True when the order is settled (and the job with it); False: ask again later."""
    try:
        return await _follow(outside, tenant, request_id, finish)
    except Refusal as refusal:
        if not refusal.has_moved_on:
            raise
        return await follow_order(outside, tenant, request_id, finish)


async def _follow(outside: Outside, tenant: TenantId, request_id: str, finish: Sequence[Operation]) -> bool:
    request = (await load_request(outside.store, tenant, request_id)).body
    if request.state not in {State.EXECUTING, State.LAPSED, State.FAILED}:
        await outside.store.commit(finish)
        return True
    if request.asked.order is Stage.LEAVING:
        return False  # whoever hands it over is at it
    status = await outside.desk.status(order_of(tenant, request))
    if isinstance(status, Funded) and status.credited.currency == request.asked.amount.currency:
        await _fund(outside, tenant, request, status, finish)
    elif request.state is not State.EXECUTING:
        await outside.store.commit(finish)
    elif isinstance(status, Declined):
        await _move(outside, tenant, request_id, Decline(status.reason), finish)
    elif await _has_lapsed(outside, tenant, request):
        await _move(outside, tenant, request_id, Lapse(), finish)
    else:
        return False
    return True


async def _fund(
    outside: Outside, tenant: TenantId, request: Request, funded: Funded, finish: Sequence[Operation]
) -> None:
    store, clock = outside.store, outside.clock
    if request.state is State.FAILED:
        await book_after_all(store, clock, tenant, request, funded, SALDO)
        await store.commit(finish)
    else:
        await fund_order(store, clock, tenant, request.id, funded, SALDO, also=finish)


def order_of(tenant: TenantId, request: Request) -> Order:
    return Order(request.id, tenant, request.asked.amount, request.asked.po_number or None)


async def _has_lapsed(outside: Outside, tenant: TenantId, request: Request) -> bool:
    settings = await load_settings(outside.store, tenant)
    return outside.clock.now().astimezone(UTC).date() > await pending_until(outside.store, tenant, request, settings)


async def pending_until(store: Store, tenant: TenantId, request: Request, settings: Settings) -> date:
    """The last day on which an approved order counts as pending."""
    order = await store.get(ORDERS.key(tenant, request.id))
    approved = request.approvals[-1].at if request.approvals else request.changed_at
    since = (request.asked.ordered_at or approved).astimezone(UTC).date()
    desk = order.body.desk if order else None
    return last_day(
        since, desk, on_po=bool(request.asked.po_number) or settings.account is Account.EA, country=settings.country
    )


async def _move(
    outside: Outside,
    tenant: TenantId,
    request_id: str,
    event: Begin | Place | Decline | Lapse | VoidApproval,
    finish: Sequence[Operation],
) -> Request:
    return await change_request(outside.store, outside.clock, tenant, request_id, event, SALDO, also=finish)
