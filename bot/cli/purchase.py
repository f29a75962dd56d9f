"""`purchase add`: book what was bought, or confirm by hand what an approved recharge brought."""

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.books import Books, at_books
from bot.cli.operators import Operator, operator
from bot.cli.values import Json, Tenant, day_of, money_of

if TYPE_CHECKING:
    from bot.domain.ledger import Purchase
    from bot.domain.money import Money
    from bot.usecases.add_purchase import Bought


def add(  # noqa: PLR0913 -- one parameter an option
    amount: Annotated[str, typer.Option("--amount", metavar="SUM", help="cli.help.amount")],
    currency: Annotated[str, typer.Option("--currency", metavar="CODE", help="cli.help.currency")],
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="cli.help.on")],
    order_number: Annotated[
        str, typer.Option("--order-number", metavar="NUMBER", help="cli.help.order_number", show_default=False)
    ] = "",
    request: Annotated[
        str, typer.Option("--request", metavar="ID", help="cli.help.request", show_default=False)
    ] = "",
    invoiced: Annotated[
        str, typer.Option("--invoiced", metavar="SUM", help="cli.help.invoiced", show_default=False)
    ] = "",
    tax: Annotated[str, typer.Option("--tax", metavar="SUM", help="cli.help.tax", show_default=False)] = "",
    as_json: Json = False,
    tenant: Tenant = "",
) -> int:
    from bot.usecases.add_purchase import Bought

    who = operator()
    bought = Bought(
        money_of(amount, currency),
        day_of(on),
        order_number.strip() or None,
        request.strip() or None,
        money_of(invoiced, currency) if invoiced else None,
        money_of(tax, currency) if tax else None,
    )
    work = _confirm if bought.request_id else _add
    return at_books(who, tenant, lambda books: work(books, who, bought, as_json))


async def _add(books: Books, who: Operator, bought: "Bought", as_json: bool) -> int:
    from bot.domain.ledger import expiry_of
    from bot.usecases.add_purchase import add_purchase

    began = books.clock.now()
    purchase = await add_purchase(books.store, books.clock, books.tenant, bought, books.actor)
    is_new = purchase.recorded_at >= began
    if as_json:
        who.print_json(_purchase_json(purchase, is_new=is_new))
        return 0
    key = "cli.purchase.added" if is_new else "cli.purchase.known"
    told = {"day": who.reader.full_day(purchase.on), "expires": who.reader.full_day(expiry_of(purchase.on))}
    who.say(key, amount=purchase.amount, order_number=purchase.order_number or "–", **told)
    _say_invoice(who, purchase.invoiced, purchase.tax)
    return 0


def _purchase_json(purchase: "Purchase", *, is_new: bool) -> dict[str, object]:
    from bot.domain.ledger import expiry_of

    return {
        "id": purchase.id,
        "added": is_new,
        "amount": str(purchase.amount),
        "currency": purchase.amount.currency,
        "on": purchase.on.isoformat(),
        "expires_on": expiry_of(purchase.on).isoformat(),
        "order_number": purchase.order_number,
        "request": purchase.request_id,
        **_invoice_json(purchase.invoiced, purchase.tax),
    }


def _invoice_json(invoiced: "Money | None", tax: "Money | None") -> dict[str, str]:
    """What was told of the invoice."""
    told = {"invoiced": invoiced, "tax": tax}
    return {name: str(sum_) for name, sum_ in told.items() if sum_ is not None}


def _say_invoice(who: Operator, invoiced: "Money | None", tax: "Money | None") -> None:
    from cards.invoice import invoice_words

    if words := invoice_words(invoiced, tax, who.reader):
        who.say("cli.purchase.invoice", invoice=words)


async def _confirm(books: Books, who: Operator, bought: "Bought", as_json: bool) -> int:
    from bot.cli.confirm_request import confirm_request

    await confirm_request(books, bought)
    if as_json:
        who.print_json(
            {
                "request": bought.request_id,
                "confirmed": True,
                "amount": str(bought.amount),
                "currency": bought.amount.currency,
                "on": bought.on.isoformat(),
                "order_number": bought.order_number,
                **_invoice_json(bought.invoiced, bought.tax),
            }
        )
        return 0
    who.say("cli.purchase.confirmed", amount=bought.amount, day=who.reader.full_day(bought.on))
    _say_invoice(who, bought.invoiced, bought.tax)
    return 0
