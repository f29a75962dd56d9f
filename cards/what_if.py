"""What more calls would cost, at what this organization itself has paid, beside what a month costs now. Pure."""

from dataclasses import dataclass

from bot.domain.money import Money
from bot.domain.what_if import WORKING_DAYS, Answer, Every, Wish
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element
from cards.page import facts, page, remark, table
from cards.rates import price_list
from cards.teams_elements import Bar, ChartVerticalBar, height


@dataclass(frozen=True, slots=True)
class WhatIfValues:
    """`wish` None: the sentence did not say who calls where for how long. `place` is its country in words; `answer`
    None: nobody has called there, so there is no rate of one's own (`per_minute`)."""

    wish: Wish | None = None
    place: str = ""
    per_minute: Money | None = None
    answer: Answer | None = None


def what_if_card(values: WhatIfValues, reader: Reader, buttons: Buttons) -> Card:
    answer = values.answer
    told = [] if answer is None or values.wish is None else _told(values, values.wish, answer, reader)
    return page(reader, what_if_line(values, reader), *told, actions=_actions(values, reader, buttons))


def what_if_line(values: WhatIfValues, reader: Reader) -> str:
    """`That would cost about €526.00 a month.`"""
    if values.wish is None:
        return reader.text("what_if.how")
    if values.answer is None:
        return reader.text("what_if.never", place=values.place)
    return reader.text("what_if.line", amount=values.answer.monthly)


def _told(values: WhatIfValues, wish: Wish, answer: Answer, reader: Reader) -> list[Element | None]:
    until, then = answer.runs_out_on, answer.then_on
    return [
        facts(
            [
                (reader.text("what_if.calls"), _wish(wish, values.place, reader)),
                (reader.text("what_if.rate"), reader.money(values.per_minute) if values.per_minute else ""),
                (reader.text(f"what_if.each_{wish.every.value}"), reader.money(answer.each_time)),
                (reader.text("what_if.runs_out"), reader.full_day(until) if until else ""),
                (reader.text("what_if.then"), reader.full_day(then) if then else ""),
            ]
        ),
        *_beside(answer, reader),
        remark(reader.plural("what_if.days", WORKING_DAYS)) if wish.every is Every.DAY else None,
        remark(reader.text("what_if.average", place=values.place)),
    ]


def _wish(wish: Wish, place: str, reader: Reader) -> str:
    people = reader.plural("what_if.people", wish.people)
    minutes = reader.plural(f"what_if.minutes_{wish.every.value}", wish.minutes)
    return reader.text("what_if.wish", people=people, place=place, minutes=minutes)


def _beside(answer: Answer, reader: Reader) -> list[Element | None]:
    """A month now and then, as a table and as bars."""
    if answer.now is None:
        return []
    months = [(reader.text("what_if.now"), answer.now), (reader.text("what_if.with"), answer.now + answer.monthly)]
    head = [reader.text("what_if.month"), reader.text("what_if.spent")]
    bars = [Bar(x=name, y=height(money)) for name, money in months]
    words = reader.text("what_if.chart_words", now=months[0][1], then=months[1][1])
    return [
        table(head, [[name, reader.money(money)] for name, money in months], amounts=(1,)),
        ChartVerticalBar(title=reader.text("what_if.chart"), data=bars, fallback=remark(words)),
    ]


def _actions(values: WhatIfValues, reader: Reader, buttons: Buttons) -> list[Action]:
    if values.wish is None:
        example = reader.text("command.what_if.example")
        return [buttons.press(example, Verb.SAY, args={"text": example})]
    if values.answer is None:
        return [price_list(reader)]
    runway = buttons.press(reader.text("button.runway"), Verb.RUNWAY_SHOW) if values.answer.runs_out_on else None
    advice = buttons.press(reader.text("button.advice"), Verb.ADVICE_SHOW)
    return [*([runway] if runway else []), advice, price_list(reader)]
