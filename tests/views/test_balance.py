from datetime import date, timedelta

from bot.domain.alerts import Level
from bot.domain.money import Money
from bot.domain.settings import Account
from bot.usecases.forecast_balance import forecast_balances
from bot.usecases.pending import pending_recharges
from bot.usecases.reconcile_opening import Reading, reconcile
from bot.views.balance import balance_values, low_balance_values
from cards.balance import BalanceValues
from tests.fakes import ANA, TENANT
from tests.usecases.world import SEEN_ON, World, eur


async def look(world: World) -> BalanceValues:
    return await balance_values(world.outside, TENANT, await world.configure(), may_recharge=True)


async def test_of_a_wallet_that_nobody_told_about_nothing_is_shown_and_no_zero(world: World) -> None:
    values = await look(world)
    assert (values.wallets, values.usage_through, values.checked_days_ago) == ((), None, None)
    assert values.as_of == date(2026, 11, 22)


async def test_the_balance_is_as_of_the_last_day_whose_calls_are_known(world: World) -> None:
    await world.buy(1000)
    assert (await look(world)).as_of == date(2026, 11, 22)
    await world.spend(100)
    values = await look(world)
    assert (values.as_of, values.usage_through) == (SEEN_ON, SEEN_ON)
    (wallet,) = values.wallets
    assert (wallet.available, wallet.level, wallet.overdrawn) == (eur(900), Level.OK, None)
    assert wallet.history[-1] == (SEEN_ON, eur(900))


async def test_the_line_ends_at_what_is_available(world: World) -> None:
    await world.buy(1000, date(2026, 11, 1))
    await world.spend(100)
    await world.buy(500, date(2026, 11, 22))
    (wallet,) = (await look(world)).wallets
    assert wallet.history[-2:] == ((SEEN_ON, eur(900)), (date(2026, 11, 22), eur(1400)))


async def test_a_forecast_needs_two_weeks_of_usage(world: World) -> None:
    await world.buy(500)
    for n in range(13):
        await world.spend(10, SEEN_ON - timedelta(days=n))
    await forecast_balances(world.store, world.clock, TENANT)
    (early,) = (await look(world)).wallets
    assert (early.days_left, early.runway, early.days_of_usage) == (None, None, 13)
    await world.spend(10, SEEN_ON - timedelta(days=13))
    assert (await look(world)).wallets[0].runway is None  # it is worked out after a reading, never at a look
    await forecast_balances(world.store, world.clock, TENANT)
    (sure,) = (await look(world)).wallets
    assert sure.runway is not None
    # 360 at 10 a day would be 34; who begins to call is taken to call a little more each week
    assert sure.days_left == (sure.runway.p50 - date(2026, 11, 22)).days == 33


async def test_lots_that_are_used_up_are_not_shown(world: World) -> None:
    await world.buy(100, date(2026, 11, 1))
    await world.buy(300, date(2026, 11, 2))
    await world.spend(150)
    (wallet,) = (await look(world)).wallets
    assert [(lot.purchased_on, lot.remaining) for lot in wallet.lots] == [(date(2026, 11, 2), eur(250))]


async def test_what_was_spent_beyond_all_lots_is_told_apart(world: World) -> None:
    await world.buy(100)
    await world.spend(150)
    (wallet,) = (await look(world)).wallets
    assert (wallet.available, wallet.overdrawn, wallet.level) == (eur(0), eur(50), Level.EMPTY)


async def test_what_is_approved_and_not_confirmed_is_pending_and_never_available(world: World) -> None:
    await world.buy(1000)
    await world.send("r1", amount=500)
    assert await pending_recharges(world.store, TENANT) == {}
    await world.approve("r1")
    await world.send("r2", amount=250)
    await world.approve("r2")
    await world.work()
    (wallet,) = (await look(world)).wallets
    assert (wallet.available, wallet.pending) == (eur(1000), eur(750))


async def test_how_long_ago_the_admin_centre_was_read_is_told_in_days(world: World) -> None:
    read_at = world.clock.now() - timedelta(days=3)
    await reconcile(world.store, world.clock, TENANT, Reading(eur(850), read_at), ANA.id)
    assert (await look(world)).checked_days_ago == 3


async def test_a_low_balance_is_described_while_it_is_low(world: World) -> None:
    await world.buy(1000)
    assert await low_balance_values(world.outside, TENANT, "EUR") is None
    assert await low_balance_values(world.outside, TENANT, "USD") is None
    await world.spend(900)
    values = await low_balance_values(world.outside, TENANT, "EUR")
    assert values is not None
    assert (values.level, values.available, values.threshold) == (Level.LOW, eur(100), eur(200))
    assert values.may_recharge
    await world.configure(account=Account.MCA, threshold=Money.of(150, "EUR"))
    values = await low_balance_values(world.outside, TENANT, "EUR")
    assert values is not None
    assert (values.threshold, values.may_recharge) == (eur(150), False)
