"""`help`: what can be said here, by whom."""

from bot.commands.context import Command, Context, Press, answer
from bot.ports.turn import Reply
from cards.actions import Verb
from cards.help import HelpLine, HelpValues, help_card


async def say(context: Context, arguments: str) -> Reply:
    standing = await context.standing()
    lines = tuple(
        HelpLine(context.reader.text(f"command.{name}.example"), context.reader.text(f"command.{name}.description"))
        for name, right in context.menu
        if name != COMMAND.name and (right is None or standing.may(right))
    )
    return answer(help_card(HelpValues(lines), context.reader, context.buttons))


async def show(context: Context, press: Press) -> Reply:
    return await say(context, "")


COMMAND = Command(name="help", say=say, buttons={Verb.HELP_SHOW: show})
