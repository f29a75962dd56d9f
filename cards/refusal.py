"""A rule said no: what it said, and that nothing has changed. Pure."""

from dataclasses import dataclass

from bot.domain.errors import Refusal
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.page import page


@dataclass(frozen=True, slots=True)
class RefusalValues:
    refusal: Refusal


def refusal_card(values: RefusalValues, reader: Reader, buttons: Buttons) -> Card:
    """The text is the catalogue's `refusal.<code>`."""
    help_ = buttons.press(reader.text("button.help"), Verb.HELP_SHOW)
    return page(reader, reader.refusal(values.refusal), actions=[help_])
