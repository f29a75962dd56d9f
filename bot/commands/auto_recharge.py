"""`auto-recharge`: how the admin center is set, as somebody verified it; and whether an expected recharge arrived."""

from dataclasses import replace
from datetime import date

from bot.commands.context import Command, Context, Press, answer
from bot.commands.fields import day_in, invoice_in, invoice_of, sum_in
from bot.domain.auto_recharge import Expected, Mirror
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.order_terms import DECLINE_REASONS
from bot.domain.people import Right
from bot.domain.settings import NamedPerson
from bot.ports.turn import Reply
from bot.usecases.add_purchase import Bought
from bot.usecases.answer_expected import confirm_expected, load_expected, report_expected, wait_for_expected
from bot.usecases.mirror_auto_recharge import read_mirror, set_mirror
from bot.views.expected import auto_recharge_values, draw_expected, today_of
from cards.actions import Verb
from cards.auto_recharge import ON, AutoRechargeValues, auto_recharge_card
from cards.expected import why_expected_failed_card
from cards.invoice import NONE_TYPED, InvoiceTyped


async def say(context: Context, arguments: str) -> Reply:
    await context.require(Right.VIEW)
    return _drawn(context, await _values(context))


async def save(context: Context, press: Press) -> Reply:
    """The form was filled in: it is verified by whoever pressed."""
    await context.require(Right.CHANGE_SETTINGS)
    on, amount, trigger = (press.input(name, limit=200) for name in ("on", "amount", "trigger"))
    currency = context.settings.currency
    try:
        mirror = replace(
            _seen_now(context), on=on == ON, amount=sum_in(amount, currency), trigger=sum_in(trigger, currency)
        )
        await set_mirror(context.outside.store, context.outside.clock, context.tenant, mirror)
    except Refusal as refusal:
        typed = replace(await _values(context), on=on, amount=amount[:40], trigger=trigger[:40])
        return _drawn(context, replace(typed, error=context.reader.refusal(refusal)))
    return _drawn(context, await _values(context))


async def same(context: Context, press: Press) -> Reply:
    """Somebody looked, and it is still so."""
    await context.require(Right.CHANGE_SETTINGS)
    known = await read_mirror(context.outside.store, context.tenant)
    if known is None:
        raise Refusal("auto_recharge_unknown")
    seen = _seen_now(context)
    again = replace(known, verified_by=seen.verified_by, verified_at=seen.verified_at)
    await set_mirror(context.outside.store, context.outside.clock, context.tenant, again)
    return _drawn(context, await _values(context))


async def show_expected(context: Context, press: Press) -> Reply:
    await context.require(Right.VIEW)
    return await _expected(context, await _load(context, press))


async def yes(context: Context, press: Press) -> Reply:
    """It arrived: what was expected, or what was typed beside."""
    return await _arrived(context, press, wanted=False)


async def other(context: Context, press: Press) -> Reply:
    return await _arrived(context, press, wanted=True)


async def not_yet(context: Context, press: Press) -> Reply:
    expected = await _to_answer(context, press)
    if press.button.revision == expected.step:
        expected = await wait_for_expected(context.outside, context.tenant, expected.id, context.by)
    return await _expected(context, expected)


async def failed(context: Context, press: Press) -> Reply:
    """Ask why, before everybody hears of it, with what to do about that."""
    expected = await _to_answer(context, press)
    reason = press.input("reason", limit=40)
    if press.button.revision != expected.step:
        return await _expected(context, expected)
    if not reason:
        return answer(why_expected_failed_card(expected, context.reader, context.buttons))
    if reason not in DECLINE_REASONS:
        raise Refusal("reason_unknown")
    return await _expected(
        context, await report_expected(context.outside, context.tenant, expected.id, reason, context.by)
    )


COMMAND = Command(
    name="auto_recharge",
    say=say,
    right=Right.VIEW,
    buttons={
        Verb.AUTO_RECHARGE_SAVE: save,
        Verb.AUTO_RECHARGE_SAME: same,
        Verb.EXPECTED_SHOW: show_expected,
        Verb.EXPECTED_YES: yes,
        Verb.EXPECTED_OTHER: other,
        Verb.EXPECTED_NOT_YET: not_yet,
        Verb.EXPECTED_FAILED: failed,
    },
    menu=False,
)


async def _arrived(context: Context, press: Press, *, wanted: bool) -> Reply:
    """`wanted`: another amount must be typed. What is no longer as the card showed it is shown, nothing is booked."""
    expected = await _to_answer(context, press)
    if press.button.revision != expected.step:
        return await _expected(context, expected)
    typed, invoice = press.input("amount", limit=200), invoice_of(press)
    try:
        amount, day = _amount(expected, typed, wanted=wanted), _day(context, press.input("on", limit=20))
        invoiced, tax = invoice_in(invoice, amount.currency)
        bought = Bought(amount, day, invoiced=invoiced, tax=tax, beside=press.count("known"))
        outside = context.outside
        expected = await confirm_expected(
            outside.store, outside.clock, context.tenant, expected.id, bought, context.by
        )
    except Refusal as refusal:
        return await _expected(context, expected, typed=(typed[:40], invoice), refusal=refusal)
    return await _expected(context, expected)


def _amount(expected: Expected, typed: str, *, wanted: bool) -> Money:
    told = sum_in(typed, expected.amount.currency)
    if told is None and wanted:
        raise Refusal("amount_wanted")
    return told or expected.amount


def _day(context: Context, typed: str) -> date:
    return day_in(typed, today_of(context.house, context.reader))


async def _to_answer(context: Context, press: Press) -> Expected:
    await context.require(Right.CONFIRM_ORDER)
    return await _load(context, press)


async def _load(context: Context, press: Press) -> Expected:
    return (await load_expected(context.outside.store, context.tenant, press.request_id)).body


async def _expected(
    context: Context,
    expected: Expected,
    *,
    typed: tuple[str, InvoiceTyped] = ("", NONE_TYPED),
    refusal: Refusal | None = None,
) -> Reply:
    """With what was wrong; where the money may be booked already, its buttons carry that the presser knows."""
    times = refusal.values.get("times") if refusal else None
    card = await draw_expected(
        context.house,
        context.tenant,
        expected,
        context.actor,
        context.reader,
        typed=typed[0],
        error=context.reader.refusal(refusal) if refusal else "",
        times=times if isinstance(times, int) else 0,
        invoice=typed[1],
    )
    return answer(card)


def _seen_now(context: Context) -> Mirror:
    by = NamedPerson(context.actor, context.turn.actor.name)
    return Mirror(on=False, verified_by=by, verified_at=context.outside.clock.now())


async def _values(context: Context) -> AutoRechargeValues:
    standing = await context.standing()
    return await auto_recharge_values(context.house, context.tenant, context.settings, standing, context.reader)


def _drawn(context: Context, values: AutoRechargeValues) -> Reply:
    return answer(auto_recharge_card(values, context.reader, context.buttons))
