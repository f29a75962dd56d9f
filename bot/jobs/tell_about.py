"""Tell somebody that something about a request waits for them, though its state is what it was: once each."""

from bot.domain.contacts import Contact
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Request
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.ports.collections import CONTACTS
from bot.ports.store import Document
from bot.usecases.change_request import load_request
from bot.usecases.pursue_request import remind_now
from bot.views.house import House, card_message, reader_of_person
from bot.views.request import draw_request


async def tell_person(house: House, job: Document[Job]) -> Ending:
    """A question, an answer, or that somebody would rather have them decide; `line` says which."""
    request = await _request(house, job)
    await _tell(house, job, request, PersonId(job.body.payload["to"]), job.body.payload["line"])
    await house.outside.store.commit(finish(job))
    return DONE


async def remind_approvers(house: House, job: Document[Job]) -> Ending:
    """By hand: everybody who may approve it and has not spoken, once they may be written to."""
    await remind_now(
        house.outside, job.key.tenant, job.body.payload["request"], job.body.payload["since"], finish(job)
    )
    return DONE


async def _request(house: House, job: Document[Job]) -> Request:
    return (await load_request(house.outside.store, job.key.tenant, job.body.payload["request"])).body


async def _tell(house: House, job: Document[Job], request: Request, person: PersonId, line: str) -> None:
    tenant = job.key.tenant
    contact = await _contact(house, tenant, person)
    if contact is None:
        return
    reader = await reader_of_person(house, tenant, person)
    card = await draw_request(house, tenant, request, person, reader)
    message = card_message(card, lock=reader.text(f"lock.{line}", name=request.requester_name.split(" ")[0]))
    await deliver(
        house,
        tenant,
        Delivery(f"{job.key.id}:{person}", contact, message, reader, request.id, request.step),
    )


async def _contact(house: House, tenant: TenantId, person: PersonId) -> Contact | None:
    known = await house.outside.store.get(CONTACTS.key(tenant, person))
    return known.body if known and known.body.installed else None
