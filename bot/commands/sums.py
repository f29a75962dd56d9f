"""Sums in the fields of a form that has several: what is wrong is said, and nothing is guessed. No I/O here."""

from bot.domain.amounts import Ambiguous, amount_in
from bot.domain.errors import Refusal
from bot.domain.money import Money


def sum_in(typed: str, currency: str) -> Money | None:
    """None where nothing was typed. Raises Refusal("amount_two_ways"), and as `amount_in`."""
    if not typed:
        return None
    parsed = amount_in(typed, currency)
    if isinstance(parsed, Ambiguous):
        raise Refusal("amount_two_ways", text=typed[:40])
    return Money.of(parsed.value, currency)
