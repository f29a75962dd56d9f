"""`help`: what can be said here, by whom."""

from bot.commands.context import Command, Context, Press, answer
from bot.domain.people import Right
from bot.ports.turn import Reply
from bot.usecases.standing import Standing
from cards.actions import Verb
from cards.help import HelpLine, HelpValues, help_card

ONLY_EXAMPLES = frozenset({"assign", "ask", "delegate"})  # they name somebody, or say what is only said in passing


TO_BUY = frozenset({"rules", "break_glass", "partner"})


async def say(context: Context, arguments: str) -> Reply:
    standing = await context.standing()
    lines = tuple(
        _line(name, standing, context)
        for name, right in context.menu
        if name != COMMAND.name and (right is None or standing.may(right)) and not _is_of_no_use(name, context)
    )
    return answer(help_card(HelpValues(lines), context.reader, context.buttons))


async def show(context: Context, press: Press) -> Reply:
    return await say(context, "")


def _is_of_no_use(name: str, context: Context) -> bool:
    """Where credits cannot be bought, nothing proposes or orders them."""
    return name in TO_BUY and not context.settings.can_buy


def _line(name: str, standing: Standing, context: Context) -> HelpLine:
    reader = context.reader
    if name == "recharge" and not context.settings.can_buy:
        return HelpLine(reader.text("command.recharge.off_example"), reader.text("command.recharge.off_description"))
    if name == "assign" and not standing.may(Right.PROPOSE_LICENSES):
        return HelpLine(reader.text("command.assign.own_example"), reader.text("command.assign.own_description"))
    example, description = (reader.text(f"command.{name}.{part}") for part in ("example", "description"))
    return HelpLine(example, description, can_press=name not in ONLY_EXAMPLES)


COMMAND = Command(name="help", say=say, buttons={Verb.HELP_SHOW: show})
