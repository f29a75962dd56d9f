"""Advice from what is booked, what is pending, how long recharges took, and the licences."""

from datetime import date, timedelta

import pytest

from bot.domain.advice import Advice
from bot.domain.lead_time import DEFAULT_DAYS
from bot.domain.licenses import AUDIO_CONFERENCING_PLAN
from bot.domain.people import PersonId
from bot.domain.usage_batch import UsageBatch
from bot.ports.errors import MissingPermission, Retry
from bot.ports.licenses import Seats
from bot.ports.order_desk import Funded
from bot.usecases.advise import advise, forfeited_of, lead_days, minute_pool
from bot.usecases.import_usage import import_graph_day
from tests.fakes import LUIS, TENANT
from tests.usecases.world import SEEN_ON, World, call, eur

AUDIO = frozenset({AUDIO_CONFERENCING_PLAN})


async def told(world: World, months: int = 3) -> Advice:
    found = (await advise(world.store, world.clock, TENANT, "EUR", months)).advice
    assert found is not None
    return found


async def spend_daily(world: World, amount: int | str = 10, days: int = 28) -> None:
    for number in range(days):
        await world.spend(amount, SEEN_ON - timedelta(days=number))


async def test_with_too_little_usage_no_amount_is_named(world: World) -> None:
    assert await advise(world.store, world.clock, TENANT, "EUR", 3) == await advise(
        world.store, world.clock, TENANT, "EUR", 6
    )
    await world.buy(500)
    for days in (0, 13):
        await spend_daily(world, days=days)
        found = await advise(world.store, world.clock, TENANT, "EUR", 3)
        assert (found.advice, found.days_known) == (None, days)


async def test_who_spends_nothing_gets_no_amount(world: World) -> None:
    await world.buy(500)
    await spend_daily(world, 0)
    assert (await advise(world.store, world.clock, TENANT, "EUR", 3)).advice is None


async def test_the_amount_comes_from_the_books(world: World) -> None:
    await world.buy(500, SEEN_ON - timedelta(days=30))
    await spend_daily(world)
    found = await told(world)
    assert (found.needed, found.usable, found.amount) == (eur(920), eur(220), eur(700))
    assert found.trigger is not None
    assert (found.trigger.amount, found.trigger.days) == (eur(50), 2 + DEFAULT_DAYS)


async def test_what_is_approved_counts_as_bought(world: World) -> None:
    await world.buy(500, SEEN_ON - timedelta(days=30))
    await spend_daily(world)
    await world.send(amount=300)
    await world.approve()
    assert (await told(world)).amount == eur(400)


async def test_what_of_a_purchase_would_expire_is_told(world: World) -> None:
    await world.buy(500, SEEN_ON - timedelta(days=30))
    assert await forfeited_of(world.store, world.clock, TENANT, eur(5_000)) is None
    await spend_daily(world)
    assert await forfeited_of(world.store, world.clock, TENANT, eur(3_000)) is None
    assert await forfeited_of(world.store, world.clock, TENANT, eur(5_000)) == (eur(1_560), date(2027, 11, 22))


async def fund(world: World, id_: str, hours: float) -> None:
    await world.send(id_)
    world.clock.move(hours=hours)
    await world.approve(id_, LUIS)
    world.desk.answers[id_] = Funded(eur(500), SEEN_ON, f"PO-{id_}")
    for _ in range(2):
        await world.work()
        world.clock.move(seconds=3)


async def test_the_lead_time_is_what_four_of_five_recharges_took_at_most(world: World) -> None:
    for number, hours in enumerate((1, 30, 100)):
        assert await lead_days(world.store, TENANT) == DEFAULT_DAYS
        await fund(world, f"r{number}", hours)
    assert await lead_days(world.store, TENANT) == 5
    for number in range(3, 5):
        await fund(world, f"r{number}", 1)
    assert await lead_days(world.store, TENANT) == 2


async def dial_out(world: World, day: date, minutes: int, **facts: object) -> None:
    rows = [
        call(f"pool-{day}", day, call_type="conf_out", capability="MCOMEETADV", duration_seconds=60 * minutes),
        call(f"far-{day}", day, call_type="conf_out", capability="MCOMEETADV", destination="Peru"),
        call(f"paid-{day}", day, call_type="conf_out", duration_seconds=6_000),
        call(f"plain-{day}", day, capability="MCOPSTN1", duration_seconds=6_000),
    ]
    await import_graph_day(world.store, world.clock, TENANT, day, UsageBatch.of(rows), PersonId("saldo"))


async def test_the_pool_is_sixty_minutes_for_each_assigned_licence_and_zone_a_uses_it(world: World) -> None:
    world.licenses.products = [
        Seats("e5", "SPE_E5", AUDIO, 5, consumed=3),
        Seats("ac", "MCOMEETADV", AUDIO | {"other"}, 0, consumed=1),
        Seats("e3", "SPE_E3", frozenset(), 9, consumed=90),
    ]
    for number in range(2):
        await dial_out(world, SEEN_ON - timedelta(days=number), 30)
    await dial_out(world, date(2026, 9, 1), 30)
    pool = await minute_pool(world.outside, TENANT)
    assert (pool.minutes, pool.used) == (240, 60)
    assert pool.ends_on == date(2026, 11, 26)


@pytest.mark.parametrize("error", [Retry("busy"), MissingPermission("LicenseAssignment.Read.All")])
async def test_licences_that_cannot_be_read_are_said_so(world: World, error: Exception) -> None:
    world.licenses.broken = error  # type: ignore[assignment]  # both are the port's
    with pytest.raises(type(error)):
        await minute_pool(world.outside, TENANT)
