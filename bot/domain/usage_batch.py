"""Rows of a file or of Graph, packed by UTC day: 49 bytes a row of a file, so that a million fit. No I/O here."""

import re
from array import array
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from struct import Struct
from sys import intern
from typing import NamedTuple

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.usage import KNOWN_CALL_TYPES, CallRow, is_known_capability, is_wallet

ID_BYTES = 16
CONTENT_BYTES = 8
KEPT_LABELS = 16_384  # from one day to the next: half a kilobyte each
TEXT_LIMIT = 200  # characters; names of countries and types are far shorter
NOON = 12  # which is never night: where no hour can be read

Told = tuple[str | None, str, str, str, str]  # user, destination, call type, capability, currency
Figures = tuple[int, int, int, int]  # label, charge, connection, seconds

_CURRENCY = itemgetter(4)  # of what was told
_KEY = Struct(f"{ID_BYTES}s{CONTENT_BYTES}s")
_ID = Struct(f"{ID_BYTES}s{CONTENT_BYTES}x")
_HASH_OF_ID, _HASH_OF_CONTENT = blake2b(digest_size=ID_BYTES), blake2b(digest_size=CONTENT_BYTES)
_HOURS = {f"{hour:02}": hour for hour in range(24)}


class Label(NamedTuple):
    """What rows are summed by. All but the last is what a day's line is known by."""

    user: str | None
    destination: str
    call_type: str
    currency: str
    wallet: bool
    capability: str


class DayRows:
    """The rows of one UTC day, in the order in which they were read: columns, each of which is walked alone.

    `keys`: id and content of each row, where the batch is keyed; `labels`: their numbers in the batch; `hours`: the
    UTC hour of each start.
    """

    __slots__ = ("charges", "connections", "hours", "keys", "labels", "seconds")

    def __init__(self) -> None:
        self.keys = bytearray()
        self.labels = array("I")
        self.hours = bytearray()
        self.charges = array("q")
        self.connections = array("q")
        self.seconds = array("I")

    def __len__(self) -> int:
        return len(self.labels)

    def keep(self, rows: "Packed") -> None:
        self.keys += b"".join(rows.keys)
        self.labels.extend(rows.labels)
        self.hours += bytes(rows.hours)
        self.charges.extend(rows.charges)
        self.connections.extend(rows.connections)
        self.seconds.extend(rows.seconds)

    def read_keys(self) -> Iterator[tuple[bytes, bytes]]:
        return contents(self.keys)

    def read_figures(self) -> Iterator[Figures]:
        return zip(self.labels, self.charges, self.connections, self.seconds, strict=True)


def contents(keys: bytes | bytearray) -> Iterator[tuple[bytes, bytes]]:
    """The ids and contents that a day's keys hold."""
    return _KEY.iter_unpack(keys)


def ids_in(keys: bytes | bytearray) -> set[bytes]:
    return {id_ for (id_,) in _ID.iter_unpack(keys)}


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


class Packed(NamedTuple):
    """Some rows as a day keeps them, a column at a time."""

    keys: Sequence[bytes]
    labels: Sequence[int]
    hours: Sequence[int]
    charges: Sequence[int]
    connections: Sequence[int]
    seconds: Sequence[int]


class UsageBatch:
    """Rows that were read and are not booked yet.

    `keyed`: it is kept which rows they are, so that they are known again in another file. Graph tells all of a day
    whenever it is asked, so that it is enough there that none counts twice; how many were told again is `repeated`.
    """

    def __init__(self, *, keyed: bool = True) -> None:
        self._keyed = keyed
        self._ids: set[str] = set()  # of rows without keys
        self.repeated = 0
        self.labels: list[Label] = []
        self.strange: set[int] = set()  # numbers of labels whose type or capability nobody knows
        self._numbers: dict[Told, int] = {}
        self._texts: list[str] = []  # the labels as they were told: part of a row's content
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
        numbers = self._numbers_of(columns.labels)
        _check(columns)
        if not self._keyed:
            columns, numbers = self._unrepeated(columns, numbers)
        for day, rows in _by_day(columns.days, self._packed(columns, numbers)):
            self._of_day(day).keep(rows)

    def _unrepeated(self, rows: Columns, numbers: list[int]) -> tuple[Columns, list[int]]:
        """The rows that were not told before. As a rule all of them, and none is looked at alone."""
        ids = set(rows.ids)
        if len(ids) == len(rows.ids) and ids.isdisjoint(self._ids):
            self._ids |= ids
            return rows, numbers
        first = {id_: place for place, id_ in reversed([*enumerate(rows.ids)]) if id_ not in self._ids}
        self.repeated += len(rows.ids) - len(first)
        self._ids |= ids
        places = sorted(first.values())
        return Columns._make([column[place] for place in places] for column in rows), [numbers[p] for p in places]

    def _packed(self, rows: Columns, numbers: Sequence[int]) -> Packed:
        hours = [_HOURS.get(told[11:13], NOON) for told in rows.started_at]
        keys = [*self._keys(numbers, rows)] if self._keyed else [b""] * len(numbers)
        return Packed(keys, numbers, hours, rows.charges, rows.connections, rows.seconds)

    def _keys(self, numbers: Sequence[int], rows: Columns) -> Iterator[bytes]:
        """A row's id, and what it says beside that: its label as it was told, its time, its figures.

        To go on with a copy of a hash that is made already takes half as long as to make one.
        """
        texts = map(self._texts.__getitem__, numbers)
        told = zip(texts, rows.started_at, rows.charges, rows.connections, rows.seconds, strict=True)
        for id_, (text, start, charge, connection, seconds) in zip(rows.ids, told, strict=True):
            of_id, of_content = _HASH_OF_ID.copy(), _HASH_OF_CONTENT.copy()
            of_id.update(id_.encode())
            of_content.update(f"{text}{start} ({charge}, {connection}, {seconds})".encode())
            yield of_id.digest() + of_content.digest()

    def _of_day(self, day: date) -> DayRows:
        return self._days.get(day) or self._days.setdefault(day, DayRows())

    def emptied(self) -> "UsageBatch":
        """An empty batch that knows the labels of this one already. This one is no more to be used."""
        if len(self.labels) > KEPT_LABELS:
            return UsageBatch(keyed=self._keyed)
        self._days, self._ids, self.repeated = {}, set(), 0
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
        user, *others = told
        destination, call_type, capability, currency = map(intern, others)  # the same few, held once
        if currency:
            Money.zero(currency)  # refuses what is no currency, before it can reach the ledger
        number = self._numbers[user, destination, call_type, capability, currency] = len(self.labels)
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
        if self._keyed:
            self._texts.append(repr(told))
        return number


def _by_day(days: Sequence[date], rows: Packed) -> Iterator[tuple[date, Packed]]:
    """Rows are of one day, as a rule, and then they are kept as they are."""
    if days and days[0] == days[-1] and days.count(days[0]) == len(days):
        yield days[0], rows
        return
    for day, places in groupby(sorted(range(len(days)), key=days.__getitem__), days.__getitem__):
        picked = [*places]
        yield day, Packed._make([column[place] for place in picked] for column in rows)


def _check(rows: Columns) -> None:
    """Raises Refusal for rows that cannot be booked."""
    if min(map(min, (rows.seconds, rows.charges, rows.connections))) < 0:
        raise Refusal("usage_negative", day=min(rows.days))
    if not all(map(_CURRENCY, rows.labels)) and _some_are_charged(rows):
        raise Refusal("usage_without_currency", day=min(rows.days))


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
