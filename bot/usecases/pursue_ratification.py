"""Have what went ahead approved afterwards: those who were passed over are told at once, then reminded; when it is
too late, everybody in charge hears that it stays as it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.audit import AuditRecord
from bot.domain.emergency import is_ratifiable
from bot.domain.events import SALDO
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Ratification, Request
from bot.domain.timing import Need, Reminders, after_round, due_to_ratify
from bot.domain.voices import DECIDING_RIGHT, has_spoken
from bot.ports.collections import AUDIT, JOBS, REMINDERS
from bot.ports.errors import PortError
from bot.ports.outside import Outside
from bot.ports.store import Append, Key, Operation, Put
from bot.usecases.change_request import load_request
from bot.usecases.find_approvers import find_approvers, people_in_charge
from bot.usecases.remind_people import jobs_to_remind, people_asked

A_MOMENT = timedelta(seconds=1)


async def ask_to_ratify(
    outside: Outside, tenant: TenantId, request_id: str, about: str, finish: Sequence[Operation]
) -> None:
    """A message to each, by jobs of their own: who cannot be reached keeps nobody else from it. Where the directory
    does not answer, those who were asked to approve it are told already; then raises its error."""
    request = (await load_request(outside.store, tenant, request_id)).body
    if request.ratification is not Ratification.UNRATIFIED:
        await outside.store.commit(finish)
        return
    try:
        people = await _passed_over(outside, tenant, request)
    except PortError:
        asked = sorted(await people_asked(outside.store, tenant, request))
        await outside.store.commit(await _jobs(outside, tenant, request, about, asked))
        raise
    await outside.store.commit([*finish, *await _jobs(outside, tenant, request, about, people)])


async def _jobs(
    outside: Outside, tenant: TenantId, request: Request, about: str, people: Sequence[PersonId]
) -> list[Operation]:
    return await jobs_to_remind(outside, tenant, request, about, dict.fromkeys(people, "ratify"), passes=True)


async def _passed_over(outside: Outside, tenant: TenantId, request: Request) -> list[PersonId]:
    """Whoever may approve it, and has not: but for whoever let it go ahead."""
    found = await find_approvers(outside, tenant, DECIDING_RIGHT[request.kind], *request.askers)
    people = [one.person for one in found.people if not has_spoken(request, one.person)]
    return [one for one in people if request.exemption is None or one != request.exemption.by.id]


async def pursue_ratification(
    outside: Outside, tenant: TenantId, request_id: str, since: datetime, guards: Sequence[Operation]
) -> timedelta | None:
    """One look, and the round that is due by then. When to look again; None: there is nothing more to say.

    `since`: when it went ahead. Where it did so twice, the first one's looks end.
    """
    request = (await load_request(outside.store, tenant, request_id)).body
    kept, version = await _said_since(outside, tenant, request, since, guards)
    if request.ratification is not Ratification.UNRATIFIED or kept.since != since:
        return None
    now = outside.clock.now()
    if not is_ratifiable(request, now):
        await _give_up(outside, tenant, request, guards)
        return None
    due = due_to_ratify(kept, request.ratify_by)
    if due is not None and due <= now:
        kept = after_round(kept, Need.CALM, now)
        put = Put(_key(tenant, request), kept, version)
        await outside.store.commit([*guards, put, *await _round(outside, tenant, request, kept)])
        due = due_to_ratify(kept, request.ratify_by)
    ends = [one for one in (due, request.ratify_by) if one is not None]
    return min(ends) - now + A_MOMENT if ends else None


async def _said_since(
    outside: Outside, tenant: TenantId, request: Request, since: datetime, guards: Sequence[Operation]
) -> tuple[Reminders, int]:
    """With its version. Where it went ahead once more, what was said since that."""
    known = await outside.store.get(_key(tenant, request))
    if known and known.body.since >= since:
        return known.body, known.version
    begun, version = Reminders(since, since), known.version if known else 0
    await outside.store.commit([*guards, Put(_key(tenant, request), begun, version)])
    return begun, version + 1


def _key(tenant: TenantId, request: Request) -> Key[Reminders]:
    return REMINDERS.key(tenant, f"ratify:{request.id}")


async def _round(outside: Outside, tenant: TenantId, request: Request, kept: Reminders) -> list[Operation]:
    lines = dict.fromkeys(await _passed_over(outside, tenant, request), "ratify_again")
    about = f"ratify:{kept.since.isoformat()}:{kept.rounds}"
    return await jobs_to_remind(outside, tenant, request, about, lines)


async def _give_up(outside: Outside, tenant: TenantId, request: Request, guards: Sequence[Operation]) -> None:
    """It stays marked for good; told once, because it is on record then. Cards that still ask for it are drawn anew:
    their button leads nowhere any more."""
    id_ = f"request:{request.id}:unratified"
    if await outside.store.records_of(AUDIT.of_tenant(tenant), id_, limit=1):
        return
    people = dict.fromkeys(await people_in_charge(outside, tenant), "unratified")
    now = outside.clock.now()
    record = AuditRecord(now, SALDO.id, "request.overdue", request.id)
    jobs = await jobs_to_remind(outside, tenant, request, "unratified", people)
    anew = Job("refresh_cards", now, {"request": request.id, "anew": "yes"})
    jobs.append(Put(JOBS.key(tenant, f"refresh_cards:{request.id}:overdue"), anew, 0))
    await outside.store.commit([*guards, *jobs, Append(AUDIT.of_tenant(tenant), id_, record)])
