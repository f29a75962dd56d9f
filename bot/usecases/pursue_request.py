"""Remind those who may decide of what waits for them: one look at a request, and the round that is due by then.

A round is one commit: what it counts, its record in the audit, and a job for each person. A look that comes late,
after downtime say, finds one round due and not many.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.audit import AuditRecord
from bot.domain.consequences import asker_of
from bot.domain.events import SALDO
from bot.domain.jobs import Job
from bot.domain.people import PersonId, TenantId
from bot.domain.requests import Kind, Request, State
from bot.domain.timing import LOOK_EVERY, Audience, Need, Reminders, after_round, audiences, due_at, need_of
from bot.domain.voices import DECIDING_RIGHT, has_spoken
from bot.ports.collections import AUDIT, JOBS, REMINDERS, REQUESTS
from bot.ports.outside import Outside
from bot.ports.store import Append, Conflict, Operation, Put
from bot.usecases.change_request import load_request
from bot.usecases.find_approvers import find_approvers, people_in_charge
from bot.usecases.find_emergency import find_emergency
from bot.usecases.remind_people import jobs_to_remind, people_asked

PURSUE = "pursue_request"  # the job's kind
CHUNK = 100  # requests
LAST = chr(0x10FFFF)  # sorts behind everything
WAITS = frozenset({State.PENDING, State.APPROVED})  # an approval may still be taken back, or turn out to be void


@dataclass(frozen=True, slots=True)
class _Look:
    """`version` is that of the kept `reminders`."""

    request: Request
    need: Need
    reminders: Reminders
    version: int


async def pursue_request(
    outside: Outside, tenant: TenantId, request_id: str, since: datetime, guards: Sequence[Operation]
) -> timedelta | None:
    """When to look again; None: nobody has to be reminded any more. `since`: when it was sent. `guards` keep two
    runners from doing the same round."""
    request = (await load_request(outside.store, tenant, request_id)).body
    if request.exemption is not None or request.state not in WAITS:
        return None
    look = await _look(outside, tenant, request, since)
    due, now = due_at(look.reminders, look.need), outside.clock.now()
    if due is None:
        return None
    if due <= now and request.state is State.PENDING:
        due = await _round(outside, tenant, look, guards)
    return max(min(due - now, LOOK_EVERY[look.need]), timedelta(minutes=1))


async def take_up(outside: Outside, tenant: TenantId) -> None:
    """See to it that whatever waits is looked at: what was sent before there were reminders has no job for it. Done
    at each start; of what has its job, or was reminded of already, nothing is written."""
    cursor = None
    while True:
        page = await outside.store.find(REQUESTS, tenant, where={"open": True}, after=cursor, limit=CHUNK)
        for request in (document.body for document in page.documents):
            if request.state in WAITS and not await _is_taken_up(outside, tenant, request.id):
                payload = {"request": request.id, "since": request.changed_at.isoformat()}
                key = JOBS.key(tenant, f"{PURSUE}:{request.id}:{request.step}")
                with contextlib.suppress(Conflict):  # another process starts, too
                    await outside.store.commit([Put(key, Job(PURSUE, outside.clock.now(), payload), 0)])
        cursor = page.cursor
        if cursor is None:
            return


async def _is_taken_up(outside: Outside, tenant: TenantId, request_id: str) -> bool:
    if await outside.store.get(REMINDERS.key(tenant, request_id)):
        return True
    start = f"{PURSUE}:{request_id}:"
    return bool((await outside.store.find(JOBS, tenant, start=start, end=start + LAST, limit=1)).documents)


async def _look(outside: Outside, tenant: TenantId, request: Request, since: datetime) -> _Look:
    """Whatever happened to the request since is as good as a reminder."""
    known = await outside.store.get(REMINDERS.key(tenant, request.id))
    kept = known.body if known else Reminders(since, since)
    reminders = replace(kept, at=max(kept.at, request.changed_at))
    return _Look(request, await need_for(outside, tenant, request), reminders, known.version if known else 0)


async def need_for(outside: Outside, tenant: TenantId, request: Request) -> Need:
    """How soon it is needed: for money by the time until it runs out."""
    if request.kind is not Kind.RECHARGE:
        return Need.CALM
    currency = request.asked.amount.currency
    emergency = await find_emergency(outside.store, outside.clock, tenant, currency)
    return need_of(emergency.hours_left if emergency else None)


async def _round(outside: Outside, tenant: TenantId, look: _Look, guards: Sequence[Operation]) -> datetime:
    """When the next one is due."""
    request, now = look.request, outside.clock.now()
    lines = await _lines(outside, tenant, look)
    after = after_round(look.reminders, look.need, now)
    about = f"reminders:{after.rounds}"
    details = {"need": look.need.value, "people_reminded": str(len(lines))}
    record = AuditRecord(now, SALDO.id, "request.reminders", request.id, details)
    await outside.store.commit(
        [
            *guards,
            Put(REMINDERS.key(tenant, request.id), after, look.version),
            *await jobs_to_remind(outside, tenant, request, about, lines, passes=look.need is Need.CRITICAL),
            Append(AUDIT.of_tenant(tenant), f"request:{request.id}:{about}", record),
        ]
    )
    return due_at(after, look.need) or now


async def remind_now(
    outside: Outside, tenant: TenantId, request_id: str, since: str, finish: Sequence[Operation]
) -> None:
    """By hand: everybody who may decide and has not spoken. `since`: when that was asked for."""
    request = (await load_request(outside.store, tenant, request_id)).body
    jobs: list[Operation] = []
    if request.state is State.PENDING:
        found = await find_approvers(outside, tenant, DECIDING_RIGHT[request.kind], *request.askers)
        people = [one.person for one in found.people if not has_spoken(request, one.person)]
        jobs = await jobs_to_remind(outside, tenant, request, f"by_hand:{since}", dict.fromkeys(people, "reminder"))
    await outside.store.commit([*finish, *jobs])


async def _lines(outside: Outside, tenant: TenantId, look: _Look) -> dict[PersonId, str]:
    """Whoever wants to know more waits for an answer: then it is the requester who is reminded."""
    request, reached = look.request, audiences(look.reminders, look.need)
    asked = await people_asked(outside.store, tenant, request)
    found = await find_approvers(outside, tenant, DECIDING_RIGHT[request.kind], *request.askers)
    approvers = [one.person for one in found.people]
    again = "reminder_critical" if look.need is Need.CRITICAL else "reminder"
    first = "approval_licenses" if request.kind is Kind.LICENSES else "approval"
    lines = {one: again if one in asked else first for one in approvers if not has_spoken(request, one)}
    if Audience.OTHERS not in reached:
        lines = {one: line for one, line in lines.items() if one in asked}
    if request.question is not None:
        lines.pop(request.question.person, None)
        lines[asker_of(request)] = "asked_more"
    if Audience.IN_CHARGE in reached:
        strangers = {*await people_in_charge(outside, tenant)} - {*approvers} - request.askers
        lines |= dict.fromkeys(sorted(strangers), "nobody_decides")
    return lines
