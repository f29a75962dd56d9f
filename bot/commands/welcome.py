"""When Saldo is added: a welcome, once per installation, and the set-up for those whose task it is."""

from bot.commands.context import Context, answer
from bot.domain.people import Right
from bot.domain.settings import NamedPerson
from bot.ports.turn import SILENCE, Reply
from bot.usecases.meet import take_welcome
from bot.usecases.set_up import keep_installer
from cards.welcome import WelcomeValues, welcome_card


async def welcome(context: Context) -> Reply:
    """In the personal chat once per installation; elsewhere a word about who added it."""
    name = context.turn.actor.name
    if not context.personal:
        return answer(welcome_card(WelcomeValues(added_by=name), context.reader, context.buttons))
    outside = context.outside
    if not await take_welcome(outside.store, outside.clock, context.tenant, context.actor):
        return SILENCE
    person = NamedPerson(context.actor, name)
    settings = await keep_installer(
        outside.store, outside.clock, context.tenant, person, context.turn.locale, context.turn.zone
    )
    standing = await context.standing()
    its_task = standing.may(Right.CHANGE_SETTINGS) or (settings.installer == person)
    values = WelcomeValues(may_set_up=its_task and settings.next_step is not None)
    return answer(welcome_card(values, context.reader, context.buttons))
