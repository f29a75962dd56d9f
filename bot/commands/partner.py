"""`partner`: who buys for an organization whose billing account is a partner's."""

from bot.commands.context import Command, Context, Press, answer
from bot.domain.errors import Refusal
from bot.domain.people import Right
from bot.domain.settings import Partner
from bot.ports.turn import Reply
from bot.usecases.tell_order import set_partner
from cards.actions import Verb
from cards.partner import PartnerValues, partner_card


async def say(context: Context, arguments: str) -> Reply:
    await context.require(Right.VIEW)
    return await _show(context, context.settings.partner)


async def show(context: Context, press: Press) -> Reply:
    return await say(context, "")


async def set_(context: Context, press: Press) -> Reply:
    await context.require(Right.CHANGE_SETTINGS)
    typed = press.input("name"), press.input("mail")
    outside = context.outside
    try:
        settings = await set_partner(outside.store, outside.clock, context.tenant, context.actor, Partner(*typed))
    except Refusal as refusal:
        error = context.reader.refusal(refusal)
        values = PartnerValues(context.settings.partner, may_change=True, typed=typed, error=error)
        return answer(partner_card(values, context.reader, context.buttons))
    return await _show(context, settings.partner)


COMMAND = Command(
    name="partner",
    say=say,
    right=Right.VIEW,
    buttons={Verb.PARTNER_SHOW: show, Verb.PARTNER_SET: set_},
    menu=False,
)


async def _show(context: Context, partner: Partner | None) -> Reply:
    may_change = (await context.standing()).may(Right.CHANGE_SETTINGS)
    return answer(partner_card(PartnerValues(partner, may_change), context.reader, context.buttons))
