"""When the money runs out: three days with their likelihood, why, and the course until then. Figures for the person
alone. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.domain.alerts import Level
from bot.domain.money import Money
from bot.domain.runway import CoursePoint, Expiring, Forecast, Runway
from bot.domain.spend_curve import Habits
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.balance import state_badge
from cards.elements import Action, Element
from cards.page import facts, line, page, remark, table, title
from cards.teams_elements import ChartColor, ChartLine, LinePoint, LineSeries, height

WALLETS = 3  # in one card: each has a chart
EXPIRING = 3
FALLBACK_ROWS = 6
ENOUGH_DAYS = 14
STEADY_PERCENT = 1  # a month: less is no trend


@dataclass(frozen=True, slots=True)
class RunwayWallet:
    """One currency. `forecast` None: nothing was worked out yet. Its days are those from today on."""

    available: Money
    level: Level
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class RunwayValues:
    """`wallets`, the most important first, are all that is known; `today` is the day of the look."""

    today: date
    wallets: tuple[RunwayWallet, ...]
    may_recharge: bool = True


def runway_card(values: RunwayValues, reader: Reader, buttons: Buttons) -> Card:
    parts: list[Element | None] = []
    for wallet in values.wallets[:WALLETS]:
        parts += _section(wallet, values, reader)
    return page(reader, runway_line(values, reader), *parts, actions=_actions(values, reader, buttons))


def runway_line(values: RunwayValues, reader: Reader) -> str:
    """`The money probably lasts until Dec 1, 2026, for 9 more days.`"""
    if not values.wallets:
        return reader.text("balance.nothing")
    return _line(values.wallets[0], values.today, reader)


def _line(wallet: RunwayWallet, today: date, reader: Reader) -> str:
    forecast = wallet.forecast
    if wallet.level is Level.EMPTY:
        return reader.text("runway.empty")
    if forecast is None:
        return reader.text("runway.not_yet")
    if forecast.runway is None:
        return reader.plural("runway.early", forecast.days, needed=ENOUGH_DAYS)
    day = forecast.runway.p50
    return reader.plural("runway.line", (day - today).days, day=reader.full_day(day))


def _section(wallet: RunwayWallet, values: RunwayValues, reader: Reader) -> list[Element | None]:
    several = len(values.wallets) > 1
    forecast = wallet.forecast
    return [
        title(wallet.available.currency) if several else None,
        line(_line(wallet, values.today, reader)) if several else None,
        state_badge(wallet.level, reader),
        facts([(reader.text("balance.available"), reader.money(wallet.available)), *_days(forecast, reader)]),
        *(_reasons(forecast, reader) if forecast else ()),
        _chart(forecast.course, reader) if forecast else None,
    ]


def _days(forecast: Forecast | None, reader: Reader) -> list[tuple[str, str]]:
    """The three days, and what becomes of them with the money that is under way."""
    if forecast is None:
        return []
    told = forecast.runway
    funded = forecast.with_pending
    return [
        *((reader.text(f"runway.{name}"), reader.full_day(day)) for name, day in _named(told)),
        (reader.text("balance.pending"), reader.money(forecast.pending) if forecast.pending else ""),
        (reader.text("runway.with_pending"), _between(funded, reader) if funded else ""),
    ]


def _named(runway: Runway | None) -> list[tuple[str, date]]:
    return [("p10", runway.p10), ("p50", runway.p50), ("p90", runway.p90)] if runway else []


def _between(runway: Runway, reader: Reader) -> str:
    days = {"day": reader.full_day(runway.p50), "first": reader.full_day(runway.p10)}
    return reader.text("runway.between", **days, last=reader.full_day(runway.p90))


def _reasons(forecast: Forecast, reader: Reader) -> list[Element | None]:
    """Why: what days cost, what is off, what expires."""
    habits = forecast.habits
    if habits is None:
        return []
    through = forecast.usage_through
    known = reader.full_day(through) if through else ""
    return [
        title(reader.text("runway.why")),
        facts([*_habits(habits, forecast.currency, reader), *_off(forecast.holidays, reader)]),
        *(line(_expiring(one, reader)) for one in forecast.expiring[:EXPIRING]),
        remark(reader.plural("runway.from", habits.days, through=known)),
    ]


def _habits(habits: Habits, currency: str, reader: Reader) -> list[tuple[str, str]]:
    return [
        (reader.text("runway.weekday"), reader.money(Money(habits.weekday_micros, currency))),
        (reader.text("runway.weekend"), reader.money(Money(habits.weekend_micros, currency))),
        (reader.text("runway.trend"), _trend(habits.percent_a_month, reader)),
    ]


def _trend(percent: int, reader: Reader) -> str:
    if abs(percent) <= STEADY_PERCENT:
        return reader.text("runway.steady")
    return reader.text("runway.growing" if percent > 0 else "runway.falling", percent=abs(percent))


def _off(holidays: int, reader: Reader) -> list[tuple[str, str]]:
    return [(reader.text("runway.holidays"), reader.number(holidays))] if holidays else []


def _expiring(one: Expiring, reader: Reader) -> str:
    return reader.text(
        "runway.expires",
        amount=one.amount,
        bought=reader.full_day(one.purchased_on),
        day=reader.full_day(one.expires_on),
    )


_LINES: tuple[tuple[str, ChartColor], ...] = (
    ("low", "attention"),
    ("middle", "categoricalBlue"),
    ("high", "good"),
)


def _chart(course: tuple[CoursePoint, ...], reader: Reader) -> ChartLine | None:
    """Three lines, between the outer ones of which it goes in eight cases of ten; a table where charts are not
    drawn. Nothing where there are fewer than two days to join."""
    if len(course) < 2:
        return None
    series = [
        LineSeries(
            legend=reader.text(f"runway.course_{name}"),
            values=[LinePoint(x=point.day.isoformat(), y=height(getattr(point, name))) for point in course],
            color=color,
        )
        for name, color in _LINES
    ]
    head = [reader.text("runway.day"), *(reader.text(f"runway.course_{name}") for name, _ in _LINES)]
    rows = [
        [reader.day(point.day), *(reader.money(getattr(point, name)) for name, _ in _LINES)] for point in _few(course)
    ]
    return ChartLine(
        title=reader.text("runway.course", currency=course[0].middle.currency),
        data=series,
        fallback=table(head, rows, amounts=(1, 2, 3)),
    )


def _few(course: tuple[CoursePoint, ...]) -> tuple[CoursePoint, ...]:
    """As many as a table has room for, the last one among them."""
    step = -(-len(course) // FALLBACK_ROWS)
    return course[::-1][::step][::-1]


def _actions(values: RunwayValues, reader: Reader, buttons: Buttons) -> list[Action]:
    if not values.wallets:
        return [buttons.press(reader.text("button.set_up"), Verb.SETUP_OPEN, style="positive")]
    balance = buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)
    if not values.may_recharge:
        return [balance]
    return [buttons.press(reader.text("button.recharge"), Verb.RECHARGE_OPEN, style="positive"), balance]
