"""Make a month's file for somebody who agreed to it, and put it where Teams wants it."""

import asyncio

from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.month_end import Month
from bot.domain.people import Right, TenantId
from bot.domain.subscription import Gift, GiftState
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.locale.reader import CatalogueReader
from bot.ports.collections import CONTACTS
from bot.ports.errors import Final, NotFound, Unknown
from bot.ports.store import Document
from bot.ports.turn import Message, SharedFile
from bot.reports.files import Format, ReportFile, report_file
from bot.usecases.give_file import load_gift, move_gift, taken
from bot.usecases.read_month import read_month
from bot.views.house import House, reader_of_person

OPEN = frozenset({GiftState.WAITING, GiftState.UNCERTAIN})


async def put_report(house: House, job: Document[Job]) -> Ending:
    tenant, gift_id = job.key.tenant, job.body.payload["gift"]
    document = await load_gift(house.outside.store, tenant, gift_id)
    reader = await reader_of_person(house, tenant, document.body.person)
    if document.body.state in OPEN:
        document = await _put(house, document, reader)
    await _tell(house, document, reader)
    await house.outside.store.commit(finish(job))
    return DONE


async def _put(house: House, document: Document[Gift], reader: CatalogueReader) -> Document[Gift]:
    """Rights are read again. Where an answer was lost and the place is gone at the next attempt, the file is there:
    an upload session ends when it has what it was opened for. Raises Retry and Unknown, to be tried again."""
    store, tenant, gift = house.outside.store, document.key.tenant, document.body
    try:
        file, has_names = await _file(house, document, reader)
        await house.outside.messenger.upload(gift.url, file.content)
    except Unknown:
        await move_gift(store, document, GiftState.UNCERTAIN)
        raise
    except NotFound:
        is_there = gift.state is GiftState.UNCERTAIN
        return await move_gift(store, document, GiftState.THERE if is_there else GiftState.FAILED)
    except (Refusal, Final) as error:
        if isinstance(error, Refusal) and error.__cause__ is not None:
            raise  # rights could not be read just now: no rule has spoken yet
        return await move_gift(store, document, GiftState.FAILED)
    record = taken(house.outside.clock, tenant, gift.person, gift.month, gift.format, has_names=has_names)
    return await move_gift(store, document, GiftState.THERE, also=[record])


async def _file(house: House, document: Document[Gift], reader: CatalogueReader) -> tuple[ReportFile, bool]:
    """Raises Refusal("not_allowed_view") for who lost the right since."""
    tenant, gift = document.key.tenant, document.body
    standing = await house.standings.fresh(tenant, gift.person)
    if not standing.may(Right.VIEW):
        raise Refusal("not_allowed_view")
    with_names = standing.may(Right.SEE_NAMES)
    report = await read_month(house.outside, tenant, Month.parse(gift.month), with_names=with_names)
    return await asyncio.to_thread(report_file, report, Format(gift.format), reader), with_names


async def _tell(house: House, document: Document[Gift], reader: CatalogueReader) -> None:
    """Once for each file, however often the job comes again."""
    tenant: TenantId = document.key.tenant
    contact = await house.outside.store.get(CONTACTS.key(tenant, document.body.person))
    if contact is None or not contact.body.installed:
        return
    subject = f"gift:{document.key.id}"
    message = _message(document.body, reader)
    await deliver(house, tenant, Delivery(subject, contact.body, message, reader, subject))


def _message(gift: Gift, reader: CatalogueReader) -> Message:
    if gift.state is GiftState.FAILED:
        return Message(text=reader.text("report.not_put", file=gift.name))
    text = reader.text("lock.file_there")
    return Message(
        text=text, summary=text, file=SharedFile(gift.name, gift.content_url, gift.unique_id, gift.file_type)
    )
