"""Rows of a file or of Graph, packed by UTC day: 48 bytes a row, so that a million of them fit. No I/O here."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from typing import NamedTuple

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.usage import CallRow

ID_BYTES = 16
CONTENT_BYTES = 8
TEXT_LIMIT = 200  # characters; names of countries and types are far shorter

PackedRow = tuple[bytes, bytes, int, int, int, int]  # id, content, label, charge, connection, seconds
_ROW = Struct(f"={ID_BYTES}s{CONTENT_BYTES}sIqqI")


class Label(NamedTuple):
    """What rows are summed by."""

    user: str | None
    destination: str
    call_type: str
    capability: str
    currency: str


class UsageBatch:
    """Rows that were read and are not booked yet."""

    def __init__(self) -> None:
        self.labels: list[Label] = []
        self._numbers: dict[Label, int] = {}
        self._texts: list[bytes] = []  # the labels as they were told: part of a row's content
        self._days: dict[date, bytearray] = {}

    @classmethod
    def of(cls, rows: Iterable[CallRow]) -> "UsageBatch":
        batch = cls()
        for row in rows:
            batch.add(row)
        return batch

    def add(self, row: CallRow) -> None:
        """Raises Refusal for a charge without a currency, for an unknown currency and for negative figures."""
        label = Label(row.user, row.destination, row.call_type, row.capability, row.currency)
        number = self._numbers.get(label)
        if number is None:
            number = self._number(label)
        if min(row.charge_micros, row.connection_micros, row.duration_seconds) < 0:
            raise Refusal("usage_negative", day=row.day)
        if not row.currency and (row.charge_micros or row.connection_micros):
            raise Refusal("usage_without_currency", day=row.day)
        figures = (row.charge_micros, row.connection_micros, row.duration_seconds)
        content = blake2b(self._texts[number], digest_size=CONTENT_BYTES)
        content.update(f"{row.started_at} {figures}".encode())
        id_ = blake2b(row.id.encode(), digest_size=ID_BYTES)
        packed = _ROW.pack(id_.digest(), content.digest(), number, *figures)
        try:
            self._days[row.day] += packed
        except KeyError:
            self._days[row.day] = bytearray(packed)

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._days.values()) // _ROW.size

    @property
    def days(self) -> list[date]:
        return sorted(self._days)

    def rows(self, day: date) -> Iterator[PackedRow]:
        """The rows of a day, in the order in which they were read."""
        return _ROW.iter_unpack(self._days.get(day, b""))

    def _number(self, label: Label) -> int:
        if label.currency:
            Money.zero(label.currency)  # refuses what is no currency, before it can reach the ledger
        kept = Label(
            without_numbers(label.user or "") or None,
            without_numbers(label.destination),
            label.call_type[:TEXT_LIMIT],
            label.capability[:TEXT_LIMIT],
            label.currency,
        )
        self._numbers[label] = len(self.labels)
        self.labels.append(kept)
        self._texts.append(repr(tuple(label)).encode())
        return self._numbers[label]


@lru_cache(maxsize=4096)
def without_numbers(text: str) -> str:
    """'' for what looks like a phone number: none is ever kept."""
    return "" if _PHONE_NUMBER.fullmatch(text.strip()) else text.strip()[:TEXT_LIMIT]


_PHONE_NUMBER = re.compile(r"(tel:)?[+(]*[\dx*#][\dx*#\s().\-/]{3,24}", re.IGNORECASE)  # a GUID is longer
