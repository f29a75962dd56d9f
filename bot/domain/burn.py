"""Lots that are spent one after another, day by day, and expire meanwhile. No I/O here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.ledger import Lot, expiry_of


@dataclass(frozen=True, slots=True)
class Burn:
    """One way that things may go. `left`: millionths at the end of each day from the curve's first one on, through
    the day on which nothing is left; `share`: how much of that day's spending was needed for it (1: its last money
    expired); `expired`: lots with what they had left."""

    left: tuple[int, ...]
    share: float
    expired: tuple[tuple[Lot, int], ...]

    @property
    def days(self) -> int:
        """On which day it ends; the first is 1."""
        return len(self.left)

    def left_after(self, number: int) -> int:
        return self.left[number] if number < len(self.left) else 0


def burn(lots: Sequence[Lot], spent: Sequence[int], through: date, ahead: int = 0) -> Burn:
    """Burn `lots` down from the day after `through`. `spent`: the millionths that will have been spent by the end of
    each day, at least one; `ahead`: what is to be paid besides, at once."""
    paying = _Paying(lots)
    left, before, share = [], -ahead, 1.0
    for number, total in enumerate(spent, start=1):
        paying.expire(through + timedelta(days=number))
        share, before = paying.pay(total - before), total
        left.append(paying.left)
        if not paying.left:
            break
    return Burn(tuple(left), share, tuple(paying.expired))


class _Paying:
    """Lots that pay, the oldest first; because every lot lives 12 months, the oldest is also the first to expire."""

    def __init__(self, lots: Sequence[Lot]) -> None:
        self.left = sum(lot.remaining.micros for lot in lots)
        self.expired: list[tuple[Lot, int]] = []
        self._lots = sorted((lot for lot in lots if lot.remaining), key=lambda lot: lot.purchased_on)
        self._gone = 0  # how many of them
        self._taken = 0  # from the first that is not

    def expire(self, day: date) -> None:
        while self._gone < len(self._lots) and expiry_of(self._lots[self._gone].purchased_on) <= day:
            lot = self._lots[self._gone]
            micros = lot.remaining.micros - self._taken
            self.expired.append((lot, micros))
            self.left -= micros
            self._gone, self._taken = self._gone + 1, 0

    def pay(self, micros: int) -> float:
        """How much of it could be paid, as a share; 1 where nothing was left to pay with."""
        due, had = micros, self.left
        while due and self._gone < len(self._lots):
            taken = min(due, self._lots[self._gone].remaining.micros - self._taken)
            due -= taken
            self.left -= taken
            self._taken += taken
            if self._taken == self._lots[self._gone].remaining.micros:
                self._gone, self._taken = self._gone + 1, 0
        return (micros - due) / micros if micros and had else 1.0
