"""A mail of Microsoft's about the wallet, pasted into the chat: what was read, and what can be done about it."""

from dataclasses import replace
from datetime import date

from bot.commands.context import Command, Context, Press, answer, line
from bot.commands.fields import day_in, invoice_in, invoice_of, sum_in
from bot.domain.amounts import Amount
from bot.domain.errors import Refusal
from bot.domain.ledger import Purchase
from bot.domain.money import Money
from bot.domain.order_terms import DECLINE_REASONS
from bot.domain.people import Right
from bot.domain.recharge_mail import MailKind, RechargeMail, read_mail
from bot.ports.turn import Reply
from bot.usecases.add_purchase import ORDER_NUMBER_LIMIT, Bought
from bot.usecases.take_mail import (
    Match,
    Taking,
    book_mail,
    match_mail,
    read_taken,
    report_mail,
    similar_purchases,
)
from bot.views.expected import today_of
from cards.actions import Verb
from cards.recharge_mail import MailValues, TakenValues, mail_card, taken_card

RIGHTS = {
    MailKind.SUCCEEDED: Right.CONFIRM_ORDER,
    MailKind.FAILED: Right.PROPOSE_RECHARGE,
    MailKind.ZERO: Right.PROPOSE_RECHARGE,
}


async def say(context: Context, arguments: str) -> Reply:
    await context.require(Right.VIEW)
    today = today_of(context.house, context.reader)
    mail = read_mail(arguments, context.settings.currency, today)
    if mail is None:
        return line(context.reader.text("mail.how"))
    taken = await read_taken(context.outside.store, context.tenant, mail.key)
    if taken is not None:
        return answer(taken_card(TakenValues(taken, before=True), context.reader, context.buttons))
    return await _show(context, _values(context, mail, today))


async def book(context: Context, press: Press) -> Reply:
    """Book what stands in the form, if it still confirms what the card said."""
    await context.require(Right.CONFIRM_ORDER)
    typed = press.input("amount", limit=200)
    values = MailValues(
        key=press.request_id,
        kind=MailKind.SUCCEEDED,
        on=press.input("on", limit=20),
        order_number=press.input("order_number", limit=ORDER_NUMBER_LIMIT),
        currency=context.settings.currency,
        invoice=invoice_of(press),
    )
    try:
        amount, day = _amount(context, typed), _day(context, values.on)
        values = replace(values, amount=amount, day=day, on=day.isoformat())
        invoiced, tax = invoice_in(values.invoice, amount.currency)
        number, beside = values.order_number or None, press.count("similar")
        bought = Bought(amount, day, number, invoiced=invoiced, tax=tax, beside=beside)
        return await _book(context, press, values, bought)
    except Refusal as refusal:
        return await _show(context, replace(values, typed=typed[:40], error=context.reader.refusal(refusal)))


async def report(context: Context, press: Press) -> Reply:
    """Tell everybody in charge. Pressed again: that they were told."""
    await context.require(Right.PROPOSE_RECHARGE)
    kind, reason = press.input("kind", limit=20), press.input("reason", limit=20)
    if kind not in {MailKind.FAILED, MailKind.ZERO}:
        raise Refusal("button_unknown")
    amount = _carried(context, press)
    match = await match_mail(context.outside, context.tenant, MailKind(kind), amount)
    values = MailValues(
        key=press.request_id,
        kind=MailKind(kind),
        on="",
        amount=amount,
        reason=reason if reason in DECLINE_REASONS else "other",
        currency=context.settings.currency,
    )
    known = await read_taken(context.outside.store, context.tenant, values.key)
    if known is None and _told(match) != press.input("match", limit=200):
        return await _show(context, values)
    taking = Taking(values.key, values.kind, match, amount, values.reason)
    taken = await report_mail(context.outside, context.tenant, taking, context.by)
    return answer(taken_card(TakenValues(taken, before=known is not None), context.reader, context.buttons))


async def drop(context: Context, press: Press) -> Reply:
    return line(context.reader.text("mail.dropped"))


COMMAND = Command(
    name="recharge_mail",
    say=say,
    right=Right.VIEW,
    buttons={Verb.MAIL_BOOK: book, Verb.MAIL_REPORT: report, Verb.MAIL_DROP: drop},
    menu=False,
)


async def _book(context: Context, press: Press, values: MailValues, bought: Bought) -> Reply:
    outside = context.outside
    known = await read_taken(outside.store, context.tenant, values.key)
    match = await match_mail(outside, context.tenant, values.kind, bought.amount)
    if known is None and _told(match) != press.input("match", limit=200):
        return await _show(context, values)  # something else is waited for than the card said
    taking = Taking(values.key, values.kind, match, bought.amount)
    taken = await book_mail(outside, context.tenant, taking, bought, context.by)
    return answer(taken_card(TakenValues(taken, before=known is not None), context.reader, context.buttons))


def _amount(context: Context, typed: str) -> Money:
    amount = sum_in(typed, context.settings.currency)
    if amount is None:
        raise Refusal("amount_wanted")
    return amount


def _day(context: Context, typed: str) -> date:
    return day_in(typed, today_of(context.house, context.reader))


def _carried(context: Context, press: Press) -> Money | None:
    """The sum of a failed payment, as our button carries it."""
    text = press.input("amount", limit=40)
    return Money.of(text, context.settings.currency) if text else None


def _values(context: Context, mail: RechargeMail, today: date) -> MailValues:
    currency = context.settings.currency
    read = mail.amount if isinstance(mail.amount, Amount) else None
    is_ours = read is not None and read.currency in {None, currency}
    return MailValues(
        key=mail.key,
        kind=mail.kind,
        on=(mail.on or today).isoformat(),
        amount=Money.of(read.value, currency) if read and is_ours else None,
        day=mail.on,
        ambiguous=mail.amount is not None and read is None,
        other_currency=Money.of(read.value, read.currency) if read and read.currency and not is_ours else None,
        reason=mail.reason or "other",
        order_number=mail.order_number,
        currency=currency,
    )


async def _show(context: Context, values: MailValues) -> Reply:
    """The card, with what the mail is about, and what is booked already."""
    outside = context.outside
    match = await match_mail(outside, context.tenant, values.kind, values.amount)
    standing = await context.standing()
    similar = await _similar(context, values, match)
    shown = replace(
        values,
        matched=match.what.value,
        waited_for=match.amount,
        similar=similar[-1].on if similar else None,
        may_act=standing.may(RIGHTS[values.kind]),
        args=_args(values, match, len(similar)),
    )
    return answer(mail_card(shown, context.reader, context.buttons))


async def _similar(context: Context, values: MailValues, match: Match) -> list[Purchase]:
    if values.kind is not MailKind.SUCCEEDED or values.amount is None:
        return []
    day = values.day or today_of(context.house, context.reader)
    bought = Bought(values.amount, day, values.order_number or None)
    return await similar_purchases(context.outside.store, context.tenant, match, bought)


def _args(values: MailValues, match: Match, similar: int) -> dict[str, str]:
    """`similar`: of so many purchases whoever presses has been told."""
    if values.kind is MailKind.SUCCEEDED:
        seen = {"similar": str(similar)} if similar else {}
        return {"match": _told(match), "order_number": values.order_number, **seen}
    amount = str(values.amount) if values.amount else ""
    return {"match": _told(match), "kind": values.kind.value, "amount": amount, "reason": values.reason}


def _told(match: Match) -> str:
    return f"{match.what.value} {match.id}".strip()
