"""The balance in a terminal: the card's own facts, as tables. No I/O but the console."""

from rich import box
from rich.table import Table
from rich.text import Text

from bot.cli.operators import Operator
from bot.domain.alerts import Level
from bot.ports.reader import Reader
from cards.balance import BalanceValues, Wallet, balance_line, figures

_COLORS = {
    Level.OK: "green",
    Level.LOW: "yellow",
    Level.CRITICAL: "red",
    Level.EMPTY: "bold red",
    Level.UNKNOWN: "dim",
}


def show_balance(values: BalanceValues, who: Operator) -> None:
    """One section a currency; the first line holds all of them."""
    who.out.print(Text(balance_line(values, who.reader), style="bold"), soft_wrap=True)
    for wallet in values.wallets:
        _show_wallet(wallet, values, who)


def _show_wallet(wallet: Wallet, values: BalanceValues, who: Operator) -> None:
    reader, state = who.reader, who.reader.text(f"state.{wallet.level.value}")
    who.out.print()
    who.out.print(Text(f"{wallet.available.currency} · {state}", style=_COLORS[wallet.level]))
    facts = Table.grid(padding=(0, 2))
    for title, value in figures(wallet, values, reader):
        if value:
            facts.add_row(Text(title, style="dim"), Text(value))
    who.out.print(facts)
    if wallet.lots:
        who.out.print(_lots(wallet, reader))
        if any(lot.assumed for lot in wallet.lots):
            who.out.print(Text(reader.text("balance.assumed"), style="dim"), soft_wrap=True)
    else:
        who.out.print(Text(reader.text("balance.no_lots"), style="dim"))


def _lots(wallet: Wallet, reader: Reader) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for column in ("bought", "left", "expires"):
        table.add_column(
            Text(reader.text(f"balance.lot_{column}")), justify="right" if column == "left" else "left", no_wrap=True
        )
    for lot in wallet.lots:
        table.add_row(reader.full_day(lot.purchased_on), reader.money(lot.remaining), reader.full_day(lot.expires_on))
    return table
