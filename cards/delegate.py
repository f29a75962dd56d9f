"""Who decides in somebody's place, until when, and a form for it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.domain.delegation import LONGEST, Delegation
from bot.domain.people import Person
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element, InputDate, InputText
from cards.page import line, page, remark, shortened
from cards.people import people_search, which_person

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class DelegateValues:
    """`own`: the reader's, which holds now; `to_them`: those by which the reader decides for others. `may`: they have
    something to hand on. `asks`: the card asks to whom. `chosen`, `candidates`, `typed` and `until` are what is known
    of that already; `error` is in the reader's language. `form` tells one filled-in form from the next."""

    today: date
    own: Delegation | None = None
    to_them: tuple[Delegation, ...] = ()
    may: bool = True
    asks: bool = True
    chosen: Person | None = None
    candidates: tuple[Person, ...] = ()
    typed: str = ""
    until: date | None = None
    error: str = ""
    form: str = ""


def delegate_card(values: DelegateValues, reader: Reader, buttons: Buttons) -> Card:
    first, stands = _first(values, reader), _stands(values, reader)
    asks = values.may and values.asks
    return page(
        reader,
        first,
        line(stands) if first != stands and (values.own or values.error) else None,
        *(line(_to_them(one, reader)) for one in values.to_them),
        *(_form(values, reader) if asks else ()),
        remark(reader.text("delegate.one_hop")) if asks else None,
        actions=_actions(values, reader, buttons),
    )


def handed_on_card(delegation: Delegation, reader: Reader, buttons: Buttons) -> Card:
    """What whoever decides for a colleague from now on is told."""
    name = delegation.delegator_name
    return page(
        reader,
        reader.text("delegate.told", name=name, moment=until_when(delegation.ends_at, reader)),
        line(reader.text("delegate.told_how", name=name)),
        remark(reader.text("delegate.told_hop")),
        actions=[buttons.press(reader.text("button.requests"), Verb.REQUESTS_SHOW)],
    )


def until_when(ends_at: datetime, reader: Reader) -> str:
    """`the end of Nov 27, 2026`: midnight reads as a day too late."""
    ends = ends_at.astimezone(reader.zone)
    if ends.time() != time():
        return reader.text("delegate.moment", moment=ends_at)
    return reader.text("delegate.end_of_day", day=reader.full_day(ends.date() - timedelta(days=1)))


def _first(values: DelegateValues, reader: Reader) -> str:
    if values.error:
        return values.error
    if values.candidates:
        return reader.text("delegate.which", name=shortened(values.typed, LONGEST_NAME))
    if values.chosen is not None and values.until is not None:
        return reader.text("delegate.proposed", name=values.chosen.name, day=reader.full_day(values.until))
    if values.chosen is not None:
        return reader.text("delegate.how_long", name=values.chosen.name)
    return _stands(values, reader)


def _stands(values: DelegateValues, reader: Reader) -> str:
    if values.own is not None:
        return reader.text(
            "delegate.stands", name=values.own.delegate_name, moment=until_when(values.own.ends_at, reader)
        )
    return reader.text("delegate.nobody" if values.may else "delegate.nothing")


def _to_them(one: Delegation, reader: Reader) -> str:
    return reader.text("delegate.for", name=one.delegator_name, moment=until_when(one.ends_at, reader))


def _form(values: DelegateValues, reader: Reader) -> list[Element]:
    """What is known already is not asked again."""
    if values.chosen is not None:
        return [] if values.until else [_until(values, reader)]
    if values.candidates:
        who = which_person(values.candidates, reader.text("delegate.people"), reader, required=True)
        return [who, _until(values, reader)]
    picker = people_search(reader.text("delegate.people"))
    typed = InputText(id="typed", label=reader.text("delegate.typed"), value=values.typed or None, max_length=200)
    return [picker, typed, _until(values, reader)]


def _until(values: DelegateValues, reader: Reader) -> InputDate:
    return InputDate(
        id="until",
        label=reader.text("delegate.until"),
        value=values.until.isoformat() if values.until else None,
        min=values.today.isoformat(),
        max=(values.today + LONGEST).isoformat(),
        is_required=True,
        error_message=reader.text("delegate.until_missing"),
    )


def _actions(values: DelegateValues, reader: Reader, buttons: Buttons) -> list[Action]:
    offered: list[Action] = [_start(values, reader, buttons)] if values.may and values.asks else []
    if values.own is not None:
        since = {"since": values.own.starts_at.isoformat()}
        offered.append(buttons.press_only(reader.text("button.delegate_end"), Verb.DELEGATE_END, args=since))
    return offered or [buttons.press(reader.text("button.help"), Verb.HELP_SHOW)]


def _start(values: DelegateValues, reader: Reader, buttons: Buttons) -> Action:
    """What the card does not ask rides along."""
    args: dict[str, str] = {"form": values.form} if values.form else {}
    if values.chosen:
        args["who"] = values.chosen.id
    if values.chosen and values.until:
        args["until"] = values.until.isoformat()
    return buttons.press(reader.text("button.delegate_start"), Verb.DELEGATE_START, args=args, style="positive")
