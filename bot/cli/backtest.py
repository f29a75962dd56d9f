"""`backtest`: how often forecasts would have been right, on a made-up organization, an export, or the own books."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.books import Books, at_books
from bot.cli.operators import Operator, operator
from bot.cli.troubles import Misuse
from bot.cli.values import Json, Tenant

if TYPE_CHECKING:  # rooms that a help text can do without
    from bot.domain.backtest import Coverage
    from bot.domain.spent import Spent

Covered = dict[int, "Coverage"]  # by how many days the wallets were to last


@dataclass(frozen=True, slots=True)
class Tried:
    """One organization, in one currency where that is known."""

    name: str
    covered: Covered


def backtest(
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="cli.help.seed", show_default=False)] = None,
    usage: Annotated[
        Path | None, typer.Option("--usage", metavar="FILE", help="cli.help.backtest_usage", show_default=False)
    ] = None,
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    who = operator()
    if seed is not None and usage is not None:
        raise Misuse("cli_backtest_both")
    if seed is not None:
        return _show(_made_up(seed, who), who, as_json=as_json)
    if usage is not None:
        return _show(_exported(usage, who), who, as_json=as_json)
    return at_books(who, tenant, lambda books: _booked(books, who, as_json=as_json))


def _made_up(seed: int, who: Operator) -> list[Tried]:
    from bot.cli.progress import LateBar
    from bot.domain.backtest import backtest as tried
    from bot.sandbox.tenants import KINDS, tenant

    found = []
    with LateBar(who.err, who.reader.text("cli.backtest.trying")) as bar:
        for done, kind in enumerate(KINDS, start=1):
            made_up = tenant(seed, kind)
            found.append(Tried(kind, tried(made_up.spent, made_up.spent, home=made_up.country)))
            bar.of(done, len(KINDS))
    return found


def _exported(path: Path, who: Operator) -> list[Tried]:
    from bot.cli.import_usage import read_export
    from bot.domain.spent import spent_in

    by_currency, days = spent_in(read_export(path, who))
    return _by_currency(by_currency, days, None)


async def _booked(books: Books, who: Operator, *, as_json: bool) -> int:
    from bot.domain.spent import spent_by_currency
    from bot.usecases.read_balance import read_ledger
    from bot.usecases.settings import load_settings

    settings = await load_settings(books.store, books.tenant)
    records = await read_ledger(books.store, books.tenant)
    by_currency, days = spent_by_currency(record.body for record in records)
    return _show(_by_currency(by_currency, days, settings.country), who, as_json=as_json)


def _by_currency(by_currency: Mapping[str, "Spent"], days: Any, home: str | None) -> list[Tried]:
    from bot.domain.backtest import backtest as tried

    return [
        Tried(currency, tried(by_currency[currency].charges, days, home=home))
        for currency in sorted(by_currency)
        if any(by_currency[currency].charges.values())
    ]


def _show(tried: list[Tried], who: Operator, *, as_json: bool) -> int:
    from bot.cli.backtest_screen import report_json, show_report

    if as_json:
        who.print_json(report_json(tried))
    else:
        show_report(tried, who)
    return 0
