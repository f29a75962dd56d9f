"""Keep what is known of a usage export that was dropped into a chat: its link, its digest, how far it is."""

from dataclasses import replace

from bot.domain.dropped_file import DroppedFile, FileState
from bot.domain.errors import Refusal
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.ports.clock import Clock
from bot.ports.collections import DROPPED_FILES, JOBS
from bot.ports.store import Conflict, Document, Operation, Put, Store
from bot.ports.turn import File


async def drop_file(store: Store, clock: Clock, tenant: TenantId, file_id: str, person: PersonId, file: File) -> None:
    """A job reads it and answers with a preview. The same drop delivered twice is one."""
    now = clock.now()
    dropped = DroppedFile(person, file.name[:200], file.url, now)
    job = Job("preview_file", now, {"file": file_id})
    try:
        await store.commit(
            [
                Put(DROPPED_FILES.key(tenant, file_id), dropped, 0),
                Put(JOBS.key(tenant, f"preview_file:{file_id}"), job, 0),
            ]
        )
    except Conflict:
        return


async def load_file(store: Store, tenant: TenantId, file_id: str) -> Document[DroppedFile]:
    document = await store.get(DROPPED_FILES.key(tenant, file_id))
    if document is None:
        raise Refusal("file_unknown")
    return document


async def confirm_file(store: Store, clock: Clock, tenant: TenantId, file_id: str, person: PersonId) -> DroppedFile:
    """Have a previewed file booked, by a job. Pressed again: nothing more happens."""
    document = await _own(store, tenant, file_id, person)
    if document.body.state is not FileState.PREVIEWED:
        return document.body
    job = Job("book_file", clock.now(), {"file": file_id})
    put = Put(JOBS.key(tenant, f"book_file:{file_id}"), job, 0)
    return await move_file(store, document, FileState.BOOKING, also=[put])


async def cancel_file(store: Store, tenant: TenantId, file_id: str, person: PersonId) -> DroppedFile:
    document = await _own(store, tenant, file_id, person)
    if document.body.state is not FileState.PREVIEWED:
        return document.body
    return await move_file(store, document, FileState.CANCELED)


async def move_file(
    store: Store,
    document: Document[DroppedFile],
    state: FileState,
    *,
    digest: str = "",
    also: list[Operation] | None = None,
) -> DroppedFile:
    """One step on. Where somebody else moved it meanwhile, what they made of it is the answer."""
    url = "" if state.is_over else document.body.url
    after = replace(document.body, state=state, url=url, digest=digest or document.body.digest)
    try:
        await store.commit([Put(document.key, after, document.version), *(also or [])])
    except Conflict:
        now = await store.get(document.key)
        return now.body if now else after
    return after


async def _own(store: Store, tenant: TenantId, file_id: str, person: PersonId) -> Document[DroppedFile]:
    document = await load_file(store, tenant, file_id)
    if document.body.person != person:
        raise Refusal("file_not_yours")
    return document
