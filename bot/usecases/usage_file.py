"""Reads the admin center's usage export: a CSV, alone or in its zip. Works on a file that the caller has opened.

RFC 4180 with a comma, semicolon or tab, UTF-8 with or without a byte order mark, headers in English or Spanish
(`usage_columns.py`). One wrong row spoils the file: all wrong rows are counted, the first are told with their line.
"""

import csv
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO

from bot.domain.errors import Refusal
from bot.domain.usage import CallRow
from bot.domain.usage_batch import Columns, UsageBatch
from bot.usecases.usage_columns import count_known
from bot.usecases.usage_lines import Lines
from bot.usecases.usage_rows import BrokenRow, Irregular, RowReader
from bot.usecases.usage_zip import open_csv

TOLD = 20  # broken rows that are told one by one
CHUNK = 250  # rows that are read at once: more of them leave the processor's cache
TICK = 10_000  # rows
SEPARATORS = (",", ";", "\t")

Progress = Callable[[int], None]  # rows read so far


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
    reading, batch = _Reading(file), UsageBatch()
    broken: list[BrokenRow] = []
    count = rows = 0
    for chunk in reading.chunks():
        try:
            batch.add_columns(reading.columns(chunk))
        except Irregular:
            for row in reading.one_by_one(chunk):
                if isinstance(row, CallRow):
                    batch.add([row])
                    continue
                count += 1
                broken += [row] if count <= TOLD else []
        rows += len(chunk)
        if progress and not rows % TICK:
            progress(rows)
    if broken:
        raise BrokenUsageFile(broken, count)
    return batch


def call_rows(file: BinaryIO) -> Iterator[CallRow | BrokenRow]:
    """The rows of an export one by one, as they stream by. Raises Refusal where it is no export at all."""
    reading = _Reading(file)
    for chunk in reading.chunks():
        yield from reading.one_by_one(chunk)


Chunk = list[list[str]]


class _Reading:
    """One export while it is read. A chunk must be worked on before the next is taken."""

    def __init__(self, file: BinaryIO) -> None:
        self._lines = Lines(open_csv(file))
        text = iter(self._lines)
        number, header_line = next(((n, line) for n, line in enumerate(text, start=1) if line.strip()), (0, ""))
        separator = max(SEPARATORS, key=lambda sign: count_known(_split(header_line, sign)))
        self._read_row = RowReader(_split(header_line, separator))
        self._table = csv.reader(text, delimiter=separator, strict=True)
        self._above = self._line = number  # lines above the table, and lines that are done with
        self._is_torn = False  # the quotes are wrong after the rows of this chunk

    def chunks(self) -> Iterator[Chunk]:
        """Some rows at a time, as texts. Where the quotes are wrong, no later row can be told from another."""
        while True:
            chunk: Chunk = []
            try:
                chunk.extend(islice(self._table, CHUNK))  # keeps what was read before an error
            except csv.Error:
                self._is_torn = True
            yield chunk
            if len(chunk) < CHUNK:
                return

    def columns(self, chunk: Chunk) -> Columns:
        """All rows of a chunk at once. Raises Irregular where one of them must be looked at."""
        if self._is_torn or self._lines.undecodable:
            raise Irregular
        columns = self._read_row.columns(chunk)
        self._line = self._above + self._table.line_num
        return columns

    def one_by_one(self, chunk: Chunk) -> Iterator[CallRow | BrokenRow]:
        for fields in chunk:
            first_line, self._line = self._line + 1, self._line + _lines_in(fields)
            if _within(self._lines.undecodable, first_line, self._line):
                yield BrokenRow(first_line, "", "encoding", "")
            elif any(fields):
                yield self._read_row(fields, first_line)
        if self._is_torn:
            yield BrokenRow(self._line + 1, "", "quoting", "")


def _lines_in(fields: list[str]) -> int:
    """How many physical lines a row stands on."""
    return 1 + sum(field.count("\n") for field in fields)


def _within(numbers: list[int], first: int, last: int) -> bool:
    place = bisect_left(numbers, first)
    return place < len(numbers) and numbers[place] <= last


def _split(line: str, separator: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=separator, strict=True), [])]
    except csv.Error:
        return []
