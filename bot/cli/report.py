"""`report --month 2026-10 -o FILE`: a month's statement for finance, on the screen, as Excel or as CSV."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.books import Books, at_books
from bot.cli.operators import Operator, operator
from bot.cli.services import outside_of
from bot.cli.troubles import Misuse
from bot.cli.values import Json, Tenant
from bot.domain.errors import Refusal
from bot.domain.month_end import Month, WalletMonth, last_settled

if TYPE_CHECKING:
    from bot.domain.month_report import MonthReport, Spending

ENDINGS = (".xlsx", ".zip", ".csv")


def report(
    month: Annotated[str, typer.Option("--month", metavar="MONTH", help="cli.help.month", show_default=False)] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="cli.help.report_output", show_default=False)
    ] = None,
    names: Annotated[bool, typer.Option("--names", metavar="", help="cli.help.names")] = False,
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    who = operator()
    wanted = _month(month) if month else None
    if output is not None and output.suffix.lower() not in ENDINGS:
        raise Misuse("cli_report_ending", file=str(output), endings=list(ENDINGS))
    return at_books(who, tenant, lambda books: _report(books, who, wanted, output, names=names, as_json=as_json))


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except Refusal as refusal:
        raise Misuse(refusal.code, **refusal.values) from None


async def _report(
    books: Books, who: Operator, month: Month | None, output: Path | None, *, names: bool, as_json: bool
) -> int:
    """Whoever takes a file or names leaves a record."""
    from bot.usecases.read_month import read_month
    from bot.usecases.transfer_file import taken

    wanted = month or last_settled(books.clock.now())
    async with outside_of(books) as outside:
        made = await read_month(outside, books.tenant, wanted, with_names=names)
    files = _write(made, output, who) if output else []
    if files or names:
        kind = output.suffix.lstrip(".") if output else "screen"
        await books.store.commit([taken(books.clock, books.tenant, books.actor, str(wanted), kind, has_names=names)])
    if as_json:
        who.print_json({**report_json(made), "files": [str(path) for path in files]})
        return 0
    from bot.cli.report_screen import show_report

    show_report(made, who)
    for path in files:
        who.say("cli.report.written", file=str(path))
    return 0


def _write(made: "MonthReport", output: Path, who: Operator) -> list[Path]:
    contents = _contents(made, output, who)
    for path, content in contents.items():
        try:
            path.write_bytes(content)
        except OSError as error:
            raise Refusal("cli_file_unwritable", file=str(path), reason=error.strerror or "") from None
    return list(contents)


def _contents(made: "MonthReport", output: Path, who: Operator) -> dict[Path, bytes]:
    """One file; of CSV the statement under the name that was told, and beside it the other sheets."""
    from bot.reports.files import Format, report_file
    from bot.reports.sheets import sheets_of
    from bot.reports.tables import table_of

    suffix = output.suffix.lower()
    if suffix != ".csv":
        return {output: report_file(made, Format(suffix.lstrip(".")), who.reader).content}
    first, *others = sheets_of(made, who.reader)
    beside = {output.with_name(f"{output.stem}.{sheet.code}{output.suffix}"): table_of(sheet) for sheet in others}
    return {output: table_of(first), **beside}


def report_json(made: "MonthReport") -> dict[str, Any]:
    """Amounts as decimal text, days as ISO text. The parts add up: opening + purchases + adjustments - usage -
    forfeited = closing."""
    return {
        "month": str(made.month),
        "zone": "UTC",
        "made_at": made.made_at.isoformat(timespec="seconds"),
        "final": made.is_final,
        "usage_through": made.usage_through.isoformat() if made.usage_through else None,
        "audit_head": made.audit_head,
        "wallets": [_wallet_json(wallet, made) for wallet in made.wallets],
        "departments": [_spending_json(one) for one in made.departments],
        **({"people": [_spending_json(one) for one in made.people]} if made.has_names else {}),
    }


def _wallet_json(wallet: WalletMonth, made: "MonthReport") -> dict[str, Any]:
    return {
        "currency": wallet.currency,
        "through": wallet.through.isoformat(),
        "opening": str(wallet.opening),
        "purchases": str(wallet.purchased),
        "adjustments": str(wallet.adjusted),
        "usage": str(wallet.used),
        "forfeited": str(wallet.forfeited),
        "closing": str(wallet.closing),
        "purchased": [
            {
                "on": bought.on.isoformat(),
                "amount": str(bought.amount),
                "order_number": bought.order_number,
                "po_number": made.po_numbers.get(bought.id),
            }
            for bought in wallet.purchases
        ],
    }


def _spending_json(one: "Spending") -> dict[str, Any]:
    told = {"name": one.name, "spent": str(one.spent), "currency": one.spent.currency, "calls": one.calls}
    return {**told, "seconds": one.seconds, **({"department": one.detail} if one.detail else {})}
