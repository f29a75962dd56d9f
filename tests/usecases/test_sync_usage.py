import tracemalloc
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.people import PersonId, TenantId
from bot.domain.usage import Source, UsageDay
from bot.domain.usage_batch import Columns, UsageBatch
from bot.ports.collections import JOBS, USAGE_DAYS
from bot.ports.errors import PortError, Retry
from bot.ports.store import Put
from bot.usecases.import_usage import import_usage
from bot.usecases.read_balance import read_balance
from bot.usecases.sync_usage import FIRST_READ_DAYS, KEPT_DAYS, ask_for_sync, days_to_read, sync_usage
from tests.fakes import TENANT, FakeCallLog
from tests.usecases.world import World, call

NEWEST = date(2026, 11, 20)  # two days before the clock's
DAY = timedelta(days=1)


@dataclass
class Pages:
    """A call log that says what it was asked. `of`: makes up so many rows a day, 1,000 a page; `after_a_page` is
    raised after the first page that has rows."""

    calls: FakeCallLog
    after_a_page: PortError | None = None
    of: int = 0
    asked: list[tuple[date, date]] = field(default_factory=list)

    async def pstn_calls(self, tenant: TenantId, first: date, last: date) -> AsyncIterator[Columns]:
        self.asked.append((first, last))
        for number in range(0, self.of, 1_000):
            yield Columns.of([call(f"c-{first}-{number + n}", first) for n in range(1_000)])
        async for page in self.calls.pstn_calls(tenant, first, last):
            yield page
            if self.after_a_page:
                raise self.after_a_page


async def know(world: World, *days: date) -> None:
    """Days that Graph has told, each with a call of a cent."""
    for day in days:
        await world.spend("0.01", day)


async def days(world: World) -> list[date]:
    return await days_to_read(world.outside, TENANT)


async def test_the_first_reading_goes_back_180_days_oldest_first(world: World) -> None:
    wanted = await days(world)
    assert len(wanted) == FIRST_READ_DAYS
    assert (wanted[0], wanted[-1]) == (NEWEST - 179 * DAY, NEWEST)
    assert wanted == sorted(wanted)


async def test_later_only_the_days_of_the_last_72_hours_are_read_again_and_gaps_are_filled(world: World) -> None:
    await know(world, *(NEWEST - n * DAY for n in range(20) if n != 10))
    assert await days(world) == [NEWEST - 10 * DAY, NEWEST - 2 * DAY, NEWEST - DAY, NEWEST]


async def test_what_a_file_told_is_read_from_graph_as_well(world: World) -> None:
    await know(world, *(NEWEST - n * DAY for n in range(20) if n != 10))
    batch = UsageBatch.of([call("f1", NEWEST - 10 * DAY), call("f2", NEWEST - 300 * DAY)])
    await import_usage(world.store, world.clock, TENANT, batch, PersonId("ana"))
    wanted = await days(world)
    assert wanted[0] == NEWEST - 10 * DAY  # and a file's old days do not make the reading longer


async def test_what_microsoft_does_not_keep_any_more_is_not_asked_for(world: World) -> None:
    await know(world, NEWEST - 500 * DAY)
    wanted = await days(world)
    assert (wanted[0], len(wanted)) == (NEWEST - (KEPT_DAYS - 1) * DAY, KEPT_DAYS)


async def test_of_many_years_every_day_that_is_known_counts(world: World) -> None:
    known = [NEWEST - n * DAY for n in range(1_100)]
    await world.store.commit(
        [Put(USAGE_DAYS.key(TENANT, day.isoformat()), UsageDay(day, Source.GRAPH, (), 0), 0) for day in known]
    )
    assert await days(world) == [NEWEST - 2 * DAY, NEWEST - DAY, NEWEST]


async def test_the_newest_whole_day_goes_over_the_ends_of_months_and_years(world: World) -> None:
    world.clock.move(days=(datetime(2027, 1, 1, 9, tzinfo=UTC) - world.clock.now()).days)
    assert (await days(world))[-1] == date(2026, 12, 30)
    world.clock.move(days=(datetime(2028, 3, 1, 9, tzinfo=UTC) - world.clock.now()).days)
    assert (await days(world))[-1] == date(2028, 2, 28)
    world.clock.move(days=1)
    assert (await days(world))[-1] == date(2028, 2, 29)


async def test_every_day_that_is_read_is_booked_one_without_calls_too(world: World) -> None:
    world.calls.rows = {NEWEST: [call("a"), call("b")], NEWEST - 5 * DAY: [call("c", NEWEST - 5 * DAY)]}
    assert (await sync_usage(world.outside, TENANT)).days_new == FIRST_READ_DAYS
    assert await world.store.count(USAGE_DAYS, TENANT) == FIRST_READ_DAYS
    document = await world.store.get(USAGE_DAYS.key(TENANT, NEWEST.isoformat()))
    assert document is not None
    assert (document.body.source, document.body.rows) == (Source.GRAPH, 2)
    (balance,) = (await read_balance(world.store, world.clock, TENANT)).each
    assert balance.statement.overdrawn.micros == 30_000
    assert balance.usage_through == NEWEST


async def test_late_rows_of_the_last_days_are_booked_by_the_next_reading_and_none_twice(world: World) -> None:
    await know(world, *(NEWEST - n * DAY for n in range(20)))
    world.calls.rows = {NEWEST: [call(f"c-{NEWEST}"), call("late")]}
    for changed in (3, 0):
        assert (await sync_usage(world.outside, TENANT)).days_changed == changed
    document = await world.store.get(USAGE_DAYS.key(TENANT, NEWEST.isoformat()))
    assert document is not None
    assert (document.body.rows, document.body.sums[0].charge_micros) == (2, 20_000)


async def test_a_reading_that_broke_off_goes_on_where_it_was(world: World) -> None:
    answered = NEWEST - 100 * DAY
    world.calls.broken_from = answered + DAY
    world.calls.broken = Retry("busy")
    with pytest.raises(Retry):
        await sync_usage(world.outside, TENANT)
    world.calls.broken = None
    wanted = await days(world)
    assert (wanted[0], wanted[-1]) == (answered + DAY, NEWEST)


async def test_a_reading_that_breaks_off_between_two_pages_books_nothing_of_that_day(world: World) -> None:
    world.calls.rows = {NEWEST: [call("a")]}
    broken = Pages(world.calls, after_a_page=Retry("busy"))
    with pytest.raises(Retry):
        await sync_usage(replace(world.outside, call_log=broken), TENANT, since=NEWEST)
    assert await world.store.get(USAGE_DAYS.key(TENANT, NEWEST.isoformat())) is None
    assert (await days(world))[-1] == NEWEST
    assert (await sync_usage(world.outside, TENANT, since=NEWEST)).rows_new == 1


async def test_every_day_is_a_query_of_its_own_which_is_the_shortest_that_graph_takes(world: World) -> None:
    await know(world, *(NEWEST - n * DAY for n in range(300) if n not in (100, 101, 250)))
    asked = Pages(world.calls)
    await sync_usage(replace(world.outside, call_log=asked), TENANT)
    gaps = [NEWEST - n * DAY for n in (250, 101, 100, 2, 1, 0)]
    assert asked.asked == [(day, day) for day in gaps]


async def test_memory_holds_no_more_than_a_day_however_many_are_read(world: World) -> None:
    async def peak(count: int, since: date) -> int:
        pages = Pages(world.calls, of=1_000)
        tracemalloc.start()
        report = await sync_usage(replace(world.outside, call_log=pages), TENANT, since=since)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert report.rows_new == count * 1_000
        return most

    few = await peak(3, NEWEST - 2 * DAY)
    world.clock.move(days=9)
    assert await peak(9, NEWEST + DAY) < few * 1.3


async def test_from_a_day_on_only_its_gaps_are_filled_and_the_last_72_hours_read_again(world: World) -> None:
    await know(world, *(NEWEST - n * DAY for n in range(20) if n != 10))
    settling = [NEWEST - 2 * DAY, NEWEST - DAY, NEWEST]
    assert await days_to_read(world.outside, TENANT, since=NEWEST - 12 * DAY) == [NEWEST - 10 * DAY, *settling]
    assert await days_to_read(world.outside, TENANT, since=NEWEST - 21 * DAY) == [
        NEWEST - 21 * DAY,
        NEWEST - 20 * DAY,
        NEWEST - 10 * DAY,
        *settling,
    ]
    assert await days_to_read(world.outside, TENANT, since=NEWEST + DAY) == settling


async def test_from_a_day_on_that_microsoft_has_forgotten_is_all_that_it_keeps(world: World) -> None:
    wanted = await days_to_read(world.outside, TENANT, since=NEWEST - 4_000 * DAY)
    assert (wanted[0], len(wanted)) == (NEWEST - (KEPT_DAYS - 1) * DAY, KEPT_DAYS)


async def test_a_day_to_come_cannot_be_read_from(world: World) -> None:
    with pytest.raises(Refusal, match="sync_since_in_future"):
        await days_to_read(world.outside, TENANT, since=NEWEST + 3 * DAY)


async def test_a_reading_tells_how_far_it_is_what_it_did_and_by_whom(world: World) -> None:
    await know(world, *(NEWEST - n * DAY for n in range(5)))
    world.calls.rows = {
        NEWEST: [call("a"), call("b", currency="USD")],
        NEWEST - 5 * DAY: [call("c", NEWEST - 5 * DAY)],
    }
    told: list[tuple[int, int]] = []
    report = await sync_usage(
        world.outside,
        TENANT,
        since=NEWEST - 5 * DAY,
        actor=PersonId("operator:eva"),
        progress=lambda done, of: told.append((done, of)),
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert (report.days_new, report.days_changed, report.rows_new) == (1, 3, 3)
    assert (report.first_day, report.last_day) == (NEWEST - 5 * DAY, NEWEST)
    assert {record.actor for record in await world.audit() if record.verb == "usage.import"} == {
        "saldo",
        "operator:eva",
    }


async def test_late_rows_replace_their_day_and_the_old_total_stays_in_the_audit(world: World) -> None:
    await know(world, NEWEST)
    world.calls.rows = {NEWEST: [call("a", charge_micros=2_500_000, connection_micros=100_000), call("b")]}
    await sync_usage(world.outside, TENANT, since=NEWEST)
    first, second = [record for record in await world.audit() if record.subject == NEWEST.isoformat()]
    assert first.before == {}
    assert second.before == {"rows": "1", "sums": "0.01 EUR, connection 0.00, other 0.00"}
    assert second.after == {"rows": "2", "sums": "2.51 EUR, connection 0.10, other 0.00"}


async def test_a_reading_that_was_asked_for_twice_is_one_job(world: World) -> None:
    for _ in range(2):
        await ask_for_sync(world.store, world.clock, TENANT)
    assert await world.job_kinds() == ["sync_usage"]


async def test_two_who_ask_for_a_reading_at_once_ask_for_one(world: World) -> None:
    async def rival() -> None:
        await ask_for_sync(world.store, world.clock, TENANT)

    await ask_for_sync(world.beside(rival).store, world.clock, TENANT)
    assert await world.job_kinds() == ["sync_usage"]


async def test_a_reading_that_was_given_up_can_be_asked_for_again(world: World) -> None:
    await ask_for_sync(world.store, world.clock, TENANT)
    document = await world.store.get(JOBS.key(TENANT, "sync_usage:asked"))
    assert document is not None
    dead = type(document.body)("sync_usage", world.clock.now(), attempts=10, dead=True)
    await world.store.commit([Put(document.key, dead, document.version)])
    await ask_for_sync(world.store, world.clock, TENANT)
    (job,) = (await world.jobs()).values()
    assert (job.dead, job.attempts) == (False, 0)
