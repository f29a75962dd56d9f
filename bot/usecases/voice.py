"""With whose voice somebody decides: their own, or that of a colleague who delegated to them. Read each time anew."""

from bot.domain.delegation import Delegation
from bot.domain.events import By
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Decision, Request
from bot.domain.settings import NamedPerson
from bot.domain.voices import DECIDING_RIGHT, has_spoken, wants
from bot.ports.clock import Clock
from bot.ports.collections import DELEGATIONS
from bot.ports.store import Store
from bot.usecases.standing import Standings

MANY = 100  # delegations to one person: more than anybody has


async def delegations_to(store: Store, clock: Clock, tenant: TenantId, person: PersonId) -> list[Delegation]:
    """Those that hold now."""
    page = await store.find(DELEGATIONS, tenant, where={"delegate": person}, limit=MANY)
    return [document.body for document in page.documents if document.body.holds_at(clock.now())]


async def voice_of(
    store: Store, clock: Clock, standings: Standings, tenant: TenantId, request: Request, who: tuple[PersonId, str]
) -> By:
    """Who `who` is for this request: with their own right, else with that of the first delegator whose voice can
    still be used. Rights are read anew; raises Refusal("rights_unreadable")."""
    right = DECIDING_RIGHT[request.kind]
    own = await standings.fresh(tenant, who[0])
    if own.may(right) or who[0] in request.askers:
        return By(*who, may_decide=own.may(right), finance=own.finance)
    for delegation in await delegations_to(store, clock, tenant, who[0]):
        if delegation.delegator in request.askers or has_spoken(request, delegation.delegator):
            continue
        delegator = await standings.fresh(tenant, delegation.delegator)
        if delegator.may(right):
            behalf = NamedPerson(delegation.delegator, delegation.delegator_name)
            return By(*who, may_decide=True, finance=delegator.finance, behalf=behalf)
    return By(*who)


async def may_speak(
    store: Store, clock: Clock, standings: Standings, tenant: TenantId, request: Request, person: PersonId
) -> bool:
    """Whether they would be heard, by what was read in the last five minutes. To show a card, never for a click."""
    own = await standings.of(tenant, person)
    right = DECIDING_RIGHT[request.kind]
    if own.may(right) or own.could_by_role(right):
        return True
    return await delegator_of(store, clock, standings, tenant, request, person) is not None


async def delegator_of(
    store: Store, clock: Clock, standings: Standings, tenant: TenantId, request: Request, person: PersonId
) -> Delegation | None:
    """Whose voice they would have, where it is not their own. To show a card, never for a click."""
    right = DECIDING_RIGHT[request.kind]
    if (await standings.of(tenant, person)).may(right):
        return None
    for delegation in await delegations_to(store, clock, tenant, person):
        if delegation.delegator in request.askers:
            continue
        if (await standings.of(tenant, delegation.delegator)).may(right):
            return delegation
    return None


async def lost_right(standings: Standings, tenant: TenantId, request: Request) -> PersonId | None:
    """The first approver whose voice no longer counts, read again now: the right is gone, or it was to be the voice
    of finance. None where a clause of the policy carries the request."""
    if request.exemption is not None:
        return None
    for decision in request.approvals:
        if not await _still_counts(standings, tenant, request, decision):
            return decision.person
    return None


async def _still_counts(standings: Standings, tenant: TenantId, request: Request, decision: Decision) -> bool:
    """The right is that of whose voice it is."""
    whose = decision.behalf.id if decision.behalf else decision.person
    standing = await standings.fresh(tenant, whose)
    if not standing.may(DECIDING_RIGHT[request.kind]):
        return False
    return standing.finance or not (decision.finance and wants(request).needs_finance)
