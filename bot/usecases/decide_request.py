"""Approve or reject: the maker's rights are read again for this very click, and it fails closed."""

from bot.domain.errors import Refusal
from bot.domain.events import Approve, By, Reject
from bot.domain.people import PersonId, Right, TenantId
from bot.domain.requests import Kind, Request
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.usecases.change_request import change_request, load_request
from bot.usecases.standing import Standing, Standings

DECIDING_RIGHT = {
    Kind.RECHARGE: Right.APPROVE_RECHARGE,
    Kind.LICENSES: Right.APPROVE_LICENSES,
    Kind.ADJUSTMENT: Right.APPROVE_RECHARGE,  # whoever answers for money coming in answers for what the books say
    Kind.BUDGET: Right.APPROVE_RECHARGE,
}


async def decide_request(  # noqa: PLR0913 -- who decides what, and how
    store: Store,
    clock: Clock,
    standings: Standings,
    tenant: TenantId,
    request_id: str,
    by: tuple[PersonId, str],
    verdict: Approve | Reject,
) -> Request:
    """The request with the decision on record.

    Raises Refusal("activate_role") for somebody whose role is only eligible, and the rules' own.
    """
    request = (await load_request(store, tenant, request_id)).body
    right = DECIDING_RIGHT[request.kind]
    standing = await standings.fresh(tenant, by[0])
    _explain_dormant_role(request, standing, right)
    actor = By(by[0], by[1], may_decide=standing.may(right))
    return await change_request(store, clock, tenant, request_id, verdict, actor)


def _explain_dormant_role(request: Request, standing: Standing, right: Right) -> None:
    if standing.may(right) or standing.person == request.requester:
        return
    if standing.could_by_role(right):
        raise Refusal("activate_role")
    if standing.missing_permission:
        raise Refusal("rights_permission", permission=standing.missing_permission)
