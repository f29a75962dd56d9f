"""What an operator says about an approved recharge that somebody ordered by hand: booked, as from the chat."""

from bot.cli.books import Books
from bot.domain.errors import Refusal
from bot.domain.events import By
from bot.domain.requests import Request
from bot.ports.order_desk import Funded
from bot.usecases.add_purchase import Bought
from bot.usecases.change_request import load_request
from bot.usecases.fund_order import confirm_order


async def confirm_request(books: Books, bought: Bought) -> Request:
    """Book what was credited for the request; the running bot tells everybody.

    The same again changes nothing. Raises Refusal: request_unknown, cli_request_currency, and as `confirm_order`.
    """
    request = (await load_request(books.store, books.tenant, str(bought.request_id))).body
    if request.recharge is not None and request.recharge.amount.currency != bought.amount.currency:
        asked = request.recharge.amount.currency
        raise Refusal("cli_request_currency", asked=asked, currency=bought.amount.currency)
    funded = Funded(bought.amount, bought.on, bought.order_number or "", bought.invoiced, bought.tax)
    by = By(books.actor, books.actor)
    return await confirm_order(books.store, books.clock, books.tenant, request.id, funded, by)
