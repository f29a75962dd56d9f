"""One reminder on its way to one person: who still has to hear it, and when they may be written to.

Nobody has more than one of a request on its way: a later one takes the place of one that waits for the morning.
"""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.contacts import Contact
from bot.domain.emergency import is_ratifiable
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Ratification, Request, State
from bot.domain.timing import Quiet
from bot.domain.voices import has_spoken
from bot.locale.reader import zone_of
from bot.ports.collections import JOBS, SENT_CARDS
from bot.ports.errors import PortError
from bot.ports.outside import Outside
from bot.ports.store import Operation, Put, Store
from bot.usecases.policy import load_policy
from bot.usecases.settings import load_settings

CHUNK = 500  # cards
Lines = Mapping[PersonId, str]  # what each is told: the last part of the key of their lock screen's text


async def jobs_to_remind(
    outside: Outside, tenant: TenantId, request: Request, about: str, lines: Lines, *, passes: bool = False
) -> list[Operation]:
    """A job for each person. `about` is what happens once: the same again is told once. `passes`: it does not wait
    for quiet hours to be over."""
    jobs: list[Operation] = []
    for person, line in lines.items():
        key = JOBS.key(tenant, f"remind_person:{request.id}:{person}")
        known = await outside.store.get(key)
        payload = {"request": request.id, "person": person, "line": line, "about": about}
        payload |= {"passes": "yes"} if passes else {}
        jobs.append(Put(key, Job("remind_person", outside.clock.now(), payload), known.version if known else 0))
    return jobs


async def people_asked(store: Store, tenant: TenantId, request: Request) -> set[PersonId]:
    """Whoever was sent its card, but those who ask."""
    asked: set[PersonId] = set()
    cursor = None
    while True:
        page = await store.find(SENT_CARDS, tenant, where={"request": request.id}, after=cursor, limit=CHUNK)
        asked |= {document.body.person for document in page.documents}
        cursor = page.cursor
        if cursor is None:
            return asked - request.askers


def is_wanted(request: Request, person: PersonId, line: str, now: datetime) -> bool:
    """Whether it is still so, and they have not spoken meanwhile."""
    match line:
        case "unratified":
            return request.ratification is Ratification.UNRATIFIED
        case "ratify" | "ratify_again":
            return is_ratifiable(request, now) and not has_spoken(request, person)
        case "asked_more":
            return request.state is State.PENDING and request.question is not None
        case _:
            return request.state is State.PENDING and not has_spoken(request, person)


async def quiet_of(outside: Outside, tenant: TenantId, contact: Contact) -> Quiet:
    """By the policy's hours, where the person lives; where the directory does not tell, where the organization is."""
    settings, policy = await load_settings(outside.store, tenant), await load_policy(outside.store, tenant)
    zone = zone_of(contact.zone, settings.zone)
    try:
        person = await outside.directory.person(tenant, contact.person)
    except PortError:
        person = None
    country = (person.usage_location if person else None) or settings.country
    return Quiet(policy.quiet_from, policy.quiet_until, zone, country)
