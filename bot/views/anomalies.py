"""What was out of the ordinary, as the card shows it: with names for those who may see them, else departments."""

from collections.abc import Sequence

from bot.domain.anomalies import Anomaly
from bot.domain.people import PersonId, Right, TenantId
from bot.locale.places import place_name
from bot.ports.errors import PortError
from bot.ports.outside import Outside
from bot.usecases.settings import load_settings
from bot.usecases.standing import Standing
from cards.anomalies import AnomaliesValues, Seen


async def anomalies_values(
    outside: Outside, tenant: TenantId, standing: Standing, found: Sequence[Anomaly], locale: str
) -> AnomaliesValues:
    """`locale`: of who reads it, for the names of countries."""
    settings = await load_settings(outside.store, tenant)
    may_see_names = standing.may(Right.SEE_NAMES)
    return AnomaliesValues(
        seen=tuple(
            [
                Seen(one, await _who(outside, tenant, one.person, may_see_names), place_name(one.place, locale))
                for one in found
            ]
        ),
        currency=settings.currency,
        limit=settings.person_limit,
        may_change=standing.may(Right.CHANGE_SETTINGS),
    )


async def _who(outside: Outside, tenant: TenantId, person: PersonId | None, may_see_names: bool) -> str:
    """A name or a department; '' where there is none, or the directory does not tell."""
    if person is None:
        return ""
    try:
        known = await outside.directory.person(tenant, person)
    except PortError:
        return ""
    if known is None:
        return ""
    return known.name if may_see_names else known.department or ""
