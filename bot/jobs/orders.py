"""Tell people about orders: the buyers that one is to be placed, everybody in charge that one failed or lapsed."""

from bot.domain.contacts import Contact, SentCard
from bot.domain.jobs import Job
from bot.domain.people import PersonId, Right, TenantId
from bot.domain.requests import Request, State
from bot.jobs.deliver import Delivery, deliver
from bot.jobs.job import DONE, Ending, finish
from bot.ports.collections import CONTACTS, JOBS, ORDERS
from bot.ports.store import Document, Operation, Put
from bot.usecases.change_request import load_request
from bot.usecases.find_approvers import people_in_charge
from bot.usecases.find_people import people_with
from bot.usecases.keep_card import keep_card
from bot.views.house import House, card_message, reader_of_person
from bot.views.order import draw_news, draw_order
from cards.order_news import News

TO_BUY = "to_buy"  # what a buyer is told, beside the news
LOCKS = {
    TO_BUY: "lock.to_buy",
    News.DECLINED: "lock.declined",
    News.LAPSED: "lock.lapsed",
    News.NO_BUYER: "lock.no_buyer",
}


async def ask_buyers(house: House, job: Document[Job]) -> Ending:
    """One message each, by jobs of their own: who cannot be reached keeps nobody else from it."""
    tenant, request = await _request(house, job)
    order = await house.outside.store.get(ORDERS.key(tenant, request.id))
    if order is None or not order.body.desk.by_hand or request.state is not State.EXECUTING:
        await house.outside.store.commit(finish(job))
        return DONE
    buyers = await people_with(house.outside, tenant, Right.CONFIRM_ORDER)
    news = TO_BUY
    if not buyers:
        buyers, news = await people_in_charge(house.outside, tenant), News.NO_BUYER
    return await _tell_each(house, job, request, buyers, news)


async def order_news(house: House, job: Document[Job]) -> Ending:
    """Those in charge, those who may buy and those who approved; the requester hears of it by their own card."""
    tenant, request = await _request(house, job)
    found: dict[PersonId, None] = {}
    found.update(dict.fromkeys(await people_in_charge(house.outside, tenant)))
    found.update(dict.fromkeys(await people_with(house.outside, tenant, Right.CONFIRM_ORDER)))
    found.update((decision.person, None) for decision in request.decisions)
    found.pop(request.requester, None)
    news = News.LAPSED if request.state is State.LAPSED else News.DECLINED
    return await _tell_each(house, job, request, list(found), news)


async def _tell_each(house: House, job: Document[Job], request: Request, people: list[PersonId], news: str) -> Ending:
    tenant, now = job.key.tenant, house.outside.clock.now()
    jobs: list[Operation] = [
        Put(
            JOBS.key(tenant, f"tell_order:{news}:{request.id}:{request.step}:{person}"),
            Job("tell_order", now, {"request": request.id, "news": news, "person": person}),
            0,
        )
        for person in people
    ]
    await house.outside.store.commit([*finish(job), *jobs])
    return DONE


async def tell_order(house: House, job: Document[Job]) -> Ending:
    """Tell one person, if they have Saldo, may see it, and it still is so."""
    tenant, request = await _request(house, job)
    person, news = PersonId(job.body.payload["person"]), job.body.payload["news"]
    contact = await house.outside.store.get(CONTACTS.key(tenant, person))
    if contact and contact.body.installed:
        await _tell(house, tenant, request, contact.body, news)
    await house.outside.store.commit(finish(job))
    return DONE


async def _tell(house: House, tenant: TenantId, request: Request, contact: Contact, news: str) -> None:
    reader = await reader_of_person(house, tenant, contact.person)
    if news == TO_BUY:
        card = await draw_order(house, tenant, request, contact.person, reader)
    elif _is_so(request, News(news)):
        card = await draw_news(house, tenant, request, News(news), contact.person, reader)
    else:
        return
    # A buyer's card changes with the request; news is what was so then.
    subject = request.id if news == TO_BUY else f"news:{request.id}"
    id_ = f"{request.id}:{news}:{contact.person}"
    if card is None:
        # Who may not see it now is not told later either, should this job be done once more.
        nowhere = SentCard(subject, contact.person, contact.conversation_id, contact.service_url, "", request.step)
        await keep_card(house.outside.store, tenant, id_, nowhere)
        return
    message = card_message(card, lock=reader.text(LOCKS[news]))
    await deliver(house, tenant, Delivery(id_, contact, message, reader, subject, request.step))


def _is_so(request: Request, news: News) -> bool:
    states = {News.DECLINED: State.FAILED, News.LAPSED: State.LAPSED, News.NO_BUYER: State.EXECUTING}
    return request.state is states[news]


async def _request(house: House, job: Document[Job]) -> tuple[TenantId, Request]:
    tenant = job.key.tenant
    return tenant, (await load_request(house.outside.store, tenant, job.body.payload["request"])).body
