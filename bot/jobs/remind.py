"""Remind people of what waits for them, at hours that suit them, and see to it that what went ahead is looked at."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.consequences import first_name_of
from bot.domain.contacts import Contact
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Again, Ending, finish
from bot.ports.collections import CONTACTS
from bot.ports.outside import Outside
from bot.ports.store import Check, Document, Operation
from bot.usecases import pursue_ratification as ratification
from bot.usecases.change_request import load_request
from bot.usecases.pursue_request import pursue_request
from bot.usecases.remind_people import is_wanted, quiet_of
from bot.views.house import House, card_message, reader_of_person
from bot.views.request import draw_request

Pursue = Callable[[Outside, TenantId, str, datetime, Sequence[Operation]], Awaitable[timedelta | None]]


async def pursue(house: House, job: Document[Job]) -> Ending:
    """A request that waits to be decided."""
    return await _pursue(house, job, pursue_request)


async def pursue_ratification(house: House, job: Document[Job]) -> Ending:
    """What went ahead and waits to be approved afterwards."""
    return await _pursue(house, job, ratification.pursue_ratification)


async def _pursue(house: House, job: Document[Job], look: Pursue) -> Ending:
    """The job lives as long as what it is about, and writes its next self."""
    payload = job.body.payload
    guards = [Check(job.key, job.version)]
    since = datetime.fromisoformat(payload["since"])
    delay = await look(house.outside, job.key.tenant, payload["request"], since, guards)
    if delay is not None:
        return Again(delay)
    await house.outside.store.commit(finish(job))
    return DONE


async def ask_to_ratify(house: House, job: Document[Job]) -> Ending:
    """Those who were passed over, or approved less than came: at once, at whatever hour."""
    about = f"ratify:{job.body.payload['since']}"
    await ratification.ask_to_ratify(house.outside, job.key.tenant, job.body.payload["request"], about, finish(job))
    return DONE


async def remind_person(house: House, job: Document[Job]) -> Ending:
    """If it is still so, and they have Saldo: once they may be written to."""
    tenant, payload = job.key.tenant, job.body.payload
    person, now = PersonId(payload["person"]), house.outside.clock.now()
    request = (await load_request(house.outside.store, tenant, payload["request"])).body
    contact = await house.outside.store.get(CONTACTS.key(tenant, person))
    if contact and contact.body.installed and is_wanted(request, person, payload["line"], now):
        if "passes" not in payload:
            quiet = await quiet_of(house.outside, tenant, contact.body)
            if quiet.holds_at(now):
                return Again(quiet.over_at(now) - now)
        await _remind(house, job, contact.body)
    await house.outside.store.commit(finish(job))
    return DONE


async def _remind(house: House, job: Document[Job], contact: Contact) -> None:
    tenant, payload = job.key.tenant, job.body.payload
    request = (await load_request(house.outside.store, tenant, payload["request"])).body
    reader = await reader_of_person(house, tenant, contact.person)
    card = await draw_request(house, tenant, request, contact.person, reader)
    lock = reader.text(f"lock.{payload['line']}", name=first_name_of(request))
    message = card_message(card, lock=lock)
    id_ = f"{request.id}:{payload['about']}:{contact.person}"
    await deliver(house, tenant, Delivery(id_, contact, message, reader, request.id, request.step))
