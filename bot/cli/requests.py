"""`requests`: what is open or waits to be approved afterwards, with the ids that `purchase add --request` and the
logs speak of."""

from typing import Any

from rich.table import Table

from bot.cli.books import Books, at_books
from bot.cli.operators import Operator, operator
from bot.cli.values import Json, Tenant
from bot.domain.money import Money
from bot.domain.requests import Ratification, Request
from bot.ports.store import IndexValue

MOST = 100
WHERE: tuple[dict[str, IndexValue], ...] = ({"open": True}, {"ratification": Ratification.UNRATIFIED.value})


def requests(as_json: Json = False, tenant: Tenant = "") -> int:
    who = operator()
    return at_books(who, tenant, lambda books: _list(books, who, as_json=as_json))


async def _list(books: Books, who: Operator, *, as_json: bool) -> int:
    from bot.ports.collections import REQUESTS

    found: dict[str, Request] = {}
    for where in WHERE:
        page = await books.store.find(
            REQUESTS, books.tenant, where={**where}, order_by="created_at", newest_first=True, limit=MOST
        )
        found |= {document.key.id: document.body for document in page.documents}
    _print(sorted(found.values(), key=lambda request: request.created_at, reverse=True), who, as_json=as_json)
    return 0


def _print(found: list[Request], who: Operator, *, as_json: bool) -> None:
    if as_json:
        who.print_json([_row(request) for request in found])
    elif found:
        who.out.print(_table(found, who))
    else:
        who.say("cli.requests_none")


def _row(request: Request) -> dict[str, Any]:
    """Amounts as decimal text, moments as ISO text; for licences the people's ids."""
    asked = _amount(request)
    return {
        "id": request.id,
        "kind": request.kind.value,
        "state": request.state.value,
        "requester": request.requester,
        "created_at": request.created_at.isoformat(timespec="seconds"),
        "amount": str(asked) if asked is not None else None,
        "currency": asked.currency if asked is not None else None,
        "ratification": request.ratification.value if request.ratification else None,
        "people": [seat.person for seat in request.seats],
    }


def _table(found: list[Request], who: Operator) -> Table:
    from cards.request_line import requested_by

    columns = ("id", "created", "requester", "asked", "state")
    table = Table(*(who.reader.text(f"cli.requests_{column}") for column in columns), box=None)
    for request in found:
        state = who.reader.text(f"cli.requests_{request.state.value}")
        if request.ratification is Ratification.UNRATIFIED:
            state = who.reader.text("requests.flagged", state=state, flag=who.reader.text("requests.unratified"))
        created_at, name = who.reader.moment(request.created_at), requested_by(request, who.reader)
        table.add_row(request.id, created_at, name, _asked(request, who), state)
    return table


def _amount(request: Request) -> Money | None:
    """What is to be bought, what the books are to be set to, or the budget; None of licences."""
    if request.recharge is not None:
        return request.recharge.amount
    if request.correction is not None:
        return request.correction.portal
    return request.budget.to if request.budget is not None else None


def _asked(request: Request, who: Operator) -> str:
    if request.recharge is not None:
        return who.reader.money(request.recharge.amount)
    if request.seats:
        return who.reader.plural("cli.requests_seats", len(request.seats))
    from cards.request_line import request_title

    return request_title(request, who.reader)
