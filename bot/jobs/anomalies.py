"""Tell one person what was out of the ordinary, once. Names only to those who may see them now."""

import json
from dataclasses import replace

from bot.domain.contacts import Contact
from bot.domain.jobs import Job
from bot.domain.people import PersonId, Right, TenantId
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.ports.collections import CONTACTS
from bot.ports.store import Document
from bot.usecases.find_anomalies import load_anomalies
from bot.views.anomalies import anomalies_values
from bot.views.house import House, card_message, reader_of_person
from cards.anomalies import anomalies_card


async def tell_anomalies(house: House, job: Document[Job]) -> Ending:
    tenant, payload = job.key.tenant, job.body.payload
    contact = await house.outside.store.get(CONTACTS.key(tenant, PersonId(payload["person"])))
    if contact and contact.body.installed:
        await _tell(house, tenant, contact.body, payload["anomalies"])
    await house.outside.store.commit(finish(job))
    return DONE


async def _tell(house: House, tenant: TenantId, contact: Contact, ids: str) -> None:
    standing = await house.standings.fresh(tenant, contact.person)
    if not standing.may(Right.VIEW):
        return  # this person may not see figures (any more)
    found = await load_anomalies(house.outside.store, tenant, json.loads(ids))
    if not found:
        return
    reader = await reader_of_person(house, tenant, contact.person)
    values = replace(await anomalies_values(house.outside, tenant, standing, found, reader.locale), news=True)
    card = anomalies_card(values, reader, house.buttons(tenant))
    message = card_message(card, lock=reader.text("lock.anomalies"))
    subject = f"anomalies:{found[0].id}"
    await deliver(house, tenant, Delivery(f"{subject}:{contact.person}", contact, message, reader, subject))
