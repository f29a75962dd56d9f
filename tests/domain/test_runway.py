"""When lots run out along a curve of spending."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.burn import burn
from bot.domain.ledger import Adjustment, Entry, Lot, Purchase, UsageChange, burn_down, expiry_of
from bot.domain.money import Money
from bot.domain.rhythm import Rhythm
from bot.domain.runway import Expiring, Forecast, Known, Runway, forecast_of, runway_of
from bot.domain.spend_curve import Habits, Prospect, SpendCurve
from bot.domain.spent import Spent, spent_by_currency
from bot.domain.usage import Source, UsageSum

THROUGH = date(2026, 11, 20)
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def eur(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def lot(amount: str | int, on: date = date(2026, 9, 21)) -> Lot:
    return Lot(on, eur(amount), eur(amount), eur(0), expiry_of(on))


def day(number: int) -> date:
    return THROUGH + timedelta(days=number)


def steady(amount: int = 10, days: int = 400, spread: float = 0.0) -> SpendCurve:
    middle = tuple(eur(amount).micros * number for number in range(1, days + 1))
    return SpendCurve(THROUGH, middle, (spread,) * days)


HABITS = Habits(180, 12_000_000, 2_000_000, 0, "ES")


def prospect(curve: SpendCurve) -> Prospect:
    return Prospect(curve, HABITS, Rhythm((1.0,) * 7, "ES"))


def known(*lots: Lot, **facts: object) -> Known:
    base = Known("EUR", 7, date(2026, 11, 22), 180, lots, THROUGH, approval_days=2)
    return replace(base, **facts)  # type: ignore[arg-type]  # each test names fields that there are


def test_lots_pay_one_after_another_until_nothing_is_left() -> None:
    way = burn([lot(20), lot(15, date(2026, 10, 1))], steady().by_each_day(0.0), THROUGH)
    assert way.left == tuple(eur(one).micros for one in (25, 15, 5, 0))
    assert way.share == 0.5
    assert way.days == 4
    assert way.expired == ()
    assert (way.left_after(1), way.left_after(9)) == (eur(15).micros, 0)


def test_money_that_ends_within_the_first_day_ends_on_it() -> None:
    assert burn([lot(1)], steady().by_each_day(0.0), THROUGH).days == 1
    assert runway_of([lot(1)], steady(spread=0.1)) == Runway(day(1), day(1), day(1))


def test_what_expires_is_gone_before_the_day_is_paid() -> None:
    old, new = lot(100, date(2025, 11, 25)), lot(50, date(2026, 9, 21))
    way = burn([new, old], steady().by_each_day(0.0), THROUGH)
    assert way.expired == ((old, eur(60).micros),)
    assert way.days == 9


def test_where_the_last_lot_expires_that_day_is_the_end() -> None:
    way = burn([lot(100, date(2025, 11, 25))], steady().by_each_day(0.0), THROUGH)
    assert (way.days, way.share) == (5, 1.0)
    assert runway_of([lot(100, date(2025, 11, 25))], steady(spread=0.1)) == Runway(*[date(2026, 11, 25)] * 3)


def test_where_nothing_is_spent_the_money_lasts_until_it_expires() -> None:
    idle = SpendCurve(THROUGH, (0,) * 400, (0.0,) * 400)
    assert runway_of([lot(100)], idle) == Runway(*[date(2027, 9, 21)] * 3)


def test_a_curve_that_is_too_short_ends_with_it() -> None:
    assert runway_of([lot(1_000)], steady(days=5, spread=0.1)) == Runway(*[day(5)] * 3)


def test_burning_agrees_with_the_ledger() -> None:
    """The same lots and days through `burn_down` end on the same day."""
    bought = [Purchase("a", date(2025, 11, 25), eur(100), NOW), Purchase("b", date(2026, 9, 21), eur(50), NOW)]
    days = {day(number): eur(10).micros for number in range(1, 20)}
    balances = [burn_down("EUR", bought, days, day(number)).balance for number in range(1, 12)]
    way = burn(burn_down("EUR", bought, {}, THROUGH).lots, steady().by_each_day(0.0), THROUGH)
    assert [max(0, one.micros) for one in balances][: len(way.left)] == list(way.left)


def test_the_tenths_lie_around_the_middle() -> None:
    runway = runway_of([lot(300)], steady(spread=0.2))
    assert runway.p10 < runway.p50 < runway.p90
    assert runway.p50 == day(30)


def test_what_is_sure_is_told_as_it_is() -> None:
    assert runway_of([lot(301)], steady()) == Runway(*[day(31)] * 3)
    assert runway_of([lot(300)], steady()) == Runway(*[day(30)] * 3)
    assert runway_of([lot(309)], steady()) == Runway(*[day(31)] * 3)


def test_in_doubt_a_day_of_a_weekend_is_told_on_which_money_seldom_ends() -> None:
    """On the first days of a week a hundred a day is spent, on the others next to nothing."""
    spent = [eur(100 if number % 7 < 5 else 1).micros for number in range(400)]
    middle = tuple(sum(spent[: number + 1]) for number in range(400))
    curve = SpendCurve(THROUGH, middle, (0.1,) * 400)
    assert runway_of([lot(2_530)], curve).p50 == day(35)  # of the sixth week a little of Monday
    assert runway_of([lot(2_590)], curve).p50 == day(36)
    assert runway_of([lot(2_480)], curve).p50 == day(34)  # of the fifth nearly all of Friday has gone


def test_a_forecast_tells_the_days_what_expires_and_the_course() -> None:
    old = lot(100, date(2025, 11, 25))
    told = forecast_of(known(lot(200), old), prospect(steady(spread=0.1)))
    assert told.runway is not None
    assert (told.seq, told.days, told.usage_through, told.approval_days) == (7, 180, THROUGH, 2)
    assert told.expiring == (Expiring(date(2025, 11, 25), date(2026, 11, 25), eur(60)),)
    assert told.course[-1].high == eur(0)
    assert len(told.course) <= 12
    assert all(point.low <= point.middle <= point.high for point in told.course)
    assert (told.habits, told.is_early, told.with_pending) == (HABITS, False, None)
    assert told.holidays == 1  # 8 December


def test_warnings_count_fees_on_top() -> None:
    plain = forecast_of(known(lot(300)), prospect(steady()))
    assert plain.runway is not None
    assert plain.warn_on == plain.runway.p10
    cautious = forecast_of(known(lot(300), unpaid_fees=eur(20).micros, fees_percent=10), prospect(steady()))
    assert cautious.runway == plain.runway
    assert cautious.warn_on == day(26)  # 280 at 11 a day


def test_what_is_pending_is_shown_apart() -> None:
    told = forecast_of(known(lot(300), pending=eur(100)), prospect(steady()))
    assert told.runway is not None
    assert told.with_pending is not None
    assert (told.runway.p50, told.with_pending.p50) == (day(30), day(40))


def test_with_too_few_days_or_nothing_left_no_day_is_told() -> None:
    early = forecast_of(known(lot(300), days=9), None)
    assert (early.runway, early.is_early, early.days) == (None, True, 9)
    empty = forecast_of(known(lot(0), pending=eur(50)), prospect(steady()))
    assert (empty.runway, empty.is_early) == (None, False)
    assert empty.with_pending is not None
    assert empty.with_pending.p50 == day(5)
    assert Forecast("EUR", 1, THROUGH, 0).is_early


def test_so_far_ahead_is_looked_that_everything_is_spent_or_expired() -> None:
    assert known(lot(1)).horizon == 380
    later = known(lot(1), usage_through=date(2026, 6, 1), pending=eur(1))
    assert later.horizon == (date(2027, 11, 22) - date(2026, 6, 1)).days
    assert known(usage_through=None).horizon == 380


def test_only_usage_counts_as_spent_and_fees_are_told_apart() -> None:
    entries: list[Entry] = [
        Purchase("p", THROUGH, eur(500), NOW),
        UsageChange("u1", THROUGH, Source.GRAPH, (UsageSum("EUR", 100, 8, 3), UsageSum("USD", 5, 0, 0)), NOW),
        UsageChange("u2", THROUGH, Source.GRAPH, (UsageSum("EUR", -40, 0, 0),), NOW),
        Adjustment("a", THROUGH, NOW, eur(90), eur(100), NOW),
        UsageChange("u3", day(-1), Source.GRAPH, (), NOW),
    ]
    found, read = spent_by_currency(entries)
    assert dict(found["EUR"].charges) == {THROUGH: 60}
    assert found["EUR"].fees_percent == 14  # 8 on top of 60, rounded up
    assert found["USD"].fees_percent == 0
    assert read == {THROUGH, day(-1)}
    assert Spent().fees_percent == 0
    assert Spent({THROUGH: 0}, {THROUGH: 5}).fees_percent == 0
