"""`balance`: what is left, in which lots, as the card says it; `--json` for machines."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.books import Books, at_books
from bot.cli.operators import Operator, operator
from bot.cli.values import Json, Tenant, day_of

if TYPE_CHECKING:
    from bot.domain.auto_recharge import Expected


def balance(
    as_of: Annotated[str, typer.Option("--as-of", metavar="DAY", help="cli.help.as_of", show_default=False)] = "",
    explain: Annotated[bool, typer.Option("--explain", metavar="", help="cli.help.explain")] = False,
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    who = operator()
    day = day_of(as_of) if as_of else None
    if explain:
        return at_books(who, tenant, lambda books: _explain(books, who, day, as_json=as_json))
    return at_books(who, tenant, lambda books: _balance(books, who, day, as_json=as_json))


async def _explain(books: Books, who: Operator, day: date | None, *, as_json: bool) -> int:
    """The ledger's entries behind each number; as JSON beside the numbers."""
    from bot.cli.explain_screen import explanation_json, show_explained
    from bot.domain.balance import statement_json
    from bot.usecases.explain_balance import explain_balance
    from bot.usecases.pending import pending_recharges
    from bot.usecases.read_balance import read_balance

    explained = await explain_balance(books.store, books.clock, books.tenant, as_of=day)
    if not as_json:
        show_explained(explained, who)
        return 0
    balances = await read_balance(books.store, books.clock, books.tenant, as_of=day)
    pending = await pending_recharges(books.store, books.tenant)
    expected = await _expected(books, day)
    told = {one.currency: explanation_json(one) for one in explained.each}
    each = [
        statement_json(one, pending.get(one.statement.currency), expected)
        | {"explanation": told[one.statement.currency]}
        for one in balances.each
    ]
    who.print_json(each[0] if len(each) == 1 else each)
    return 0


async def _balance(books: Books, who: Operator, day: date | None, *, as_json: bool) -> int:
    from bot.domain.balance import balance_json
    from bot.usecases.forecast_balance import read_forecasts
    from bot.usecases.pending import pending_recharges
    from bot.usecases.read_balance import read_balance
    from bot.usecases.settings import load_settings
    from bot.views.balance import values_of, with_expected

    balances = await read_balance(books.store, books.clock, books.tenant, as_of=day)
    pending = await pending_recharges(books.store, books.tenant)
    expected = await _expected(books, day)
    if as_json:
        who.print_json(balance_json(balances, pending, expected))
        return 0
    from bot.cli.balance_screen import show_balance

    settings = await load_settings(books.store, books.tenant)
    forecasts = await read_forecasts(books.store, books.tenant, balances) if day is None else {}
    values = values_of(balances, settings, pending, forecasts, may_recharge=False)
    show_balance(with_expected(values, expected), who)
    return 0


async def _expected(books: Books, day: date | None) -> "Expected | None":
    """What is expected now; of another day it tells nothing."""
    from bot.usecases.mirror_auto_recharge import open_expected

    known = await open_expected(books.store, books.tenant) if day is None else None
    return known.body if known else None
