"""A month's statement in a terminal: the card's own facts, as tables. No I/O but the console."""

from rich import box
from rich.table import Table
from rich.text import Text

from bot.cli.operators import Operator
from bot.domain.month_end import WalletMonth
from bot.domain.month_report import MonthReport, Spending
from cards.month_end import month_end_line, purchase_numbers, statement_lines


def show_report(made: MonthReport, who: Operator) -> None:
    who.out.print(Text(month_end_line(made, who.reader), style="bold"), soft_wrap=True)
    for wallet in made.wallets:
        _show_wallet(wallet, made, who)
    if not made.directory_answered:
        who.hint("report.no_directory")
    if not made.is_final:
        who.hint("report.settled_on", day=who.reader.full_day(made.month.settled_on))
    if made.audit_head:
        who.hint("report.audit_head_line", head=made.audit_head)


def _show_wallet(wallet: WalletMonth, made: MonthReport, who: Operator) -> None:
    who.out.print()
    facts = Table.grid(padding=(0, 2))
    facts.add_column()
    facts.add_column(justify="right")
    for title, value in statement_lines(wallet, who.reader):
        facts.add_row(Text(title, style="dim"), Text(value))
    who.out.print(facts)
    if wallet.purchases:
        who.out.print(_purchases(wallet, made, who))
    for code, spendings in (("department", made.departments), ("person", made.people)):
        shown = [one for one in spendings if one.spent.currency == wallet.currency]
        if shown:
            who.out.print(_spendings(code, shown, who))


def _purchases(wallet: WalletMonth, made: MonthReport, who: Operator) -> Table:
    table = _table(who, "day", "amount", "order_number")
    for bought in wallet.purchases:
        numbers = purchase_numbers(bought.order_number, made.po_numbers.get(bought.id), who.reader)
        table.add_row(who.reader.full_day(bought.on), who.reader.money(bought.amount), Text(numbers))
    return table


def _spendings(code: str, spendings: list[Spending], who: Operator) -> Table:
    table = _table(who, code, "amount", "calls")
    unknown = who.reader.text("usage.unknown")
    for one in spendings:
        table.add_row(Text(one.name or unknown), who.reader.money(one.spent), who.reader.number(one.calls))
    return table


def _table(who: Operator, *columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for column in columns:
        justify = "right" if column in {"amount", "calls"} else "left"
        table.add_column(Text(who.reader.text(f"report.column_{column}")), justify=justify)  # type: ignore[arg-type]  # rich's literals
    return table
