"""The first message after an installation: what Saldo does, who added it, and where to begin. Pure."""

from dataclasses import dataclass

from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.page import line, page


@dataclass(frozen=True, slots=True)
class WelcomeValues:
    """`added_by` '' where the reader added it. `may_set_up`: the set-up is theirs, and not finished."""

    added_by: str = ""
    may_set_up: bool = False


def welcome_card(values: WelcomeValues, reader: Reader, buttons: Buttons) -> Card:
    help_ = buttons.press(reader.text("button.help"), Verb.HELP_SHOW)
    set_up = buttons.press(reader.text("button.set_up"), Verb.SETUP_OPEN, style="positive")
    return page(
        reader,
        reader.text("welcome.line"),
        line(reader.text("welcome.added_by", name=values.added_by)) if values.added_by else None,
        line(reader.text("welcome.set_up" if values.may_set_up else "welcome.ask")),
        actions=[set_up, help_] if values.may_set_up else [help_],
    )
