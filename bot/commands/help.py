"""`help`: what can be said here, by whom."""

from bot.commands.context import Command, Context, Press, answer
from bot.domain.people import Right
from bot.ports.reader import Reader
from bot.ports.turn import Reply
from bot.usecases.standing import Standing
from cards.actions import Verb
from cards.help import HelpLine, HelpValues, help_card


async def say(context: Context, arguments: str) -> Reply:
    standing = await context.standing()
    lines = tuple(
        _line(name, standing, context.reader)
        for name, right in context.menu
        if name != COMMAND.name and (right is None or standing.may(right))
    )
    return answer(help_card(HelpValues(lines), context.reader, context.buttons))


async def show(context: Context, press: Press) -> Reply:
    return await say(context, "")


def _line(name: str, standing: Standing, reader: Reader) -> HelpLine:
    if name == "assign" and not standing.may(Right.PROPOSE_LICENSES):
        return HelpLine(reader.text("command.assign.own_example"), reader.text("command.assign.own_description"))
    return HelpLine(reader.text(f"command.{name}.example"), reader.text(f"command.{name}.description"))


COMMAND = Command(name="help", say=say, buttons={Verb.HELP_SHOW: show})
