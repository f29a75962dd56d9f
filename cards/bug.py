"""Something broke on our side: said plainly, with the id under which the log has it. Pure."""

from dataclasses import dataclass

from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.page import page


@dataclass(frozen=True, slots=True)
class BugValues:
    turn_id: str


def bug_card(values: BugValues, reader: Reader, buttons: Buttons) -> Card:
    help_ = buttons.press(reader.text("button.help"), Verb.HELP_SHOW)
    return page(reader, reader.text("bug.line", id=values.turn_id), actions=[help_])
