"""However much is out of the ordinary, what comes next is found and told; however one asks, there is an answer."""

import logging
from datetime import timedelta

import pytest

from bot.domain.anomalies import MOST_A_DAY
from bot.domain.errors import Refusal
from bot.domain.people import PersonId
from bot.domain.usage_batch import UsageBatch
from bot.jobs.clockwork import wind_up
from bot.ports.collections import ANOMALIES
from bot.ports.errors import MissingPermission
from bot.ports.store import Delete
from bot.usecases import find_anomalies as usecase
from bot.usecases.find_anomalies import find_anomalies
from bot.usecases.import_usage import import_graph_day
from bot.usecases.read_usage import usage_through
from bot.usecases.sync_usage import days_to_read, sync_usage
from cards.actions import Verb
from tests.attack.bot import Bot, signed
from tests.fakes import ANA, EVA, TENANT
from tests.usecases.world import SEEN_ON, World, call, eur

SYNC = PersonId("saldo")


async def flood(world: World, days: int, people: int = 3 * MOST_A_DAY) -> None:
    """Everybody calls every day, and is over a limit that is far too low; the last of them spends most."""
    await world.configure(person_limit=eur("0.001"))
    for number in range(days):
        day = SEEN_ON - timedelta(days=number)
        rows = [call(f"{day}-{n}", day, user=f"u{n:03}@x", charge_micros=10_000 + n) for n in range(people)]
        await import_graph_day(world.store, world.clock, TENANT, day, UsageBatch.of(rows), SYNC)


async def test_of_a_flood_the_dearest_are_told(world: World) -> None:
    await flood(world, 1)
    found = await find_anomalies(world.outside, TENANT)
    assert len(found) == MOST_A_DAY
    assert found[0].person == f"u{3 * MOST_A_DAY - 1:03}@x"


async def test_more_than_a_page_of_old_ones_is_in_the_way_of_no_new_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usecase, "MANY", 7)
    await world.introduce(ANA)
    await flood(world, 3)
    assert len(await find_anomalies(world.outside, TENANT)) == 3 * MOST_A_DAY
    assert await find_anomalies(world.outside, TENANT) == []
    world.clock.move(days=1)
    rows = [call("next", SEEN_ON + timedelta(days=1), user=EVA.id)]
    await import_graph_day(world.store, world.clock, TENANT, SEEN_ON + timedelta(days=1), UsageBatch.of(rows), SYNC)
    assert [one.person for one in await find_anomalies(world.outside, TENANT)] == [EVA.id]
    await world.work()
    assert [chat for chat, _ in world.messenger.sent] == [f"chat-{ANA.id}"] * 2


async def test_a_place_with_any_sign_in_its_name_is_told(world: World) -> None:
    await world.introduce(ANA)
    for number in range(1, 40):
        await world.spend(10, SEEN_ON - timedelta(days=number))
    await world.spend(12, destination='Nowhere|Land, "\\\n\x1f]')
    await find_anomalies(world.outside, TENANT)
    await world.work()
    ((_, message),) = world.messenger.sent
    assert "Nowhere" in str(message.card)


async def test_what_is_no_longer_there_is_told_to_nobody(world: World) -> None:
    await world.introduce(ANA)
    await flood(world, 1, people=1)
    (one,) = await find_anomalies(world.outside, TENANT)
    await world.store.commit([Delete(ANOMALIES.key(TENANT, one.id), 1)])
    await world.work()
    assert (world.messenger.sent, await world.jobs()) == ([], {})


LINES = (
    "what if 99999999999999999999999999 people call France 9999999999999999999 minutes a day",
    "what if " + "9" * 1_900 + " people call France 30 minutes",
    "what if 0 people call France 0 minutes a day",
    "what if ٣ people call France ٣٠ minutes a day",
    "what if " + "call " * 390,
    "balance on 0001-01-01",
    "balance on 9999-12-31",
    "balance on 31/31/2026",
    "report 9999-12",
    "report 2016-01",
    "report january 2017",
    "rate " + "x" * 1_500,
    "rate <at>all</at> [a](https://evil.example)",
    "reconcile 1e30",
    "reconcile " + "9" * 50,
    "reconcile 500 on 29 february at 25:00",
    "reconcile 500 on 0001-01-01",
    "reconcile 500 on 9999-12-31",
    "reconcile ½",
    "advice 999 months",
    "history ²",
    "\u202e" * 100 + "balance",
    "1." * 999,
    "a@" * 999,
    ("x" * 64 + "@") * 20,
)


@pytest.mark.no_cover
@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
async def test_whatever_is_asked_is_no_bug(bot: Bot, line: str) -> None:
    await bot.world.buy(500)
    await bot.world.spend(10)
    await bot.say(line)
    await bot.say(line, EVA)
    assert bot.watch.bugs == []


STRANGE = ("", "-1", "999999", "²", "٣", "1e5", "2016-12", "9999-12", "0001-01", "\x00", "ZZZ", "=1+1", "24:00")
FIELDS = ("page", "month", "format", "amount", "currency", "read_at", "read_on", "read_time", "by", "period", "step")
USUAL = {"page": "0", "month": "2026-11", "amount": "500", "currency": "EUR", "read_at": "2026-11-22T08:00:00+00:00"}


@pytest.mark.no_cover
@pytest.mark.parametrize("strange", STRANGE, ids=range(len(STRANGE)))
async def test_whatever_a_button_carries_is_no_bug(bot: Bot, strange: str) -> None:
    await bot.world.introduce(ANA)
    await bot.world.buy(500)
    await bot.world.spend(10)
    for verb in Verb:
        await bot.press(signed(verb, "q1", 1, **dict.fromkeys(FIELDS, strange)))
        for field in USUAL:
            await bot.press(signed(verb, "q2", 1, **{**USUAL, field: strange}))
    assert bot.watch.bugs == []


async def test_a_day_whose_rows_make_no_sense_keeps_no_other_day_from_being_read(world: World) -> None:
    spoiled = SEEN_ON - timedelta(days=20)
    world.calls.rows = {
        day: [call(f"{day}", day, charge_micros=-5 if day == spoiled else 10_000)]
        for day in (SEEN_ON - timedelta(days=number) for number in range(30))
    }
    with pytest.raises(Refusal, match="usage_negative"):
        await sync_usage(world.outside, TENANT)
    assert spoiled in await days_to_read(world.outside, TENANT)
    assert await usage_through(world.store, TENANT) == SEEN_ON
    world.calls.rows[spoiled] = []
    assert (await sync_usage(world.outside, TENANT)).days_new == 1


async def test_what_was_not_granted_is_not_asked_for_day_by_day(world: World) -> None:
    world.calls.broken = MissingPermission("CallRecord-PstnCalls.Read.All")
    asked: list[int] = []
    with pytest.raises(MissingPermission):
        await sync_usage(world.outside, TENANT, progress=lambda done, days: asked.append(done))
    assert asked == []


async def test_no_job_is_called_after_a_person_or_a_place(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.introduce(ANA)
    await world.configure(person_limit=eur("0.001"))
    await world.spend(10, user="grace.kim@contoso.example")
    with caplog.at_level(logging.DEBUG):
        await find_anomalies(world.outside, TENANT)
        await world.work()
    assert len(world.messenger.sent) == 1
    assert "grace" not in "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)


async def test_a_day_that_makes_no_sense_stops_neither_the_alert_nor_the_clock(world: World) -> None:
    await world.introduce(ANA)
    await world.configure(threshold=eur(100))
    await world.buy(60)
    world.calls.rows = {
        SEEN_ON - timedelta(days=5): [call("bad", SEEN_ON - timedelta(days=5), charge_micros=-5)],
        SEEN_ON: [call("good", SEEN_ON, charge_micros=50_000_000)],
    }
    await wind_up(world.house, TENANT, ["sync_usage"])
    await world.work()
    assert any("low" in message.text for _, message in world.messenger.sent)
    (clock,) = [job for id_, job in (await world.jobs()).items() if id_ == "clock:sync_usage"]
    assert (clock.dead, clock.last_error) == (False, "usage_negative")
