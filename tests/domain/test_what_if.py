"""What more calls would cost, at what calls have cost."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.forecast import Outlook
from bot.domain.ledger import Lot
from bot.domain.runway import runway_of
from bot.domain.spend_curve import SpendCurve
from bot.domain.what_if import Every, Wish, what_if, with_pace, with_runway
from tests.domain.ledger_entries import eur

A_MINUTE = (40_000, 60)  # four cents


@pytest.mark.parametrize(
    ("every", "monthly"), [(Every.DAY, "528.00"), (Every.WEEK, "104.00"), (Every.MONTH, "24.00")]
)
def test_a_month_is_22_working_days_or_its_share_of_a_years_weeks(every: Every, monthly: str) -> None:
    answer = what_if(Wish("MX", 20, 30, every), *A_MINUTE, "EUR")
    assert (str(answer.each_time), str(answer.monthly)) == ("24.00", monthly)


def test_a_month_stands_beside_what_a_month_costs_now() -> None:
    answer = what_if(Wish("MX", 20, 30), *A_MINUTE, "EUR")
    told = with_pace(answer, Outlook(eur("280"), 28))
    assert str(told.now) == "304.166667"
    assert (told.each_time, told.monthly) == (answer.each_time, answer.monthly)


def test_the_end_is_that_of_the_forecast_and_comes_sooner_with_more_calls_from_today_on() -> None:
    answer = replace(what_if(Wish("MX", 20, 30), *A_MINUTE, "EUR"), monthly=eur("365").times(5, 12))
    through, today = date(2026, 11, 20), date(2026, 11, 22)
    lot = Lot(date(2026, 9, 1), eur("500"), eur("220"), eur("0"), date(2027, 9, 1))
    curve = SpendCurve(through, tuple(eur(str(10 * number)).micros for number in range(1, 381)), (0.0,) * 380)
    told = with_runway(answer, [lot], curve, today)
    assert told.runs_out_on == runway_of([lot], curve).p50 == date(2026, 12, 12)
    assert told.then_on == date(2026, 12, 5)  # 10, and then 15 a day
    late = with_runway(answer, [lot], curve, date(2026, 12, 24))
    assert late.runs_out_on == late.then_on == date(2026, 12, 24)
