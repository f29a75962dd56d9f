"""What was out of the ordinary, as the card shows it: with names for those who may see them, else departments."""

from collections.abc import Sequence

from bot.domain.anomalies import Anomaly
from bot.domain.people import Person, Right, TenantId
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
    people = await _people(outside, tenant, found)
    may_see_names = standing.may(Right.SEE_NAMES)
    return AnomaliesValues(
        seen=tuple(
            Seen(one, _who(people.get(one.person or ""), may_see_names), place_name(one.place, locale))
            for one in found
        ),
        currency=settings.currency,
        limit=settings.person_limit,
        may_change=standing.may(Right.CHANGE_SETTINGS),
    )


async def _people(outside: Outside, tenant: TenantId, found: Sequence[Anomaly]) -> dict[str, Person]:
    """Nobody where the directory does not answer."""
    ids = sorted({one.person for one in found if one.person})
    try:
        return await outside.directory.look_up(tenant, ids) if ids else {}
    except PortError:
        return {}


def _who(person: Person | None, may_see_names: bool) -> str:
    if person is None:
        return ""
    return person.name if may_see_names else person.department or ""
