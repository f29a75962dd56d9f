"""Reads the admin center's usage export: a CSV, alone or in its zip. Works on a file that the caller has opened.

RFC 4180 with a comma, semicolon or tab, UTF-8 with or without a byte order mark, headers in English or Spanish
(`usage_columns.py`). One wrong row spoils the file: all wrong rows are counted, the first are told with their line.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import BinaryIO

from bot.domain.errors import Refusal
from bot.domain.usage import CallRow
from bot.domain.usage_batch import UsageBatch
from bot.usecases.usage_columns import NAMES, count_known, find_columns
from bot.usecases.usage_values import BadValue, currency_of, excerpt, micros_of, moment_of, seconds_of
from bot.usecases.usage_zip import open_csv

TOLD = 20  # broken rows that are told one by one
LONGEST_LINE = 1 << 20  # bytes
TICK = 10_000  # rows
SEPARATORS = (",", ";", "\t")

Progress = Callable[[int], None]  # rows read so far


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be read. `line` is the physical line on which it begins, `column` the header's own name ('':
    the whole row), `reason` names the text in the catalogues (`row.<reason>`), `value` is an excerpt without numbers
    of people."""

    line: int
    column: str
    reason: str
    value: str


class BrokenUsageFile(Refusal):
    """Rows of the file are wrong, so none of it is booked. `rows` are the first of them, `count` is how many."""

    def __init__(self, rows: list[BrokenRow], count: int) -> None:
        super().__init__("usage_rows_broken", count=count, line=rows[0].line)
        self.rows = tuple(rows)
        self.count = count


def read_usage_file(file: BinaryIO, *, progress: Progress | None = None) -> UsageBatch:
    """All rows of an export, ready to be booked. `file` must be able to seek.

    Raises BrokenUsageFile, or Refusal where it is no export at all (see `open_csv`, `find_columns`).
    """
    batch = UsageBatch()
    broken: list[BrokenRow] = []
    count = 0
    for number, row in enumerate(call_rows(file), start=1):
        if isinstance(row, CallRow):
            batch.add(row)
        else:
            count += 1
            broken += [row] if count <= TOLD else []
        if progress and not number % TICK:
            progress(number)
    if broken:
        raise BrokenUsageFile(broken, count)
    return batch


def call_rows(file: BinaryIO) -> Iterator[CallRow | BrokenRow]:
    """The rows of an export as they stream by. Raises Refusal where it is no export at all."""
    counted = _Lines(open_csv(file))
    lines = iter(counted)
    header_line = next((line for line in lines if line.strip()), "")
    separator = max(SEPARATORS, key=lambda sign: count_known(_split(header_line, sign)))
    header = _split(header_line, separator)
    reader = _Reader(header)
    table = csv.reader(lines, delimiter=separator, strict=True)
    while True:
        first_line = counted.number + 1
        try:
            fields = next(table, None)
        except csv.Error:
            yield BrokenRow(first_line, "", "quoting", "")
            return  # where the quotes are wrong, no later row can be told from another
        if fields is None:
            return
        if any(fields):
            yield reader.read(fields, first_line, is_text=counted.undecodable < first_line)


class _Lines:
    """The physical lines of a file as text, counted."""

    def __init__(self, file: BinaryIO) -> None:
        self.number = 0
        self.undecodable = 0  # the last line that is not UTF-8
        self._file = file

    def __iter__(self) -> Iterator[str]:
        for raw in iter(partial(self._file.readline, LONGEST_LINE), b""):
            self.number += 1
            if len(raw) == LONGEST_LINE:
                raise Refusal("usage_not_an_export")
            try:
                yield raw.decode() if self.number > 1 else _without_mark(raw).decode()
            except UnicodeDecodeError:
                self.undecodable = self.number
                yield raw.decode(errors="replace")


class _Reader:
    """Makes calls of a table's rows, once its header is known."""

    def __init__(self, header: list[str]) -> None:
        columns = find_columns(header)
        self._header = header
        self._columns = columns
        self._width = len(header)
        self._pick = itemgetter(*(columns[name] for name in NAMES))

    def read(self, fields: list[str], line: int, *, is_text: bool) -> CallRow | BrokenRow:
        if not is_text:
            return BrokenRow(line, "", "encoding", "")
        if len(fields) != self._width:
            if len(fields) < self._width or any(fields[self._width :]):
                reason = "too_few_fields" if len(fields) < self._width else "too_many_fields"
                return BrokenRow(line, "", reason, f"{len(fields)} / {self._width}")
            del fields[self._width :]
        fields.append("")  # what is read for a column that the file does not have
        try:
            return _call(self._pick(fields))
        except BadValue as bad:
            return self._broken(fields, line, bad)

    def _broken(self, fields: list[str], line: int, bad: BadValue) -> BrokenRow:
        """Finds the column again, which the way of the good rows does not keep track of."""
        for name, parse in _PARSERS.items():
            try:
                parse(fields[self._columns[name]])
            except BadValue as found:
                return BrokenRow(line, self._header[self._columns[name]], found.reason, excerpt(found.value))
        return BrokenRow(line, self._header[self._columns["currency"]], bad.reason, "")


def _call(fields: tuple[str, ...]) -> CallRow:
    """Fields in the order of `NAMES`. Raises BadValue."""
    id_, user_id, address, call_type, destination, start, seconds, connection, charge, currency, capability = fields
    day, started_at = moment_of(start)
    charge_micros = micros_of(charge)
    connection_micros = _optional_micros(connection)
    code = currency_of(currency)
    if not code and (charge_micros or connection_micros):
        raise BadValue("missing", "")
    call_type = call_type.strip()
    return CallRow(
        _required(id_),
        day,
        started_at,
        None if call_type.startswith("ucap_") else (user_id or address).strip().lower() or None,
        call_type,
        destination.strip(),
        capability.strip(),
        seconds_of(seconds),
        charge_micros,
        connection_micros,
        code,
    )


def _required(text: str) -> str:
    plain = text.strip()
    if not plain:
        raise BadValue("missing", "")
    return plain


def _optional_micros(text: str) -> int:
    return micros_of(text) if text.strip() else 0


_PARSERS: dict[str, Callable[[str], object]] = {
    "id": _required,
    "started_at": moment_of,
    "duration": seconds_of,
    "connection": _optional_micros,
    "charge": micros_of,
    "currency": currency_of,
}


def _split(line: str, separator: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=separator, strict=True), [])]
    except csv.Error:
        return []


def _without_mark(raw: bytes) -> bytes:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal("usage_encoding")
    return raw.removeprefix(b"\xef\xbb\xbf")
