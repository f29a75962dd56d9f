"""`report october`: a month's statement for finance; as a file, and every month for who wants it."""

import asyncio
from datetime import UTC

from bot.commands.context import Command, Context, Press, answer
from bot.commands.ids import derived_id
from bot.commands.months import month_of
from bot.domain.errors import Refusal
from bot.domain.month_end import Month, last_settled
from bot.domain.people import Right
from bot.domain.subscription import FileTransfer
from bot.ports.turn import Message, Offer, OfferAnswered, Reply
from bot.reports.files import Format, file_name, report_file
from bot.usecases.read_month import read_month, read_statement
from bot.usecases.subscribe import is_subscribed, subscribe, unsubscribe
from bot.usecases.transfer_file import accept_transfer
from cards.actions import Button, Verb
from cards.month_end import MonthEndValues, month_end_card

LOOKED_UP = 300  # people whose department a turn asks for; the file, which a job makes, has all of them


async def say(context: Context, arguments: str) -> Reply:
    now = context.outside.clock.now()
    return await _show(context, month_of(arguments, now.astimezone(UTC).date(), last_settled(now)))


async def show(context: Context, press: Press) -> Reply:
    return await _show(context, _month(press))


async def subscribe_(context: Context, press: Press) -> Reply:
    await context.require(Right.VIEW)
    await subscribe(context.outside.store, context.outside.clock, context.tenant, context.actor)
    return await _show(context, _month(press))


async def unsubscribe_(context: Context, press: Press) -> Reply:
    """Whoever lost the right to see it may still put an end to it."""
    await unsubscribe(context.outside.store, context.outside.clock, context.tenant, context.actor)
    return await _show(context, _month(press))


async def offer(context: Context, press: Press) -> Reply:
    """Teams asks the person whether the file may be put into their storage; `accepted` hears the answer. The file is
    made here to tell its size, and made anew when it is wanted: its content is never kept."""
    standing = await context.require(Right.VIEW)
    month, format_ = _month(press), _format(press.input("format", limit=10))
    report = await read_month(context.outside, context.tenant, month, with_names=standing.may(Right.SEE_NAMES))
    file = await asyncio.to_thread(report_file, report, format_, context.reader)
    about = f"{month}/{format_.value}/{derived_id(context.turn)}"
    data = context.house.signer.sign(Button(context.tenant, Verb.REPORT_ACCEPT.value, about))
    key = "report.file_names" if report.has_names else "report.file_departments"
    description = context.reader.text(key, month=context.reader.month(month.first))
    message = Message(
        summary=context.reader.text("lock.file"), offer=Offer(file.name, description, len(file.content), data)
    )
    return Reply(here=(message,))


async def accepted(context: Context, event: OfferAnswered) -> Reply:
    """Raises Refusal("button_unknown") for an answer to no offer of ours."""
    verb = event.data.get("verb")
    button = context.house.signer.read(str(verb), event.data, context.tenant)
    if button is None or event.upload is None or button.verb != Verb.REPORT_ACCEPT:
        raise Refusal("button_unknown")
    await context.require(Right.VIEW)
    month, format_, transfer_id = button.request_id.split("/")
    upload = event.upload
    transfer = FileTransfer(
        person=context.actor,
        month=month,
        format=format_,
        name=upload.name or file_name(Month.parse(month), Format(format_)),
        url=upload.url,
        content_url=upload.content_url,
        unique_id=upload.unique_id,
        file_type=upload.file_type,
    )
    await accept_transfer(context.outside.store, context.outside.clock, context.tenant, transfer_id, transfer)
    return Reply()


COMMAND = Command(
    name="report",
    say=say,
    right=Right.VIEW,
    buttons={
        Verb.REPORT_SHOW: show,
        Verb.REPORT_SUBSCRIBE: subscribe_,
        Verb.REPORT_UNSUBSCRIBE: unsubscribe_,
        Verb.REPORT_FILE: offer,
    },
    menu=False,
)


async def _show(context: Context, month: Month) -> Reply:
    await context.require(Right.VIEW)
    report = await read_statement(context.outside, context.tenant, month, look_up=LOOKED_UP)
    subscribed = await is_subscribed(context.outside.store, context.tenant, context.actor)
    values = MonthEndValues(report, subscribed=subscribed)
    return answer(month_end_card(values, context.reader, context.buttons))


def _month(press: Press) -> Month:
    return Month.parse(press.input("month", limit=20))


def _format(text: str) -> Format:
    return Format(text) if text in set(Format) else Format.EXCEL
