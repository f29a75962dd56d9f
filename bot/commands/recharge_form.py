"""The form of a recharge, and what it is filled in with: shared by proposing one and changing one that waits."""

from bot.commands.context import Context, Press, answer
from bot.domain.advice import DEFAULT_MONTHS
from bot.domain.amounts import Ambiguous
from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import Right
from bot.domain.policy import Band
from bot.domain.requests import Recharge
from bot.domain.settings import Account
from bot.ports.turn import Reply
from bot.usecases.advise import advise
from bot.usecases.propose_recharge import PO_LIMIT, REASON_LIMIT
from bot.views.approvers import ONE, approvers_shown
from bot.views.which_amount import which_amount
from cards.actions import Verb
from cards.approvers import Approvers
from cards.recharge_form import RechargeFormValues, recharge_form_card
from cards.which_amount import which_amount_card

ABOUT_THE_FORM = ("amount_", "currency_", "po_number_")  # refusals that the form shows beside what was typed
About = tuple[str, int]  # request and revision


def given(context: Context, press: Press, amount: Money) -> Recharge:
    if amount.currency != context.settings.currency:
        raise Refusal("currency_other", currency=amount.currency, wallet=context.settings.currency)
    return Recharge(amount, press.input("reason", limit=REASON_LIMIT), press.input("po_number", limit=PO_LIMIT))


async def form(
    context: Context, about: About, recharge: Recharge, typed: str, *, error: str = "", waits: bool = False
) -> Reply:
    """`waits`: it is about a request that was sent already."""
    currency, outside = context.settings.currency, context.outside
    advised = await advise(outside.store, outside.clock, context.tenant, currency, DEFAULT_MONTHS)
    values = RechargeFormValues(
        request_id=about[0],
        currency=currency,
        approvers=await approvers_of(context),
        revision=about[1],
        amount=typed,
        reason=recharge.reason,
        po_number=recharge.po_number,
        po_required=context.settings.account is Account.EA,
        advice=advised.advice,
        error=error,
        waits=waits,
    )
    return answer(recharge_form_card(values, context.reader, context.buttons))


async def back_to_the_form(
    context: Context, about: About, recharge: Recharge, typed: str, refusal: Refusal, *, waits: bool = False
) -> Reply:
    """The form again, with what is wrong; any other refusal is said as such."""
    if not refusal.code.startswith(ABOUT_THE_FORM):
        raise refusal
    return await form(context, about, recharge, typed[:40], error=context.reader.refusal(refusal), waits=waits)


def which_one(context: Context, about: About, recharge: Recharge, ambiguous: Ambiguous, verb: Verb) -> Reply:
    args = {"reason": recharge.reason, "po_number": recharge.po_number}
    values = which_amount(ambiguous, context.settings.currency, context.reader, verb, about=about, args=args)
    return answer(which_amount_card(values, context.reader, context.buttons))


async def approvers_of(context: Context, wants: Band = ONE) -> Approvers:
    return await approvers_shown(context.house, context.tenant, Right.APPROVE_RECHARGE, context.actor, wants=wants)
