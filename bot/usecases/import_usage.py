"""Book usage: from a file (what is unseen is added) or from Graph (a UTC day is replaced). A day is one commit.

A file is read wholly before anything is booked. Each day's entries are derived from the day and its version, so an
import that was interrupted is simply done again: what is booked already is known.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from bot.domain.audit import AuditRecord
from bot.domain.ledger import UsageChange
from bot.domain.money import Money
from bot.domain.people import PersonId, TenantId
from bot.domain.usage import UsageDay, UsageDetail, UsageIds, UsageSum
from bot.domain.usage_batch import UsageBatch
from bot.domain.usage_days import BookedDay, DayChange, add_sums, add_unseen, replace_day
from bot.ports.clock import Clock
from bot.ports.collections import AUDIT, LEDGER, USAGE_DAYS, USAGE_DETAIL, USAGE_IDS
from bot.ports.store import Append, Conflict, Document, Operation, Put, Store

ATTEMPTS = 8

Progress = Callable[[int, int], None]  # days done, days in all
Rule = Callable[[BookedDay | None, UsageBatch, date], DayChange]


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. Rows: `known` are there already, `differing` have a known id and another
    content (not booked), `skipped` belong to days that Graph told already. `sums` is what the totals changed by."""

    days_new: int = 0
    days_changed: int = 0
    days_unchanged: int = 0
    rows_new: int = 0
    rows_known: int = 0
    rows_differing: int = 0
    rows_skipped: int = 0
    first_day: date | None = None
    last_day: date | None = None
    sums: tuple[UsageSum, ...] = ()
    differing_days: list[date] = field(default_factory=list)
    unknown_types: Counter[str] = field(default_factory=Counter)
    unknown_capabilities: Counter[str] = field(default_factory=Counter)

    def count(self, day: date, change: DayChange, *, is_new: bool, is_changed: bool) -> None:
        self.days_new += is_new
        self.days_changed += is_changed and not is_new
        self.days_unchanged += not is_changed
        self.rows_new += change.new
        self.rows_known += change.known
        self.rows_differing += change.differing
        self.rows_skipped += change.skipped
        self.first_day = min(self.first_day or day, day)
        self.last_day = max(self.last_day or day, day)
        self.sums = add_sums([*self.sums, *change.sums])
        self.differing_days += [day] if change.differing else []
        self.unknown_types.update(change.unknown_types or {})
        self.unknown_capabilities.update(change.unknown_capabilities or {})

    def take_in(self, other: "ImportReport") -> None:
        """What another import did, of later days."""
        for name in ("days_new", "days_changed", "days_unchanged", "rows_new", "rows_known", "rows_differing"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.first_day = self.first_day or other.first_day
        self.last_day = other.last_day or self.last_day
        self.sums = add_sums([*self.sums, *other.sums])
        self.differing_days += other.differing_days
        self.unknown_types.update(other.unknown_types)
        self.unknown_capabilities.update(other.unknown_capabilities)


async def import_usage(
    store: Store,
    clock: Clock,
    tenant: TenantId,
    batch: UsageBatch,
    actor: PersonId,
    *,
    progress: Progress | None = None,
) -> ImportReport:
    """Book the rows of a file, day by day. The same rows again change nothing."""
    report = ImportReport()
    days = batch.days
    for done, day in enumerate(days, start=1):
        await _book(_Door(store, clock, tenant, actor), batch, day, add_unseen, report)
        if progress:
            progress(done, len(days))
    return report


async def import_graph_day(
    store: Store, clock: Clock, tenant: TenantId, day: date, batch: UsageBatch, actor: PersonId
) -> ImportReport:
    """Book all that Graph tells about one UTC day, in the place of what is there. Rows of other days are ignored."""
    report = ImportReport()
    await _book(_Door(store, clock, tenant, actor), batch, day, replace_day, report)
    return report


async def preview_usage(store: Store, tenant: TenantId, batch: UsageBatch) -> ImportReport:
    """What `import_usage` would do. Writes nothing."""
    report = ImportReport()
    for day in batch.days:
        documents = await _load(store, tenant, day)
        before = documents.booked
        change = add_unseen(before, batch, day)
        report.count(day, change, is_new=before is None, is_changed=change.after is not before)
    return report


@dataclass(frozen=True, slots=True)
class _Door:
    """Where a booking goes, and by whom."""

    store: Store
    clock: Clock
    tenant: TenantId
    actor: PersonId


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A day's documents as they are now, and their versions (0 where there is none)."""

    booked: BookedDay | None
    versions: tuple[int, int, int]


async def _book(door: _Door, batch: UsageBatch, day: date, rule: Rule, report: ImportReport) -> None:
    """Load, decide, commit; another writer in between: again, on what is there then."""
    for _ in range(ATTEMPTS):
        loaded = await _load(door.store, door.tenant, day)
        change = rule(loaded.booked, batch, day)
        is_changed = change.after is not loaded.booked
        try:
            if is_changed:
                await door.store.commit(_writes(door, change, loaded))
        except Conflict:
            continue
        report.count(day, change, is_new=loaded.booked is None, is_changed=is_changed)
        return
    raise Conflict(USAGE_DAYS.key(door.tenant, day.isoformat()))


async def _load(store: Store, tenant: TenantId, day: date) -> _Loaded:
    total = await store.get(USAGE_DAYS.key(tenant, day.isoformat()))
    detail = await store.get(USAGE_DETAIL.key(tenant, day.isoformat()))
    ids = await store.get(USAGE_IDS.key(tenant, day.isoformat()))
    booked = BookedDay(total.body, detail.body, ids.body) if total and detail and ids else None
    return _Loaded(booked, (_version(total), _version(detail), _version(ids)))


def _version(document: Document[UsageDay] | Document[UsageDetail] | Document[UsageIds] | None) -> int:
    return document.version if document else 0


def _writes(door: _Door, change: DayChange, before: _Loaded) -> list[Operation]:
    after, now, id_ = change.after, door.clock.now(), change.after.total.day.isoformat()
    entry_id = f"usage:{id_}:{before.versions[0] + 1}"
    entry = UsageChange(entry_id, after.total.day, after.total.source, change.sums, now)
    was, is_now = _total(before.booked), _total(after)
    audit = AuditRecord(now, door.actor, "usage.import", id_, _counted(change), before=was, after=is_now)
    return [
        Put(USAGE_DAYS.key(door.tenant, id_), after.total, before.versions[0]),
        Put(USAGE_DETAIL.key(door.tenant, id_), after.detail, before.versions[1]),
        Put(USAGE_IDS.key(door.tenant, id_), after.ids, before.versions[2]),
        Append(LEDGER.of_tenant(door.tenant), entry_id, entry),
        Append(AUDIT.of_tenant(door.tenant), entry_id, audit),
    ]


def _counted(change: DayChange) -> dict[str, str]:
    figures = {"new": change.new, "known": change.known, "differing": change.differing}
    return {"source": change.after.total.source.value} | {name: str(count) for name, count in figures.items()}


def _total(day: BookedDay | None) -> dict[str, str]:
    """The old total of the day stays readable in the audit when a new one takes its place."""
    return {"rows": str(day.total.rows), "sums": _told(day.total.sums)} if day else {}


def _told(sums: tuple[UsageSum, ...]) -> str:
    """`12.34 EUR, connection 0.10, other 0.00; 5.00 USD, …`."""
    return "; ".join(
        f"{Money(one.charge_micros, one.currency)} {one.currency}, "
        f"connection {Money(one.connection_micros, one.currency)}, other {Money(one.other_micros, one.currency)}"
        for one in sums
    )
