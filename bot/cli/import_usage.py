"""`import usage FILE`: book an export of the admin center. One wrong row, and nothing of the file is booked."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from bot.cli.books import Books, at_books, tenant_of
from bot.cli.operators import Operator, operator
from bot.cli.values import Json, Tenant
from bot.config import read_settings
from bot.domain.errors import Refusal
from bot.domain.money import Money

if TYPE_CHECKING:
    from bot.domain.usage_batch import UsageBatch
    from bot.usecases.import_usage import ImportReport


def import_usage(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.help.file", show_default=False)],
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    who = operator()
    tenant_of(read_settings(os.environ), tenant)  # before a long file is read
    batch = read_export(file, who)
    return at_books(who, tenant, lambda books: _book(books, who, file, batch, as_json))


def read_export(path: Path, who: Operator) -> "UsageBatch":
    from bot.cli.progress import LateBar
    from bot.usecases.usage_file import read_usage_file

    with _opened(path) as file, LateBar(who.err, who.reader.text("cli.import.reading")) as bar:
        return read_usage_file(file, progress=bar.count)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Refusal("cli_file_unreadable", file=str(path), reason=error.strerror or "") from None


async def _book(books: Books, who: Operator, file: Path, batch: "UsageBatch", as_json: bool) -> int:
    from bot.cli.progress import LateBar
    from bot.usecases.import_usage import import_usage as book
    from bot.usecases.watch_balance import ask_to_watch

    with LateBar(who.err, who.reader.text("cli.import.booking")) as bar:
        report = await book(books.store, books.clock, books.tenant, batch, books.actor, progress=bar.of)
    if report.days_new or report.days_changed:
        await ask_to_watch(books.store, books.clock, books.tenant)
    if as_json:
        who.print_json({"file": str(file), **report_json(report)})
    else:
        from bot.cli.import_screen import show_report

        show_report(file.name, report, who)
    return 0


def report_json(report: "ImportReport") -> dict[str, Any]:
    """Amounts as decimal text, days as ISO text."""
    figures = (
        "days_new",
        "days_changed",
        "days_unchanged",
        "rows_new",
        "rows_known",
        "rows_differing",
        "rows_skipped",
    )
    return {name: getattr(report, name) for name in figures} | {
        "first_day": report.first_day.isoformat() if report.first_day else None,
        "last_day": report.last_day.isoformat() if report.last_day else None,
        "sums": [
            {
                "currency": one.currency,
                "charge": str(Money(one.charge_micros, one.currency)),
                "connection": str(Money(one.connection_micros, one.currency)),
                "other": str(Money(one.other_micros, one.currency)),
            }
            for one in report.sums
            if one.currency
        ],
        "differing_days": [day.isoformat() for day in report.differing_days],
        "unknown_types": dict(report.unknown_types),
        "unknown_capabilities": dict(report.unknown_capabilities),
    }
