"""When Saldo is added: a welcome, once per installation, and the set-up for those whose task it is."""

from bot.commands.context import Context, answer
from bot.domain.errors import Refusal
from bot.domain.people import Right
from bot.domain.settings import NamedPerson
from bot.ports.turn import SILENCE, Reply
from bot.usecases.ask_newcomer import ask_newcomer
from bot.usecases.meet import take_place, take_welcome
from bot.usecases.set_up import keep_installer
from cards.welcome import WelcomeValues, welcome_card


async def welcome(context: Context) -> Reply:
    """Once per installation; in a channel or group a word about who added it."""
    name, outside = context.turn.actor.name, context.outside
    if not context.personal:
        if not await take_place(outside.store, outside.clock, context.turn):
            return SILENCE
        return answer(welcome_card(WelcomeValues(added_by=name), context.reader, context.buttons))
    if not await take_welcome(outside.store, outside.clock, context.tenant, context.actor):
        return SILENCE
    person = NamedPerson(context.actor, name)
    settings = await keep_installer(
        outside.store, outside.clock, context.tenant, person, context.turn.locale, context.turn.zone
    )
    await ask_newcomer(outside.store, outside.clock, context.tenant, context.actor)
    is_installer = settings.installer is not None and settings.installer.id == person.id
    its_task = is_installer or await _may_set_up(context)
    values = WelcomeValues(may_set_up=its_task and settings.next_step is not None)
    return answer(welcome_card(values, context.reader, context.buttons))


async def _may_set_up(context: Context) -> bool:
    """Where rights cannot be read just now nobody is kept from being welcomed."""
    try:
        standing = await context.standing()
    except Refusal:
        return False
    return standing.may(Right.CHANGE_SETTINGS)
