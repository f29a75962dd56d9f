"""Tell somebody that something about a request waits for them, though its state is what it was: once each."""

from bot.domain.consequences import first_name_of
from bot.domain.contacts import Contact
from bot.domain.delegation import Delegation
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Request
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.ports.collections import CONTACTS, DELEGATIONS
from bot.ports.store import Document
from bot.usecases.ask_newcomer import ask_newcomer
from bot.usecases.change_request import load_request
from bot.usecases.pursue_request import remind_now
from bot.views.house import House, card_message, reader_of_person
from bot.views.request import draw_request
from cards.delegate import handed_on_card


async def tell_person(house: House, job: Document[Job]) -> Ending:
    """A question, an answer, that somebody would rather have them decide, or that their rule proposes; `line` says
    which. However often others are asked in turn, nobody is told twice of what is asked for."""
    request = await _request(house, job)
    await _tell(house, job, request, PersonId(job.body.payload["to"]), job.body.payload["line"])
    await house.outside.store.commit(finish(job))
    return DONE


async def tell_delegate(house: House, job: Document[Job]) -> Ending:
    """Somebody decides for a colleague now: they hear so, and are asked about what waits."""
    tenant, payload, outside = job.key.tenant, job.body.payload, house.outside
    known = await outside.store.get(DELEGATIONS.key(tenant, PersonId(payload["delegator"])))
    if known and known.body.starts_at.isoformat() == payload["since"] and known.body.holds_at(outside.clock.now()):
        contact = await _contact(house, tenant, known.body.delegate)
        if contact is not None:
            await _hand_over(house, tenant, known.body, contact)
            await ask_newcomer(outside.store, outside.clock, tenant, known.body.delegate)
    await outside.store.commit(finish(job))
    return DONE


async def _hand_over(house: House, tenant: TenantId, delegation: Delegation, contact: Contact) -> None:
    reader = await reader_of_person(house, tenant, delegation.delegate)
    card = handed_on_card(delegation, reader, house.buttons(tenant))
    message = card_message(card, lock=reader.text("lock.delegated", name=delegation.delegator_name.split(" ")[0]))
    subject = f"delegation:{delegation.delegator}:{delegation.starts_at.isoformat()}"
    await deliver(house, tenant, Delivery(f"{subject}:{delegation.delegate}", contact, message, reader, subject))


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
    message = card_message(card, lock=reader.text(f"lock.{line}", name=first_name_of(request)))
    about = f"{request.id}:reassigned:{request.revision}" if line == "reassigned" else job.key.id
    await deliver(house, tenant, Delivery(f"{about}:{person}", contact, message, reader, request.id, request.step))


async def _contact(house: House, tenant: TenantId, person: PersonId) -> Contact | None:
    known = await house.outside.store.get(CONTACTS.key(tenant, person))
    return known.body if known and known.body.installed else None
