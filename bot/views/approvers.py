"""Who can approve, as the cards name them."""

from collections.abc import Sequence

from bot.domain.people import PersonId, Right, TenantId
from bot.ports.errors import PortError
from bot.usecases.find_approvers import Approver, find_approvers
from bot.views.house import House
from cards.approvers import Approvers


async def approvers_shown(house: House, tenant: TenantId, right: Right, requester: PersonId) -> Approvers:
    """First names, or full ones where two share a first name."""
    try:
        found = await find_approvers(house.outside, tenant, right, requester)
    except PortError:
        return Approvers(unknown=True)
    named = list(zip(shown_names(found.people), found.people, strict=True))
    return Approvers(
        reachable=tuple(name for name, one in named if one.reachable and not one.dormant),
        dormant=tuple(name for name, one in named if one.reachable and one.dormant),
        unreachable=tuple(name for name, one in named if not one.reachable),
        missing_permission=found.missing_permission,
    )


def shown_names(people: Sequence[Approver]) -> list[str]:
    short = [one.short_name for one in people]
    return [one.name if short.count(one.short_name) > 1 else one.short_name for one in people]
