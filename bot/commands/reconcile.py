"""`reconcile 1,234.56`: what the admin center shows beside the books; the difference is booked, or asked for."""

import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from bot.commands.arguments import READ_AT
from bot.commands.context import Command, Context, Press, answer
from bot.commands.ids import derived_id, minted_id
from bot.commands.moments import day_of
from bot.domain.admin_center import Page, path_to
from bot.domain.amounts import Ambiguous, Amount, amount_in
from bot.domain.errors import Refusal
from bot.domain.ledger import Adjustment
from bot.domain.money import Money
from bot.domain.people import Right
from bot.ports.collections import REQUESTS
from bot.ports.turn import Reply
from bot.usecases.keep_card import keep_pressed_card
from bot.usecases.reconcile import Weighed, ask_for_second, book_alone, weigh_reading
from bot.usecases.reconcile_opening import Reading
from bot.usecases.weigh_recharge import wallet_of
from bot.views.approvers import approvers_shown
from bot.views.request import draw_request
from bot.views.which_amount import which_amount
from cards.actions import Verb
from cards.approvers import NOBODY
from cards.reconcile import (
    ReconciledValues,
    ReconcileFormValues,
    ReconcileValues,
    reconcile_card,
    reconcile_form_card,
    reconciled_card,
)
from cards.which_amount import which_amount_card

NOON = time(12)


async def say(context: Context, arguments: str) -> Reply:
    await context.require(Right.CHANGE_SETTINGS)
    typed, _, moment = arguments.partition(READ_AT)
    form = _form_now(context, typed.strip())
    if not typed:
        return await _form(context, form)
    return await _weigh(context, form, derived_id(context.turn), *_moment_words(moment))


async def open_form(context: Context, press: Press) -> Reply:
    """The form; with what was compared before, where it is to be changed."""
    await context.require(Right.CHANGE_SETTINGS)
    form = _form_now(context, press.input("amount", limit=40))
    read_at = _exactly(press.input("read_at", limit=40))
    if read_at is not None:
        local = read_at.astimezone(context.reader.zone)
        form = replace(form, read_on=local.date().isoformat(), read_time=f"{local:%H:%M}")
    return await _form(context, form)


async def read(context: Context, press: Press) -> Reply:
    """The form was filled in, or one reading of an ambiguous number was meant."""
    await context.require(Right.CHANGE_SETTINGS)
    form = replace(
        _form_now(context, press.input("amount", limit=200)),
        read_on=press.input("read_on", limit=20),
        read_time=press.input("read_time", limit=20),
    )
    exact = bool(press.input("currency", limit=3))
    return await _weigh(context, form, minted_id(), form.read_on, form.read_time, exact=exact)


async def book(context: Context, press: Press) -> Reply:
    """Book it where one person may; else ask for a second one. Pressed again: what came of it."""
    await context.require(Right.CHANGE_SETTINGS)
    outside = context.outside
    known = await outside.store.get(REQUESTS.key(context.tenant, press.request_id))
    if known is not None:
        return answer(await draw_request(context.house, context.tenant, known.body, context.actor, context.reader))
    reading = _pressed_reading(context, press)
    weighed = await weigh_reading(outside.store, outside.clock, context.tenant, reading)
    if weighed.alone:
        with contextlib.suppress(Refusal):  # where the books have moved since that look
            booked = await book_alone(outside.store, outside.clock, context.tenant, reading, context.by)
            return _booked(context, booked)
        weighed = await weigh_reading(outside.store, outside.clock, context.tenant, reading)
    request = await ask_for_second(
        outside.store, outside.clock, context.tenant, press.request_id, context.by, weighed
    )
    await keep_pressed_card(outside.store, context.turn, press.pressed, request)
    return answer(await draw_request(context.house, context.tenant, request, context.actor, context.reader))


COMMAND = Command(
    name="reconcile",
    say=say,
    right=Right.CHANGE_SETTINGS,
    buttons={Verb.RECONCILE_OPEN: open_form, Verb.RECONCILE_READ: read, Verb.RECONCILE_BOOK: book},
    menu=False,
)


async def _weigh(
    context: Context, form: ReconcileFormValues, request_id: str, day: str, at: str, *, exact: bool = False
) -> Reply:
    """On to the comparison, to a question, or back to the form with what is wrong."""
    try:
        parsed = _amount(form.amount, form.currency, exact=exact)
        read_at = _moment(context, day, at)
        if isinstance(parsed, Ambiguous):
            return _ask(context, parsed, form.currency, read_at)
        reading = Reading(Money.of(parsed.value, form.currency), read_at)
        outside = context.outside
        weighed = await weigh_reading(outside.store, outside.clock, context.tenant, reading)
    except Refusal as refusal:
        return await _form(context, replace(form, error=context.reader.refusal(refusal)))
    return await _compared(context, request_id, weighed)


def _amount(typed: str, currency: str, *, exact: bool) -> Amount | Ambiguous:
    """As `amount_in`; but an empty wallet is a balance too, and an `exact` one is decimal text of ours."""
    if exact:
        return Amount(Money.of(typed, currency).amount, currency)
    try:
        return amount_in(typed, currency)
    except Refusal as refusal:
        if refusal.code != "amount_zero":
            raise
        return Amount(Decimal(0), currency)


def _moment_words(moment: str) -> tuple[str, str]:
    """The day and the time of `reading_text`, either of which may be missing."""
    words = moment.split()
    at = next((word for word in words if ":" in word), "")
    return next((word for word in words if word != at), ""), at


def _moment(context: Context, day: str, at: str) -> datetime:
    """A day and a time of the reader's zone as a moment. Without a time it is now, or noon of an earlier day.

    Raises Refusal: day_ambiguous, day_unknown, time_malformed, reading_in_future.
    """
    now = context.outside.clock.now().astimezone(context.reader.zone)
    on = _day(day, now.date())
    if not at and on == now.date():
        return now.astimezone(UTC).replace(second=0, microsecond=0)
    local = datetime.combine(on, _time(at), context.reader.zone)
    if local > now:
        raise Refusal("reading_in_future", on=on)
    return local.astimezone(UTC)


def _day(day: str, today: date) -> date:
    try:
        return day_of(day, today) if day else today
    except ValueError:
        raise Refusal("day_unknown", text=day) from None


def _time(at: str) -> time:
    try:
        return time.fromisoformat(at.zfill(5)).replace(tzinfo=None) if at else NOON
    except ValueError:
        raise Refusal("time_malformed", text=at) from None


def _ask(context: Context, parsed: Ambiguous, currency: str, read_at: datetime) -> Reply:
    local = read_at.astimezone(context.reader.zone)
    args = {"read_on": local.date().isoformat(), "read_time": f"{local:%H:%M}"}
    values = which_amount(parsed, currency, context.reader, Verb.RECONCILE_READ, args=args)
    return answer(which_amount_card(values, context.reader, context.buttons))


async def _compared(context: Context, request_id: str, weighed: Weighed) -> Reply:
    approvers = NOBODY
    if not weighed.alone:
        approvers = await approvers_shown(context.house, context.tenant, Right.APPROVE_RECHARGE, context.actor)
    values = ReconcileValues(
        request_id=request_id,
        portal=weighed.reading.portal,
        read_at=weighed.reading.read_at,
        split=weighed.split,
        alone=weighed.alone,
        opening=weighed.opening,
        approvers=approvers,
        in_all=weighed.in_all if weighed.is_small else None,
    )
    return answer(reconcile_card(values, context.reader, context.buttons))


def _booked(context: Context, adjustment: Adjustment) -> Reply:
    drift = adjustment.amount if adjustment.estimate else None
    values = ReconciledValues(adjustment.portal, adjustment.on, drift)
    return answer(reconciled_card(values, context.reader, context.buttons))


async def _form(context: Context, form: ReconcileFormValues) -> Reply:
    outside = context.outside
    wallet = await wallet_of(outside.store, outside.clock, context.tenant, form.currency)
    last = wallet.reconciled if wallet else None
    told = (last.read_at, last.amount) if last else None
    return answer(reconcile_form_card(replace(form, last=told), context.reader, context.buttons))


def _form_now(context: Context, amount: str) -> ReconcileFormValues:
    local = context.outside.clock.now().astimezone(context.reader.zone)
    balance = path_to(Page.BALANCE, local.date())
    return ReconcileFormValues(
        context.settings.currency, local.date().isoformat(), f"{local:%H:%M}", balance, amount=amount[:40]
    )


def _pressed_reading(context: Context, press: Press) -> Reading:
    """What the button carries is worth as much as typed text. Raises Refusal where it makes no sense."""
    amount = Money.of(press.input("amount", limit=40), press.input("currency", limit=3))
    if amount.currency != context.settings.currency:
        raise Refusal("currency_other", currency=amount.currency, wallet=context.settings.currency)
    read_at = _exactly(press.input("read_at", limit=40))
    if read_at is None or amount.micros < 0:
        raise Refusal("button_unknown")
    return Reading(amount, read_at)


def _exactly(text: str) -> datetime | None:
    """A moment as our buttons carry it; None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
