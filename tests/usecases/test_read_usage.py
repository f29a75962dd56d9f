from datetime import date, timedelta

from bot.domain.people import PersonId
from bot.domain.usage import CallRow, DetailLine
from bot.domain.usage_batch import UsageBatch
from bot.usecases.import_usage import import_usage
from bot.usecases.read_usage import Group, UsageSummary, read_usage, usage_through
from tests.fakes import TENANT
from tests.usecases.world import OTHER_TENANT, World, call

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)


async def book(world: World, *rows: CallRow) -> None:
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of(rows), PersonId("saldo"))


def by_country(day: date, line: DetailLine) -> str:
    return line.destination


async def read(world: World) -> UsageSummary:
    return await read_usage(world.store, TENANT, (FIRST, LAST), by_country)


async def test_both_ends_of_the_period_count_and_nothing_outside_of_it(world: World) -> None:
    around = (FIRST - timedelta(days=1), FIRST, LAST, LAST + timedelta(days=1))
    await book(world, *(call(f"c{day}", day) for day in around))
    summary = await read(world)
    assert summary.groups == {"France": Group({"EUR": 20_000}, calls=2, seconds=120)}
    assert summary.wallet == {"EUR": 20_000}
    assert summary.through == around[-1]


async def test_currencies_are_never_added_to_each_other(world: World) -> None:
    await book(world, call("a", FIRST), call("b", FIRST, currency="USD", charge_micros=7), call("c", LAST))
    summary = await read(world)
    assert summary.wallet == {"EUR": 20_000, "USD": 7}
    assert summary.groups["France"].micros == {"EUR": 20_000, "USD": 7}


async def test_what_other_licences_should_cover_stays_outside_of_the_wallet_and_of_the_groups(world: World) -> None:
    await book(world, call("a", FIRST, capability="MCOPSTN1", charge_micros=500), call("b", FIRST))
    summary = await read(world)
    assert (summary.outside, summary.wallet) == ({"EUR": 500}, {"EUR": 10_000})
    assert summary.groups["France"].calls == 1


async def test_calls_that_cost_nothing_are_counted_without_a_sum(world: World) -> None:
    await book(world, call("a", FIRST, charge_micros=0, currency=""))
    summary = await read(world)
    assert summary.groups == {"France": Group({}, calls=1, seconds=60)}
    assert summary.wallet == {}


async def test_unknown_kinds_of_calls_are_counted_and_meetings_are_told(world: World) -> None:
    await book(world, call("a", FIRST, call_type="hologram_out"), call("b", FIRST, call_type="user_in"))
    summary = await read(world)
    assert (summary.unknown_calls, summary.has_conferences) == (1, False)
    await book(world, call("c", FIRST, call_type="conf_out"))
    assert (await read(world)).has_conferences


async def test_more_days_than_one_page_holds_are_all_read(world: World) -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(130)]
    await book(world, *(call(f"c{day}", day) for day in days))
    summary = await read_usage(world.store, TENANT, (days[0], days[-1]), by_country)
    assert summary.groups["France"].calls == 130


async def test_groups_are_added_up_by_whoever_gives_them_a_common_name(world: World) -> None:
    group = Group({"EUR": 1}, calls=1, seconds=10)
    group.take_in(Group({"EUR": 2, "USD": 3}, calls=4, seconds=5))
    assert group == Group({"EUR": 3, "USD": 3}, calls=5, seconds=15)


async def test_without_usage_no_last_day_is_known(world: World) -> None:
    assert await usage_through(world.store, TENANT) is None
    await book(world, call("a", LAST), call("b", FIRST))
    assert await usage_through(world.store, TENANT) == LAST
    assert await usage_through(world.store, OTHER_TENANT) is None
