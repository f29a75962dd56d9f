"""Who decides in somebody's place, until when, and a form for it. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.domain.delegation import LONGEST, Delegation
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, DataQuery, Element, InputChoiceSet, InputDate, InputText
from cards.page import line, page, remark

PEOPLE = "graph.microsoft.com/users"


@dataclass(frozen=True, slots=True)
class DelegateValues:
    """`own`: the reader's, which holds now; `to_them`: those by which the reader decides for others. `may`: they have
    something to hand on. `error` is in the reader's language."""

    today: date
    own: Delegation | None = None
    to_them: tuple[Delegation, ...] = ()
    may: bool = True
    error: str = ""


def delegate_card(values: DelegateValues, reader: Reader, buttons: Buttons) -> Card:
    stands = _line(values, reader)
    return page(
        reader,
        values.error or stands,
        line(stands) if values.error else None,
        *(line(_to_them(one, reader)) for one in values.to_them),
        *(_form(values, reader) if values.may else ()),
        remark(reader.text("delegate.one_hop")) if values.may else None,
        actions=_actions(values, reader, buttons),
    )


def _line(values: DelegateValues, reader: Reader) -> str:
    if values.own is not None:
        return reader.text("delegate.stands", name=values.own.delegate_name, moment=values.own.ends_at)
    return reader.text("delegate.nobody" if values.may else "delegate.nothing")


def _to_them(one: Delegation, reader: Reader) -> str:
    return reader.text("delegate.for", name=one.delegator_name, moment=one.ends_at)


def _form(values: DelegateValues, reader: Reader) -> list[Element]:
    last = values.today + LONGEST
    return [
        InputChoiceSet(
            id="people", label=reader.text("delegate.people"), choices=[], choices_data=DataQuery(dataset=PEOPLE)
        ),
        InputText(id="typed", label=reader.text("delegate.typed"), max_length=200),
        InputDate(
            id="until",
            label=reader.text("delegate.until"),
            min=values.today.isoformat(),
            max=last.isoformat(),
            is_required=True,
            error_message=reader.text("delegate.until_missing"),
        ),
    ]


def _actions(values: DelegateValues, reader: Reader, buttons: Buttons) -> list[Action]:
    end = buttons.press_only(reader.text("button.delegate_end"), Verb.DELEGATE_END)
    start = buttons.press(reader.text("button.delegate_start"), Verb.DELEGATE_START, style="positive")
    offered: list[Action] = [start] if values.may else []
    if values.own is not None:
        offered.append(end)
    return offered or [buttons.press(reader.text("button.help"), Verb.HELP_SHOW)]
