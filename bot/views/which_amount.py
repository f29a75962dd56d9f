"""A number that can be read in two ways, as a question with a button for each reading."""

from collections.abc import Mapping

from bot.domain.amounts import Ambiguous
from bot.domain.money import Money
from bot.locale.reader import CatalogueReader
from bot.locale.spelling import spell_amount
from cards.actions import Verb
from cards.which_amount import Reading, WhichAmountValues


def which_amount(
    ambiguous: Ambiguous,
    currency: str,
    reader: CatalogueReader,
    verb: Verb,
    *,
    about: tuple[str, int] = ("", 0),
    args: Mapping[str, str] | None = None,
) -> WhichAmountValues:
    """Pressing a reading sends `verb` with its amount, and `args` beside it. `about` is (request, revision)."""
    first, second = (
        Reading(Money.of(value, currency), spell_amount(value, reader.language)) for value in ambiguous.readings
    )
    return WhichAmountValues(about[0], (first, second), args or {}, verb, about[1])
