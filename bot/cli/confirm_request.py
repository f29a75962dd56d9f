"""What an operator says about an approved recharge that was ordered by hand: kept, and followed up by the bot."""

from dataclasses import replace

from bot.cli.books import Books
from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.requests import Kind, Request, State
from bot.orders.by_hand import Confirmation, confirm_order
from bot.ports.collections import AUDIT, JOBS
from bot.ports.store import Append, Conflict, Put
from bot.usecases.add_purchase import Bought, check_purchase, find_purchase
from bot.usecases.change_request import load_request
from bot.usecases.read_balance import read_ledger


async def confirm_request(books: Books, bought: Bought) -> Confirmation:
    """Keep what was credited for the request; the bot books it with its next look at the order.

    The same again changes nothing. Raises Refusal: cli_request_in_sandbox, request_unknown, cli_request_no_recharge,
    state_<state>, cli_request_currency, cli_request_confirmed, order_number_used, and as `check_purchase`.
    """
    if not books.settings.azure:
        raise Refusal("cli_request_in_sandbox")
    checked = check_purchase(bought, books.clock.now())
    request = (await load_request(books.store, books.tenant, str(checked.request_id))).body
    _check_request(request, checked)
    await _check_order_number(books, checked)
    told = Confirmation(checked.amount, checked.on, checked.order_number or "")
    record = AuditRecord(books.clock.now(), books.actor, "order.confirm", request.id, _details(told))
    audit = Append(AUDIT.of_tenant(books.tenant), f"order:{request.id}:confirmed", record)
    kept = await confirm_order(books.store, books.tenant, request.id, told, also=[audit])
    if kept != told:
        raise Refusal("cli_request_confirmed", amount=kept.credited, on=kept.on)
    await _hurry(books, request)
    return kept


def _check_request(request: Request, bought: Bought) -> None:
    if request.kind is not Kind.RECHARGE:
        raise Refusal("cli_request_no_recharge")
    if request.state not in {State.APPROVED, State.EXECUTING}:
        raise Refusal("cli_request_not_approved" if request.open else f"state_{request.state.value}")
    asked = request.asked.amount.currency
    if asked != bought.amount.currency:
        raise Refusal("cli_request_currency", asked=asked, currency=bought.amount.currency)


async def _check_order_number(books: Books, bought: Bought) -> None:
    """The money must not be in the ledger already, under this order number, by another way."""
    entries = [record.body for record in await read_ledger(books.store, books.tenant)]
    known = find_purchase(entries, replace(bought, request_id=None)) if bought.order_number else None
    if known is not None:
        raise Refusal("order_number_used", order_number=known.order_number, amount=known.amount, on=known.on)


def _details(told: Confirmation) -> dict[str, str]:
    return {
        "credited": f"{told.credited} {told.credited.currency}",
        "on": told.on.isoformat(),
        "reference": told.reference,
    }


async def _hurry(books: Books, request: Request) -> None:
    """Have the order looked at now. Where there is no such job yet, its first look comes in time by itself."""
    document = await books.store.get(JOBS.key(books.tenant, f"follow_order:{request.id}:{request.step}"))
    if document is None or document.body.dead:
        return
    try:
        job = replace(document.body, due_at=books.clock.now())
        await books.store.commit([Put(document.key, job, document.version)])
    except Conflict:
        return  # it is being looked at this very moment
