"""What can be said, by example: one line for each command that the reader may use. Pure."""

from dataclasses import dataclass

from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.kit import PRIMARY_ACTIONS
from cards.page import facts, page


@dataclass(frozen=True, slots=True)
class HelpLine:
    """`example` is what to type, `description` what comes of it, both in the reader's language."""

    example: str
    description: str


@dataclass(frozen=True, slots=True)
class HelpValues:
    lines: tuple[HelpLine, ...]


def help_card(values: HelpValues, reader: Reader, buttons: Buttons) -> Card:
    """The first six commands are also buttons."""
    return page(
        reader,
        reader.text("help.line"),
        facts((line.example, line.description) for line in values.lines),
        actions=[
            buttons.press(line.example, Verb.SAY, args={"text": line.example})
            for line in values.lines[:PRIMARY_ACTIONS]
        ],
    )
