"""`recharge confirmed 500 on 12 Nov`: money that arrived, of an order or bought without one; an order's buttons."""

import logging
from collections.abc import Awaitable
from dataclasses import replace
from datetime import date

from bot.commands.arguments import READ_AT
from bot.commands.context import Command, Context, Press, answer, line
from bot.commands.ids import derived_id
from bot.commands.moments import day_of
from bot.commands.order_form import filled_in, funded_of, readable
from bot.domain.admin_center import Page, path_to
from bot.domain.amounts import Ambiguous, amount_in
from bot.domain.errors import Refusal
from bot.domain.ledger import Purchase, expiry_of
from bot.domain.money import Money
from bot.domain.people import Right, TenantId
from bot.domain.requests import Kind, Request, State
from bot.ports.clock import Clock
from bot.ports.collections import REQUESTS
from bot.ports.order_desk import Funded
from bot.ports.store import Store
from bot.ports.turn import Card, Reply
from bot.usecases.add_purchase import Bought, add_purchase, alike
from bot.usecases.change_request import load_request
from bot.usecases.fund_order import check_funded, confirm_order
from bot.usecases.keep_card import keep_pressed_card
from bot.usecases.read_balance import read_ledger
from bot.usecases.tell_order import note_bought, orders_waiting, report_declined, report_path
from bot.usecases.weigh_recharge import wallet_of
from bot.views.request import draw_request
from bot.views.which_amount import which_amount
from cards.actions import Verb
from cards.order_forms import OUTSIDE, ArrivedValues, BookedValues, arrived_card, booked_card, why_failed_card
from cards.which_amount import which_amount_card

log = logging.getLogger("saldo.orders")


async def say(context: Context, arguments: str) -> Reply:
    await _may_confirm(context)
    typed, _, day = arguments.partition(READ_AT)
    form = ArrivedValues(derived_id(context.turn), context.settings.currency, _today(context).isoformat())
    try:
        form = replace(form, on=_told_day(context, day).isoformat())
        return await _typed(context, form, typed.strip())
    except Refusal as refusal:
        return await _form(context, replace(form, amount=typed.strip()[:40], error=context.reader.refusal(refusal)))


async def arrived(context: Context, press: Press) -> Reply:
    """The form, for an order or for what was told in a sentence."""
    await _may_confirm(context)
    order = await _order(context, press.request_id)
    amount = _exact(press) or (order.asked.amount if order else None)
    form = ArrivedValues(
        telling=press.request_id,
        currency=amount.currency if amount else context.settings.currency,
        on=press.input("on", limit=10) or _today(context).isoformat(),
        amount=context.reader.money(amount) if amount else "",
        order_number=order.asked.reference if order else "",
    )
    return await _form(context, form)


async def confirm(context: Context, press: Press) -> Reply:
    """Book it: for the order that it belongs to, or as bought without one. The same form again books nothing more."""
    await _may_confirm(context)
    order = await _order(context, press.request_id) or await _order(context, press.input("belongs", limit=200))
    form = filled_in(press, context.settings.currency, order)
    try:
        funded = check_funded(funded_of(form), context.outside.clock)
        if await _is_open(context, press, form, order):
            return await _form(context, form)
        if order is None:
            told = _bought(form, funded, beside=press.count("known"))
            return await _booked(context, await add_purchase(*_where(context), told, context.actor))
        return await _confirmed(context, press, order, funded)
    except Refusal as refusal:
        error = "" if refusal.code == "bought_already" else context.reader.refusal(refusal)  # the form says that
        return await _form(context, replace(form, error=error))


async def show(context: Context, press: Press) -> Reply:
    request = (await load_request(context.outside.store, context.tenant, press.request_id)).body
    if request.state is State.DRAFT:
        raise Refusal("request_unknown")  # nobody but its requester knows of it
    return answer(await _draw(context, request))


async def bought(context: Context, press: Press) -> Reply:
    """Somebody placed it in the admin center, or wrote to the partner."""
    await _may_confirm(context)
    number = press.input("order_number", limit=200)
    return await _moves(context, press, note_bought(*_where(context), press.request_id, number, context.by))


async def failed(context: Context, press: Press) -> Reply:
    """Ask why, before everybody hears of it."""
    await _may_confirm(context)
    order = await _order(context, press.request_id)
    if order is None or order.state is not State.EXECUTING:
        return await show(context, press)
    return answer(why_failed_card(order, context.reader, context.buttons))


async def declined(context: Context, press: Press) -> Reply:
    await _may_confirm(context)
    reason = press.input("reason", limit=40)
    return await _moves(context, press, report_declined(*_where(context), press.request_id, reason, context.by))


async def path_changed(context: Context, press: Press) -> Reply:
    """For whoever looks after Saldo: in the audit and in the log."""
    await context.require(Right.VIEW)
    told = press.input("page", limit=40)
    if told not in set(Page):
        raise Refusal("button_unknown")
    page = Page(told)
    await report_path(context.outside.store, context.outside.clock, context.tenant, page, context.actor)
    since = path_to(page, context.outside.clock.now().date()).since
    log.warning("admin center path reported as changed", extra={"page": page.value, "since": since.isoformat()})
    return line(context.reader.text("path.told"))


COMMAND = Command(
    name="confirmed",
    say=say,
    right=Right.CONFIRM_ORDER,
    buttons={
        Verb.ORDER_SHOW: show,
        Verb.ORDER_BOUGHT: bought,
        Verb.ORDER_ARRIVED: arrived,
        Verb.ORDER_CONFIRM: confirm,
        Verb.ORDER_FAILED: failed,
        Verb.ORDER_DECLINED: declined,
        Verb.PATH_CHANGED: path_changed,
    },
    menu=False,
)


async def _may_confirm(context: Context) -> None:
    """Read again for this very click: what is told here becomes money."""
    await context.house.standings.fresh(context.tenant, context.actor)
    await context.require(Right.CONFIRM_ORDER)


def _where(context: Context) -> tuple[Store, Clock, TenantId]:
    return context.outside.store, context.outside.clock, context.tenant


def _today(context: Context) -> date:
    return context.outside.clock.now().astimezone(context.reader.zone).date()


def _told_day(context: Context, code: str) -> date:
    """The words of a reading may hold a time, which does not matter here."""
    day = next((word for word in code.split() if ":" not in word), "")
    return day_of(day, _today(context)) if day else _today(context)


async def _typed(context: Context, form: ArrivedValues, typed: str) -> Reply:
    if not typed:
        return await _form(context, form)
    parsed = amount_in(typed, form.currency)
    if isinstance(parsed, Ambiguous):
        values = which_amount(
            parsed, form.currency, context.reader, Verb.ORDER_ARRIVED, about=(form.telling, 0), args={"on": form.on}
        )
        return answer(which_amount_card(values, context.reader, context.buttons))
    return await _form(context, replace(form, amount=context.reader.money(Money.of(parsed.value, form.currency))))


def _exact(press: Press) -> Money | None:
    """Decimal text of our own button, with its currency beside it."""
    currency = press.input("currency", limit=3)
    return Money.of(press.input("amount", limit=40), currency) if currency else None


async def _order(context: Context, id_: str) -> Request | None:
    """A recharge that may be confirmed; None for what is no request, as the fresh id of a form is none."""
    if not id_ or id_ == OUTSIDE:
        return None
    known = await context.outside.store.get(REQUESTS.key(context.tenant, id_))
    return known.body if known is not None and known.body.kind is Kind.RECHARGE else None


def _bought(form: ArrivedValues, funded: Funded, *, beside: int) -> Bought:
    return Bought(
        funded.credited,
        funded.on,
        funded.reference or None,
        invoiced=funded.invoiced,
        tax=funded.tax,
        key=form.telling,
        beside=beside,
    )


async def _confirmed(context: Context, press: Press, order: Request, funded: Funded) -> Reply:
    request = await confirm_order(*_where(context), order.id, funded, context.by)
    if request.state is State.FAILED:  # it ended before: the money is booked beside it
        purchase = Purchase(
            "",
            funded.on,
            funded.credited,
            context.outside.clock.now(),
            funded.reference or None,
            invoiced=funded.invoiced,
            tax=funded.tax,
        )
        return await _booked(context, purchase)
    return await _moved(context, press, request)


async def _booked(context: Context, purchase: Purchase) -> Reply:
    """A reading of a later day held it already: then the balance does not move, and that is no mistake."""
    outside = context.outside
    wallet = await wallet_of(outside.store, outside.clock, context.tenant, purchase.amount.currency)
    last = wallet.reconciled if wallet else None
    values = BookedValues(
        purchase.amount,
        purchase.on,
        expiry_of(purchase.on),
        purchase.order_number or "",
        last.on if last is not None and last.on > purchase.on else None,
        purchase.invoiced,
        purchase.tax,
    )
    return answer(booked_card(values, context.reader, context.buttons))


async def _form(context: Context, form: ArrivedValues) -> Reply:
    """With what it may belong to, where nobody has said so, and whether it is in the books already."""
    order = await _order(context, form.telling)
    belongs = await _waiting(context, form) if order is None else ()
    known = await _known(context, form, order)
    chosen = form.chosen or (belongs[0].id if belongs and _is_before(context, belongs[0], form) else OUTSIDE)
    form = replace(form, belongs=belongs, chosen=chosen, known=known[-1].on if known else None, times=len(known))
    return answer(arrived_card(form, context.reader, context.buttons))


async def _is_open(context: Context, press: Press, form: ArrivedValues, order: Request | None) -> bool:
    """Whether something has to be said first: to which order it belongs, or that the order's money is not what
    somebody booked without one."""
    if order is None:
        return form.chosen != OUTSIDE and bool(await _waiting(context, form))
    return order.state is not State.DONE and len(await _known(context, form, order)) > press.count("known")


async def _waiting(context: Context, form: ArrivedValues) -> tuple[Request, ...]:
    """Those that were asked for by the day that is told first: what came before cannot be of a later one."""
    waiting = await orders_waiting(context.outside.store, context.tenant, readable(form))
    return tuple(sorted(waiting, key=lambda request: not _is_before(context, request, form)))


def _is_before(context: Context, request: Request, form: ArrivedValues) -> bool:
    """Whether it was asked for by the day of the form, in the reader's zone; days in ISO sort as they follow."""
    return request.created_at.astimezone(context.reader.zone).date().isoformat() <= form.on


async def _known(context: Context, form: ArrivedValues, order: Request | None) -> list[Purchase]:
    """Somebody may have booked it already; what came for one order is nothing to another."""
    try:
        told = Bought(readable(form), date.fromisoformat(form.on), form.order_number or None)
    except ValueError:
        return []
    entries = [record.body for record in await read_ledger(context.outside.store, context.tenant)]
    return [one for one in alike(entries, told) if order is None or one.request_id is None]


async def _moves(context: Context, press: Press, telling: Awaitable[Request]) -> Reply:
    """Too late, or pressed again: the present card is the answer. Any other refusal is said as such."""
    try:
        request = await telling
    except Refusal as refusal:
        if not refusal.has_moved_on:
            raise
        return await show(context, press)
    return await _moved(context, press, request)


async def _moved(context: Context, press: Press, request: Request) -> Reply:
    await keep_pressed_card(context.outside.store, context.turn, press.pressed, request)
    return answer(await _draw(context, request))


async def _draw(context: Context, request: Request) -> Card:
    return await draw_request(context.house, context.tenant, request, context.actor, context.reader)
