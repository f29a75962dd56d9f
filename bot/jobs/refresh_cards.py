"""Change cards in place, wherever they are: those of a request, and what else is shown in several chats. An update in
place notifies nobody; its line is without sums all the same, because lists of chats show it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.contacts import SHARED, SentCard
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Request
from bot.jobs.deliver import is_gone
from bot.jobs.job import DONE, Ending, finish
from bot.ports.collections import SENT_CARDS
from bot.ports.errors import Final
from bot.ports.messenger import MessageRef
from bot.ports.store import Conflict, Delete, Document, Operation, Put
from bot.ports.turn import Address, Message
from bot.usecases.change_request import load_request
from bot.usecases.settings import load_settings
from bot.views.house import House, card_message, reader_of_contact, reader_of_person
from bot.views.request import draw_for_all, draw_request

Draw = Callable[[PersonId], Awaitable[Message]]


async def refresh_cards(house: House, job: Document[Job]) -> Ending:
    """Those that show an earlier step; `anew`: all, because time alone has changed what they say."""
    tenant, anew = job.key.tenant, "anew" in job.body.payload
    request = (await load_request(house.outside.store, tenant, job.body.payload["request"])).body

    async def draw(person: PersonId) -> Message:
        return await _message(house, tenant, request, person)

    await refresh_all(house, tenant, (request.id, request.step), draw, anew=anew)
    await house.outside.store.commit(finish(job))
    return DONE


async def refresh_all(
    house: House, tenant: TenantId, shown: tuple[str, int], draw: Draw, *, anew: bool = False
) -> None:
    """Every card about a subject that shows an earlier step of it, or (`anew`) every one. `shown`: the subject, and
    its step."""
    subject, step = shown
    cursor = None
    while True:
        page = await house.outside.store.find(SENT_CARDS, tenant, where={"request": subject}, after=cursor, limit=100)
        for card in page.documents:
            if card.body.activity_id and (anew or card.body.shown_step < step):
                await _refresh(house, card, step, await draw(card.body.person))
        cursor = page.cursor
        if cursor is None:
            return


async def _refresh(house: House, kept: Document[SentCard], step: int, message: Message) -> None:
    ref = MessageRef(Address(kept.body.conversation_id, kept.body.service_url), kept.body.activity_id)
    after: Operation = Put(kept.key, replace(kept.body, shown_step=step), kept.version)
    try:
        await house.outside.messenger.update(ref, message)
    except Final as error:
        if not is_gone(error):
            return  # the next step changes it
        after = Delete(kept.key, kept.version)  # the message or the chat is gone: nothing to keep up to date
    try:
        await house.outside.store.commit([after])
    except Conflict:
        return  # another refresh has shown a later step


async def _message(house: House, tenant: TenantId, request: Request, person: PersonId) -> Message:
    if person == SHARED:
        reader = reader_of_contact(None, await load_settings(house.outside.store, tenant))
        card = await draw_for_all(house, tenant, request, reader)
    else:
        reader = await reader_of_person(house, tenant, person)
        card = await draw_request(house, tenant, request, person, reader)
    return card_message(card, lock=reader.text("lock.changed"))
