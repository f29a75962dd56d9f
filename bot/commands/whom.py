"""One person out of a form: picked, or typed as a name or an address."""

from bot.domain.errors import Refusal
from bot.domain.people import Person, PersonId, TenantId
from bot.ports.outside import Outside
from bot.usecases.plan_licenses import find_people


async def one_person(
    outside: Outside, tenant: TenantId, picked: str, typed: str, *, missing: str
) -> tuple[Person, ...]:
    """The one who is meant, or those whom the typed name fits. Raises Refusal: person_unknown, and `missing` where
    nobody is meant."""
    if picked:
        person = await outside.directory.person(tenant, PersonId(picked))
        if person is None:
            raise Refusal("person_unknown", name=picked)
        return (person,)
    if not typed:
        raise Refusal(missing)
    (match,) = await find_people(outside, tenant, [typed])
    if not match.people:
        raise Refusal("person_unknown", name=typed)
    return match.people
