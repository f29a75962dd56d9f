"""What calls to a country have really cost by the minute."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.domain.people import PersonId
from bot.domain.usage_batch import UsageBatch
from bot.usecases.import_usage import import_usage
from bot.usecases.read_rates import Rate, Rates, read_rates
from tests.fakes import TENANT
from tests.usecases.world import SEEN_ON, World, call, eur


async def rates(world: World, place: str = "MX", currency: str = "EUR") -> Rates:
    return await read_rates(world.store, world.clock, TENANT, currency, place)


async def book(world: World, *rows: Mapping[str, object]) -> None:
    """Calls to Mexico of two minutes for ten cents, but for what is told."""
    base = {"destination": "Mexico", "charge_micros": 100_000, "duration_seconds": 120}
    made = [call(f"c{number}", **{**base, **row}) for number, row in enumerate(rows)]  # type: ignore[arg-type]
    await import_usage(world.store, world.clock, TENANT, UsageBatch.of(made), PersonId("saldo"))


async def test_the_rate_is_the_average_of_all_that_was_paid(world: World) -> None:
    await book(
        world,
        {},
        {"destination": "Mexico Mobile", "charge_micros": 300_000, "connection_micros": 20_000},
        {"destination": "Peru", "charge_micros": 900_000},
    )
    found = await rates(world)
    assert (found.total.per_minute, found.total.calls, found.total.connection) == (eur("0.1"), 2, 20_000)
    assert sorted(found.told) == ["Mexico", "Mexico Mobile"]
    assert {code: rate.per_minute for code, rate in found.places.items()} == {"MX": eur("0.1"), "PE": eur("0.45")}


async def test_only_outgoing_calls_that_this_currencys_wallet_paid_count(world: World) -> None:
    await book(
        world,
        {"call_type": "user_in"},
        {"capability": "MCOPSTN2"},
        {"currency": "USD"},
        {"call_type": "conf_out"},
        {"day": SEEN_ON - timedelta(days=400)},
    )
    assert (await rates(world)).total.calls == 1


async def test_each_month_has_its_own_rate(world: World) -> None:
    await book(world, {}, {"day": date(2026, 10, 5), "charge_micros": 200_000})
    found = await rates(world)
    assert {month: rate.per_minute for month, rate in found.months.items()} == {
        date(2026, 11, 1): eur("0.05"),
        date(2026, 10, 1): eur("0.1"),
    }


async def test_calls_that_lasted_no_time_have_no_rate(world: World) -> None:
    await book(world, {"duration_seconds": 0})
    assert (await rates(world)).total.per_minute is None
    assert (await rates(world, "PE")).total == Rate("EUR")


async def test_a_year_of_days_is_read_page_by_page(world: World) -> None:
    await book(world, *({"day": SEEN_ON - timedelta(days=number)} for number in range(101)))
    assert (await rates(world)).total.calls == 101
