"""Tell the requester, or the last editor of the rule that asked, how it ended."""

from bot.domain.consequences import asker_of
from bot.domain.jobs import Job
from bot.domain.requests import Kind, Request, State
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.ports.collections import CONTACTS
from bot.ports.store import Document
from bot.usecases.change_request import load_request
from bot.views.house import House, card_message, reader_of_person
from bot.views.request import draw_request


async def tell_requester(house: House, job: Document[Job]) -> Ending:
    tenant = job.key.tenant
    request = (await load_request(house.outside.store, tenant, job.body.payload["request"])).body
    person = asker_of(request)
    contact = await house.outside.store.get(CONTACTS.key(tenant, person))
    if contact and contact.body.installed:
        reader = await reader_of_person(house, tenant, person)
        card = await draw_request(house, tenant, request, person, reader)
        message = card_message(card, lock=reader.text(lock_line(request)))
        id_ = f"{request.id}:told:{person}:{request.step}"
        await deliver(house, tenant, Delivery(id_, contact.body, message, reader, request.id, request.step))
    await house.outside.store.commit(finish(job))
    return DONE


_DONE = {
    Kind.RECHARGE: "lock.funded",
    Kind.LICENSES: "lock.licenses_done",
    Kind.ADJUSTMENT: "lock.reading_booked",
    Kind.BUDGET: "lock.budget_raised",
    Kind.POLICY: "lock.policy_changed",
}
_ENDED = {
    State.REJECTED: "lock.rejected",
    State.EXPIRED: "lock.expired",
    State.LAPSED: "lock.lapsed",
    State.PARTLY_DONE: "lock.licenses_partly",
}


def lock_line(request: Request) -> str:
    """The key of what a locked phone shows: how it ended, without a sum."""
    if request.state is State.DONE:
        return _DONE[request.kind]
    return _ENDED.get(request.state, "lock.declined" if request.kind is Kind.RECHARGE else "lock.failed")
