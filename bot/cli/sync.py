"""`sync --since DAY`: read usage from Graph now. What an interrupted run has read stays, and the next one goes on."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.books import Books, at_books
from bot.cli.import_usage import report_json
from bot.cli.operators import Operator, operator
from bot.cli.services import outside_of
from bot.cli.values import Json, Tenant, day_of

if TYPE_CHECKING:
    from bot.usecases.import_usage import ImportReport

INTERRUPTED = 130  # as a shell tells it


def sync(
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="cli.help.since", show_default=False)] = "",
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    who = operator()
    day = day_of(since) if since else None
    try:
        return at_books(who, tenant, lambda books: _sync(books, who, day, as_json=as_json))
    except KeyboardInterrupt:
        who.hint("cli.sync.interrupted")
        return INTERRUPTED


async def _sync(books: Books, who: Operator, since: date | None, *, as_json: bool) -> int:
    from bot.cli.progress import LateBar
    from bot.usecases.forecast_balance import forecast_balances
    from bot.usecases.sync_usage import sync_usage

    async with outside_of(books) as outside:
        with LateBar(who.err, who.reader.text("cli.sync.reading")) as bar:
            report = await sync_usage(outside, books.tenant, since=since, actor=books.actor, progress=bar.of)
    await forecast_balances(books.store, books.clock, books.tenant)
    if as_json:
        who.print_json({"days_read": days_read(report), **report_json(report)})
    else:
        _show(report, who)
    return 0


def days_read(report: "ImportReport") -> int:
    return report.days_new + report.days_changed + report.days_unchanged


def _show(report: "ImportReport", who: Operator) -> None:
    from bot.cli.import_screen import show_facts

    who.out.print(who.reader.plural("cli.sync.done", days_read(report)), style="bold", markup=False)
    show_facts(report, who)
