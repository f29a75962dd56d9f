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


def test_wallets_last_from_a_week_to_three_months() -> None:
    assert (LASTING[0], LASTING[-1], len(LASTING)) == (7, 91, 8)


def test_what_costs_the_same_every_day_runs_out_between_the_tenths() -> None:
    found = backtest(constant(250), constant(250))
    assert set(found) == set(LASTING)
    assert all(one.cases > 2 for one in found.values())
    told = total(found)
    assert told.before_p10 == 0
    assert told.before_p50 < told.cases / 2 < told.p50
    assert told.p90 == told.before_p90 == told.cases
    assert 0 < told.width < told.days


def test_a_case_counts_only_where_twice_its_days_are_known_afterwards() -> None:
    assert total(backtest(constant(41), constant(41))) == Coverage()
    found = backtest(constant(42), constant(42))
    assert (found[7].cases, found[19].cases) == (1, 0)


def test_a_wallet_that_never_ran_out_has_not_run_out() -> None:
    spent = constant(200) | {day: 0 for day in constant(200) if (day - MONDAY).days >= 42}
    found = backtest(spent, spent, first=42, every=1_000)
    assert found[7] == Coverage(1, width=found[7].width, days=7)


def test_a_wallet_that_nobody_saw_run_out_is_no_case_where_its_late_day_was_not_seen_either() -> None:
    fading = {day: round(1e9 * 0.5 ** ((day - MONDAY).days / 7)) for day in constant(76)}
    assert total(backtest(fading, fading, first=60, every=1_000)) == Coverage()


def test_days_that_are_not_known_are_no_verdict() -> None:
    known = {day: micros for day, micros in constant(120).items() if not 45 <= (day - MONDAY).days < 60}
    assert total(backtest(known, known, first=42, every=1_000)) == Coverage()
    assert total(backtest(known, known, first=50, every=1_000)) == Coverage()  # in the hole nobody forecasts
    assert total(backtest(constant(200, 0), constant(200, 0))) == Coverage()
