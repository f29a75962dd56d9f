"""A request as one viewer may see it, in their language. The same in an answer, an update and a notification."""

from dataclasses import dataclass, replace

from bot.domain.admin_center import Page, Path, path_to
from bot.domain.emergency import is_ratifiable
from bot.domain.people import PersonId, Right, Role, TenantId
from bot.domain.requests import Kind, Ratification, Request, State
from bot.domain.voices import DECIDING_RIGHT, has_spoken, wants
from bot.locale.reader import CatalogueReader
from bot.ports.collections import CONTACTS
from bot.ports.turn import Card
from bot.usecases.break_glass import may_break
from bot.usecases.settings import load_settings
from bot.usecases.voice import delegator_of, may_speak
from bot.usecases.weigh_recharge import weigh_recharge
from bot.views.approvers import approvers_shown
from bot.views.asked import asked_names, viewers_of
from bot.views.changes import changes_since
from bot.views.house import House
from bot.views.order import draw_order
from cards.approvers import Approvers
from cards.request import request_card
from cards.request_values import RequestValues, Told, Viewer


@dataclass(frozen=True, slots=True)
class Aside:
    """What a card says beside how the request stands. `seen`: the revision of the button that was pressed, if it was
    another. `confirm`: the viewer is asked once more. `asked`: who else is being asked, where that is known better
    than by the cards that they have. The rest as in `RequestValues`."""

    told: Told | None = None
    seen: int | None = None
    inactive_role: Role | None = None
    confirm: bool = False
    typed: str = ""
    asked: tuple[str, ...] | None = None


PLAIN = Aside()


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
    aside: Aside = PLAIN,
) -> Card:
    """The card of `request` for `person`: for a buyer who has to order it, the order's."""
    ratifies = False
    if request.ratification is not None:
        ratifies = may_ratify(house, request, await viewer_of(house, tenant, request, person), person)
    order = await draw_order(house, tenant, request, person, reader, may_ratify=ratifies)
    if order is not None:
        return order
    values = await _values(house, tenant, request, person, aside)
    return request_card(values, reader, house.buttons(tenant))


async def draw_for_all(house: House, tenant: TenantId, request: Request, reader: CatalogueReader) -> Card:
    """The card where many see it: how the request stands, and no more. Those who have a part in it get their own by
    refresh."""
    values = RequestValues(request, Viewer.ANYBODY, teams_ids=await viewers_of(house, tenant, request))
    return request_card(values, reader, house.buttons(tenant))


async def _values(house: House, tenant: TenantId, request: Request, person: PersonId, aside: Aside) -> RequestValues:
    viewer = await viewer_of(house, tenant, request, person)
    values = RequestValues(
        request=request,
        viewer=viewer,
        viewer_id=person,
        approvers=await _approvers(house, tenant, request, viewer),
        wants=wants(request),
        told=aside.told,
        inactive_role=aside.inactive_role,
        confirm=aside.confirm,
        typed=aside.typed,
        may_ratify=may_ratify(house, request, viewer, person),
        overdue=_is_overdue(house, request),
        teams_ids=await _own_id(house, tenant, person),
        can_buy=(await load_settings(house.outside.store, tenant)).can_buy,
        payment=_payment(house, request),
    )
    if aside.seen is not None:
        values = replace(values, changes=await changes_since(house.outside.store, tenant, request, aside.seen))
    if request.state is State.PENDING and viewer is not Viewer.ANYBODY:
        values = await _while_it_waits(house, tenant, values, person, aside)
    return values


def _payment(house: House, request: Request) -> Path | None:
    failed = request.kind is Kind.RECHARGE and request.state is State.FAILED
    return path_to(Page.PAYMENT, house.outside.clock.now().date()) if failed else None


async def _own_id(house: House, tenant: TenantId, person: PersonId) -> tuple[str, ...]:
    """In somebody's own chat nobody else looks at the card."""
    contact = await house.outside.store.get(CONTACTS.key(tenant, person))
    return (contact.body.teams_id,) if contact else ()


def may_ratify(house: House, request: Request, viewer: Viewer, person: PersonId) -> bool:
    """Whether they may approve afterwards what went ahead."""
    if viewer is not Viewer.APPROVER or not is_ratifiable(request, house.outside.clock.now()):
        return False
    broke = request.exemption is not None and request.exemption.by.id == person
    return not broke and not has_spoken(request, person)


def _is_overdue(house: House, request: Request) -> bool:
    unratified = request.ratification is Ratification.UNRATIFIED
    return unratified and not is_ratifiable(request, house.outside.clock.now())


async def _while_it_waits(
    house: House, tenant: TenantId, values: RequestValues, person: PersonId, aside: Aside
) -> RequestValues:
    """What was edited, who is asked, with whose voice the viewer speaks, and what the money would do."""
    request = values.request
    if request.revision > 1:
        edited = await changes_since(house.outside.store, tenant, request, request.revision - 1)
        values = replace(values, edited=edited)
    if values.viewer is Viewer.APPROVER:
        asked = aside.asked
        if asked is None:
            asked = await asked_names(house.outside.store, tenant, request, person)
        values = replace(values, asked=asked, behalf=await _behalf(house, tenant, request, person))
    if request.kind is Kind.RECHARGE and await _may_see_balance(house, tenant, person, values):
        values = await _with_effect(house, tenant, values)
    breakable = await may_break(house.outside.store, house.outside.clock, tenant, request)
    return replace(values, may_break=breakable is not None)


async def _behalf(house: House, tenant: TenantId, request: Request, person: PersonId) -> str:
    outside = house.outside
    delegation = await delegator_of(outside.store, outside.clock, house.standings, tenant, request, person)
    return delegation.delegator_name if delegation else ""


async def _approvers(house: House, tenant: TenantId, request: Request, viewer: Viewer) -> Approvers:
    if viewer is not Viewer.REQUESTER or request.state is not State.PENDING:
        return Approvers()
    return await approvers_shown(house, tenant, deciding_right(request), *request.askers, wants=wants(request))


async def _may_see_balance(house: House, tenant: TenantId, person: PersonId, values: RequestValues) -> bool:
    """A role that somebody was seen with lets them see what is asked for; what the wallet holds takes a right,
    or that of the one for whom they decide."""
    if values.viewer is Viewer.REQUESTER or values.behalf:
        return True
    return (await house.standings.of(tenant, person)).may(Right.VIEW)


async def _with_effect(house: House, tenant: TenantId, values: RequestValues) -> RequestValues:
    """What the wallet would hold, and until when, if the money came today; and how it went until now."""
    recharge = values.request.asked
    effect = await weigh_recharge(house.outside.store, house.outside.clock, tenant, recharge.amount)
    return replace(values, balance_after=effect.balance, runs_out_on=effect.runs_out_on, course=effect.course)


def deciding_right(request: Request) -> Right:
    return DECIDING_RIGHT[request.kind]
