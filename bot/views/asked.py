"""Who is asked about a request: their names, and whose own card a shared one asks for."""

from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Request
from bot.domain.voices import DECIDING_RIGHT, has_spoken
from bot.ports.collections import CONTACTS, SENT_CARDS
from bot.ports.errors import PortError
from bot.ports.store import Store
from bot.usecases.find_approvers import Approver, find_approvers
from bot.views.house import House

MANY = 200  # cards of one request
SHOWN = 8  # names


def names_but(people: tuple[Approver, ...], request: Request, person: PersonId) -> tuple[str, ...]:
    """Those of `people` who can be asked and have not spoken, without `person`."""
    waiting = [one for one in people if one.reachable and one.person != person]
    return tuple(one.name for one in waiting if not has_spoken(request, one.person))[:SHOWN]


async def asked_names(store: Store, tenant: TenantId, request: Request, person: PersonId) -> tuple[str, ...]:
    """The same by the cards that they were sent: nobody has to ask the directory for it."""
    page = await store.find(SENT_CARDS, tenant, where={"request": request.id}, limit=MANY)
    people = dict.fromkeys(document.body.person for document in page.documents)
    names = []
    for one in people:
        if not one or one == person or one in request.askers or has_spoken(request, one):
            continue
        contact = await store.get(CONTACTS.key(tenant, one))
        names += [contact.body.name] if contact and contact.body.installed else []
    return tuple(names[:SHOWN])


async def viewers_of(house: House, tenant: TenantId, request: Request) -> tuple[str, ...]:
    """Teams' ids, as far as Saldo has met them: of those who may decide, of those who have, then the requester's."""
    try:
        found = await find_approvers(house.outside, tenant, DECIDING_RIGHT[request.kind], *request.askers)
        approvers = [one.person for one in found.people]
    except PortError:
        approvers = []
    people = dict.fromkeys([*approvers, *(one.person for one in request.decisions), *sorted(request.askers)])
    contacts = [await house.outside.store.get(CONTACTS.key(tenant, one)) for one in people]
    return tuple(contact.body.teams_id for contact in contacts if contact)
