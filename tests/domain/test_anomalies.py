"""What is out of the ordinary, from days that were made up: an office that calls France, and hardly at weekends."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.anomalies import Anomaly, Day, Ordinary, Sort, anomalies_of, day_of
from bot.domain.money import Money
from bot.domain.usage import DetailLine
from bot.domain.usage_batch import UsageBatch
from bot.domain.usage_hours import Busiest, UsageHours, hours_of
from tests.domain import usage_rows
from tests.domain.usage_rows import row

MONDAY = date(2026, 8, 31)
NIGHT = Ordinary(frozenset({22, 23, 0, 1, 2, 3}))
OFFICE = UsageHours(MONDAY, tuple(5 if 7 <= hour < 18 else 0 for hour in range(24)))


def line(micros: int = 1_000_000, calls: int = 5, **other: object) -> DetailLine:
    return DetailLine("ana", "France", "user_out", "EUR", True, micros, 0, 60, calls)._replace(**other)  # type: ignore[arg-type]  # fields that there are


def made(day: date, *lines: DetailLine, hours: UsageHours | None = OFFICE) -> Day:
    return day_of(day, lines, replace(hours, day=day) if hours else None, str.upper)


def ordinary(days: int = 42) -> list[Day]:
    """Some days cost a little more than others; on Sundays nobody calls."""
    found = []
    for number in range(days):
        day = MONDAY + timedelta(days=number)
        share = 0 if day.weekday() == 6 else 10 if day.weekday() == 5 else 90 + number * 37 % 21
        lines = [line(share * 100_000, share, user=user) for user in ("ana", "luis")] if share else []
        found.append(made(day, *lines))
    return found


def found(day: Day, before: Sequence[Day], limits: Ordinary = NIGHT) -> list[tuple[Sort, str]]:
    return [(one.sort, one.id.split(":", 2)[2]) for one in anomalies_of(day, before, limits)]


TODAY = MONDAY + timedelta(days=42)


def busy(share: int, **other: object) -> Day:
    return made(TODAY, line(share * 100_000, share, **other), line(share * 100_000, share, user="luis", **other))


def test_an_ordinary_day_raises_no_alarm() -> None:
    before = ordinary()
    assert found(busy(100), before) == []
    assert found(busy(120), before) == []


def test_a_day_far_above_its_weekday_is_told_with_what_is_usual() -> None:
    (one,) = anomalies_of(busy(200), ordinary(), NIGHT)
    assert (one.sort, one.day, one.spent, one.calls) == (Sort.DAY, TODAY, Money.of(40, "EUR"), 400)
    assert one.usual is not None
    assert Money.of(18, "EUR") < one.usual < Money.of(22, "EUR")
    assert 180 < one.usual_calls < 220


def test_many_cheap_calls_are_as_unusual_as_dear_ones() -> None:
    many = made(TODAY, line(10_000_000, 250), line(10_000_000, 250, user="luis"))
    assert found(many, ordinary()) == [(Sort.DAY, "EUR")]


def test_a_little_more_than_nothing_on_a_sunday_is_no_alarm_and_a_working_day_there_is() -> None:
    before = ordinary(48)
    sunday = TODAY + timedelta(days=6)
    assert found(replace(busy(5), day=sunday), before) == []
    assert found(replace(busy(100), day=sunday), before) == [(Sort.DAY, "EUR")]


def test_before_four_weeks_are_known_only_an_own_limit_speaks() -> None:
    before = ordinary(27)
    later = replace(busy(900), day=MONDAY + timedelta(days=27))
    assert found(later, before) == []
    own = replace(NIGHT, limit=Money.of(50, "EUR"))
    assert found(later, before, own) == [(Sort.PERSON, "ana:EUR"), (Sort.PERSON, "luis:EUR")]


def test_what_lies_more_than_twelve_weeks_back_does_not_count() -> None:
    assert found(replace(busy(900), day=TODAY + timedelta(days=90)), ordinary()) == []


def test_a_country_that_nobody_called_is_told_once_and_with_its_only_caller() -> None:
    day = made(TODAY, line(9_000_000, 90), line(500_000, 2, destination="Latvia", user="luis"))
    (one,) = anomalies_of(day, ordinary(), NIGHT)
    assert (one.sort, one.place, one.person, one.spent, one.calls) == (
        Sort.COUNTRY,
        "LATVIA",
        "luis",
        Money.of("0.5", "EUR"),
        2,
    )
    assert found(replace(day, day=TODAY + timedelta(days=1)), [*ordinary(), day]) == []


@pytest.mark.parametrize("other", ["luis", None])
def test_a_country_that_several_or_nobody_in_particular_called_names_nobody(other: str | None) -> None:
    lines = [line(500_000, 1, destination="Latvia", user=user) for user in {"ana" if other else None, other}]
    (one,) = anomalies_of(made(TODAY, *lines), ordinary(), NIGHT)
    assert one.person is None


def test_a_destination_that_was_not_told_is_no_country_and_what_others_pay_is_no_usage() -> None:
    day = made(TODAY, line(destination=""), line(90_000_000_000, 900, destination="Latvia", wallet=False))
    assert found(day, ordinary()) == []
    assert day.sums == {"EUR": (1_000_000, 5)}


def burst(*hours: tuple[int, int], user: str = "ana") -> Day:
    calls = tuple(Busiest(hour, user, count, count * 100_000, "EUR") for hour, count in hours)
    return made(TODAY, line(9_000_000, 90), hours=UsageHours(TODAY, (5,) * 24, calls))


def test_one_person_calling_again_and_again_at_night_is_told_with_the_hours() -> None:
    (one,) = anomalies_of(burst((2, 6), (3, 3), (9, 40)), ordinary(), NIGHT)
    assert (one.sort, one.person, one.calls, one.hours) == (Sort.NIGHT, "ana", 9, (2, 3))
    assert one.spent == Money.of("0.9", "EUR")


def test_a_few_calls_at_night_or_many_where_it_is_usual_are_no_alarm() -> None:
    assert found(burst((2, 7)), ordinary()) == []
    around_the_clock = [replace(one, hours=UsageHours(one.day, (1,) * 24)) for one in ordinary()]
    assert found(burst((2, 20)), around_the_clock) == []


def test_where_hours_were_not_counted_no_night_is_judged() -> None:
    assert found(replace(burst((2, 20)), hours=None), ordinary()) == []
    assert found(burst((2, 20)), [replace(one, hours=None) for one in ordinary()]) == []


def test_one_person_over_three_times_anybodys_dearest_day_is_told_with_the_limit() -> None:
    day = made(TODAY, line(9_000_000, 90), line(34_000_000, 3, user="luis"))
    person = [one for one in anomalies_of(day, ordinary(), NIGHT) if one.sort is Sort.PERSON]
    (one,) = person
    assert (one.person, one.limit, one.own) == ("luis", Money.of(33, "EUR"), False)
    own = [one for one in anomalies_of(day, ordinary(), replace(NIGHT, limit=Money.of(5, "EUR"))) if one.own]
    assert [one.person for one in own] == ["ana", "luis"]


def test_an_own_limit_in_another_currency_leaves_the_usual_one() -> None:
    day = made(TODAY, line(34_000_000, 3, user="luis"))
    limits = replace(NIGHT, limit=Money.of(1, "USD"))
    assert (Sort.PERSON, "luis:EUR") in found(day, ordinary(), limits)


def test_now_and_then_a_call_in_another_currency_is_no_unusual_day() -> None:
    day = made(TODAY, line(9_000_000, 90), line(1_000, 1, currency="USD", user=None))
    assert found(day, ordinary()) == []


def test_hours_are_counted_for_what_the_wallet_pays_and_the_busiest_is_named() -> None:
    rows = [
        row("a", started_at="2026-11-16T02:04:00Z", user="ana"),
        row("b", started_at="2026-11-16T02:40:00Z", user="ana"),
        row("c", started_at="2026-11-16T02:50:00Z", user="luis"),
        row("d", started_at="2026-11-16T09:00:00Z", user=None),
        row("e", started_at="2026-11-16T10:00:00Z", charge_micros=0),
        row("f", started_at="2026-11-16T10:00:00Z", capability="MCOPSTN1"),
        row("g", started_at="whenever", user="ana"),
    ]
    hours = hours_of(UsageBatch.of(rows), usage_rows.MONDAY)
    assert {hour: calls for hour, calls in enumerate(hours.calls) if calls} == {2: 3, 9: 1, 12: 1}
    assert [(one.hour, one.user, one.calls) for one in hours.busiest] == [(2, "ana", 2), (12, "ana", 1)]


def test_of_two_who_called_as_often_the_dearer_one_is_the_busiest() -> None:
    rows = [row("a", user="ana"), row("b", user="luis", charge_micros=99_000_000), row("c", user="zoe")]
    batch = UsageBatch.of(rows)
    assert [one.user for one in hours_of(batch, usage_rows.MONDAY).busiest] == ["luis"]


def test_an_anomaly_is_named_by_what_it_is_so_that_it_is_told_once() -> None:
    before = ordinary()
    assert [one.id for one in anomalies_of(busy(200), before, NIGHT)] == [f"day:{TODAY}:EUR"]
    assert isinstance(next(anomalies_of(busy(200), before, NIGHT)), Anomaly)
