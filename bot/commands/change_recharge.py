"""Change a recharge that waits for approval: the form as it was filled in, and a new revision of the request."""

from bot.commands.context import Context, Press
from bot.commands.present import is_old, load, shown, shown_as_it_is
from bot.commands.recharge_form import back_to_the_form, form, given, which_one
from bot.domain.amounts import Ambiguous, Amount, amount_in
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.requests import Kind, Recharge, Request, State
from bot.ports.turn import Reply
from bot.usecases.converse import edit_request
from bot.usecases.propose_recharge import check_recharge, same_recharge
from bot.views.request import Aside
from cards.actions import Verb
from cards.request_values import Told


async def open_change(context: Context, request: Request) -> Reply:
    asked = request.asked
    return await form(context, (request.id, request.revision), asked, context.reader.money(asked.amount), waits=True)


async def change(context: Context, press: Press) -> Reply:
    """The form came back. What is no longer as the form knew it is shown first, and nothing is changed."""
    request = await load(context, press)
    if request.kind is not Kind.RECHARGE or request.state is State.DRAFT:
        raise Refusal("request_unknown")
    if context.actor not in request.askers:
        raise Refusal("not_the_requester", requester=request.asker_name)
    typed, currency = press.input("amount", limit=200), context.settings.currency
    wanted = given(context, press, Money.zero(currency))
    about = press.button.request_id, press.button.revision
    try:
        match amount_in(typed, currency):
            case Ambiguous() as ambiguous:
                return which_one(context, about, wanted, ambiguous, Verb.RECHARGE_CHANGE)
            case Amount(value):
                wanted = Recharge(Money.of(value, currency), wanted.reason, wanted.po_number)
                return await _change(context, press, request, check_recharge(wanted, context.settings))
    except Refusal as refusal:
        return await back_to_the_form(context, about, wanted, typed, refusal, waits=True)


async def _change(context: Context, press: Press, request: Request, wanted: Recharge) -> Reply:
    """The form that is sent again finds what it made."""
    edited = Aside(told=Told.EDITED)
    if request.state is State.PENDING and same_recharge(request.asked, wanted):
        return await shown(context, press, request, edited)
    if is_old(request, press) or request.state is not State.PENDING:
        return await shown_as_it_is(context, press, request)
    outside = context.outside
    request = await edit_request(outside.store, outside.clock, context.tenant, request.id, context.by, wanted)
    return await shown(context, press, request, edited)
