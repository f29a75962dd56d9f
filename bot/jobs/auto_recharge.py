"""Look after what comes by itself: the admin center's auto-recharge, and the organization's own rules. Ask the buyers
whether money arrived, and tell all in charge where a payment failed."""

from bot.domain.auto_recharge import Course
from bot.domain.contacts import Contact
from bot.domain.jobs import Job
from bot.domain.people import PersonId, Right, TenantId
from bot.domain.recharge_mail import MailKind
from bot.domain.rules import Rule
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.jobs.refresh_cards import refresh_all
from bot.ports.collections import CONTACTS
from bot.ports.store import Document
from bot.ports.turn import Message
from bot.usecases.answer_expected import load_expected
from bot.usecases.expect_recharge import expect_recharge
from bot.usecases.run_rules import run_rules
from bot.usecases.settings import load_settings
from bot.usecases.take_mail import read_taken
from bot.views.expected import auto_recharge_values, draw_expected, draw_trouble
from bot.views.house import House, card_message, reader_of_contact, reader_of_person
from cards.auto_recharge import auto_recharge_card
from cards.rules import rule_line


async def follow_wallet(house: House, tenant: TenantId) -> None:
    """After each look at the balance. Warnings come first, and wait for nothing here."""
    await expect_recharge(house.outside, tenant)
    settings = await load_settings(house.outside.store, tenant)
    reader = reader_of_contact(None, settings)

    def reason(rule: Rule) -> str:
        return reader.text("rules.reason", rule=rule_line(rule, reader))

    await run_rules(house.outside, tenant, reason)


async def ask_expected(house: House, job: Document[Job]) -> Ending:
    """Ask one buyer, while the answer is waited for."""
    tenant, payload = job.key.tenant, job.body.payload
    contact = await _contact(house, tenant, payload["person"], Right.CONFIRM_ORDER)
    expected = (await load_expected(house.outside.store, tenant, payload["expected"])).body
    if contact and expected.course is Course.OPEN and str(expected.rounds) == payload["round"]:
        reader = await reader_of_person(house, tenant, contact.person)
        message = card_message(
            await draw_expected(house, tenant, expected, contact.person, reader), lock=reader.text("lock.expected")
        )
        id_ = f"{_subject(expected.id)}:{expected.rounds}:{contact.person}"
        await deliver(house, tenant, Delivery(id_, contact, message, reader, _subject(expected.id), expected.step))
    await house.outside.store.commit(finish(job))
    return DONE


async def refresh_expected(house: House, job: Document[Job]) -> Ending:
    """Change its cards in place, wherever they are."""
    tenant = job.key.tenant
    expected = (await load_expected(house.outside.store, tenant, job.body.payload["expected"])).body

    async def draw(person: PersonId) -> Message:
        reader = await reader_of_person(house, tenant, person)
        card = await draw_expected(house, tenant, expected, person, reader)
        return card_message(card, lock=reader.text("lock.expected_changed"))

    await refresh_all(house, tenant, (_subject(expected.id), expected.step), draw)
    await house.outside.store.commit(finish(job))
    return DONE


async def ask_mirror(house: House, job: Document[Job]) -> Ending:
    """Ask one person whether the admin center's settings are still those."""
    tenant, payload = job.key.tenant, job.body.payload
    contact = await _contact(house, tenant, payload["person"], Right.CHANGE_SETTINGS)
    if contact:
        reader = await reader_of_person(house, tenant, contact.person)
        settings = await load_settings(house.outside.store, tenant)
        standing = await house.standings.of(tenant, contact.person)
        values = await auto_recharge_values(house, tenant, settings, standing, reader)
        if values.stale_days:  # nobody has verified it meanwhile
            card = auto_recharge_card(values, reader, house.buttons(tenant))
            message = card_message(card, lock=reader.text("lock.mirror"))
            subject = f"auto_recharge:{payload['asked']}"
            await deliver(house, tenant, Delivery(f"{subject}:{contact.person}", contact, message, reader, subject))
    await house.outside.store.commit(finish(job))
    return DONE


async def tell_failed_recharge(house: House, job: Document[Job]) -> Ending:
    """Tell one person in charge, if they may see figures now, and what to do about it."""
    tenant, payload = job.key.tenant, job.body.payload
    contact = await _contact(house, tenant, payload["person"], Right.VIEW)
    if contact and "expected" in payload:
        await _tell_expected(house, tenant, contact, payload["expected"])
    elif contact:
        await _tell_mail(house, tenant, contact, payload["mail"])
    await house.outside.store.commit(finish(job))
    return DONE


async def _tell_expected(house: House, tenant: TenantId, contact: Contact, id_: str) -> None:
    expected = (await load_expected(house.outside.store, tenant, id_)).body
    if expected.course is not Course.FAILED:
        return  # it has arrived after all
    reader = await reader_of_person(house, tenant, contact.person)
    card = await draw_expected(house, tenant, expected, contact.person, reader)
    message = card_message(card, lock=reader.text("lock.recharge_failed"))
    told = f"{_subject(id_)}:failed:{expected.step}:{contact.person}"
    await deliver(house, tenant, Delivery(told, contact, message, reader, _subject(id_), expected.step))


async def _tell_mail(house: House, tenant: TenantId, contact: Contact, key: str) -> None:
    taken = await read_taken(house.outside.store, tenant, key)
    if taken is None:
        return
    reader = await reader_of_person(house, tenant, contact.person)
    card = await draw_trouble(house, tenant, taken, contact.person, reader)
    lock = "lock.zero_balance" if taken.kind is MailKind.ZERO else "lock.recharge_failed"
    message = card_message(card, lock=reader.text(lock))
    await deliver(house, tenant, Delivery(f"mail:{key}:{contact.person}", contact, message, reader, f"mail:{key}"))


def _subject(expected_id: str) -> str:
    """What a card is about that shows an expected recharge."""
    return f"expected:{expected_id}"


async def _contact(house: House, tenant: TenantId, person: str, right: Right) -> Contact | None:
    """Somebody whom Saldo can write to, and who has the right now."""
    contact = await house.outside.store.get(CONTACTS.key(tenant, PersonId(person)))
    if contact is None or not contact.body.installed:
        return None
    standing = await house.standings.fresh(tenant, contact.body.person)
    return contact.body if standing.may(right) else None
