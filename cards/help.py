"""What can be said, by example: one line for each command that the reader may use. Pure."""

from dataclasses import dataclass

from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.kit import PRIMARY_ACTIONS
from cards.page import facts, page


@dataclass(frozen=True, slots=True)
class HelpLine:
    """`example` is what to type, `description` what comes of it, both in the reader's language. `can_press` False:
    the example names somebody or something that is only an example."""

    example: str
    description: str
    can_press: bool = True


@dataclass(frozen=True, slots=True)
class HelpValues:
    lines: tuple[HelpLine, ...]


def help_card(values: HelpValues, reader: Reader, buttons: Buttons) -> Card:
    """The first six examples that can be pressed are buttons too."""
    pressed = [line.example for line in values.lines if line.can_press][:PRIMARY_ACTIONS]
    return page(
        reader,
        reader.text("help.line"),
        facts((line.example, line.description) for line in values.lines),
        actions=[buttons.press(example, Verb.SAY, args={"text": example}) for example in pressed],
    )
