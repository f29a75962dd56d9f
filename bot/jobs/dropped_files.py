"""Read a usage export that somebody dropped: first to preview it, then, when they confirmed, to book it."""

import asyncio
import hashlib
import io

from bot.domain.dropped_file import DroppedFile, FileState
from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.money import Money
from bot.domain.settings import Progress, SetupStep
from bot.domain.usage import UsageSum
from bot.domain.usage_batch import UsageBatch
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.locale.reader import CatalogueReader
from bot.ports.collections import CONTACTS, JOBS
from bot.ports.errors import Final
from bot.ports.store import Document, Put
from bot.ports.turn import File, Message
from bot.usecases.import_usage import ImportReport, import_usage, preview_usage
from bot.usecases.keep_file import load_file, move_file
from bot.usecases.set_up import mark_step
from bot.usecases.settings import load_settings
from bot.usecases.usage_file import BrokenUsageFile, read_usage_file
from bot.views.house import House, card_message, reader_of_person
from cards.import_preview import ImportPreviewValues, Problem, Stage, import_preview_card

LARGEST_BYTES = 200 * 1024 * 1024


async def preview(house: House, job: Document[Job]) -> Ending:
    document = await load_file(house.outside.store, job.key.tenant, job.body.payload["file"])
    if document.body.state is FileState.READING:
        await _preview(house, document)
    await house.outside.store.commit(finish(job))
    return DONE


async def book(house: House, job: Document[Job]) -> Ending:
    """What is booked is what was previewed: a file that changed behind its link is refused."""
    outside, tenant = house.outside, job.key.tenant
    document = await load_file(outside.store, tenant, job.body.payload["file"])
    if document.body.state is FileState.BOOKING:
        try:
            batch = await _read(house, document.body)
        except (Refusal, Final) as error:
            await _fail(house, document, error)
        else:
            person = document.body.person
            report = await import_usage(outside.store, outside.clock, tenant, batch, person)
            await mark_step(outside.store, outside.clock, tenant, person, SetupStep.USAGE, Progress.DONE)
            await _show(house, document, report, Stage.BOOKED)
            look = Put(JOBS.key(tenant, f"watch_balance:file:{document.key.id}"), _look(house), 0)
            await move_file(outside.store, document, FileState.BOOKED, also=[look])
    await outside.store.commit(finish(job))
    return DONE


async def _preview(house: House, document: Document[DroppedFile]) -> None:
    try:
        raw = await _fetch(house, document.body)
        batch = await asyncio.to_thread(read_usage_file, io.BytesIO(raw))
    except (Refusal, Final) as error:
        await _fail(house, document, error)
        return
    report = await preview_usage(house.outside.store, document.key.tenant, batch)
    await _show(house, document, report, Stage.PREVIEW)
    await move_file(house.outside.store, document, FileState.PREVIEWED, digest=_digest(raw))


async def _read(house: House, file: DroppedFile) -> UsageBatch:
    raw = await _fetch(house, file)
    if _digest(raw) != file.digest:
        raise Refusal("file_changed")
    return await asyncio.to_thread(read_usage_file, io.BytesIO(raw))


async def _fetch(house: House, file: DroppedFile) -> bytes:
    return await house.outside.messenger.download(File(file.name, file.url), limit_bytes=LARGEST_BYTES)


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def _look(house: House) -> Job:
    return Job("watch_balance", house.outside.clock.now())


async def _fail(house: House, document: Document[DroppedFile], error: Refusal | Final) -> None:
    """Nothing of the file is booked; whoever dropped it hears why."""
    tenant, file = document.key.tenant, document.body
    reader = await reader_of_person(house, tenant, file.person)
    if isinstance(error, BrokenUsageFile):
        problems = tuple(
            Problem(row.line, broken_row_text(reader, row.reason, row.column, row.value)) for row in error.rows
        )
        values = ImportPreviewValues(document.key.id, file.name, problems=problems)
        message = card_message(import_preview_card(values, reader, house.buttons(tenant)), lock=_lock(reader))
    elif isinstance(error, Refusal):
        message = Message(text=reader.refusal(error))
    else:
        message = Message(text=reader.text("import.gone", file=file.name))
    await _tell(house, document, FileState.BROKEN.value, message, reader)
    await move_file(house.outside.store, document, FileState.BROKEN)


def broken_row_text(reader: CatalogueReader, reason: str, column: str, value: str) -> str:
    return reader.text(f"row.{reason}", column=column, value=value)


def _lock(reader: CatalogueReader) -> str:
    return reader.text("lock.file_read")


async def _show(house: House, document: Document[DroppedFile], report: ImportReport, stage: Stage) -> None:
    tenant, file = document.key.tenant, document.body
    reader = await reader_of_person(house, tenant, file.person)
    values = ImportPreviewValues(
        import_id=document.key.id,
        file_name=file.name,
        stage=stage,
        first_day=report.first_day,
        last_day=report.last_day,
        new=report.rows_new,
        known=report.rows_known,
        differing=report.rows_differing,
        skipped=report.rows_skipped,
        spent=_money(report.sums, "charge_micros"),
        outside=_money(report.sums, "other_micros"),
        set_up_goes_on=(await load_settings(house.outside.store, tenant)).next_step is not None,
    )
    card = import_preview_card(values, reader, house.buttons(tenant))
    await _tell(house, document, stage.value, card_message(card, lock=_lock(reader)), reader)


def _money(sums: tuple[UsageSum, ...], kind: str) -> tuple[Money, ...]:
    return tuple(Money(getattr(one, kind), one.currency) for one in sums if getattr(one, kind))


async def _tell(
    house: House, document: Document[DroppedFile], stage: str, message: Message, reader: CatalogueReader
) -> None:
    """Once for each stage, however often the job comes again; whoever took Saldo out meanwhile is not told."""
    tenant, file_id = document.key.tenant, document.key.id
    contact = await house.outside.store.get(CONTACTS.key(tenant, document.body.person))
    if contact and contact.body.installed:
        subject = f"file:{file_id}"
        await deliver(house, tenant, Delivery(f"{subject}:{stage}", contact.body, message, reader, subject))
