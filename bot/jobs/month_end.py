"""The month-end statement: made on a clock once the month has settled, and sent to each who wants it."""

from datetime import timedelta

from bot.domain.contacts import Contact
from bot.domain.jobs import Job
from bot.domain.month_end import Month
from bot.domain.people import PersonId, Right, TenantId
from bot.jobs.clockwork import ended
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.ports.collections import CONTACTS
from bot.ports.store import Document
from bot.usecases.read_month import read_statement
from bot.usecases.subscribe import is_subscribed, make_month_end
from bot.views.house import House, card_message, reader_of_person
from cards.month_end import MonthEndValues, month_end_card

EVERY = timedelta(hours=1)


async def month_end(house: House, job: Document[Job]) -> Ending:
    await make_month_end(house.outside, job.key.tenant)
    return await ended(house, job, EVERY)


async def send_report(house: House, job: Document[Job]) -> Ending:
    """To one person, if they still want it, have Saldo, and may still see it: rights are read again."""
    tenant, person = job.key.tenant, PersonId(job.body.payload["person"])
    contact = await house.outside.store.get(CONTACTS.key(tenant, person))
    wanted = await is_subscribed(house.outside.store, tenant, person)
    if wanted and contact and contact.body.installed:
        standing = await house.standings.fresh(tenant, person)
        if standing.may(Right.VIEW):
            await _send(house, tenant, contact.body, Month.parse(job.body.payload["month"]))
    await house.outside.store.commit(finish(job))
    return DONE


async def _send(house: House, tenant: TenantId, contact: Contact, month: Month) -> None:
    reader = await reader_of_person(house, tenant, contact.person)
    report = await read_statement(house.outside, tenant, month)
    card = month_end_card(MonthEndValues(report, subscribed=True), reader, house.buttons(tenant))
    message, subject = card_message(card, lock=reader.text("lock.month_end")), f"report:{month}"
    await deliver(house, tenant, Delivery(f"{subject}:{contact.person}", contact, message, reader, subject))
