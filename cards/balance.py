"""The balance: what is left, as of when, until when, and of which purchases. Figures for the person alone. Pure."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.domain.alerts import Level
from bot.domain.money import Money
from bot.domain.runway import Runway
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.balance_chart import balance_chart
from cards.drift import drift_words
from cards.elements import Action, Color, Element, TextBlock
from cards.page import facts, line, page, remark, table, title
from cards.teams_elements import Badge, BadgeStyle

FEW_DAYS = 14  # with less usage than this, a pace is a first impression
LOTS = 12  # in one card, shared by its wallets: each row counts against the size of the card
WALLETS = 6


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one purchase. `assumed`: the day of purchase is not known, the earliest expiry is taken."""

    purchased_on: date
    remaining: Money
    expires_on: date
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Wallet:
    """One currency. `overdrawn` is positive where usage went beyond all purchases; `days_of_usage` is how many days
    `per_day` was taken from; `history` is (day, balance at its end), oldest first. `checked`: when it was last held
    against the portal, and what it differed by then (None: that was the opening balance). `expected`: what the admin
    center's auto-recharge should bring, and nobody has confirmed."""

    available: Money
    level: Level
    overdrawn: Money | None = None
    lots: tuple[Lot, ...] = ()
    per_day: Money | None = None
    days_of_usage: int = 0
    days_left: int | None = None
    runway: Runway | None = None
    pending: Money | None = None
    history: tuple[tuple[date, Money], ...] = ()
    checked: tuple[date, Money | None] | None = None
    expected: Money | None = None


@dataclass(frozen=True, slots=True)
class BalanceValues:
    """`usage_through` None: no usage was ever imported. `checked_days_ago` None: never checked with the portal.

    All wallets are in the first line; the first six have a section each.
    """

    as_of: date
    wallets: tuple[Wallet, ...]
    usage_through: date | None = None
    checked_days_ago: int | None = None
    may_recharge: bool = True


def balance_card(values: BalanceValues, reader: Reader, buttons: Buttons) -> Card:
    parts: list[Element | None] = []
    for wallet in values.wallets[:WALLETS]:
        parts += _section(wallet, values, reader)
    return page(reader, balance_line(values, reader), *parts, actions=_actions(values, reader, buttons))


def balance_line(values: BalanceValues, reader: Reader) -> str:
    """`About €212.40 on Nov 20; calls take up to 48 h to show; checked 9 days ago.`"""
    if not values.wallets:
        return reader.text("balance.nothing")
    amount = reader.names([reader.money(wallet.available) for wallet in values.wallets])
    if values.usage_through is None:
        upper = reader.text("balance.no_usage", amount=amount, day=values.as_of)
        return f"{upper} {_checked('checked', values, reader)}"
    return _checked("line", values, reader, amount=amount, day=values.as_of)


def _checked(part: str, values: BalanceValues, reader: Reader, **more: object) -> str:
    days = values.checked_days_ago
    if days is None:
        return reader.text(f"balance.{part}_never", **more)
    if days == 0:
        return reader.text(f"balance.{part}_today", **more)
    return reader.plural(f"balance.{part}", days, n=days, **more)


def _section(wallet: Wallet, values: BalanceValues, reader: Reader) -> list[Element | None]:
    return [
        title(wallet.available.currency) if len(values.wallets) > 1 else None,
        state_badge(wallet.level, reader),
        facts(figures(wallet, values, reader)),
        _few_days(wallet, reader),
        *_lots(wallet, max(2, LOTS // len(values.wallets)), reader),
        balance_chart(wallet.history, reader) if values.usage_through else None,
    ]


BADGES: dict[Level, tuple[BadgeStyle, Color]] = {
    Level.OK: ("Good", "Good"),
    Level.LOW: ("Warning", "Warning"),
    Level.CRITICAL: ("Attention", "Attention"),
    Level.EMPTY: ("Attention", "Attention"),
    Level.UNKNOWN: ("Informative", "Default"),
}


@lru_cache(maxsize=64)
def state_badge(level: Level, reader: Reader) -> Badge:
    """The state word, which Teams colors and others write."""
    word = reader.text(f"state.{level.value}")
    style, color = BADGES[level]
    return Badge(text=word, style=style, fallback=TextBlock(text=word, color=color, weight="Bolder"))


def figures(wallet: Wallet, values: BalanceValues, reader: Reader) -> list[tuple[str, str]]:
    """Title and value of each fact; a value that is empty is left out."""
    through = values.usage_through
    return [
        (reader.text("balance.available"), reader.money(wallet.available)),
        (reader.text("balance.overdrawn"), reader.money(wallet.overdrawn) if wallet.overdrawn else ""),
        (reader.text("balance.pending"), reader.money(wallet.pending) if wallet.pending else ""),
        (reader.text("balance.expected"), _expected(wallet, reader)),
        (reader.text("balance.per_day"), reader.money(wallet.per_day) if wallet.per_day is not None else ""),
        (reader.text("balance.lasts"), _lasts(wallet, reader)),
        (reader.text("balance.likely"), likely(wallet.runway, reader)),
        (reader.text("balance.usage_through"), reader.full_day(through) if through else reader.text("balance.none")),
        (reader.text("balance.last_check"), _check(wallet, reader)),
    ]


def _expected(wallet: Wallet, reader: Reader) -> str:
    return reader.text("balance.expected_words", amount=wallet.expected) if wallet.expected else ""


def _check(wallet: Wallet, reader: Reader) -> str:
    if wallet.checked is None:
        return ""
    day, drift = wallet.checked
    if drift is None:
        return reader.full_day(day)
    return reader.text("balance.last_check_drift", day=reader.full_day(day), drift=drift_words(drift, reader))


def _lasts(wallet: Wallet, reader: Reader) -> str:
    """Where it is used up already there is no day on which it will be."""
    if wallet.level is Level.EMPTY or wallet.days_left is None or wallet.runway is None:
        return ""
    return reader.plural("balance.days_left", wallet.days_left, day=reader.full_day(wallet.runway.p50))


def likely(runway: Runway | None, reader: Reader) -> str:
    """Nothing where all days are the same one."""
    if runway is None or runway.p10 == runway.p90:
        return ""
    return reader.text("balance.range", first=reader.full_day(runway.p10), last=reader.full_day(runway.p90))


def _few_days(wallet: Wallet, reader: Reader) -> Element | None:
    if wallet.per_day is None or wallet.days_of_usage >= FEW_DAYS:
        return None
    return remark(reader.plural("balance.few_days", wallet.days_of_usage))


def _lots(wallet: Wallet, most: int, reader: Reader) -> list[Element | None]:
    if not wallet.lots:
        return [line(reader.text("balance.no_lots"))]
    head = [reader.text(f"balance.lot_{column}") for column in ("bought", "left", "expires")]
    rows = [
        [reader.full_day(lot.purchased_on), reader.money(lot.remaining), reader.full_day(lot.expires_on)]
        for lot in wallet.lots[:most]
    ]
    left_out = len(wallet.lots) - len(rows)
    return [
        table(head, rows, amounts=(1,)),
        remark(reader.plural("balance.more_lots", left_out)) if left_out else None,
        remark(reader.text("balance.assumed")) if any(lot.assumed for lot in wallet.lots) else None,
    ]


def _actions(values: BalanceValues, reader: Reader, buttons: Buttons) -> list[Action]:
    if not values.wallets:
        return [buttons.press(reader.text("button.set_up"), Verb.SETUP_OPEN, style="positive")]
    looks = [
        buttons.press(reader.text("button.usage"), Verb.USAGE_SHOW),
        buttons.press(reader.text("button.explain"), Verb.EXPLAIN_SHOW),
    ]
    if not values.may_recharge:
        return [*looks]
    return [buttons.press(reader.text("button.recharge"), Verb.RECHARGE_OPEN, style="positive"), *looks]
