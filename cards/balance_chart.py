"""The course of a balance as a line, and in words for whoever sees no chart. Pure."""

from datetime import date
from functools import lru_cache

from bot.domain.money import Money
from bot.ports.reader import Reader
from cards.page import remark
from cards.teams_elements import ChartLine, LinePoint, LineSeries, height

MOST_POINTS = 30  # more are not seen on a phone, and each counts against the size of the card


@lru_cache(maxsize=256)
def balance_chart(history: tuple[tuple[date, Money], ...], reader: Reader) -> ChartLine | None:
    """None where there are fewer than two days to join. `history` is oldest first; the last day is always drawn."""
    if len(history) < 2:
        return None
    (first_day, first), (last_day, last) = history[0], history[-1]
    words = reader.text("balance.course", first=first, first_day=first_day, last=last, last_day=last_day)
    step = -(-len(history) // MOST_POINTS)
    points = [LinePoint(x=day.isoformat(), y=height(money)) for day, money in history[::-1][::step][::-1]]
    name, currency = reader.text("balance.chart"), last.currency
    series = LineSeries(legend=f"{name} ({currency})", values=points, color="categoricalBlue")
    return ChartLine(title=name, show_title=True, y_axis_title=currency, data=[series], fallback=remark(words))
