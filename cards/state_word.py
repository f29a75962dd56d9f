"""For channels and groups, where anybody reads along: the state word and not a figure. Pure."""

from dataclasses import dataclass

from bot.domain.alerts import Level
from bot.ports.reader import Reader


@dataclass(frozen=True, slots=True)
class StateWordValues:
    """`sent_privately` False: the figures could not be sent, because the person has no private chat with Saldo."""

    level: Level
    sent_privately: bool = True


def state_word_line(values: StateWordValues, reader: Reader) -> str:
    """`Low. I sent you the figures in private.`"""
    word = reader.text(f"state.{values.level.value}")
    return reader.text("state_word.sent" if values.sent_privately else "state_word.not_sent", word=word)
