"""What went ahead in an emergency: who hears of it when, until it is approved afterwards or stays marked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.events import SALDO, Fund, Ratify
from bot.domain.people import Person, Role
from bot.domain.requests import Ratification
from bot.ports.errors import Final, Retry
from bot.usecases.change_request import change_request
from bot.usecases.decide_request import decide_request
from tests.fakes import ANA, CARMEN, GRACE, LUIS, TENANT
from tests.jobs.diary import Diary, days, line, staff, until
from tests.usecases.test_break_glass import EMERGENCIES, call
from tests.usecases.world import EN, World, eur


async def emergency(world: World, *, hour: int = 9) -> None:
    """Nothing is left, and Ana calls an emergency."""
    world.clock.move(hours=hour - world.clock.now().hour)
    await world.adopt(EMERGENCIES)
    await staff(world)
    world.directory.roles[GRACE.id] = frozenset({Role.TEAMS_ADMINISTRATOR})
    await world.introduce(GRACE)
    await world.buy(100)
    await world.spend(100)
    await world.send()
    await world.work()
    await call(world)


async def ratify(world: World, who: Person) -> None:
    person = (who.id, who.name)
    await decide_request(world.store, world.clock, world.standings, TENANT, "r1", person, Ratify())


async def test_everybody_who_was_skipped_hears_of_it_within_a_minute_at_night_too(
    office: World, diary: Diary
) -> None:
    await emergency(office, hour=23)
    await until(office, office.clock.now() + timedelta(minutes=1))
    assert diary.lines(LUIS) == diary.lines(CARMEN) == [line("approval"), line("ratify")]
    assert diary.times(LUIS)[-1] == "Mon 23:00"
    assert line("ratify") not in diary.lines(ANA)


@pytest.mark.parametrize("error", [Retry("busy", after_seconds=600), Final("no", code="unauthorized")])
async def test_one_who_cannot_be_reached_keeps_nobody_waiting(
    office: World, diary: Diary, error: Retry | Final
) -> None:
    await emergency(office)
    office.messenger.broken = {f"chat-{CARMEN.id}": error}
    await until(office, office.clock.now() + timedelta(minutes=1))
    assert diary.lines(LUIS)[-1] == line("ratify")


async def test_where_the_directory_is_down_those_who_were_asked_hear_all_the_same_and_once(
    office: World, diary: Diary
) -> None:
    await emergency(office)
    office.directory.broken["holders"] = Retry("busy")
    await until(office, office.clock.now() + timedelta(minutes=1))
    assert diary.lines(LUIS)[-1] == diary.lines(CARMEN)[-1] == line("ratify")
    office.directory.broken.clear()
    await until(office, office.clock.now() + timedelta(hours=1))
    assert diary.lines(LUIS).count(line("ratify")) == diary.lines(CARMEN).count(line("ratify")) == 1


async def test_they_are_reminded_each_day_and_when_it_is_too_late_the_people_in_charge_hear_once(
    office: World, diary: Diary
) -> None:
    await emergency(office)
    await days(office, 10)
    again, marked = line("ratify_again"), line("unratified")
    daily = [("Tue 09:00", again), ("Wed 09:00", again)]
    assert diary.of(CARMEN)[1:] == [("Mon 09:00", line("ratify")), *daily, ("Thu 09:00", marked)]
    assert [text for text in diary.lines(GRACE) if text == marked] == [marked]
    assert (await office.request()).ratification is Ratification.UNRATIFIED
    assert (await office.verbs()).count("request.overdue") == 1
    assert not [kind for kind in await office.job_kinds() if kind.startswith(("pursue", "remind"))]


async def test_once_it_is_ratified_nobody_hears_any_more(office: World, diary: Diary) -> None:
    await emergency(office)
    await days(office, 0.5)
    await ratify(office, CARMEN)
    await days(office, 5)
    assert diary.lines(LUIS) == [line("approval"), line("ratify")]
    assert line("unratified") not in diary.lines(GRACE)


async def test_where_it_takes_two_the_first_one_is_left_alone_and_the_second_is_reminded(
    office: World, diary: Diary
) -> None:
    two = replace(EMERGENCIES.scales[0], bands=EMERGENCIES.scales[0].bands[1:])
    await office.adopt(replace(EMERGENCIES, version=3, scales=(two,)))
    await emergency(office)
    await office.work()
    await ratify(office, CARMEN)
    await days(office, 1.1)
    assert diary.lines(CARMEN)[-1] == line("ratify")
    assert diary.lines(LUIS)[-1] == line("ratify_again")


async def test_an_approver_who_called_it_is_not_asked_to_approve_it(office: World, diary: Diary) -> None:
    await office.adopt(EMERGENCIES)
    await staff(office)
    await office.buy(100)
    await office.spend(100)
    await office.send()
    await call(office, who=LUIS)
    await days(office, 2)
    assert line("ratify") not in diary.lines(LUIS)
    assert line("ratify") in diary.lines(CARMEN)


async def more_than_approved(world: World, credited: int) -> None:
    fund = Fund(eur(credited), date(2026, 11, 23), f"PO-{credited}")
    await change_request(world.store, world.clock, TENANT, "r1", fund, SALDO)


async def test_more_than_was_approved_is_reminded_of_ever_more_rarely_and_never_too_late(
    office: World, diary: Diary
) -> None:
    await staff(office)
    await office.send()
    await office.approve()
    await office.work()
    await more_than_approved(office, 900)
    await days(office, 20)
    again = line("ratify_again")
    assert diary.of(CARMEN) == [
        ("Mon 09:00", line("ratify")),
        ("Wed 09:00", again),
        ("Mon 08:00", again),
        ("Mon 09:00", again),
    ]
    await ratify(office, CARMEN)
    await days(office, 40)
    assert diary.lines(LUIS).count(again) == 3


async def test_where_it_goes_ahead_twice_only_the_later_one_is_followed(office: World, diary: Diary) -> None:
    """First in an emergency, then with more money than was ordered."""
    await emergency(office)
    await office.work()
    await ratify(office, CARMEN)
    office.clock.move(hours=1)
    await more_than_approved(office, 900)
    assert (await office.job_kinds()).count("pursue_ratification") == 2
    await days(office, 2.2)
    assert diary.lines(LUIS)[-2:] == [line("ratify"), line("ratify_again")]
    assert (await office.job_kinds()).count("pursue_ratification") == 1


async def test_more_money_than_a_ratified_emergency_ordered_can_be_ratified_whenever_it_comes(office: World) -> None:
    await emergency(office)
    await office.work()
    await ratify(office, CARMEN)
    office.clock.move(days=9)
    await more_than_approved(office, 900)
    await ratify(office, LUIS)
    assert (await office.request()).ratification is Ratification.RATIFIED


async def test_when_it_is_too_late_the_cards_stop_asking(office: World) -> None:
    await emergency(office)
    asks, late = EN.text("button.ratify"), EN.text("ratification.overdue")
    await days(office, 2.9)
    assert any(asks in str(message.card) for _, message in office.messenger.sent)
    office.messenger.updated.clear()
    await days(office, 0.2)
    shown = [str(message.card) for _, message in office.messenger.updated]
    assert {chat for chat, _ in office.messenger.updated} >= {f"chat-{one.id}" for one in (LUIS, CARMEN)}
    assert all(late in card and asks not in card for card in shown)
    assert not [job for job in (await office.jobs()).values() if job.dead]


async def test_a_second_runner_repeats_no_round(office: World, diary: Diary) -> None:
    await emergency(office)
    await days(office, 0.9)
    other = replace(office)
    office.clock.move(hours=3)
    await other.work()
    await office.work()
    assert diary.lines(CARMEN).count(line("ratify_again")) == 1
