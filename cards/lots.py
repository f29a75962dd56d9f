"""The lots of a wallet: all that came in and what became of it, and what expires next. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.advice import Forfeit
from bot.domain.ledger import Lot
from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.elements import Action, Element
from cards.page import Cell, line, page, remark, table, title
from cards.teams_elements import Bar, ChartHorizontalBar, height

SHOWN = 12  # lots in one card, shared by its wallets: each row counts against the size of the card
WALLETS = 6


@dataclass(frozen=True, slots=True)
class WalletLots:
    """One currency's, in the order in which they pay. `forfeits`: what will be left of them at the present pace when
    they expire; None where no pace can be told."""

    currency: str
    lots: tuple[Lot, ...]
    forfeits: tuple[Forfeit, ...] | None = None


Section = Callable[[WalletLots, int, Reader], list[Element | None]]


@dataclass(frozen=True, slots=True)
class LotsValues:
    """`as_of`: the day up to which calls are known."""

    as_of: date
    wallets: tuple[WalletLots, ...]


def lots_card(values: LotsValues, reader: Reader, buttons: Buttons) -> Card:
    """Newest first."""
    left = [_left(wallet) for wallet in values.wallets]
    if values.wallets:
        lots = sum(len(wallet.lots) for wallet in values.wallets)
        first = reader.plural("lots.line", lots, amount=[reader.money(money) for money in left], day=values.as_of)
    else:
        first = reader.text("lots.none")
    return page(reader, first, *_sections(values, _all, reader), actions=_actions(values, reader, buttons))


def expiring_card(values: LotsValues, reader: Reader, buttons: Buttons) -> Card:
    """Soonest first."""
    ending = [lot for wallet in values.wallets for lot in wallet.lots if lot.remaining]
    if ending:
        soonest = min(ending, key=lambda lot: lot.expires_on)
        first = reader.text("lots.expiring", amount=soonest.remaining, day=reader.full_day(soonest.expires_on))
    else:
        first = reader.text("lots.nothing_expires")
    return page(reader, first, *_sections(values, _ending, reader), actions=_actions(values, reader, buttons))


def _left(wallet: WalletLots) -> Money:
    return sum((lot.remaining for lot in wallet.lots), Money.zero(wallet.currency))


def _sections(values: LotsValues, section: Section, reader: Reader) -> list[Element | None]:
    most = max(2, SHOWN // max(1, len(values.wallets)))
    parts: list[Element | None] = []
    for wallet in values.wallets[:WALLETS]:
        parts.append(title(wallet.currency) if len(values.wallets) > 1 else None)
        parts += section(wallet, most, reader)
    return parts


def _all(wallet: WalletLots, most: int, reader: Reader) -> list[Element | None]:
    lots = wallet.lots[::-1]
    rows: list[list[Cell]] = [
        [
            reader.full_day(lot.purchased_on),
            (reader.money(lot.amount), reader.text("lots.left", amount=lot.remaining) if lot.remaining else ""),
            _end(lot, reader),
        ]
        for lot in lots[:most]
    ]
    head = [reader.text(f"lots.{column}") for column in ("bought", "amount", "end")]
    return _table(head, rows, lots, most, reader)


def _end(lot: Lot, reader: Reader) -> str:
    """What became of it, or until when it pays."""
    if lot.forfeited:
        return reader.text("lots.forfeited", amount=lot.forfeited, day=reader.full_day(lot.expires_on))
    if not lot.remaining:
        return reader.text("lots.used_up")
    return reader.text("lots.until", day=reader.full_day(lot.expires_on))


def _ending(wallet: WalletLots, most: int, reader: Reader) -> list[Element | None]:
    lots = sorted((lot for lot in wallet.lots if lot.remaining), key=lambda lot: lot.expires_on)
    rows: list[list[Cell]] = [
        [reader.full_day(lot.expires_on), reader.money(lot.remaining), _lost(lot, wallet, reader)]
        for lot in lots[:most]
    ]
    head = [reader.text(f"lots.{column}") for column in ("expires", "left_now", "lost")]
    told = _table(head, rows, lots, most, reader)
    return (
        [*told, remark(reader.text("lots.pace" if wallet.forfeits is not None else "lots.no_pace"))] if rows else []
    )


def _lost(lot: Lot, wallet: WalletLots, reader: Reader) -> str:
    if wallet.forfeits is None:
        return reader.text("lots.unknown")
    lost = [one.amount for one in wallet.forfeits if one.purchased_on == lot.purchased_on]
    return reader.money(sum(lost, Money.zero(wallet.currency)))


def _table(
    head: Sequence[str], rows: list[list[Cell]], lots: Sequence[Lot], most: int, reader: Reader
) -> list[Element | None]:
    left_out = len(lots) - len(rows)
    return [
        table(head, rows, amounts=(1,)) if rows else line(reader.text("balance.no_lots")),
        remark(reader.plural("balance.more_lots", left_out)) if left_out else None,
        remark(reader.text("balance.assumed")) if any(lot.assumed and lot.remaining for lot in lots) else None,
        _chart(lots[:most], reader),
    ]


def _chart(lots: Sequence[Lot], reader: Reader) -> ChartHorizontalBar | None:
    """What is left of each."""
    if not lots:
        return None
    bars = [Bar(x=reader.full_day(lot.purchased_on), y=height(lot.remaining)) for lot in lots]
    most = max(lots, key=lambda lot: lot.remaining.micros)
    words = reader.text("lots.most", day=reader.full_day(most.purchased_on), amount=most.remaining)
    return ChartHorizontalBar(title=reader.text("lots.chart"), data=bars, fallback=remark(words))


def _actions(values: LotsValues, reader: Reader, buttons: Buttons) -> list[Action]:
    balance = buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)
    advice = buttons.press(reader.text("button.advice"), Verb.ADVICE_SHOW)
    if not values.wallets:
        return [buttons.press(reader.text("button.set_up"), Verb.SETUP_OPEN)]
    return [balance, advice]
