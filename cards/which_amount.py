"""A number that can be read in two ways is asked about, never guessed. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.money import Money
from bot.ports.reader import Reader
from bot.ports.turn import Card
from cards.actions import Buttons, Verb
from cards.page import page


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read it; `words` spell the number: `mil quinientos`."""

    amount: Money
    words: str


@dataclass(frozen=True, slots=True)
class WhichAmountValues:
    """`request_id` is fresh: whichever reading is pressed becomes that request; or of one at `revision` that it would
    change. `args` ride along, a reason say."""

    request_id: str
    readings: tuple[Reading, Reading]
    args: Mapping[str, str] = field(default_factory=dict)
    verb: Verb = Verb.RECHARGE_AMOUNT
    revision: int = 0


def which_amount_card(values: WhichAmountValues, reader: Reader, buttons: Buttons) -> Card:
    """Each button carries `amount` (decimal text) and `currency` beside `args`."""
    one, other = values.readings
    question = reader.text(
        "which_amount.question",
        one=one.words[:1].upper() + one.words[1:],
        one_amount=one.amount,
        other=other.words,
        other_amount=other.amount,
    )
    presses = [
        buttons.press(
            reader.money(reading.amount),
            values.verb,
            (values.request_id, values.revision),
            args={**values.args, "amount": str(reading.amount), "currency": reading.amount.currency},
        )
        for reading in values.readings
    ]
    return page(reader, question, actions=presses)
