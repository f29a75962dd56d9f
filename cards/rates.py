"""What calls really cost by the minute: to one country, or to all that were called. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, OpenUrl, Table
from cards.page import Cell, facts, page, remark, shortened, table
from cards.teams_elements import Bar, ChartBar, ChartHorizontalBar, ChartVerticalBar

PRICE_LIST = "https://go.microsoft.com/fwlink/p/?LinkId=799523"  # Microsoft: "see the rates here"
SHOWN = 10
BARS = 8
LONGEST_NAME = 60  # characters


@dataclass(frozen=True, slots=True)
class RateLine:
    """`name`: a destination, a country or a month, in words."""

    name: str
    per_minute: Money
    calls: int
    seconds: int


@dataclass(frozen=True, slots=True)
class RatesValues:
    """`place` '': of all countries, dearest first in `lines`. Else `per_minute` is what it cost on average (None:
    nobody called there), `lines` are destinations as they were told, `months` the same by month. `unknown`: what was
    asked for and is no country. `connection`: fees that were told beside the charges."""

    first: date
    last: date
    place: str = ""
    per_minute: Money | None = None
    connection: Money | None = None
    lines: tuple[RateLine, ...] = ()
    months: tuple[RateLine, ...] = ()
    unknown: str = ""


def rates_card(values: RatesValues, reader: Reader, buttons: Buttons) -> Card:
    left_out = len(values.lines) - SHOWN
    return page(
        reader,
        rates_line(values, reader),
        _table(values, reader),
        remark(reader.plural("usage.left_out", left_out)) if left_out > 0 else None,
        _chart(values, reader),
        facts([(reader.text("rates.connection"), reader.money(values.connection) if values.connection else "")]),
        remark(reader.text("rates.average")) if values.lines else None,
        actions=_actions(reader, buttons),
    )


def rates_line(values: RatesValues, reader: Reader) -> str:
    """`Calls to Mexico have cost €0.041 a minute on average.`"""
    if values.unknown:
        return reader.text("rates.unknown", text=shortened(values.unknown, LONGEST_NAME))
    if not values.place:
        return reader.text("rates.all" if values.lines else "rates.nothing")
    if values.per_minute is None:
        return reader.text("rates.never", place=values.place)
    return reader.text("rates.line", place=values.place, amount=values.per_minute)


def price_list(reader: Reader) -> OpenUrl:
    return OpenUrl(title=reader.text("button.price_list"), url=PRICE_LIST)


def _table(values: RatesValues, reader: Reader) -> Table | None:
    if not values.lines:
        return None
    head = [reader.text("rates.destination"), reader.text("rates.per_minute")]
    rows: list[list[Cell]] = [
        [(shortened(one.name, LONGEST_NAME), _calls(one, reader)), reader.money(one.per_minute)]
        for one in values.lines[:SHOWN]
    ]
    return table(head, rows, amounts=(1,), widths=(5, 3))


def _calls(one: RateLine, reader: Reader) -> str:
    return reader.plural("usage.calls", one.calls, minutes=reader.number(-(-one.seconds // 60)))


def _chart(values: RatesValues, reader: Reader) -> ChartBar | None:
    """By month for one country, else by country. Nothing to compare with one bar."""
    bars: Sequence[RateLine] = values.months or values.lines[:BARS]
    if len(bars) < 2:
        return None
    dearest = max(bars, key=lambda one: one.per_minute.micros)
    words = reader.text("rates.dearest", name=dearest.name, amount=dearest.per_minute)
    chart = ChartVerticalBar if values.months else ChartHorizontalBar
    data = [Bar(x=shortened(one.name, LONGEST_NAME), y=_place(one.per_minute)) for one in bars]
    return chart(title=reader.text("rates.per_minute"), data=data, fallback=remark(words))


def _place(money: Money) -> float:
    """Where a rate lies on the chart's axis: in hundredths of a cent, and never counted with."""
    return round(money.micros / 100) / 10_000


def _actions(reader: Reader, buttons: Buttons) -> list[Action]:
    return [price_list(reader), buttons.press(reader.text("button.usage"), Verb.USAGE_SHOW)]
