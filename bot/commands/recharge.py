"""`recharge 500`: propose a recharge. Nothing leaves the requester's chat before they press Send."""

from decimal import Decimal

from bot.commands.arguments import READ_AT
from bot.commands.change_recharge import change, open_change
from bot.commands.context import Command, Context, Press, answer
from bot.commands.ids import derived_id, minted_id
from bot.commands.present import draw
from bot.commands.recharge_form import About, approvers_of, back_to_the_form, form, given, which_one
from bot.domain.amounts import Ambiguous, Amount, amount_in
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import Right
from bot.domain.requests import Kind, Recharge, Request, State
from bot.domain.settings import Account
from bot.ports.turn import Reply
from bot.usecases.advise import forfeited_of
from bot.usecases.change_request import load_request
from bot.usecases.keep_card import keep_pressed_card
from bot.usecases.policy import load_policy
from bot.usecases.propose_recharge import REASON_LIMIT, check_recharge, propose_recharge, submit_request
from bot.usecases.weigh_recharge import weigh_recharge
from bot.views.order import draw_turn_off
from cards.actions import Verb
from cards.proposal import ProposalValues, proposal_card


async def say(context: Context, arguments: str) -> Reply:
    if await _is_postpaid(context):
        return answer(await draw_turn_off(context.house, context.tenant, context.reader))
    typed, _, purpose = arguments.partition(READ_AT)
    nothing = Recharge(Money.zero(context.settings.currency), purpose[:REASON_LIMIT])
    return await _typed(context, (derived_id(context.turn), 0), nothing, typed.strip())


async def open_form(context: Context, press: Press) -> Reply:
    if await _is_postpaid(context):
        return answer(await draw_turn_off(context.house, context.tenant, context.reader))
    return await form(context, (minted_id(), 0), Recharge(Money.zero(context.settings.currency)), "")


async def choose_amount(context: Context, press: Press) -> Reply:
    """One reading of an ambiguous number was meant."""
    await _may_propose(context)
    typed = press.input("amount", limit=40)
    recharge = given(context, press, Money.of(typed, press.input("currency", limit=3)))
    about = (press.request_id, press.button.revision)
    try:
        return await _propose(context, press.request_id, recharge, seen=None)  # the other reading, after all
    except Refusal as refusal:
        return await back_to_the_form(context, about, recharge, typed, refusal)


async def propose(context: Context, press: Press) -> Reply:
    """The form was filled in."""
    await _may_propose(context)
    recharge = given(context, press, Money.zero(context.settings.currency))
    about = (press.request_id, press.button.revision)
    return await _typed(context, about, recharge, press.input("amount", limit=200))


async def edit(context: Context, press: Press) -> Reply:
    """The form, as it was filled in. What waits for approval can be changed, too, by what it shows now."""
    await _may_propose(context)
    request = await _own(context, press.request_id)
    if request.state is State.PENDING:
        return await open_change(context, request)
    if request.state is not State.DRAFT:
        return answer(await draw(context, request))
    typed = context.reader.money(request.asked.amount)
    return await form(context, (request.id, request.revision), request.asked, typed)


async def change_one(context: Context, press: Press) -> Reply:
    await _may_propose(context)
    return await change(context, press)


async def send(context: Context, press: Press) -> Reply:
    """Send the draft to its approvers. Pressed again: the present card."""
    await _may_propose(context)
    request = await _own(context, press.request_id)
    if request.state is State.DRAFT and press.button.revision == request.revision:
        request = await _submit(context, press, request)
    if request.state is State.DRAFT:
        return await _proposal(context, request)
    return answer(await draw(context, request))


COMMAND = Command(
    name="recharge",
    say=say,
    right=Right.PROPOSE_RECHARGE,
    buttons={
        Verb.RECHARGE_OPEN: open_form,
        Verb.RECHARGE_AMOUNT: choose_amount,
        Verb.RECHARGE_PROPOSE: propose,
        Verb.RECHARGE_EDIT: edit,
        Verb.RECHARGE_CHANGE: change_one,
        Verb.RECHARGE_SEND: send,
    },
)


async def _may_propose(context: Context) -> None:
    if await _is_postpaid(context):
        raise Refusal("mca_cannot_buy")


async def _is_postpaid(context: Context) -> bool:
    """Then nothing is ever proposed: what there is to do is to let the credits run out."""
    await context.require(Right.PROPOSE_RECHARGE)
    return context.settings.account is Account.MCA


async def _typed(context: Context, about: About, recharge: Recharge, typed: str) -> Reply:
    """Go on from an amount as typed: to the proposal, to a question, or back to the form with what is wrong."""
    if not typed:
        return await form(context, about, recharge, typed)
    try:
        match amount_in(typed, context.settings.currency):
            case Ambiguous() as ambiguous:
                return which_one(context, about, recharge, ambiguous, Verb.RECHARGE_AMOUNT)
            case Amount(value):
                return await _propose(context, about[0], _with_amount(context, recharge, value), seen=about[1])
    except Refusal as refusal:
        return await back_to_the_form(context, about, recharge, typed, refusal)


def _with_amount(context: Context, recharge: Recharge, value: Decimal) -> Recharge:
    return Recharge(Money.of(value, context.settings.currency), recharge.reason, recharge.po_number)


async def _propose(context: Context, request_id: str, recharge: Recharge, *, seen: int | None) -> Reply:
    recharge = check_recharge(recharge, context.settings)
    outside = context.outside
    try:
        request = await propose_recharge(
            outside.store, outside.clock, context.tenant, request_id, context.by, recharge, seen=seen
        )
    except Refusal as refusal:
        if refusal.code != "request_id_reused":
            raise
        request = (await load_request(outside.store, context.tenant, request_id)).body  # an old form: what was sent
    if request.requester != context.actor or request.state is not State.DRAFT:
        return answer(await draw(context, request))
    return await _proposal(context, request)


async def _proposal(context: Context, request: Request) -> Reply:
    outside, amount = context.outside, request.asked.amount
    effect = await weigh_recharge(outside.store, outside.clock, context.tenant, amount)
    forfeited = await forfeited_of(outside.store, outside.clock, context.tenant, amount)
    wants = (await load_policy(outside.store, context.tenant)).wanted(amount)
    values = ProposalValues(
        request_id=request.id,
        revision=request.revision,
        amount=amount,
        approvers=await approvers_of(context, wants),
        lasts_until=forfeited[1] if forfeited else effect.runs_out_on,  # what expires lasts no longer
        reason=request.asked.reason,
        po_number=request.asked.po_number,
        forfeited=forfeited,
        wants=wants,
    )
    return answer(proposal_card(values, context.reader, context.buttons))


async def _own(context: Context, request_id: str) -> Request:
    request = (await load_request(context.outside.store, context.tenant, request_id)).body
    if context.actor not in request.askers:
        raise Refusal("not_the_requester", requester=request.asker_name)
    if request.kind is not Kind.RECHARGE:
        raise Refusal("request_unknown")
    return request


async def _submit(context: Context, press: Press, request: Request) -> Request:
    """Where another click of the same button got there first, what it made is the answer."""
    outside = context.outside
    try:
        sent = await submit_request(
            outside.store, outside.clock, context.tenant, request.id, context.by, seen=request.revision
        )
    except Refusal as refusal:
        if not refusal.has_moved_on:
            raise
        return (await load_request(outside.store, context.tenant, request.id)).body
    await keep_pressed_card(outside.store, context.turn, press.pressed, sent)
    return sent
