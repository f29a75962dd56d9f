"""Make a month's file for somebody who agreed to it, and put it where Teams wants it."""

import asyncio

from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.month_end import Month
from bot.domain.people import Right, TenantId
from bot.domain.subscription import FileTransfer, TransferState
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.jobs.runner import MOST_ATTEMPTS
from bot.locale.reader import CatalogueReader
from bot.ports.collections import CONTACTS
from bot.ports.errors import Final, NotFound, Retry, Unknown
from bot.ports.store import Document
from bot.ports.turn import Message, SharedFile
from bot.reports.files import Format, ReportFile, report_file
from bot.usecases.read_month import read_month
from bot.usecases.transfer_file import load_transfer, move_transfer, taken
from bot.views.house import House, reader_of_person

OPEN = frozenset({TransferState.WAITING, TransferState.UNCERTAIN})


async def transfer_file(house: House, job: Document[Job]) -> Ending:
    tenant, transfer_id = job.key.tenant, job.body.payload["transfer"]
    document = await load_transfer(house.outside.store, tenant, transfer_id)
    reader = await reader_of_person(house, tenant, document.body.person)
    if document.body.state in OPEN:
        document = await _try(house, job, document, reader)
    await _tell(house, document, reader)
    await house.outside.store.commit(finish(job))
    return DONE


async def _try(
    house: House, job: Document[Job], document: Document[FileTransfer], reader: CatalogueReader
) -> Document[FileTransfer]:
    """At the last attempt what still fails is told, and its address forgotten. Raises what is to be tried again."""
    try:
        return await _put(house, document, reader)
    except (Retry, Unknown, Refusal):
        if job.body.attempts < MOST_ATTEMPTS:
            raise
    document = await load_transfer(house.outside.store, document.key.tenant, document.key.id)
    return await move_transfer(house.outside.store, document, TransferState.FAILED)


async def _put(house: House, document: Document[FileTransfer], reader: CatalogueReader) -> Document[FileTransfer]:
    """Rights are read again. Where an answer was lost and the place is gone at the next attempt, the file is there:
    an upload session ends when it has what it was opened for. Raises Retry and Unknown, to be tried again."""
    store, tenant, transfer = house.outside.store, document.key.tenant, document.body
    try:
        file, has_names = await _file(house, document, reader)
        await house.outside.messenger.upload(transfer.url, file.content)
    except Unknown:
        await move_transfer(store, document, TransferState.UNCERTAIN)
        raise
    except NotFound:
        is_there = transfer.state is TransferState.UNCERTAIN
        return await move_transfer(store, document, TransferState.THERE if is_there else TransferState.FAILED)
    except (Refusal, Final) as error:
        if isinstance(error, Refusal) and error.__cause__ is not None:
            raise  # rights could not be read just now: no rule has spoken yet
        return await move_transfer(store, document, TransferState.FAILED)
    record = taken(house.outside.clock, tenant, transfer.person, transfer.month, transfer.format, has_names=has_names)
    return await move_transfer(store, document, TransferState.THERE, also=[record])


async def _file(house: House, document: Document[FileTransfer], reader: CatalogueReader) -> tuple[ReportFile, bool]:
    """Raises Refusal("not_allowed_view") for who lost the right since."""
    tenant, transfer = document.key.tenant, document.body
    standing = await house.standings.fresh(tenant, transfer.person)
    if not standing.may(Right.VIEW):
        raise Refusal("not_allowed_view")
    with_names = standing.may(Right.SEE_NAMES)
    report = await read_month(house.outside, tenant, Month.parse(transfer.month), with_names=with_names)
    return await asyncio.to_thread(report_file, report, Format(transfer.format), reader), with_names


async def _tell(house: House, document: Document[FileTransfer], reader: CatalogueReader) -> None:
    """Once for each file, however often the job comes again."""
    tenant: TenantId = document.key.tenant
    contact = await house.outside.store.get(CONTACTS.key(tenant, document.body.person))
    if contact is None or not contact.body.installed:
        return
    subject = f"transfer:{document.key.id}"
    message = _message(document.body, reader)
    await deliver(house, tenant, Delivery(subject, contact.body, message, reader, subject))


def _message(transfer: FileTransfer, reader: CatalogueReader) -> Message:
    if transfer.state is TransferState.FAILED:
        return Message(text=reader.text("report.not_put", file=transfer.name))
    text = reader.text("lock.file_there")
    return Message(
        text=text,
        summary=text,
        file=SharedFile(transfer.name, transfer.content_url, transfer.unique_id, transfer.file_type),
    )
