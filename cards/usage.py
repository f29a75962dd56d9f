"""What was spent, by month, country, department or kind of call; by person for those alone who may see that. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.usage import KNOWN_CALL_TYPES
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Element, Execute
from cards.page import Cell, facts, page, remark, shortened, table, title
from cards.teams_elements import Bar, ChartBar, ChartHorizontalBar, ChartVerticalBar, height

SHOWN = 12  # groups in one card, shared by its currencies: each row counts against the size of the card
CURRENCIES = 6
BARS = 8
LONGEST_NAME = 60  # characters


class By(StrEnum):
    MONTH = "month"
    COUNTRY = "country"
    DEPARTMENT = "department"
    TYPE = "type"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class UsageGroup:
    """`name`: a month in words, a country or department as told ('' unknown), or a call type (`conf_out`)."""

    name: str
    spent: Money
    calls: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class UsageValues:
    """`groups` may hold several currencies and are shown in the order given; months come newest first. `totals` are
    paid from the wallet, `outside` by other licences. `usage_through` None: nothing was ever imported.
    `unknown_rows`: calls of a type that Saldo does not know, which are in the sums. `period` is the code that was
    asked for, kept by the buttons. `may_see_people`: the reader has the right to see who spent; the others see
    departments, and `withheld` says that they had asked for people."""

    first: date
    last: date
    by: By
    groups: tuple[UsageGroup, ...] = ()
    totals: tuple[Money, ...] = ()
    outside: tuple[Money, ...] = ()
    usage_through: date | None = None
    unknown_rows: int = 0
    has_conferences: bool = False
    period: str = ""
    may_see_people: bool = False
    withheld: bool = False


def usage_card(values: UsageValues, reader: Reader, buttons: Buttons) -> Card:
    currencies = list(dict.fromkeys(group.spent.currency for group in values.groups))[:CURRENCIES]
    most = max(3, SHOWN // max(1, len(currencies)))
    sections = [
        part
        for currency in currencies
        for part in (
            title(currency) if len(currencies) > 1 else None,
            *_section(
                [group for group in values.groups if group.spent.currency == currency], most, values.by, reader
            ),
        )
    ]
    return page(
        reader,
        usage_line(values, reader),
        remark(reader.text("usage.withheld")) if values.withheld and values.groups else None,
        *sections,
        facts(_rest(values, reader)),
        remark(reader.text("usage.utc")) if values.totals else None,
        remark(reader.text("usage.organizer")) if values.has_conferences else None,
        remark(reader.plural("usage.unknown_rows", values.unknown_rows)) if values.unknown_rows else None,
        actions=_actions(values, reader, buttons),
    )


def usage_line(values: UsageValues, reader: Reader) -> str:
    """`€120.00 spent from Nov 1 to Nov 20.`"""
    if values.usage_through is None:
        return reader.text("usage.never")
    if values.first > values.usage_through:
        return reader.text("usage.not_read", through=values.usage_through)
    key = "usage.line" if values.totals else "usage.nothing"
    if values.first == values.last:
        return reader.text(f"{key}_day", amount=list(values.totals), day=values.first)
    this_year = values.first.year == values.usage_through.year
    first, last = (day if this_year else reader.full_day(day) for day in (values.first, values.last))
    return reader.text(key, amount=list(values.totals), first=first, last=last)


def _section(groups: Sequence[UsageGroup], most: int, by: By, reader: Reader) -> list[Element | None]:
    shown, left_out = groups[:most], len(groups[most:])
    head = [reader.text(f"usage.{column}") for column in (by.value, "spent")]
    rows: list[list[Cell]] = [
        [(_name(group, by, reader), _calls(group, reader)), reader.money(group.spent)] for group in shown
    ]
    return [
        table(head, rows, amounts=(1,), widths=(5, 3)),
        remark(reader.plural("usage.left_out", left_out)) if left_out else None,
        _chart(shown[:BARS], by, reader),
    ]


def _name(group: UsageGroup, by: By, reader: Reader) -> str:
    if not group.name:
        return reader.text("usage.unknown")
    if by is By.TYPE and group.name in KNOWN_CALL_TYPES:
        return reader.text(f"call_type.{group.name}")
    return shortened(group.name, LONGEST_NAME)


def _calls(group: UsageGroup, reader: Reader) -> str:
    """`3 calls · 2 min`, each minute begun: columns of their own leave a phone no room for the name."""
    return reader.plural("usage.calls", group.calls, minutes=reader.number(-(-group.seconds // 60)))


def _chart(groups: Sequence[UsageGroup], by: By, reader: Reader) -> ChartBar | None:
    """Nothing to compare with one bar. In words: who spent most."""
    if len(groups) < 2:
        return None
    drawn = groups[::-1] if by is By.MONTH else groups  # time runs to the right
    bars = [Bar(x=_name(group, by, reader), y=height(group.spent)) for group in drawn]
    most = max(groups, key=lambda group: group.spent.micros)
    words = reader.text("usage.most", name=_name(most, by, reader), amount=most.spent)
    chart = ChartVerticalBar if by is By.MONTH else ChartHorizontalBar
    return chart(title=reader.text(f"usage.by_{by.value}"), data=bars, fallback=remark(words))


def _rest(values: UsageValues, reader: Reader) -> list[tuple[str, str]]:
    through = values.usage_through
    outside = reader.names([reader.money(money) for money in values.outside]) if values.outside else ""
    return [
        (reader.text("usage.outside"), outside),
        (reader.text("balance.usage_through"), reader.full_day(through) if through else ""),
    ]


def _actions(values: UsageValues, reader: Reader, buttons: Buttons) -> list[Execute]:
    if values.usage_through is None:
        return [buttons.press(reader.text("button.set_up"), Verb.SETUP_OPEN, args={"step": "usage"})]
    return [
        buttons.press(
            reader.text(f"usage.by_{by.value}"), Verb.USAGE_SHOW, args={"by": by.value, "period": values.period}
        )
        for by in By
        if by is not values.by and (by is not By.PERSON or values.may_see_people)
    ]
