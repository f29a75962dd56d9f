"""Who can approve, as the cards name them."""

import contextlib
from collections.abc import Sequence

from bot.domain.people import PersonId, Right, Role, TenantId
from bot.domain.policy import Band
from bot.ports.errors import MissingPermission, PortError
from bot.usecases.find_approvers import Approver, Approvers, find_approvers
from bot.views.house import House
from cards import approvers as cards

ONE = Band()
COULD_BE_NAMED = (Role.GLOBAL_ADMINISTRATOR, Role.BILLING_ADMINISTRATOR, Role.TEAMS_ADMINISTRATOR)
SUGGESTED = 5  # names


async def approvers_shown(
    house: House, tenant: TenantId, right: Right, *askers: PersonId, wants: Band = ONE
) -> cards.Approvers:
    """First names, or full ones where two share a first name. Where `wants` is more than they can give, who could be
    named as well."""
    try:
        found = await find_approvers(house.outside, tenant, right, *askers)
        short = is_short(found, wants)
        addable = await _addable(house, tenant, found, askers) if short else ()
    except PortError:
        return cards.Approvers(unknown=True)
    named = list(zip(shown_names(found.people), found.people, strict=True))
    return cards.Approvers(
        reachable=tuple(name for name, one in named if one.reachable and not one.dormant),
        dormant=tuple(name for name, one in named if one.reachable and one.dormant),
        unreachable=tuple(name for name, one in named if not one.reachable),
        missing_permission=found.missing_permission,
        needed=wants.approvals if short else 1,
        finance_missing=wants.needs_finance and not any(one.finance for one in found.voices),
        addable=addable,
    )


def is_short(found: Approvers, wants: Band) -> bool:
    """Whether nobody, or too few, could say yes."""
    without_finance = wants.needs_finance and not any(one.finance for one in found.voices)
    return len(found.voices) < wants.approvals or without_finance


async def _addable(house: House, tenant: TenantId, found: Approvers, askers: Sequence[PersonId]) -> tuple[str, ...]:
    """Administrators who are not among them; nobody where Graph does not let us look."""
    taken = {one.person for one in found.people} | set(askers)
    names: dict[str, None] = {}
    with contextlib.suppress(MissingPermission):
        for role in COULD_BE_NAMED:
            holders = await house.outside.directory.holders(tenant, role)
            names.update((one.name, None) for one in holders if one.enabled and one.id not in taken)
    return tuple(names)[:SUGGESTED]


def shown_names(people: Sequence[Approver]) -> list[str]:
    short = [_short(one) for one in people]
    return [_long(one) if short.count(_short(one)) > 1 else _short(one) for one in people]


def _short(one: Approver) -> str:
    return f"{one.short_name} ({one.behalf})" if one.behalf else one.short_name


def _long(one: Approver) -> str:
    return f"{one.name} ({one.behalf})" if one.behalf else one.name
