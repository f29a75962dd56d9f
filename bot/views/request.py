"""A request as one viewer may see it, in their language. The same in an answer, an update and a notification."""

from dataclasses import replace

from bot.domain.people import PersonId, Right, Role, TenantId
from bot.domain.requests import Kind, Request, State
from bot.domain.voices import DECIDING_RIGHT, wants
from bot.locale.reader import CatalogueReader
from bot.ports.turn import Card
from bot.usecases.voice import may_speak
from bot.usecases.weigh_recharge import weigh_recharge
from bot.views.approvers import approvers_shown
from bot.views.house import House
from bot.views.order import draw_order
from cards.approvers import Approvers
from cards.request import RequestValues, Viewer, request_card


async def viewer_of(house: House, tenant: TenantId, request: Request, person: PersonId) -> Viewer:
    """The requester sees theirs, whoever decided or may decide sees the approver's, everybody else the state."""
    if person in request.askers:
        return Viewer.REQUESTER
    if any(decision.person == person for decision in request.decisions):
        return Viewer.APPROVER
    outside = house.outside
    if await may_speak(outside.store, outside.clock, house.standings, tenant, request, person):
        return Viewer.APPROVER
    return Viewer.ANYBODY


async def draw_request(
    house: House,
    tenant: TenantId,
    request: Request,
    person: PersonId,
    reader: CatalogueReader,
    *,
    inactive_role: Role | None = None,
) -> Card:
    """The card of `request` for `person`: for a buyer who has to order it, the order's."""
    order = await draw_order(house, tenant, request, person, reader)
    if order is not None:
        return order
    values = await _values(house, tenant, request, person)
    return request_card(replace(values, inactive_role=inactive_role), reader, house.buttons(tenant))


async def draw_confirmation(
    house: House, tenant: TenantId, request: Request, person: PersonId, reader: CatalogueReader, comment: str
) -> Card:
    """The card of somebody who approved what is above the first band: they are asked once more."""
    values = await _values(house, tenant, request, person)
    return request_card(replace(values, confirm=True, comment=comment), reader, house.buttons(tenant))


async def _values(house: House, tenant: TenantId, request: Request, person: PersonId) -> RequestValues:
    viewer = await viewer_of(house, tenant, request, person)
    values = RequestValues(
        request=request,
        viewer=viewer,
        viewer_id=person,
        approvers=await _approvers(house, tenant, request, viewer),
        needed=wants(request).approvals,
    )
    waits = request.kind is Kind.RECHARGE and request.state is State.PENDING
    if waits and await _may_see_balance(house, tenant, person, viewer):
        values = await _with_effect(house, tenant, values)
    return values


async def _approvers(house: House, tenant: TenantId, request: Request, viewer: Viewer) -> Approvers:
    if viewer is not Viewer.REQUESTER or request.state is not State.PENDING:
        return Approvers()
    return await approvers_shown(house, tenant, deciding_right(request), *request.askers, wants=wants(request))


async def _may_see_balance(house: House, tenant: TenantId, person: PersonId, viewer: Viewer) -> bool:
    """A role that somebody was seen with lets them see what is asked for; what the wallet holds takes a right."""
    if viewer is Viewer.APPROVER:
        return (await house.standings.of(tenant, person)).may(Right.VIEW)
    return viewer is Viewer.REQUESTER


async def _with_effect(house: House, tenant: TenantId, values: RequestValues) -> RequestValues:
    """What the wallet would hold, and until when, if the money came today."""
    recharge = values.request.asked
    effect = await weigh_recharge(house.outside.store, house.outside.clock, tenant, recharge.amount)
    return replace(values, balance_after=effect.balance, runs_out_on=effect.runs_out_on)


def deciding_right(request: Request) -> Right:
    return DECIDING_RIGHT[request.kind]
