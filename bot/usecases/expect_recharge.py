"""Look at the estimate beside the admin center's trigger amount: below it a recharge is expected, and the buyers are
asked, once a dip. What nobody answered in a week lapses. After 90 days the settings themselves are asked about."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.audit import AuditRecord, changed
from bot.domain.auto_recharge import (
    ASKED_AGAIN_AFTER,
    Course,
    Dip,
    Expected,
    Mirror,
    expect,
    follow_dip,
    is_to_be_verified,
    pass_time,
)
from bot.domain.balance import Balance
from bot.domain.events import SALDO
from bot.domain.jobs import Job
from bot.domain.people import PersonId, Right, TenantId
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, AUTO_RECHARGE, AUTO_RECHARGE_DIPS, EXPECTED, JOBS, LEDGER
from bot.ports.outside import Outside
from bot.ports.store import Append, Check, CheckHead, Conflict, Document, Operation, Put
from bot.usecases.find_people import people_with
from bot.usecases.mirror_auto_recharge import ONE, open_expected, read_dip
from bot.usecases.read_balance import read_balance


async def expect_recharge(outside: Outside, tenant: TenantId) -> None:
    """One look. Raises the directory's errors before anything is written; where somebody else has just written what
    this look goes by, the next one does it."""
    mirror = await outside.store.get(AUTO_RECHARGE.key(tenant, ONE))
    if mirror is None:
        return
    balances = await read_balance(outside.store, outside.clock, tenant)
    balance = next((one.statement.balance for one in balances.each if _is_its(one, mirror.body)), None)
    before, version = await read_dip(outside.store, tenant)
    now = outside.clock.now()
    after = follow_dip(before, mirror.body, balance, now)
    known = await open_expected(outside.store, tenant)
    operations: list[Operation] = []
    if after.number != before.number:
        operations += await _open(outside, tenant, mirror.body, after)
    if known is not None and (passed := pass_time(known.body, after, now)) != known.body:
        operations += _close(tenant, outside.clock, known, passed)
    if is_to_be_verified(after, mirror.body, now):
        after = replace(after, reminded_at=now)
        operations += await _ask_to_verify(outside, tenant, mirror)
    if after != before:
        operations.append(Put(AUTO_RECHARGE_DIPS.key(tenant, ONE), after, version))
    if operations:
        guards: list[Operation] = [
            Check(mirror.key, mirror.version),
            CheckHead(LEDGER.of_tenant(tenant), balances.seq),
        ]
        await _commit(outside, guards + operations)


async def _commit(outside: Outside, operations: Sequence[Operation]) -> None:
    try:
        await outside.store.commit(operations)
    except Conflict:
        return


def _is_its(balance: Balance, mirror: Mirror) -> bool:
    """What is known of the wallet that the settings are about."""
    return balance.is_known and mirror.trigger is not None and balance.statement.currency == mirror.trigger.currency


async def _open(outside: Outside, tenant: TenantId, mirror: Mirror, dip: Dip) -> list[Operation]:
    now = outside.clock.now()
    expected = expect(mirror, dip, now)
    people = await people_with(outside, tenant, Right.CONFIRM_ORDER)
    details = {"amount": f"{expected.amount} {expected.amount.currency}", "people": str(len(people))}
    record = AuditRecord(now, SALDO.id, "expected.open", expected.id, details)
    return [
        Put(EXPECTED.key(tenant, expected.id), expected, 0),
        Append(AUDIT.of_tenant(tenant), f"expected:{expected.id}:{expected.step}", record),
        *asking(tenant, outside.clock, expected, people),
    ]


def asking(
    tenant: TenantId, clock: Clock, expected: Expected, people: Sequence[PersonId], *, late: bool = False
) -> list[Operation]:
    """A job for each of the buyers, once a round. `late`: not at once, but when it is time to ask again."""
    due = clock.now() + ASKED_AGAIN_AFTER if late else clock.now()
    return [
        Put(
            JOBS.key(tenant, f"ask_expected:{expected.id}:{expected.rounds}:{person}"),
            Job("ask_expected", due, {"expected": expected.id, "round": str(expected.rounds), "person": person}),
            0,
        )
        for person in people
    ]


def _close(tenant: TenantId, clock: Clock, known: Document[Expected], after: Expected) -> list[Operation]:
    verb = "expected.lapse" if after.course is Course.LAPSED else "expected.overtake"
    was, becomes = changed(known.body, after)
    record = AuditRecord(clock.now(), SALDO.id, verb, after.id, before=was, after=becomes)
    return [
        Put(known.key, after, known.version),
        Append(AUDIT.of_tenant(tenant), f"expected:{after.id}:{after.step}", record),
        refreshing(tenant, clock, after),
    ]


def refreshing(tenant: TenantId, clock: Clock, expected: Expected) -> Operation:
    """The job that changes its cards in place."""
    job = Job("refresh_expected", clock.now(), {"expected": expected.id})
    return Put(JOBS.key(tenant, f"refresh_expected:{expected.id}:{expected.step}"), job, 0)


async def _ask_to_verify(outside: Outside, tenant: TenantId, mirror: Document[Mirror]) -> list[Operation]:
    now = outside.clock.now()
    people = await people_with(outside, tenant, Right.CHANGE_SETTINGS)
    record = AuditRecord(now, SALDO.id, "auto_recharge.ask", ONE, {"people": str(len(people))})
    return [
        Append(AUDIT.of_tenant(tenant), f"auto_recharge.ask:{now.isoformat()}", record),
        *(
            Put(
                JOBS.key(tenant, f"ask_mirror:{mirror.version}:{now.date()}:{person}"),
                Job("ask_mirror", now, {"person": person, "asked": now.date().isoformat()}),
                0,
            )
            for person in people
        ),
    ]
