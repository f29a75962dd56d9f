"""Money for an order: booked once, however often and by whomever it is told. The lot is what was credited."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.errors import Refusal
from bot.domain.events import SALDO, By, Fund
from bot.domain.ledger import Entry, Purchase
from bot.domain.order_numbers import plain_number
from bot.domain.people import TenantId
from bot.domain.requests import Kind, Recharge, Request, State
from bot.ports.clock import Clock
from bot.ports.collections import LEDGER
from bot.ports.order_desk import Funded
from bot.ports.store import CheckHead, Conflict, Operation, Store
from bot.usecases.add_purchase import (
    Bought,
    add_purchase,
    check_purchase,
    find_purchase,
    invoice_differs,
    with_its_invoice,
)
from bot.usecases.book_entry import ATTEMPTS
from bot.usecases.change_request import change_request, load_request
from bot.usecases.read_balance import read_ledger

WAITS_FOR_MONEY = frozenset({State.EXECUTING, State.LAPSED})


async def confirm_order(
    store: Store, clock: Clock, tenant: TenantId, request_id: str, funded: Funded, by: By
) -> Request:
    """Somebody saw the money. The same again is the request as it stands, and changes nothing.

    Money for an order that was declined is booked beside the request, which has ended. Raises Refusal:
    request_unknown, not_a_recharge, order_confirmed, order_number_used, currency_other, tax_too_large,
    nothing_to_confirm, and as `check_purchase`.
    """
    funded = check_funded(funded, clock)
    request = (await load_request(store, tenant, request_id)).body
    if request.kind is not Kind.RECHARGE:
        raise Refusal("not_a_recharge")
    if request.state is State.DONE:
        return _confirmed(request, funded)
    if request.state is State.FAILED:
        return await book_after_all(store, clock, tenant, request, funded, by)
    if request.state not in WAITS_FOR_MONEY:
        raise Refusal("nothing_to_confirm")
    await _check_number(store, tenant, funded)
    try:
        return await fund_order(store, clock, tenant, request_id, funded, by)
    except Refusal as refusal:
        if not refusal.has_moved_on:
            raise
        return await confirm_order(store, clock, tenant, request_id, funded, by)  # it has moved on just now


def check_funded(funded: Funded, clock: Clock) -> Funded:
    """The same, its order number trimmed. Raises Refusal as `check_purchase`."""
    bought = Bought(funded.credited, funded.on, funded.reference, invoiced=funded.invoiced, tax=funded.tax)
    checked = check_purchase(bought, clock.now())
    return replace(funded, reference=checked.order_number or "")


def _confirmed(request: Request, funded: Funded) -> Request:
    asked = request.asked
    if told(asked) == funded:
        return request
    if (asked.credited, asked.funded_on, asked.reference) == (funded.credited, funded.on, funded.reference):
        raise invoice_differs(funded.credited, funded.on, asked.invoiced, asked.tax)
    raise Refusal("order_confirmed", amount=asked.credited, on=asked.funded_on, number=asked.reference or "–")


def told(asked: Recharge) -> Funded | None:
    """What was confirmed of a recharge."""
    if asked.credited is None or asked.funded_on is None:
        return None
    return Funded(asked.credited, asked.funded_on, asked.reference, asked.invoiced, asked.tax)


async def _check_number(store: Store, tenant: TenantId, funded: Funded) -> None:
    """Where the number stands for another sum or day, one of the two is a slip. Raises Refusal."""
    entries = [record.body for record in await read_ledger(store, tenant)]
    if funded.reference:
        find_purchase(entries, Bought(funded.credited, funded.on, funded.reference))


async def fund_order(  # noqa: PLR0913 -- whose order, what came, and what is committed with it
    store: Store,
    clock: Clock,
    tenant: TenantId,
    request_id: str,
    funded: Funded,
    by: By,
    also: Sequence[Operation] = (),
) -> Request:
    """Book it, unless somebody has booked this very order by its number: decided on the whole ledger."""
    ledger = LEDGER.of_tenant(tenant)
    entries: list[Entry] = []
    for _ in range(ATTEMPTS):
        entries += [record.body for record in await read_ledger(store, tenant, after_seq=len(entries))]
        event = _event(funded, booked=_is_booked(entries, funded))
        check = CheckHead(ledger, len(entries))
        try:
            return await change_request(store, clock, tenant, request_id, event, by, also=[*also, check])
        except Conflict as conflict:
            if conflict.key != ledger:
                raise
    raise Conflict(ledger)


def _event(funded: Funded, *, booked: bool) -> Fund:
    return Fund(funded.credited, funded.on, funded.reference, booked=booked, invoiced=funded.invoiced, tax=funded.tax)


def _is_booked(entries: Sequence[Entry], funded: Funded) -> bool:
    """The order number is the idempotency key; with another sum or day it stands for something else."""
    number = plain_number(funded.reference)
    same = (
        plain_number(entry.order_number or "")
        for entry in entries
        if isinstance(entry, Purchase) and (entry.amount, entry.on) == (funded.credited, funded.on)
    )
    return bool(number) and number in same


async def book_after_all(
    store: Store, clock: Clock, tenant: TenantId, request: Request, funded: Funded, by: By
) -> Request:
    """Its order was declined, and then the money came: it is booked for the request once, which stays as it ended."""
    bought = Bought(
        funded.credited,
        funded.on,
        funded.reference or None,
        request_id=request.id,
        invoiced=funded.invoiced,
        tax=funded.tax,
    )
    purchase = await add_purchase(store, clock, tenant, bought, by.id)
    if (purchase.amount, purchase.on) != (funded.credited, funded.on):
        number = purchase.order_number or "–"
        raise Refusal("order_confirmed", amount=purchase.amount, on=purchase.on, number=number)
    if by != SALDO:  # what a desk tells later of an invoice is with its order
        with_its_invoice(purchase, bought)
    return request
