"""Rows of a file or of Graph, packed by UTC day: 48 bytes a row, so that a million of them fit. No I/O here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from operator import itemgetter
from struct import Struct
from typing import NamedTuple

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.usage import KNOWN_CALL_TYPES, CallRow, is_known_capability, is_wallet

ID_BYTES = 16
CONTENT_BYTES = 8
KEPT_LABELS = 65_536
TEXT_LIMIT = 200  # characters; names of countries and types are far shorter

Told = tuple[str | None, str, str, str, str]  # user, destination, call type, capability, currency
Figures = tuple[int, int, int, int]  # label, charge, connection, seconds

_CURRENCY = itemgetter(4)  # of what was told
_KEY = Struct(f"{ID_BYTES}s{CONTENT_BYTES}s")
_FIGURES = Struct("=IqqI")


class Label(NamedTuple):
    """What rows are summed by. All but the last is what a day's line is known by."""

    user: str | None
    destination: str
    call_type: str
    currency: str
    wallet: bool
    capability: str


class DayRows:
    """The rows of one UTC day, in the order in which they were read: two columns, each of which is walked alone."""

    __slots__ = ("figures", "keys")

    def __init__(self) -> None:
        self.keys = bytearray()  # id and content of each row
        self.figures = bytearray()

    def __len__(self) -> int:
        return len(self.keys) // _KEY.size

    def keep(self, keys: bytes, figures: bytes) -> None:
        self.keys += keys
        self.figures += figures

    def read_keys(self) -> Iterator[tuple[bytes, bytes]]:
        return contents(self.keys)

    def read_figures(self) -> Iterator[Figures]:
        return _FIGURES.iter_unpack(self.figures)


def contents(keys: bytes | bytearray) -> Iterator[tuple[bytes, bytes]]:
    """The ids and contents that a day's keys hold."""
    return _KEY.iter_unpack(keys)


class Columns(NamedTuple):
    """Some rows, a column at a time: all are of the same length, and not empty."""

    ids: Sequence[str]
    days: Sequence[date]
    started_at: Sequence[str]
    labels: Sequence[Told]
    seconds: Sequence[int]
    charges: Sequence[int]
    connections: Sequence[int]

    @classmethod
    def of(cls, rows: Sequence[CallRow]) -> "Columns":
        ids, days, started, users, types, places, capabilities, *figures, currencies = zip(*rows, strict=True)
        return cls(ids, days, started, [*zip(users, places, types, capabilities, currencies, strict=True)], *figures)


class UsageBatch:
    """Rows that were read and are not booked yet."""

    def __init__(self) -> None:
        self.labels: list[Label] = []
        self.strange: set[int] = set()  # numbers of labels whose type or capability nobody knows
        self._numbers: dict[Told, int] = {}
        self._texts: list[bytes] = []  # the labels as they were told: part of a row's content
        self._days: dict[date, DayRows] = {}

    @classmethod
    def of(cls, rows: Sequence[CallRow]) -> "UsageBatch":
        batch = cls()
        batch.add(rows)
        return batch

    def add(self, rows: Sequence[CallRow]) -> None:
        """Raises Refusal as `add_columns` does."""
        if not rows:
            return
        self.add_columns(Columns.of(rows))

    def add_columns(self, columns: Columns) -> None:
        """Raises Refusal for a charge without a currency, for an unknown currency and for negative figures; then
        none of these rows is in the batch."""
        ids, days, _, labels, seconds, charges, connections = columns
        numbers = self._numbers_of(labels)
        if min(*seconds, *charges, *connections) < 0:
            raise Refusal("usage_negative", day=min(days))
        if not all(map(_CURRENCY, labels)) and _some_are_charged(columns):
            raise Refusal("usage_without_currency", day=min(days))
        keys = [
            blake2b(id_.encode(), digest_size=ID_BYTES).digest()
            + blake2b(b"%b%b (%d, %d, %d)" % row, digest_size=CONTENT_BYTES).digest()
            for id_, row in zip(ids, self._contents(numbers, columns), strict=True)
        ]
        self._keep(days, keys, map(_FIGURES.pack, numbers, charges, connections, seconds))

    def _contents(self, numbers: Sequence[int], columns: Columns) -> Iterable[tuple[bytes, bytes, int, int, int]]:
        """What a row says beside its id: its label as it was told, its time, its figures."""
        texts, starts = map(self._texts.__getitem__, numbers), map(str.encode, columns.started_at)
        return zip(texts, starts, columns.charges, columns.connections, columns.seconds, strict=True)

    def _keep(self, days: Sequence[date], keys: Iterable[bytes], figures: Iterable[bytes]) -> None:
        """Rows of one day, as a rule, and then they are kept at once."""
        if days[0] == days[-1] and days.count(days[0]) == len(days):
            self._of_day(days[0]).keep(b"".join(keys), b"".join(figures))
            return
        for day, key, figure in zip(days, keys, figures, strict=True):
            self._of_day(day).keep(key, figure)

    def _of_day(self, day: date) -> DayRows:
        return self._days.get(day) or self._days.setdefault(day, DayRows())

    def emptied(self) -> "UsageBatch":
        """An empty batch that knows the labels of this one already. This one is no more to be used."""
        if len(self.labels) > KEPT_LABELS:
            return UsageBatch()
        self._days = {}
        return self

    def __len__(self) -> int:
        return sum(map(len, self._days.values()))

    @property
    def days(self) -> list[date]:
        return sorted(self._days)

    def rows(self, day: date) -> DayRows:
        return self._days.get(day) or DayRows()

    def _numbers_of(self, labels: Sequence[Told]) -> list[int]:
        try:
            return [*map(self._numbers.__getitem__, labels)]
        except KeyError:
            return [self._number(told) for told in labels]

    def _number(self, told: Told) -> int:
        if told in self._numbers:
            return self._numbers[told]
        user, destination, call_type, capability, currency = told
        if currency:
            Money.zero(currency)  # refuses what is no currency, before it can reach the ledger
        number = self._numbers[told] = len(self.labels)
        self.labels.append(
            Label(
                without_numbers(user or "") or None,
                without_number_within(destination),
                without_number_within(call_type),
                currency,
                is_wallet(capability, call_type),
                without_number_within(capability),
            )
        )
        if call_type not in KNOWN_CALL_TYPES or not is_known_capability(capability):
            self.strange.add(number)
        self._texts.append(repr(told).encode())
        return number


def _some_are_charged(columns: Columns) -> bool:
    """Whether rows without a currency cost something."""
    rows = zip(columns.labels, columns.charges, columns.connections, strict=True)
    return any(charge or connection for told, charge, connection in rows if not _CURRENCY(told))


@lru_cache(maxsize=4096)
def without_numbers(text: str) -> str:
    """'' for what looks like a phone number: none is ever kept."""
    return "" if _PHONE_NUMBER.fullmatch(text.strip()) else text.strip()[:TEXT_LIMIT]


@lru_cache(maxsize=4096)
def without_number_within(text: str) -> str:
    """The same, and where a number stands among words the words alone. Not for ids of people, which hold figures."""
    plain = without_numbers(text)
    return " ".join(_NUMBER_WITHIN.sub(" ", plain).split()) if _NUMBER_WITHIN.search(plain) else plain


_PHONE_NUMBER = re.compile(r"(tel:)?[+(]*[\dx*#][\dx*#\s().\-/]{3,24}", re.IGNORECASE)  # a GUID is longer
_NUMBER_WITHIN = re.compile(r"[+(]*\d(?:\W{0,3}[\dx*#]){5,}\)*", re.IGNORECASE)
