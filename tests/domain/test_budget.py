"""How a monthly budget stands: what is spent, what will be, and by when it is used up."""

from datetime import date, timedelta

from bot.domain.budget import Month, month_days, month_of
from bot.domain.money import Money
from bot.domain.spend_curve import SpendCurve
from tests.domain.ledger_entries import eur

TODAY = date(2026, 11, 22)
THROUGH = date(2026, 11, 20)


def daily(amount: str = "10", through: date = THROUGH) -> dict[date, Money]:
    return {through - timedelta(days=n): eur(amount) for n in range(40)}


def curve(through: date = THROUGH, spread: float = 0.0) -> SpendCurve:
    """Ten a day."""
    days = 90
    return SpendCurve(through, tuple(10_000_000 * n for n in range(1, days + 1)), (spread,) * days)


def month(budget: str, ahead: SpendCurve | None = None, spent: dict[date, Money] | None = None) -> Month:
    return month_of(eur(budget), TODAY, daily() if spent is None else spent, ahead)


def test_months_end_where_they_end() -> None:
    assert month_days(date(2026, 2, 28)) == (date(2026, 2, 1), date(2026, 2, 28))
    assert month_days(date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))


def test_only_this_months_spending_counts() -> None:
    found = month("500")
    assert (found.spent, found.left, len(found.days)) == (eur("200"), eur("300"), 20)
    assert (found.foretold, found.p50) == (False, None)


def test_a_budget_that_lasts_has_no_end_this_month() -> None:
    found = month("300", curve())
    assert (found.expected, found.p10, found.p50, found.p90) == (
        eur("300"),
        date(2026, 11, 30),
        date(2026, 11, 30),
        date(2026, 11, 30),
    )
    found = month("301", curve())
    assert (found.p10, found.p50, found.p90) == (None, None, None)


def test_the_days_of_the_end_have_their_likelihood() -> None:
    found = month("250", curve(spread=0.3))
    assert (found.p10, found.p50, found.p90) == (date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 28))


def test_a_budget_that_is_used_up_has_no_end_to_come() -> None:
    found = month("150", curve())
    assert (found.left, found.expected, found.p10) == (eur("-50"), eur("300"), None)


def test_at_the_beginning_of_a_month_what_is_late_belongs_to_the_month_before() -> None:
    ahead = curve(date(2026, 10, 30))
    found = month_of(eur("45"), date(2026, 11, 1), daily(through=date(2026, 10, 30)), ahead)
    assert (found.days, found.expected, found.p50) == ((), eur("300"), date(2026, 11, 5))


def test_where_the_whole_month_is_known_nothing_is_foretold() -> None:
    found = month_of(eur("45"), TODAY, daily(), curve(date(2026, 11, 30)))
    assert not found.foretold
