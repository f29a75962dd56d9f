"""Reminders by need: who hears what when, through nights, weekends and downtime."""

from dataclasses import replace

from bot.domain.events import AskMore, Remind
from bot.domain.people import Person, Role
from bot.domain.requests import State
from bot.domain.settings import NamedPerson
from bot.ports.errors import Retry
from bot.usecases.converse import say_about
from bot.usecases.propose_recharge import withdraw_request
from bot.usecases.read_trail import read_trail
from tests.fakes import ANA, CARMEN, GRACE, LUIS, TENANT, TOM
from tests.jobs.diary import Diary, days, line, short_of_money, staff
from tests.usecases.world import EN, POLICY, World, by


async def test_while_there_is_time_reminders_come_ever_more_rarely(office: World, diary: Diary) -> None:
    await staff(office)
    await office.send()
    await days(office, 20)
    asked, again = line("approval"), line("reminder")
    expected = [("Mon 09:00", asked), ("Wed 09:00", again), ("Mon 08:00", again), ("Mon 09:00", again)]
    assert diary.of(LUIS) == diary.of(CARMEN) == expected
    assert [at.day for at, _ in diary.dated(LUIS)] == [23, 25, 30, 7]


async def test_where_money_is_short_they_come_daily_at_first(office: World, diary: Diary) -> None:
    await staff(office)
    await short_of_money(office, 10)
    await office.send()
    await days(office, 2)
    assert diary.times(LUIS) == ["Mon 09:00", "Tue 09:00"]


async def test_where_it_is_about_to_run_out_they_come_within_hours_and_at_night(office: World, diary: Diary) -> None:
    await staff(office)
    await short_of_money(office, 3)
    await office.send()
    await days(office, 2)
    urgent = line("reminder_critical")
    assert diary.of(LUIS) == [
        ("Mon 09:00", line("approval")),
        ("Mon 13:00", urgent),
        ("Mon 21:00", urgent),
        ("Tue 13:00", urgent),
    ]


async def test_nobody_is_reminded_any_more_once_it_is_decided(office: World, diary: Diary) -> None:
    await staff(office)
    await short_of_money(office, 3)
    await office.send()
    await days(office, 0.2)
    await office.approve()
    before = len(diary.lines(CARMEN))
    await days(office, 3)
    assert len(diary.lines(CARMEN)) == before
    assert not [kind for kind in await office.job_kinds() if kind.startswith(("pursue", "remind"))]


async def test_others_who_may_approve_are_asked_next_and_then_the_people_in_charge_hear(
    office: World, diary: Diary
) -> None:
    await office.introduce(ANA, LUIS)
    await office.configure(installer=NamedPerson(TOM.id, TOM.name))
    office.directory.roles[GRACE.id] = frozenset({Role.TEAMS_ADMINISTRATOR})
    await office.introduce(GRACE, TOM)
    await office.send()
    await office.work()
    await office.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    await office.introduce(CARMEN)
    await days(office, 30)
    assert diary.lines(LUIS)[:3] == [line("approval"), line("reminder"), line("reminder")]
    assert diary.of(CARMEN)[0] == ("Mon 08:00", line("approval"))  # with the second round
    for stranger in (GRACE, TOM):
        assert diary.of(stranger) == [("Mon 09:00", line("nobody_decides"))]
    assert diary.dated(TOM)[0] > diary.dated(CARMEN)[0]
    assert line("nobody_decides") not in diary.lines(ANA)


async def test_who_has_spoken_is_left_alone_and_the_other_one_is_not(office: World, diary: Diary) -> None:
    await office.adopt(
        replace(POLICY, version=2, scales=(replace(POLICY.scales[0], bands=POLICY.scales[0].bands[1:]),))
    )
    await staff(office)
    await office.send()
    await office.decide("r1", LUIS)
    await days(office, 3)
    assert line("reminder") not in diary.lines(LUIS)
    assert diary.lines(CARMEN)[-1] == line("reminder")


async def test_who_wants_to_know_more_is_not_reminded_but_whoever_has_to_answer(office: World, diary: Diary) -> None:
    await staff(office)
    await office.send()
    await say(office, LUIS, AskMore("why now?"))
    await days(office, 3)
    assert diary.of(ANA) == [("Mon 09:00", line("asked_more")), ("Wed 09:00", line("asked_more"))]
    assert diary.lines(LUIS) == [line("approval")]
    assert diary.lines(CARMEN) == [line("approval"), line("reminder")]


async def say(world: World, who: Person, event: AskMore | Remind) -> None:
    await say_about(world.store, world.clock, world.standings, TENANT, "r1", (who.id, who.name), event)


async def test_by_hand_a_reminder_waits_for_the_morning_where_it_is_night(office: World, diary: Diary) -> None:
    await staff(office)
    await office.introduce(CARMEN, zone="America/New_York")
    await office.send()
    await office.work()
    await say(office, ANA, Remind())
    await days(office, 0.5)
    assert diary.of(LUIS)[-1] == ("Mon 09:00", line("reminder"))
    assert diary.of(CARMEN)[-1] == ("Mon 13:00", line("reminder"))  # eight in the morning in New York


async def test_what_waits_for_the_morning_is_dropped_where_it_is_decided_at_night(
    office: World, diary: Diary
) -> None:
    await staff(office)
    await office.introduce(CARMEN, zone="America/New_York")
    await office.send()
    await office.work()
    await say(office, ANA, Remind())
    await withdraw_request(office.store, office.clock, TENANT, "r1", by(ANA))
    await days(office, 1)
    assert diary.lines(CARMEN) == [line("approval")]


async def test_of_two_that_wait_for_the_morning_one_is_sent(office: World, diary: Diary) -> None:
    await staff(office)
    await office.introduce(CARMEN, zone="Pacific/Honolulu")  # it is Sunday night there
    await office.send()
    await office.work()
    await say(office, ANA, Remind())
    office.clock.move(hours=4)
    await say(office, ANA, Remind())
    await days(office, 1)
    assert diary.lines(CARMEN) == [line("approval"), line("reminder")]


async def test_an_outage_of_the_directory_that_lasts_for_days_ends_no_reminders(office: World, diary: Diary) -> None:
    await staff(office)
    await office.send()
    await days(office, 1.9)
    office.directory.broken = dict.fromkeys(("holders", "group_members", "person"), Retry("busy"))
    await days(office, 4)
    assert diary.lines(LUIS) == [line("approval")]
    office.directory.broken.clear()
    await days(office, 2)
    assert diary.lines(LUIS) == diary.lines(CARMEN) == [line("approval"), line("reminder")]
    assert not [job for job in (await office.jobs()).values() if job.dead]


async def test_a_holiday_where_somebody_lives_is_quiet(office: World, diary: Diary) -> None:
    await staff(office)
    office.directory.people[LUIS.id] = replace(LUIS, usage_location="US")
    office.clock.move(days=2)  # the day before Thanksgiving
    await office.send()
    office.directory.broken["person"] = Retry("busy")
    await office.work()
    office.directory.broken.clear()
    await days(office, 4)
    assert diary.times(LUIS) == ["Wed 09:00", "Fri 09:00"]
    await say(office, ANA, Remind())  # a Sunday
    await days(office, 1)
    assert diary.of(LUIS)[-1] == ("Mon 08:00", line("reminder"))


async def test_where_the_directory_does_not_answer_the_organizations_country_counts(
    office: World, diary: Diary
) -> None:
    await office.introduce(ANA, LUIS)
    await office.configure(locale="de-DE")
    office.clock.move(days=14)  # the 7th of December; the 8th is a holiday in Spain
    await office.send()
    await office.work()
    office.clock.move(days=1)
    await say(office, ANA, Remind())
    office.directory.broken["person"] = Retry("busy")
    await office.work()
    assert diary.of(LUIS)[-1] == ("Tue 09:00", line("reminder"))


async def test_after_downtime_one_round_is_made_up_for_and_not_many(office: World, diary: Diary) -> None:
    await staff(office)
    await office.send()
    await office.work()
    office.clock.move(days=98)  # a Monday again
    await office.work()
    await days(office, 1)
    assert diary.lines(LUIS) == [line("approval"), line("reminder")]


async def test_who_cannot_be_reached_keeps_nobody_else_from_being_reminded(office: World, diary: Diary) -> None:
    await staff(office)
    await office.send()
    await office.work()
    office.messenger.broken[f"chat-{CARMEN.id}"] = Retry("busy")
    await days(office, 2.1)
    assert (diary.lines(LUIS)[-1], diary.lines(CARMEN)) == (line("reminder"), [line("approval")])


async def test_a_round_is_on_record_in_the_history_of_the_request(office: World) -> None:
    await staff(office)
    await office.send()
    await days(office, 3)
    (record,) = [
        record for record in await read_trail(office.store, TENANT, "r1") if record.verb == "request.reminders"
    ]
    assert (record.actor, record.details) == ("saldo", {"need": "calm", "people_reminded": "2"})


async def test_where_the_policy_says_so_a_request_expires_and_its_requester_and_the_cards_say_so(
    office: World, diary: Diary
) -> None:
    await office.adopt(replace(POLICY, version=2, expires_after_days=10))
    await staff(office)
    await office.send()
    await days(office, 30)
    assert (await office.request()).state is State.EXPIRED
    told = [message.text for chat, message in office.messenger.sent if chat == f"chat-{ANA.id}"]
    assert told == [EN.text("lock.expired")]
    changed = [message.card for chat, message in office.messenger.updated if chat == f"chat-{LUIS.id}"]
    assert "has expired" in str(changed[-1])
    assert diary.times(LUIS) == ["Mon 09:00", "Wed 09:00", "Mon 08:00"]
    assert await office.jobs() == {}
