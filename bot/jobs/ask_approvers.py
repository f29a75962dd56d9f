"""Write to everybody who can approve a request and has Saldo: once each, in their language."""

from bot.domain.consequences import first_name_of
from bot.domain.contacts import Contact
from bot.domain.jobs import Job
from bot.domain.people import TenantId
from bot.domain.requests import Kind, Request, State
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.ports.collections import CONTACTS
from bot.ports.errors import Final
from bot.ports.store import Document
from bot.usecases.change_request import load_request
from bot.usecases.find_approvers import find_approvers
from bot.views.asked import names_but
from bot.views.house import House, card_message, reader_of_person
from bot.views.request import Aside, deciding_right, draw_request


async def ask_approvers(house: House, job: Document[Job]) -> Ending:
    tenant = job.key.tenant
    request = (await load_request(house.outside.store, tenant, job.body.payload["request"])).body
    if request.state is State.PENDING:
        await _ask_all(house, tenant, request)
    await house.outside.store.commit(finish(job))
    return DONE


async def _ask_all(house: House, tenant: TenantId, request: Request) -> None:
    """One who cannot be asked keeps nobody else from it. Raises the last such failure, once all others are asked."""
    failed: Final | None = None
    found = await find_approvers(house.outside, tenant, deciding_right(request), *request.askers)
    for approver in found.people:
        contact = await house.outside.store.get(CONTACTS.key(tenant, approver.person))
        if contact and contact.body.installed:
            try:
                aside = Aside(asked=names_but(found.people, request, approver.person))
                await _ask(house, tenant, request, contact.body, aside)
            except Final as error:
                failed = error
    if failed:
        raise failed


async def _ask(house: House, tenant: TenantId, request: Request, contact: Contact, aside: Aside) -> None:
    reader = await reader_of_person(house, tenant, contact.person)
    card = await draw_request(house, tenant, request, contact.person, reader, aside)
    lock = reader.text(f"lock.{_line(request)}", name=first_name_of(request))
    id_ = f"{request.id}:ask:{contact.person}:{request.revision}"
    await deliver(
        house, tenant, Delivery(id_, contact, card_message(card, lock=lock), reader, request.id, request.step)
    )


def _line(request: Request) -> str:
    if request.edited_by is not None:
        return "approval_rule"
    return "approval_licenses" if request.kind is Kind.LICENSES else "approval"
