"""What was out of the ordinary, each with its evidence. Figures for the person alone. Pure."""

from dataclasses import dataclass

from bot.domain.anomalies import Anomaly
from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element, InputText
from cards.page import facts, line, page, remark, shortened, title

SHOWN = 8  # in one card
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Seen:
    """`who`: a name, or a department for a reader who may not see names; '' where it is not known or nobody's.
    `place`: the country's name in the reader's language."""

    anomaly: Anomaly
    who: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class AnomaliesValues:
    """`news`: nobody asked for it. `limit`: what one person may spend in a day, where the organization set it."""

    seen: tuple[Seen, ...]
    news: bool = False
    currency: str = "EUR"
    limit: Money | None = None
    may_change: bool = False
    typed: str = ""
    error: str = ""


def anomalies_card(values: AnomaliesValues, reader: Reader, buttons: Buttons) -> Card:
    parts: list[Element | None] = []
    for seen in values.seen[:SHOWN]:
        parts += _section(seen, reader)
    left_out = len(values.seen[SHOWN:])
    return page(
        reader,
        values.error or _line(values, reader),
        *parts,
        remark(reader.plural("anomalies.left_out", left_out)) if left_out else None,
        remark(reader.text("anomalies.once" if values.news else "anomalies.how")),
        *(_limit(values, reader) if _may_change(values) else ()),
        actions=_actions(values, reader, buttons),
    )


def _line(values: AnomaliesValues, reader: Reader) -> str:
    if not values.seen:
        return reader.text("anomalies.none")
    return reader.plural("anomalies.line", len(values.seen))


def _section(seen: Seen, reader: Reader) -> list[Element | None]:
    one = seen.anomaly
    return [
        title(reader.text(f"anomalies.{one.sort.value}", day=one.day)),
        line(_words(seen, reader)),
        facts(_evidence(seen, reader)),
    ]


def _words(seen: Seen, reader: Reader) -> str:
    one = seen.anomaly
    key = f"anomalies.{one.sort.value}_words"
    return reader.plural(key, one.calls, spent=one.spent, place=seen.place, hours=_hours(one.hours))


def _evidence(seen: Seen, reader: Reader) -> list[tuple[str, str]]:
    one = seen.anomaly
    usual = reader.plural("anomalies.usual_words", one.usual_calls, spent=one.usual) if one.usual is not None else ""
    limit = one.limit
    key = "anomalies.limit_own" if one.own else "anomalies.limit_usual"
    return [
        (reader.text("anomalies.usual"), usual),
        (reader.text("anomalies.limit"), reader.text(key, amount=limit) if limit is not None else ""),
        (reader.text("anomalies.who"), shortened(seen.who, LONGEST_NAME)),
    ]


def _hours(hours: tuple[int, ...]) -> str:
    """`02:00–04:00`: from the first hour's begin to the last one's end."""
    return f"{hours[0]:02}:00–{(hours[-1] + 1) % 24:02}:00" if hours else ""


def _may_change(values: AnomaliesValues) -> bool:
    """Not in a message that nobody asked for."""
    return values.may_change and not values.news


def _limit(values: AnomaliesValues, reader: Reader) -> list[Element | None]:
    stands = (
        reader.text("anomalies.limit_none")
        if values.limit is None
        else reader.text("anomalies.limit_set", amount=values.limit)
    )
    field = InputText(
        id="amount",
        label=reader.text("anomalies.amount", currency=values.currency),
        value=values.typed or None,
        is_required=True,
        error_message=reader.text("recharge.amount_missing"),
        max_length=40,
    )
    return [line(stands), field]


def _actions(values: AnomaliesValues, reader: Reader, buttons: Buttons) -> list[Action]:
    usage = buttons.press_only(reader.text("button.usage"), Verb.USAGE_SHOW)
    if values.news:
        return [usage, buttons.press_only(reader.text("button.anomalies"), Verb.ANOMALIES_SHOW)]
    if not _may_change(values):
        return [usage]
    set_ = buttons.press(reader.text("button.person_limit"), Verb.PERSON_LIMIT_SET, style="positive")
    reset = buttons.press_only(reader.text("button.person_limit_reset"), Verb.PERSON_LIMIT_RESET)
    return [set_, *([reset] if values.limit is not None else []), usage]
