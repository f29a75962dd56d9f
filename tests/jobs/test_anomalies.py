"""What was out of the ordinary is told once, in private, with names for those who may see them."""

from datetime import timedelta

from bot.domain.people import Role
from bot.jobs import sync
from bot.jobs.clockwork import wind_up
from bot.usecases.find_anomalies import find_anomalies
from tests.fakes import ANA, CARMEN, LUIS, TENANT
from tests.jobs.test_messages import to
from tests.usecases.world import SEEN_ON, World, call


async def unusual(world: World) -> None:
    for number in range(1, 40):
        await world.spend(10, SEEN_ON - timedelta(days=number))
    await world.spend(12, SEEN_ON, destination="Maldives", user=LUIS.id)


async def test_each_person_in_charge_who_has_saldo_hears_it_once(world: World) -> None:
    await world.introduce(ANA)
    await world.introduce(LUIS, installed=False)
    await unusual(world)
    await find_anomalies(world.outside, TENANT)
    await world.work()
    (message,) = to(world, ANA)
    assert message.text == "Saldo: unusual usage"
    assert "Maldives" in str(message.card)
    assert LUIS.name in str(message.card)
    assert to(world, LUIS) == []
    await find_anomalies(world.outside, TENANT)
    await world.work()
    assert len(to(world, ANA)) == 1


async def test_who_may_not_see_names_reads_none(world: World) -> None:
    await world.introduce(LUIS)
    await unusual(world)
    await find_anomalies(world.outside, TENANT)
    await world.work()
    (message,) = to(world, LUIS)
    assert LUIS.name not in str(message.card)


async def test_who_may_see_no_figures_any_more_hears_nothing(world: World) -> None:
    await world.introduce(ANA, CARMEN)
    await unusual(world)
    await find_anomalies(world.outside, TENANT)
    world.directory.roles[ANA.id] = frozenset({Role.LICENSE_ADMINISTRATOR})
    await world.work()
    assert to(world, ANA) == []


async def test_a_sync_looks_for_it(world: World) -> None:
    await world.introduce(ANA)
    for number in range(40):
        day = SEEN_ON - timedelta(days=number)
        world.calls.rows[day] = [call(f"{day}", day, charge_micros=1_000_000)]
    world.calls.rows[SEEN_ON].append(call("new", destination="Maldives"))
    await wind_up(world.house, TENANT, ["sync_usage"])
    await world.work()
    assert [message.text for message in to(world, ANA)].count("Saldo: unusual usage") == 1
    assert timedelta(hours=3) == sync.EVERY
