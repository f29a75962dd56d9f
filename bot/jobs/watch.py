"""Look after the wallet on a clock: the low-balance alert, and the messages that it leads to."""

from datetime import timedelta

from bot.domain.alerts import Level
from bot.domain.contacts import Contact
from bot.domain.jobs import Job
from bot.domain.people import PersonId, Right, TenantId
from bot.jobs.auto_recharge import follow_wallet
from bot.jobs.clockwork import ended
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.ports.collections import CONTACTS
from bot.ports.store import Document
from bot.usecases.watch_balance import watch_balance
from bot.usecases.watch_budget import EPISODE, watch_budget
from bot.views.balance import TOLD, low_balance_values
from bot.views.budget import budget_values
from bot.views.house import House, card_message, reader_of_person
from cards.budget import month_card
from cards.low_balance import low_balance_card

EVERY = timedelta(minutes=15)
CRITICAL = ":critical"  # ends the name of an episode that has become it


async def watch(house: House, job: Document[Job]) -> Ending:
    await watch_balance(house.outside, job.key.tenant)
    await watch_budget(house.outside, job.key.tenant)
    await follow_wallet(house, job.key.tenant)
    return await ended(house, job, EVERY)


async def tell_low(house: House, job: Document[Job]) -> Ending:
    """Tell one person, if they have Saldo and may see the balance now. The alert's episode makes it once."""
    tenant, payload = job.key.tenant, job.body.payload
    contact = await house.outside.store.get(CONTACTS.key(tenant, PersonId(payload["person"])))
    if contact and contact.body.installed and await _may_see(house, tenant, contact.body.person):
        await _tell(house, tenant, contact.body, payload["currency"], payload["episode"])
    await house.outside.store.commit(finish(job))
    return DONE


async def _may_see(house: House, tenant: TenantId, person: PersonId) -> bool:
    """Whoever installed Saldo first, or was in charge once, need not have a right to figures."""
    return (await house.standings.fresh(tenant, person)).may(Right.VIEW)


async def _tell(house: House, tenant: TenantId, contact: Contact, currency: str, episode: str) -> None:
    reader = await reader_of_person(house, tenant, contact.person)
    values = await low_balance_values(house.outside, tenant, currency)
    if values is None or (episode.endswith(CRITICAL) and values.level is Level.LOW):
        return  # recovered since: there is nothing to say
    card = low_balance_card(values, reader, house.buttons(tenant))
    subject = f"low:{currency}:{episode}"
    lock = reader.text(f"lock.{values.level.value}")
    message = card_message(card, lock=lock)
    await deliver(house, tenant, Delivery(f"{subject}:{contact.person}", contact, message, reader, subject))


async def tell_budget(house: House, job: Document[Job]) -> Ending:
    """Tell one person that little is left of the month's budget, if they have Saldo and may see it now."""
    tenant, payload = job.key.tenant, job.body.payload
    contact = await house.outside.store.get(CONTACTS.key(tenant, PersonId(payload["person"])))
    if contact and contact.body.installed:
        await _tell_budget(house, tenant, contact.body, payload["episode"])
    await house.outside.store.commit(finish(job))
    return DONE


async def _tell_budget(house: House, tenant: TenantId, contact: Contact, episode: str) -> None:
    standing = await house.standings.fresh(tenant, contact.person)
    values = await budget_values(house.outside, tenant, standing)
    if values is None or values.level not in TOLD or not standing.may(Right.VIEW):
        return  # recovered since, or this person may not see figures (any more)
    if episode.endswith(CRITICAL) and values.level is Level.LOW:
        return  # and of its being low they have heard
    reader = await reader_of_person(house, tenant, contact.person)
    card = month_card(values, reader, house.buttons(tenant))
    subject = f"{EPISODE}:{episode}"
    message = card_message(card, lock=reader.text("lock.low_budget"))
    await deliver(house, tenant, Delivery(f"{subject}:{contact.person}", contact, message, reader, subject))
