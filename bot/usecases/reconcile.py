"""Hold what the admin center shows against the books, and book the difference: alone, or with a second person.

A reading too far from the estimate for one admin becomes a request; when somebody else has approved it, a job books
it through the same door as any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.consequences import entry_id
from bot.domain.decisions import decide
from bot.domain.errors import Refusal
from bot.domain.events import SALDO, Book, By, Outdate
from bot.domain.ledger import Adjustment, Entry
from bot.domain.money import Money
from bot.domain.people import TenantId
from bot.domain.reconciliation import Split, is_opening, may_book_alone, split_of, without_small_steps
from bot.domain.requests import Correction, Kind, Request, draft_adjustment
from bot.ports.clock import Clock
from bot.ports.collections import LEDGER
from bot.ports.outside import Outside
from bot.ports.store import CheckHead, Conflict, Operation, Store
from bot.usecases.change_request import submit_once, writes
from bot.usecases.pending import pending_recharges
from bot.usecases.read_balance import read_ledger
from bot.usecases.reconcile_opening import Reading, adjustment_of, check_reading, estimate_on, reconcile
from bot.usecases.standing import Standings
from bot.usecases.still_approved import still_approved

ATTEMPTS = 50  # an import that runs meanwhile moves the ledger at every day


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reading beside what the books expect. `opening`: nothing is in the books yet, so it corrects nothing.
    `in_all`: the drift with what was booked alone in the week before."""

    reading: Reading
    split: Split
    opening: bool
    in_all: Money

    @property
    def alone(self) -> bool:
        return self.opening or (self.is_small and may_book_alone(self.reading.portal, self.in_all))

    @property
    def is_small(self) -> bool:
        """Small for itself; with others that one person booked before it may be large all the same."""
        return may_book_alone(self.reading.portal, self.split.drift)


async def weigh_reading(store: Store, clock: Clock, tenant: TenantId, reading: Reading) -> Weighed:
    """What booking it would change, and why. Writes nothing. Raises Refusal as `check_reading` does."""
    check_reading(reading, clock.now())
    entries = [record.body for record in await read_ledger(store, tenant)]
    currency = reading.portal.currency
    awaited = (await pending_recharges(store, tenant)).get(currency)
    estimate = estimate_on(entries, currency, reading.on)
    split = split_of(entries, reading.portal, reading.read_at, estimate, [awaited] if awaited else [])
    in_all = _in_all(entries, reading.portal, reading.on, clock.now())
    return Weighed(reading, split, is_opening(entries, currency), in_all)


def _in_all(entries: Sequence[Entry], portal: Money, on: date, now: datetime) -> Money:
    return portal - estimate_on(without_small_steps(entries, now), portal.currency, on)


async def book_alone(store: Store, clock: Clock, tenant: TenantId, reading: Reading, by: By) -> Adjustment:
    """Raises Refusal("drift_too_large") for what takes a second person, on the ledger as it is when it is booked."""
    return await reconcile(store, clock, tenant, reading, by.id, rule=_small_or_opening)


def _small_or_opening(entries: Sequence[Entry], adjustment: Adjustment) -> None:
    portal = adjustment.portal
    if is_opening(entries, portal.currency):
        return
    for drift in (adjustment.amount, _in_all(entries, portal, adjustment.on, adjustment.recorded_at)):
        if not may_book_alone(portal, drift):
            raise Refusal("drift_too_large", drift=drift)


def first_or_small(entries: Sequence[Entry], adjustment: Adjustment) -> None:
    """The rule of the set-up: the first reading of all begins the books, whatever was bought before it."""
    if any(isinstance(entry, Adjustment) for entry in entries):
        _small_or_opening(entries, adjustment)


async def ask_for_second(
    store: Store, clock: Clock, tenant: TenantId, request_id: str, by: By, weighed: Weighed
) -> Request:
    """A request that waits for somebody else. The same id again is the request that is there."""
    correction = Correction(weighed.reading.portal, weighed.reading.read_at, weighed.split)
    draft = draft_adjustment(request_id, by.id, by.name, correction, clock.now())
    return await submit_once(store, clock, tenant, draft, by)


async def book_reading(
    outside: Outside, standings: Standings, tenant: TenantId, request_id: str, finish: Sequence[Operation]
) -> None:
    """Book an approved reading, if its approver still may approve. `finish` are the operations that end the job."""
    for _ in range(ATTEMPTS):
        document = await still_approved(outside, standings, tenant, request_id, finish)
        if document is None:
            return
        entries = [record.body for record in await read_ledger(outside.store, tenant)]
        outcome = decide(document.body, _effect(document.body, entries, outside.clock), SALDO, outside.clock.now())
        guard = CheckHead(LEDGER.of_tenant(tenant), len(entries))
        try:
            await outside.store.commit([guard, *writes(tenant, outcome, document.version), *finish])
        except Conflict as conflict:
            if conflict.key not in {LEDGER.of_tenant(tenant), document.key}:
                raise  # another runner has the job
            continue
        return
    raise Conflict(LEDGER.of_tenant(tenant))


def _effect(request: Request, entries: Sequence[Entry], clock: Clock) -> Book | Outdate:
    """Of two readings of a day the one that is booked last counts: an older one must not come after a newer one."""
    asked = corrected(request)
    reading = Reading(asked.portal, asked.read_at)
    newer = any(
        isinstance(entry, Adjustment)
        and entry.portal.currency == asked.portal.currency
        and entry.on == reading.on
        and entry.read_at > asked.read_at
        for entry in entries
    )
    return Outdate() if newer else Book(adjustment_of(entries, reading, clock.now(), entry_id(request)))


def corrected(request: Request) -> Correction:
    """What an adjustment's request asks for."""
    if request.correction is None:
        raise TypeError(f"request {request.id} is no {Kind.ADJUSTMENT}")
    return request.correction
