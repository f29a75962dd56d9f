"""The balance at the end of a day that has passed, as the books know it now. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.domain.balance import Balance
from bot.domain.ledger import Adjustment, Lot
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.balance_chart import balance_chart
from cards.drift import drift_words
from cards.elements import Element
from cards.page import facts, line, page, remark, table, title

SHOWN = 12  # lots in one card, shared by its wallets: each row counts against the size of the card
WALLETS = 6


@dataclass(frozen=True, slots=True)
class BalanceOnValues:
    """`wallets`: the known balances of each currency at the end of `day` (UTC)."""

    day: date
    wallets: tuple[Balance, ...]


def balance_on_card(values: BalanceOnValues, reader: Reader, buttons: Buttons) -> Card:
    shown = values.wallets[:WALLETS]
    sections = [part for balance in shown for part in _section(balance, len(shown), reader)]
    return page(
        reader,
        _line(values, reader),
        *sections,
        remark(reader.text("balance_on.utc")) if shown else None,
        actions=[buttons.press(reader.text("button.balance"), Verb.BALANCE_SHOW)],
    )


def _line(values: BalanceOnValues, reader: Reader) -> str:
    day = reader.full_day(values.day)
    if not values.wallets:
        return reader.text("balance_on.nothing", day=day)
    amounts = [reader.money(balance.statement.balance) for balance in values.wallets]
    return reader.text("balance_on.line", amount=amounts, day=day)


def _section(balance: Balance, wallets: int, reader: Reader) -> list[Element | None]:
    statement = balance.statement
    lots = [lot for lot in statement.lots if lot.remaining]
    most = max(2, SHOWN // wallets)
    left_out = len(lots) - most
    return [
        title(statement.currency) if wallets > 1 else None,
        facts(_figures(balance, reader)),
        _lots(lots[:most], reader),
        remark(reader.plural("balance.more_lots", left_out)) if left_out > 0 else None,
        remark(reader.text("balance.assumed")) if any(lot.assumed for lot in lots) else None,
        balance_chart(tuple((day.day, day.balance) for day in statement.series), reader),
    ]


def _figures(balance: Balance, reader: Reader) -> list[tuple[str, str]]:
    statement, last = balance.statement, balance.reconciled
    through = balance.usage_through
    return [
        (reader.text("balance.available"), reader.money(statement.available)),
        (reader.text("balance.overdrawn"), reader.money(statement.overdrawn) if statement.overdrawn else ""),
        (reader.text("balance_on.forfeited"), reader.money(statement.forfeited) if statement.forfeited else ""),
        (reader.text("balance.usage_through"), reader.full_day(through) if through else reader.text("balance.none")),
        (reader.text("balance.last_check"), _check(last, reader) if last else ""),
    ]


def _check(last: Adjustment, reader: Reader) -> str:
    """The opening balance had nothing to differ from."""
    day = reader.full_day(last.on)
    if not last.estimate:
        return day
    return reader.text("balance.last_check_drift", day=day, drift=drift_words(last.amount, reader))


def _lots(lots: list[Lot], reader: Reader) -> Element:
    if not lots:
        return line(reader.text("balance.no_lots"))
    head = [reader.text(f"balance.lot_{column}") for column in ("bought", "left", "expires")]
    rows = [
        [reader.full_day(lot.purchased_on), reader.money(lot.remaining), reader.full_day(lot.expires_on)]
        for lot in lots
    ]
    return table(head, rows, amounts=(1,))
