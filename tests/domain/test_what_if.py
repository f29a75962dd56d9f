"""What more calls would cost, at what calls have cost."""

from datetime import date

import pytest

from bot.domain.forecast import Outlook
from bot.domain.what_if import Every, Wish, what_if, with_runway
from tests.domain.ledger_entries import eur

A_MINUTE = (40_000, 60)  # four cents


@pytest.mark.parametrize(
    ("every", "monthly"), [(Every.DAY, "528.00"), (Every.WEEK, "104.00"), (Every.MONTH, "24.00")]
)
def test_a_month_is_22_working_days_or_its_share_of_a_years_weeks(every: Every, monthly: str) -> None:
    answer = what_if(Wish("MX", 20, 30, every), *A_MINUTE, "EUR")
    assert (str(answer.each_time), str(answer.monthly)) == ("24.00", monthly)


def test_the_end_comes_sooner_with_more_calls() -> None:
    answer = what_if(Wish("MX", 20, 30), *A_MINUTE, "EUR")
    told = with_runway(answer, Outlook(eur("280"), 28), eur("200"), date(2026, 11, 20))
    assert str(told.now) == "304.166667"
    assert (told.runs_out_on, told.then_on) == (date(2026, 12, 10), date(2026, 11, 27))
    assert (told.each_time, told.monthly) == (answer.each_time, answer.monthly)
