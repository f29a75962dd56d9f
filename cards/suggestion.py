"""A text that nobody understands gets the nearest thing that somebody does: never a dead end. Pure."""

from dataclasses import dataclass

from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.page import line, page


@dataclass(frozen=True, slots=True)
class SuggestionValues:
    """`example` is what to type for the nearest command, in the reader's language. `is_help`: that is help itself."""

    example: str
    is_help: bool = False


def suggestion_card(values: SuggestionValues, reader: Reader, buttons: Buttons) -> Card:
    return page(
        reader,
        reader.text("unsure.suggestion", example=values.example),
        line(reader.text("unsure.otherwise")),
        actions=[
            buttons.press(values.example, Verb.SAY, args={"text": values.example}, style="positive"),
            *([] if values.is_help else [buttons.press(reader.text("button.help"), Verb.HELP_SHOW)]),
        ],
    )
