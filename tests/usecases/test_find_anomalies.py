"""Looking for what is out of the ordinary after a sync: kept once, told once, old things to nobody."""

from datetime import timedelta

import pytest

from bot.domain.anomalies import Anomaly, Sort
from bot.domain.money import Money
from bot.domain.usage_hours import UsageHours
from bot.ports.collections import ANOMALIES, USAGE_HOURS
from bot.ports.errors import Retry
from bot.usecases.find_anomalies import find_anomalies, keep_hours, latest_anomalies, load_anomalies
from bot.usecases.sync_usage import sync_usage
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import SEEN_ON, World, call, touch

MANY = 40


def ordinary_rows(world: World, days: int = MANY) -> None:
    """Ten calls a day to France, by day."""
    for number in range(days):
        day = SEEN_ON - timedelta(days=number)
        world.calls.rows[day] = [
            call(f"{day}-{n}", day, charge_micros=1_000_000, started_at=f"{day}T09:0{n}:00Z") for n in range(10)
        ]


async def synced(world: World, days: int = MANY) -> list[Anomaly]:
    await sync_usage(world.outside, TENANT)
    return await find_anomalies(world.outside, TENANT)


async def told(world: World) -> list[str]:
    return sorted(job.payload["person"] for job in (await world.jobs()).values() if job.kind == "tell_anomalies")


async def test_where_no_usage_is_known_nothing_is_looked_for(world: World) -> None:
    assert await find_anomalies(world.outside, TENANT) == []


async def test_ordinary_days_alarm_nobody(world: World) -> None:
    ordinary_rows(world)
    assert await synced(world) == []
    assert await told(world) == []


async def test_what_is_new_is_kept_audited_and_told_once_to_everybody_in_charge(world: World) -> None:
    ordinary_rows(world)
    world.calls.rows[SEEN_ON].append(call("new", destination="Maldives", charge_micros=20_000))
    (one,) = await synced(world)
    assert (one.sort, one.place, one.spent, one.person) == (Sort.COUNTRY, "MV", Money.of("0.02", "EUR"), ANA.id)
    assert await told(world) == [ANA.id, LUIS.id]
    assert (await world.verbs()).count("anomaly.country") == 1
    assert await synced(world) == []
    assert len(await told(world)) == 2
    assert await latest_anomalies(world.store, TENANT, SEEN_ON, limit=5) == [one]
    assert await load_anomalies(world.store, TENANT, [one.id, "gone"]) == [one]


async def test_what_is_older_than_a_week_is_kept_and_told_to_nobody(world: World) -> None:
    ordinary_rows(world, 60)
    old = SEEN_ON - timedelta(days=10)
    world.calls.rows[old].append(call("new", old, destination="Maldives"))
    assert [one.day for one in await synced(world)] == [old]
    assert await told(world) == []


async def test_a_night_is_judged_by_the_hours_that_a_sync_counts_in_the_organizations_zone(world: World) -> None:
    await world.configure(zone="America/Mexico_City")
    ordinary_rows(world)
    calls = [call(f"n{n}", charge_micros=10_000, started_at=f"{SEEN_ON}T08:1{n}:00Z", user=LUIS.id) for n in range(9)]
    world.calls.rows[SEEN_ON] += calls
    night = [one for one in await synced(world) if one.sort is Sort.NIGHT]
    assert [(one.person, one.hours, one.calls) for one in night] == [(LUIS.id, (8,), 9)]


@pytest.mark.parametrize("zone", ["", "Nowhere/Else"])
async def test_where_nobody_told_a_zone_or_none_that_there_is_the_night_is_that_of_utc(
    world: World, zone: str
) -> None:
    await world.configure(zone=zone)
    ordinary_rows(world)
    for hour in ("04", "08"):
        calls = [
            call(f"{hour}{n}", charge_micros=10_000, started_at=f"{SEEN_ON}T{hour}:1{n}:00Z", user=LUIS.id)
            for n in range(9)
        ]
        world.calls.rows[SEEN_ON] += calls
    night = [one for one in await synced(world) if one.sort is Sort.NIGHT]
    assert [(one.hours, one.calls) for one in night] == [((4,), 9)]


async def test_a_limit_of_the_organizations_own_counts_from_then_on(world: World) -> None:
    ordinary_rows(world)
    assert await synced(world) == []
    await world.configure(person_limit=Money.of(9, "EUR"))
    found = await synced(world)
    assert {one.sort for one in found} == {Sort.PERSON}
    assert all(one.own for one in found)


async def test_when_nobody_can_be_named_nothing_is_written_and_the_next_look_tells(world: World) -> None:
    ordinary_rows(world)
    world.calls.rows[SEEN_ON].append(call("new", destination="Maldives"))
    await sync_usage(world.outside, TENANT)
    world.directory.broken["holders"] = Retry("busy")
    with pytest.raises(Retry):
        await find_anomalies(world.outside, TENANT)
    world.directory.broken.clear()
    assert len(await find_anomalies(world.outside, TENANT)) == 1


async def test_two_looks_at_once_tell_once(world: World) -> None:
    ordinary_rows(world)
    world.calls.rows[SEEN_ON].append(call("new", destination="Maldives"))
    await sync_usage(world.outside, TENANT)

    async def rival() -> None:
        await find_anomalies(world.outside, TENANT)

    busy = world.beside(rival)
    assert await find_anomalies(busy.outside, TENANT) == []
    assert len(await told(world)) == 2


async def test_the_hours_of_a_day_are_those_of_its_last_reading(world: World) -> None:
    first, second = (UsageHours(SEEN_ON, (calls,) * 24) for calls in (1, 2))
    key = USAGE_HOURS.key(TENANT, SEEN_ON.isoformat())
    await keep_hours(world.store, TENANT, first)
    await keep_hours(world.store, TENANT, first)
    known = await world.store.get(key)
    assert known is not None
    assert (known.version, known.body) == (1, first)
    busy = world.beside(touch(world, key))
    await keep_hours(busy.outside.store, TENANT, second)
    await keep_hours(world.store, TENANT, second)
    known = await world.store.get(key)
    assert known is not None
    assert known.body == second


async def test_more_than_a_page_of_days_is_read(world: World) -> None:
    ordinary_rows(world, 130)
    world.calls.rows[SEEN_ON].append(call("new", destination="Maldives"))
    assert len(await synced(world)) == 1
    assert await world.store.count(ANOMALIES, TENANT) == 1
