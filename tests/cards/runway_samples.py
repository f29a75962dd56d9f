"""The runway card in each of its states."""

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from bot.domain.alerts import Level
from bot.domain.money import Money
from bot.domain.runway import CoursePoint, Expiring, Forecast, Runway
from bot.domain.spend_curve import Habits
from cards.runway import RunwayValues, RunwayWallet, runway_card
from tests.cards.samples import DAY, Draw, eur

COURSE = tuple(
    CoursePoint(
        DAY + timedelta(days=4 * n), eur(f"{max(0, 200 - 22 * n)}"), eur(f"{200 - 18 * n}"), eur(f"{220 - 18 * n}")
    )
    for n in range(12)
)
HABITS = Habits(180, 28_400_000, 3_530_000, 0, "ES")
FORECAST = Forecast(
    currency="EUR",
    seq=9,
    made_on=DAY,
    days=180,
    usage_through=date(2026, 11, 18),
    runway=Runway(date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 3)),
    warn_on=date(2026, 11, 30),
    course=COURSE,
    habits=HABITS,
    approval_days=2,
)


def runways() -> dict[str, Draw]:
    low = RunwayWallet(eur("212.40"), Level.LOW, FORECAST)
    pending = replace(
        FORECAST,
        pending=eur("500"),
        with_pending=Runway(date(2026, 12, 18), date(2026, 12, 23), date(2027, 1, 4)),
        expiring=(Expiring(date(2025, 11, 28), date(2026, 11, 28), eur("40")),) * 4,
        holidays=3,
        habits=replace(HABITS, percent_a_month=6),
    )
    early = Forecast("EUR", 9, DAY, 6, date(2026, 11, 18))
    dollars = RunwayWallet(Money.of("30", "USD"), Level.OK, replace(early, currency="USD", days=1))
    values = {
        "low": RunwayValues(DAY, (low,)),
        "with a recharge under way": RunwayValues(DAY, (replace(low, forecast=pending),)),
        "falling": RunwayValues(
            DAY, (replace(low, forecast=replace(FORECAST, habits=replace(HABITS, percent_a_month=-4))),)
        ),
        "one day more": RunwayValues(
            DAY,
            (replace(low, level=Level.CRITICAL, forecast=replace(FORECAST, runway=_tomorrow(), course=COURSE[:1])),),
        ),
        "too early": RunwayValues(DAY, (replace(low, forecast=early),)),
        "not worked out": RunwayValues(DAY, (replace(low, forecast=None),)),
        "used up": RunwayValues(
            DAY, (RunwayWallet(eur("0"), Level.EMPTY, replace(pending, runway=None, course=(), expiring=())),)
        ),
        "nothing known": RunwayValues(DAY, ()),
        "two currencies, for a reader": RunwayValues(DAY, (low, dollars), may_recharge=False),
        "usage not known": RunwayValues(DAY, (replace(low, forecast=replace(FORECAST, usage_through=None)),)),
    }
    return {name: partial(runway_card, one) for name, one in values.items()}


def _tomorrow() -> Runway:
    return Runway(DAY, DAY + timedelta(days=1), DAY + timedelta(days=1))
