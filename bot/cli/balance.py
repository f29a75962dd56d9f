"""`balance`: what is left, in which lots, as the card says it; `--json` for machines."""

from datetime import date
from typing import Annotated

import typer

from bot.cli.books import Books, at_books
from bot.cli.operators import Operator, operator
from bot.cli.values import Json, Tenant, day_of


def balance(
    as_of: Annotated[str, typer.Option("--as-of", metavar="DAY", help="cli.help.as_of", show_default=False)] = "",
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    who = operator()
    day = day_of(as_of) if as_of else None
    return at_books(who, tenant, lambda books: _balance(books, who, day, as_json=as_json))


async def _balance(books: Books, who: Operator, day: date | None, *, as_json: bool) -> int:
    from bot.domain.balance import balance_json
    from bot.usecases.forecast_balance import read_forecasts
    from bot.usecases.pending import pending_recharges
    from bot.usecases.read_balance import read_balance
    from bot.usecases.settings import load_settings
    from bot.views.balance import values_of

    balances = await read_balance(books.store, books.clock, books.tenant, as_of=day)
    pending = await pending_recharges(books.store, books.tenant)
    if as_json:
        who.print_json(balance_json(balances, pending))
        return 0
    from bot.cli.balance_screen import show_balance

    settings = await load_settings(books.store, books.tenant)
    forecasts = await read_forecasts(books.store, books.tenant, balances) if day is None else {}
    show_balance(values_of(balances, settings, pending, forecasts, may_recharge=False), who)
    return 0
