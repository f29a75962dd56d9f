"""When somebody is reminded, and when they are left alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.timing import (
    FIRST_GAP,
    LONGEST_GAP,
    MOST_ROUNDS,
    RATIFY_GAP,
    Audience,
    Need,
    Quiet,
    Reminders,
    after_round,
    audiences,
    due_at,
    due_to_ratify,
    need_of,
)

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NEW = Reminders(MONDAY, MONDAY)
MADRID = ZoneInfo("Europe/Madrid")
USUAL = Quiet(20, 8, MADRID, "ES")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "need"),
    [
        (None, Need.CALM),
        (336, Need.CALM),
        (335, Need.SOON),
        (96, Need.SOON),
        (95, Need.CRITICAL),
        (0, Need.CRITICAL),
    ],
)
def test_how_soon_it_is_needed_goes_by_the_time_until_the_money_runs_out(hours: int | None, need: Need) -> None:
    assert need_of(hours) is need


@pytest.mark.parametrize("need", list(Need))
def test_rounds_of_one_need_come_ever_further_apart_and_at_most_a_month(need: Need) -> None:
    reminders, gaps = NEW, []
    while (due := due_at(reminders, need)) is not None:
        gaps.append(due - reminders.at)
        reminders = after_round(reminders, need, due)
    assert gaps[:3] == [FIRST_GAP[need], FIRST_GAP[need] * 2, FIRST_GAP[need] * 4]
    assert gaps == sorted(gaps)
    assert gaps[-1] == LONGEST_GAP
    assert len(gaps) == reminders.rounds == MOST_ROUNDS


def test_what_becomes_critical_is_reminded_of_within_hours_however_calm_it_was() -> None:
    calm = replace(NEW, calm=4)
    assert due_at(calm, Need.CALM) == MONDAY + LONGEST_GAP
    assert due_at(calm, Need.CRITICAL) == MONDAY + timedelta(hours=4)


def test_first_those_who_were_asked_then_others_then_the_people_in_charge_once() -> None:
    reached = []
    reminders = NEW
    for _ in range(4):
        reached.append(audiences(reminders, Need.SOON))
        reminders = after_round(reminders, Need.SOON, MONDAY)
    asked, others = {Audience.ASKED}, {Audience.ASKED, Audience.OTHERS}
    assert reached == [asked, others, {*others, Audience.IN_CHARGE}, others]


def test_the_people_in_charge_hear_once_more_when_it_has_become_critical() -> None:
    told = replace(NEW, soon=4, in_charge=Need.SOON)
    assert Audience.IN_CHARGE in audiences(told, Need.CRITICAL)
    again = after_round(told, Need.CRITICAL, MONDAY)
    assert again.in_charge is Need.CRITICAL
    assert Audience.IN_CHARGE not in audiences(again, Need.CRITICAL)


def test_each_round_counts_for_its_need() -> None:
    reminders = NEW
    for need in (Need.CALM, Need.SOON, Need.SOON, Need.CRITICAL):
        reminders = after_round(reminders, need, MONDAY)
    assert (reminders.calm, reminders.soon, reminders.critical) == (1, 2, 1)


def test_what_is_to_be_ratified_is_reminded_of_daily_while_there_is_time() -> None:
    ratify_by = MONDAY + timedelta(hours=72)
    assert due_to_ratify(NEW, ratify_by) == MONDAY + RATIFY_GAP
    assert due_to_ratify(replace(NEW, at=MONDAY + timedelta(hours=48)), ratify_by) is None
    assert due_to_ratify(NEW, None) == due_at(NEW, Need.CALM)


@pytest.mark.parametrize(
    ("moment", "over"),
    [
        ("2026-11-23T09:00", "2026-11-23T09:00"),  # a Monday morning
        ("2026-11-23T18:59", "2026-11-23T18:59"),  # 19:59 in Madrid
        ("2026-11-23T19:00", "2026-11-24T07:00"),
        ("2026-11-24T06:59", "2026-11-24T07:00"),
        ("2026-11-27T20:00", "2026-11-30T07:00"),  # from Friday evening to Monday morning
        ("2026-12-07T19:00", "2026-12-09T07:00"),  # the 8th is a holiday in Spain
        ("2027-03-25T19:00", "2027-03-29T06:00"),  # Good Friday, and on that Sunday the clocks go on
    ],
)
def test_quiet_hours_are_the_nights_weekends_and_holidays_of_where_somebody_is(moment: str, over: str) -> None:
    assert USUAL.over_at(utc(moment)) == utc(over)
    assert USUAL.holds_at(utc(moment)) is (moment != over)


def test_where_no_holidays_are_known_only_nights_and_weekends_are_quiet() -> None:
    anywhere = Quiet(20, 8, ZoneInfo("Asia/Tokyo"))
    assert not anywhere.holds_at(utc("2026-12-08T01:00"))
    assert anywhere.over_at(utc("2026-12-04T15:00")) == utc("2026-12-06T23:00")  # Monday 8:00 in Tokyo


@pytest.mark.parametrize(
    ("start", "end", "moment", "over"),
    [
        (0, 6, "2026-11-24T03:00", "2026-11-24T06:00"),
        (12, 14, "2026-11-24T13:30", "2026-11-24T14:00"),
        (12, 14, "2026-11-28T13:30", "2026-11-30T00:00"),  # a Saturday: Monday begins before noon
        (8, 8, "2026-11-24T03:00", "2026-11-24T03:00"),  # no quiet hours
        (8, 8, "2026-11-28T03:00", "2026-11-30T00:00"),
    ],
)
def test_whatever_hours_a_policy_chooses_somebody_can_be_written_to(
    start: int, end: int, moment: str, over: str
) -> None:
    assert Quiet(start, end, UTC).over_at(utc(moment)) == utc(over)


@given(
    MOMENTS,
    st.integers(0, 23),
    st.integers(0, 23),
    st.sampled_from(["Europe/Madrid", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "America/Santiago"]),
    st.sampled_from(["ES", "US", None]),
)
def test_it_is_over_within_two_weeks_and_at_the_first_moment_that_is_not_quiet(
    moment: datetime, start: int, end: int, zone: str, country: str | None
) -> None:
    quiet = Quiet(start, end, ZoneInfo(zone), country)
    over = quiet.over_at(moment)
    assert moment <= over < moment + timedelta(days=14)
    assert not quiet.holds_at(over)
    if over > moment:
        assert quiet.holds_at(over - timedelta(minutes=1))


@given(st.lists(st.tuples(st.sampled_from(list(Need)), st.integers(0, 400)), max_size=500))
def test_nobody_is_reminded_more_often_than_the_rounds_that_there_are(looks: list[tuple[Need, int]]) -> None:
    """However the need goes up and down, and however often somebody looks."""
    reminders, now, in_charge = NEW, MONDAY, 0
    for need, hours in looks:
        now += timedelta(hours=hours)
        due = due_at(reminders, need)
        if due is not None and due <= now:
            assert now - reminders.at >= timedelta(hours=4)
            in_charge += Audience.IN_CHARGE in audiences(reminders, need)
            reminders = after_round(reminders, need, now)
    assert reminders.rounds <= MOST_ROUNDS
    assert in_charge <= 2
