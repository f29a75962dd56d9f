"""A usage export dropped into the personal chat: read by a job, previewed, booked on confirmation."""

from bot.commands.context import Context, Press, answer, line
from bot.commands.ids import derived_id
from bot.domain.dropped_file import DroppedFile, FileState
from bot.domain.people import Right
from bot.ports.turn import File, Reply
from bot.usecases.keep_file import cancel_file, confirm_file, drop_file
from cards.actions import Verb
from cards.import_preview import ImportPreviewValues, Stage, import_preview_card


async def receive(context: Context, files: tuple[File, ...]) -> Reply:
    """Each file is one import. Raises Refusal for who may not change what is booked."""
    await context.require(Right.CHANGE_SETTINGS)
    outside = context.outside
    for number, file in enumerate(files):
        file_id = f"{derived_id(context.turn)}-{number}"
        await drop_file(outside.store, outside.clock, context.tenant, file_id, context.actor, file)
    return line(context.reader.text("import.reading", names=[file.name for file in files]))


async def confirm(context: Context, press: Press) -> Reply:
    await context.require(Right.CHANGE_SETTINGS)
    outside = context.outside
    file = await confirm_file(outside.store, outside.clock, context.tenant, press.request_id, context.actor)
    return _told(context, press.request_id, file)


async def cancel(context: Context, press: Press) -> Reply:
    file = await cancel_file(context.outside.store, context.tenant, press.request_id, context.actor)
    return _told(context, press.request_id, file)


BUTTONS = {Verb.IMPORT_CONFIRM: confirm, Verb.IMPORT_CANCEL: cancel}


def _told(context: Context, file_id: str, file: DroppedFile) -> Reply:
    """The card in its place, or a line while a job is at it."""
    if file.state is FileState.CANCELED:
        values = ImportPreviewValues(file_id, file.name, Stage.CANCELED)
        return answer(import_preview_card(values, context.reader, context.buttons))
    return line(context.reader.text(f"import.{file.state.value}_line", file=file.name))
