"""A request's history for one viewer: its records, and the names of whoever they speak of."""

from bot.domain.audit import AuditRecord
from bot.domain.errors import Refusal
from bot.domain.events import SALDO
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Request, State
from bot.ports.collections import CONTACTS
from bot.ports.errors import PortError
from bot.usecases.read_trail import read_trail
from bot.views.house import House
from bot.views.request import viewer_of
from cards.request_values import Viewer
from cards.trail import TrailLine, TrailValues
from cards.trail_words import OPERATOR

_NAMING = ("for", "to", "person")  # details that hold a person's id


async def trail_values(house: House, tenant: TenantId, request: Request, person: PersonId, page: int) -> TrailValues:
    """Raises Refusal("request_unknown") for a draft of somebody else, Refusal("not_concerned") for who has no part in
    the request."""
    if request.state is State.DRAFT and person != request.requester:
        raise Refusal("request_unknown")
    if await viewer_of(house, tenant, request, person) is Viewer.ANYBODY:
        raise Refusal("not_concerned")
    records = await read_trail(house.outside.store, tenant, request.id)
    people = await _people(house, tenant, request, records)
    return TrailValues(request, tuple(TrailLine(record, people) for record in records), page)


async def _people(house: House, tenant: TenantId, request: Request, records: list[AuditRecord]) -> dict[str, str]:
    """Names that the request knows, then those of people who have Saldo, then the directory's."""
    known = _known(request)
    missing = [id_ for id_ in dict.fromkeys(_ids(records)) if id_ not in known]
    for id_ in missing:
        contact = await house.outside.store.get(CONTACTS.key(tenant, PersonId(id_)))
        if contact is not None:
            known[id_] = contact.body.name
    return known | await _looked_up(house, tenant, [id_ for id_ in missing if id_ not in known])


def _known(request: Request) -> dict[str, str]:
    names: dict[str, str] = {request.requester: request.requester_name}
    names |= {seat.person: seat.name for seat in request.seats}
    names |= {decision.person: decision.name for decision in request.decisions}
    names |= {remark.person: remark.name for remark in request.remarks}
    named = (request.edited_by, request.reassigned_to, request.exemption.by if request.exemption else None)
    return names | {one.id: one.name for one in named if one is not None}


def _ids(records: list[AuditRecord]) -> list[str]:
    ids = [str(record.actor) for record in records]
    ids += [record.details[name] for record in records for name in _NAMING if record.details.get(name)]
    ids += [id_ for record in records for id_ in record.after.get("people", "").split(",") if id_]
    return [id_ for id_ in ids if id_ != SALDO.id and not id_.startswith(OPERATOR)]


async def _looked_up(house: House, tenant: TenantId, ids: list[str]) -> dict[str, str]:
    """Where the directory does not answer, an id beats no history."""
    if not ids:
        return {}
    try:
        found = await house.outside.directory.look_up(tenant, ids)
    except PortError:
        return {}
    return {id_: person.name for id_, person in found.items()}
