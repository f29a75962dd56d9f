"""Usage is booked once, day by day, whatever comes in between."""

import random
from datetime import date, timedelta
from typing import cast

import pytest

from bot.domain.people import PersonId, TenantId
from bot.domain.usage import Source
from bot.domain.usage_batch import UsageBatch
from bot.ports.collections import AUDIT, LEDGER, USAGE_DAYS, USAGE_DETAIL, USAGE_IDS
from bot.ports.store import Conflict, Store
from bot.store.tiny import TinyStore
from bot.usecases.import_usage import ATTEMPTS, ImportReport, import_graph_day, import_usage, preview_usage
from tests.clock import StillClock
from tests.domain.usage_rows import MONDAY, TUESDAY, cents, row
from tests.fakes import TENANT
from tests.usecases.rivals import RivalStore

CLOCK = StillClock()
OPERATOR = PersonId("operator:ana")
OTHER = TenantId("22222222-2222-4222-8222-222222222222")


async def book(store: Store, *rows: object) -> ImportReport:
    return await import_usage(store, CLOCK, TENANT, UsageBatch.of(rows), OPERATOR)  # type: ignore[arg-type]  # rows


async def state(store: TinyStore) -> object:
    days = await store.find(USAGE_DAYS, TENANT)
    details = await store.find(USAGE_DETAIL, TENANT)
    return [page.body for page in days.documents], [page.body for page in details.documents]


async def test_a_day_is_three_documents_a_ledger_entry_and_an_audit_record(store: TinyStore) -> None:
    report = await book(store, row("a"), row("b", day=TUESDAY, charge_micros=20_000))
    assert (report.days_new, report.rows_new, report.sums) == (2, 2, (cents(3),))
    assert (report.first_day, report.last_day) == (MONDAY, TUESDAY)
    assert await store.count(USAGE_DAYS, TENANT) == 2
    assert await store.count(USAGE_DETAIL, TENANT) == 2
    assert await store.count(USAGE_IDS, TENANT) == 2
    entries = await store.read(LEDGER.of_tenant(TENANT))
    assert [(entry.id, entry.body.sums) for entry in entries] == [  # type: ignore[union-attr]  # usage only
        ("usage:2026-11-16:1", (cents(1),)),
        ("usage:2026-11-17:1", (cents(2),)),
    ]
    (first, _) = await store.read(AUDIT.of_tenant(TENANT))
    assert (first.body.verb, first.body.subject, first.body.actor) == ("usage.import", "2026-11-16", OPERATOR)
    assert first.body.details == {"source": "csv", "new": "1", "known": "0", "differing": "0"}
    assert first.body.before == {}
    assert first.body.after == {"rows": "1", "sums": "0.01 EUR, connection 0.00, other 0.00"}


async def test_importing_twice_changes_nothing(store: TinyStore) -> None:
    await book(store, row("a"), row("b", day=TUESDAY))
    head, before = await store.head(LEDGER.of_tenant(TENANT)), await state(store)
    again = await book(store, row("a"), row("b", day=TUESDAY))
    assert (again.rows_new, again.rows_known, again.days_unchanged, again.days_changed) == (0, 2, 2, 0)
    assert again.sums == (cents(0),)
    assert await store.head(LEDGER.of_tenant(TENANT)) == head
    assert await state(store) == before


async def test_a_partial_file_adds_only_what_is_new(store: TinyStore) -> None:
    await book(store, row("a"))
    report = await book(store, row("a"), row("b", charge_micros=30_000))
    assert (report.rows_new, report.rows_known, report.days_changed, report.days_new) == (1, 1, 1, 0)
    assert report.sums == (cents(3),)


async def test_parts_in_any_order_make_the_same_books(store: TinyStore) -> None:
    rows = [row(f"r{n}", day=MONDAY + timedelta(days=n % 4), charge_micros=n) for n in range(80)]
    await book(store, *rows)
    whole = await state(store)
    shuffled = random.Random(7).sample(rows, len(rows))
    for part in (shuffled[:50], shuffled[30:], shuffled):
        await import_usage(store, CLOCK, OTHER, UsageBatch.of(part), OPERATOR)
    days = await store.find(USAGE_DAYS, OTHER)
    details = await store.find(USAGE_DETAIL, OTHER)
    assert ([d.body for d in days.documents], [d.body for d in details.documents]) == whole


async def test_what_differs_and_what_is_unknown_is_reported(store: TinyStore) -> None:
    await book(store, row("a"))
    report = await book(
        store,
        row("a", charge_micros=9),
        row("b", call_type="holo", capability="X"),
        row("c", day=TUESDAY, call_type="holo"),
    )
    assert (report.rows_differing, report.differing_days) == (1, [MONDAY])
    assert (report.unknown_types, report.unknown_capabilities) == ({"holo": 2}, {"X": 1})


async def test_a_preview_tells_the_same_and_writes_nothing(store: TinyStore) -> None:
    await book(store, row("a"))
    batch = UsageBatch.of([row("a"), row("b"), row("c", day=TUESDAY)])
    preview = await preview_usage(store, TENANT, batch)
    assert (await store.head(LEDGER.of_tenant(TENANT))).seq == 1
    assert preview == await import_usage(store, CLOCK, TENANT, batch, OPERATOR)


async def test_graph_replaces_a_files_day_and_a_file_never_one_of_graph(store: TinyStore) -> None:
    await book(store, row("a"), row("b"))
    graph = UsageBatch.of([row("c", charge_micros=30_000), row("elsewhere", day=TUESDAY)])
    report = await import_graph_day(store, CLOCK, TENANT, MONDAY, graph, OPERATOR)
    assert (report.rows_new, report.sums, report.days_changed) == (1, (cents(1),), 1)
    skipped = await book(store, row("a"), row("c"))
    assert (skipped.rows_skipped, skipped.rows_new, skipped.days_unchanged) == (2, 0, 1)
    kept = await store.get(USAGE_DAYS.key(TENANT, "2026-11-16"))
    assert kept is not None
    assert (kept.body.source, kept.body.sums) == (Source.GRAPH, (cents(3),))


async def test_graph_read_again_changes_nothing_until_it_tells_something_else(store: TinyStore) -> None:
    for _ in range(2):
        await import_graph_day(store, CLOCK, TENANT, MONDAY, UsageBatch.of([row("a")]), OPERATOR)
    assert (await store.head(LEDGER.of_tenant(TENANT))).seq == 1
    late = UsageBatch.of([row("a"), row("late")])
    report = await import_graph_day(store, CLOCK, TENANT, MONDAY, late, OPERATOR)
    assert report.sums == (cents(1),)
    assert (await store.head(LEDGER.of_tenant(TENANT))).seq == 2


async def test_two_imports_at_once_lose_nothing_and_book_nothing_twice(store: TinyStore) -> None:
    async def rival() -> None:
        await book(store, row("a"), row("b"))

    slow = cast("Store", RivalStore(store, [rival]))
    report = await book(slow, row("a"), row("c"))
    assert (report.rows_new, report.rows_known) == (1, 1)
    kept = await store.get(USAGE_DAYS.key(TENANT, "2026-11-16"))
    assert kept is not None
    assert (kept.body.rows, kept.body.sums) == (3, (cents(3),))


async def test_an_import_that_is_always_too_late_gives_up(store: TinyStore) -> None:
    numbers = iter(range(ATTEMPTS + 1))

    async def rival() -> None:
        await book(store, row(f"rival-{next(numbers)}"))

    slow = cast("Store", RivalStore(store, [rival] * ATTEMPTS))
    with pytest.raises(Conflict):
        await book(slow, row("a"))


async def test_an_interrupted_import_done_again_books_the_rest(store: TinyStore) -> None:
    async def power_cut() -> None:
        raise OSError("power")

    async def nothing() -> None:
        return None

    rows = [row("a"), row("b", day=TUESDAY), row("c", day=date(2026, 11, 18))]
    with pytest.raises(OSError, match="power"):
        await book(cast("Store", RivalStore(store, [nothing, power_cut])), *rows)
    assert (await store.head(LEDGER.of_tenant(TENANT))).seq == 1
    report = await book(store, *rows)
    assert (report.rows_known, report.rows_new, report.days_new, report.days_unchanged) == (1, 2, 2, 1)


async def test_progress_is_told_day_by_day(store: TinyStore) -> None:
    told: list[tuple[int, int]] = []
    batch = UsageBatch.of([row("a"), row("b", day=TUESDAY)])
    await import_usage(store, CLOCK, TENANT, batch, OPERATOR, progress=lambda done, days: told.append((done, days)))
    assert told == [(1, 2), (2, 2)]


async def test_an_empty_file_books_nothing(store: TinyStore) -> None:
    report = await book(store)
    assert (report.first_day, report.sums, report.days_new) == (None, (), 0)
