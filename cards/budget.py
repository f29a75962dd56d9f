"""The monthly budget of a post-paid organization: spent, left, until when; a field for another one. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.alerts import Level
from bot.domain.budget import Month
from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.balance import state_badge
from cards.elements import Action, Element, InputText
from cards.page import facts, line, page, remark, table
from cards.teams_elements import ChartLine, LinePoint, LineSeries, height

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class BudgetValues:
    """`request_id` is fresh: asking for a higher budget creates that request. `month` None: no budget was set yet.
    `remaining`: credits that are left from before, and are spent first. `may_change`: may set the first budget and
    lower ones; `may_raise`: may ask for a higher one. `typed` and `error`: what was typed last, and what was wrong
    with it, in the reader's language."""

    currency: str
    request_id: str = ""
    month: Month | None = None
    level: Level = Level.UNKNOWN
    remaining: Money | None = None
    may_change: bool = False
    may_raise: bool = False
    typed: str = ""
    error: str = ""


def budget_card(values: BudgetValues, reader: Reader, buttons: Buttons) -> Card:
    stands = budget_line(values.month, reader)
    return page(
        reader,
        values.error or stands,
        line(stands) if values.error else None,
        *_standing(values, reader),
        _amount(values, reader) if values.may_change or values.may_raise else None,
        remark(reader.text("budget.raise")) if values.month else None,
        actions=_actions(values, reader, buttons),
    )


def month_card(values: BudgetValues, reader: Reader, buttons: Buttons) -> Card:
    """Without a form: in the place of a balance, and when little is left."""
    show = buttons.press(reader.text("button.budget"), Verb.BUDGET_SHOW)
    usage = buttons.press(reader.text("button.usage"), Verb.USAGE_SHOW)
    return page(reader, budget_line(values.month, reader), *_standing(values, reader), actions=[show, usage])


def budget_line(month: Month | None, reader: Reader) -> str:
    """`€320.00 of this month's €500.00 is spent; at this pace it lasts until Nov 26.`"""
    if month is None:
        return reader.text("budget.none")
    told = {"spent": month.spent, "budget": month.budget, "month": reader.month(month.first)}
    if month.left.micros <= 0:
        return reader.text("budget.used_up", **told)
    if month.p50 is not None:
        return reader.text("budget.ends", day=month.p50, **told)
    return reader.text("budget.lasts" if month.foretold else "budget.stands", **told)


def _standing(values: BudgetValues, reader: Reader) -> list[Element | None]:
    month = values.month
    if month is None:
        return []
    return [
        state_badge(values.level, reader),
        facts(figures(values, month, reader)),
        _weeks(month.days, reader),
        _chart(month, reader),
        remark(reader.text("budget.utc")),
    ]


def figures(values: BudgetValues, month: Month, reader: Reader) -> list[tuple[str, str]]:
    """Title and value of each fact; a value that is empty is left out."""
    return [
        (reader.text("budget.budget"), reader.money(month.budget)),
        (reader.text("budget.spent"), reader.money(month.spent)),
        (reader.text("budget.left"), reader.money(month.left)),
        (reader.text("budget.expected"), reader.money(month.expected) if month.expected else ""),
        *_runway(month, reader),
        (reader.text("balance.usage_through"), reader.full_day(month.days[-1][0]) if month.days else ""),
        (reader.text("budget.remaining"), reader.money(values.remaining) if values.remaining else ""),
    ]


def _runway(month: Month, reader: Reader) -> list[tuple[str, str]]:
    """The days by which the budget is used up, with their likelihood; a month beyond its budget has none."""
    if not month.foretold or month.left.micros <= 0:
        return []
    days = (("p10", month.p10), ("p50", month.p50), ("p90", month.p90))
    return [
        (reader.text(f"runway.{name}"), reader.full_day(day) if day else reader.text("budget.not_this_month"))
        for name, day in days
    ]


def _weeks(days: Sequence[tuple[date, Money]], reader: Reader) -> Element | None:
    """The chart in figures: a row for every seven days of the month."""
    rows: list[list[str]] = []
    for begin in range(0, len(days), WEEK.days):
        week = days[begin : begin + WEEK.days]
        spent = sum((money for _, money in week), Money.zero(week[0][1].currency))
        rows.append([f"{reader.day(week[0][0])} – {reader.day(week[-1][0])}", reader.money(spent)])
    return table([reader.text("budget.days"), reader.text("budget.spent")], rows, amounts=(1,)) if rows else None


def _chart(month: Month, reader: Reader) -> ChartLine | None:
    if len(month.days) < 2:
        return None
    spent = Money.zero(month.budget.currency)
    points = []
    for day, money in month.days:
        spent += money
        points.append(LinePoint(x=day.isoformat(), y=height(spent)))
    limit = [LinePoint(x=day.isoformat(), y=height(month.budget)) for day, _ in (month.days[0], month.days[-1])]
    series = [
        LineSeries(legend=reader.text("budget.spent"), values=points, color="categoricalBlue"),
        LineSeries(legend=reader.text("budget.budget"), values=limit, color="attention"),
    ]
    words = remark(budget_line(month, reader))
    return ChartLine(title=reader.text("budget.chart"), data=series, fallback=words)


def _amount(values: BudgetValues, reader: Reader) -> Element:
    return InputText(
        id="amount",
        label=reader.text("budget.amount", currency=values.currency),
        value=values.typed or None,
        is_required=True,
        error_message=reader.text("recharge.amount_missing"),
        max_length=40,
    )


def _actions(values: BudgetValues, reader: Reader, buttons: Buttons) -> list[Action]:
    usage = buttons.press_only(reader.text("button.usage"), Verb.USAGE_SHOW)
    if not (values.may_change or values.may_raise):
        return [usage]
    about = (values.request_id, 0)
    return [buttons.press(reader.text("button.budget_set"), Verb.BUDGET_SET, about, style="positive"), usage]
