"""The forecasts of the past are judged by what came: unknown days and too short data are no verdict."""

from datetime import date, timedelta

from bot.domain.backtest import LASTING, Coverage, backtest

MONDAY = date(2026, 1, 5)


def constant(days: int, micros: int = 10_000_000) -> dict[date, int]:
    return {MONDAY + timedelta(days=number): micros for number in range(days)}


def total(found: dict[int, Coverage]) -> Coverage:
    return sum(found.values(), Coverage())


def test_without_data_or_with_too_little_nothing_is_judged() -> None:
    assert total(backtest({}, {})) == Coverage()
    assert total(backtest(constant(28), constant(28))) == Coverage()


def test_what_costs_the_same_every_day_runs_out_between_the_tenths() -> None:
    found = backtest(constant(200), constant(200))
    assert set(found) == set(LASTING)
    assert all(one.cases > 3 for one in found.values())
    told = total(found)
    assert told.p10 == 0
    assert told.p90 == told.cases
    assert 0 < told.width < told.days


def test_a_case_counts_only_where_the_late_day_is_within_the_data() -> None:
    found = backtest(constant(60), constant(60))
    assert found[10].cases > 0
    assert found[80].cases == 0


def test_a_wallet_that_never_ran_out_has_not_run_out() -> None:
    spent = constant(200) | {day: 0 for day in constant(200) if (day - MONDAY).days >= 42}
    found = backtest(spent, spent, first=42, every=1_000)
    assert found[10] == Coverage(1, 0, 0, 0, found[10].width, 10)


def test_days_that_are_not_known_are_no_verdict() -> None:
    known = {day: micros for day, micros in constant(120).items() if not 45 <= (day - MONDAY).days < 60}
    assert total(backtest(known, known, first=42, every=1_000)) == Coverage()
    assert total(backtest(known, known, first=50, every=1_000)) == Coverage()  # in the hole nobody forecasts
    assert total(backtest(constant(200, 0), constant(200, 0))) == Coverage()
