"""The balance has become low: one message to each person in charge, and what to do about it. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.domain.alerts import Level
from bot.domain.money import Money
from bot.domain.runway import Runway
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.balance import likely, state_badge
from cards.page import facts, page, remark


@dataclass(frozen=True, slots=True)
class LowBalanceValues:
    """`level` is low, critical or empty. `days_left` until P50. `may_recharge` False: the account cannot buy, or the
    reader may not propose."""

    level: Level
    available: Money
    as_of: date
    threshold: Money | None = None
    days_left: int | None = None
    runway: Runway | None = None
    may_recharge: bool = True


def low_balance_card(values: LowBalanceValues, reader: Reader, buttons: Buttons) -> Card:
    balance = buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)
    recharge = buttons.press(reader.text("button.recharge"), Verb.RECHARGE_OPEN, style="positive")
    return page(
        reader,
        _line(values, reader),
        state_badge(values.level, reader),
        facts(_figures(values, reader)),
        remark(reader.text("low_balance.once_more" if values.level is Level.LOW else "low_balance.once")),
        actions=[recharge, balance] if values.may_recharge else [balance],
    )


def _line(values: LowBalanceValues, reader: Reader) -> str:
    if values.level is Level.EMPTY:
        return reader.text("low_balance.empty", day=values.as_of)
    level = values.level.value
    if values.days_left is None:
        return reader.text(f"low_balance.{level}", amount=values.available, day=values.as_of)
    return reader.plural(f"low_balance.{level}_days", values.days_left, amount=values.available)


def _figures(values: LowBalanceValues, reader: Reader) -> list[tuple[str, str]]:
    """Where it is empty already there is no day on which it will be."""
    runway = values.runway if values.level is not Level.EMPTY else None
    threshold = values.threshold
    return [
        (reader.text("balance.available"), reader.money(values.available)),
        (reader.text("low_balance.as_of"), reader.full_day(values.as_of)),
        (reader.text("low_balance.threshold"), reader.money(threshold) if threshold else ""),
        (reader.text("request.runs_out_on"), reader.full_day(runway.p50) if runway else ""),
        (reader.text("balance.likely"), likely(runway, reader)),
    ]
