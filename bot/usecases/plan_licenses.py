"""Plan licences before anything is written: find the people, judge each one, keep the plan as a draft."""

from collections.abc import Sized
from dataclasses import dataclass

from bot.domain.errors import Refusal
from bot.domain.events import By, Revise
from bot.domain.licenses import PlanLine, plan_for
from bot.domain.people import Person, PersonId, TenantId
from bot.domain.requests import Request, Seat, State, draft_licenses
from bot.ports.collections import REQUESTS
from bot.ports.outside import Outside
from bot.ports.store import Conflict
from bot.usecases.change_request import change_request
from bot.usecases.propose_recharge import draft_writes

PEOPLE_LIMIT = 20  # in one request: what an approver can still judge on a phone


@dataclass(frozen=True, slots=True)
class Match:
    """What a typed name led to: nobody, one person, or several to choose from."""

    text: str
    people: tuple[Person, ...]


async def find_people(outside: Outside, tenant: TenantId, names: list[str]) -> list[Match]:
    """One match per typed name or address, in order. A name that is exactly one person's is that person's.

    Raises Refusal("too_many_people") for more than twenty, and the directory's errors.
    """
    check_how_many(names)
    return [await _match(outside, tenant, name) for name in names]


def check_how_many(people: Sized) -> None:
    """Each costs a question to the directory. Raises Refusal("too_many_people")."""
    if len(people) > PEOPLE_LIMIT:
        raise Refusal("too_many_people", limit=PEOPLE_LIMIT)


async def _match(outside: Outside, tenant: TenantId, text: str) -> Match:
    people = await outside.directory.search(tenant, text, limit=10)
    wanted = text.casefold()
    exact = [person for person in people if wanted in {person.name.casefold(), person.address.casefold()}]
    return Match(text, tuple(exact if len(exact) == 1 else people))


async def plan_licenses(outside: Outside, tenant: TenantId, people: list[PersonId]) -> list[PlanLine]:
    """What can be said of each person before asking Graph to assign. Somebody who is gone is left out."""
    check_how_many(people)
    found = [await outside.directory.person(tenant, person) for person in dict.fromkeys(people)]
    present = [person for person in found if person is not None]
    holdings = await outside.licenses.holdings(tenant, [person.id for person in present])
    return [plan_for(person, holdings[person.id].plans) for person in present]


async def propose_licenses(
    outside: Outside, tenant: TenantId, request_id: str, by: By, lines: list[PlanLine]
) -> Request | None:
    """Write or change the draft for those of the plan who can be assigned; None where there is nobody.

    The same again is the same draft; one that was sent stays as it is.
    """
    seats = tuple(Seat(line.person.id, line.person.name) for line in lines if line.fitness.assignable)
    if not seats:
        return None
    known = await outside.store.get(REQUESTS.key(tenant, request_id))
    if known is None:
        draft = draft_licenses(request_id, by.id, by.name, seats, outside.clock.now())
        try:
            await outside.store.commit(draft_writes(tenant, draft, by))
        except Conflict:
            return await propose_licenses(outside, tenant, request_id, by, lines)
        return draft
    if known.body.state is not State.DRAFT or known.body.seats == seats:
        return known.body
    return await change_request(outside.store, outside.clock, tenant, request_id, Revise(seats=seats), by)
