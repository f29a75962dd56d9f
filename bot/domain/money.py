"""Money: exact integer millionths of one currency. Never a float."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import total_ordering

from bot.domain.errors import Refusal

MICROS = 1_000_000
LIMIT_MICROS = 10**18  # 10^12 units: no organisation's wallet comes near it, and arithmetic stays in 64 bits
LARGEST_ENTRY_MICROS = LIMIT_MICROS // 100  # booked at once: the ledger forgets nothing and must stay countable

_CURRENCY = re.compile(r"[A-Z]{3}")
_DECIMAL = re.compile(r"(?P<sign>-?)(?P<whole>\d+)(?:\.(?P<fraction>\d+))?", re.ASCII)


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """`micros` millionths of `currency` (ISO 4217). Adding across currencies is a bug and raises TypeError."""

    micros: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.micros) is not int:
            raise TypeError(f"micros must be an int, not {type(self.micros).__name__}")
        if not _CURRENCY.fullmatch(self.currency):
            raise Refusal("currency_unknown", currency=self.currency)
        if abs(self.micros) > LIMIT_MICROS:
            raise Refusal("amount_too_large")

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str) -> "Money":
        """Money from a Decimal, an int of whole units, or decimal text with a point.

        Raises Refusal("amount_malformed") for text that is not a plain decimal or is finer than a millionth.
        """
        if type(amount) not in (Decimal, str, int):
            raise TypeError(f"money is never made from {type(amount).__name__}")
        text = f"{amount:f}" if isinstance(amount, Decimal) else str(amount).strip()
        parts = _DECIMAL.fullmatch(text)
        fraction = (parts["fraction"] or "").rstrip("0") if parts else ""
        if parts is None or len(fraction) > 6:
            raise Refusal("amount_malformed", text=text[:40])
        whole = parts["whole"].lstrip("0")
        if len(whole) > 13:
            raise Refusal("amount_too_large")
        micros = int(whole + fraction.ljust(6, "0"))
        return cls(-micros if parts["sign"] else micros, currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        return cls(0, currency)

    @property
    def amount(self) -> Decimal:
        return Decimal(self.micros).scaleb(-6)

    def __str__(self) -> str:
        """Decimal text with at least two and at most six decimals: `1500.00`, `0.012345`."""
        text = f"{self.amount:.6f}"
        return text[:-4] + text[-4:].rstrip("0")

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise TypeError(f"{self.currency} and {other.currency} do not add up")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.micros + other.micros, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.micros - other.micros, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.micros, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.micros < other.micros

    def __bool__(self) -> bool:
        return self.micros != 0

    def times(self, numerator: int, denominator: int = 1) -> "Money":
        """A fraction of the sum, rounded half away from zero to the millionth. Neither part may be negative."""
        if numerator < 0 or denominator <= 0:
            raise ValueError("money is multiplied by a positive fraction")
        scaled = abs(self.micros) * numerator * 2 + denominator
        sign = -1 if self.micros < 0 else 1
        return Money(sign * (scaled // (denominator * 2)), self.currency)
