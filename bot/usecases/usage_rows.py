"""The rows of an export become calls: many at once where all of them are good, else one by one. No I/O here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from bot.domain.usage import CallRow, plain_starts
from bot.domain.usage_batch import Columns, Told
from bot.usecases.usage_columns import find_columns
from bot.usecases.usage_values import (
    BadValue,
    currency_of,
    excerpt,
    micros_of,
    moment_of,
    optional_micros_of,
    seconds_of,
)

KEPT_LABELS = 65_536
_OF_THE_ROW = ("id", "started_at", "duration", "charge", "connection")
_OF_THE_LABEL = ("user_id", "address", "call_type", "destination", "capability", "currency")
_CURRENCY = itemgetter(4)


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that cannot be read. `line` is the physical line on which it begins, `column` the header's own name ('':
    the whole row), `reason` names the text in the catalogues (`row.<reason>`), `value` is an excerpt without numbers
    of people."""

    line: int
    column: str
    reason: str
    value: str


class Irregular(Exception):
    """Among some rows is one that is empty, wrong or of another width."""


class RowReader:
    """Makes calls of a table's rows, once its header is known."""

    def __init__(self, header: list[str]) -> None:
        """Raises Refusal as `find_columns` says."""
        self._columns = find_columns(header)
        self._header = header
        self._width = len(header)
        self._pick = itemgetter(*(self._columns[name] for name in (*_OF_THE_ROW, *_OF_THE_LABEL)))
        self._labels: dict[tuple[str, ...], Told] = {}

    def columns(self, rows: Sequence[list[str]]) -> Columns:
        """Rows that are all good, a column at a time: so nothing but the values is looked at. Raises Irregular."""
        if set(map(len, rows)) != {self._width}:
            raise Irregular
        table = (*zip(*rows, strict=True), ("",) * len(rows))  # the last: a column that the file does not have
        told_ids, starts, durations, charges, connections, *labels = self._pick(table)
        ids = tuple(map(str.strip, told_ids))
        if not all(ids):
            raise Irregular
        try:
            days, started_at = plain_starts(starts) or zip(*map(moment_of, starts), strict=True)
            known = [self._labels.get(told) or self._label(told) for told in zip(*labels, strict=True)]
            if not all(map(_CURRENCY, known)):
                raise Irregular  # good only where nothing was charged
            return Columns(
                ids,
                days,
                started_at,
                known,
                tuple(map(seconds_of, durations)),
                tuple(map(micros_of, charges)),
                tuple(map(optional_micros_of, connections)),
            )
        except BadValue:
            raise Irregular from None

    def __call__(self, fields: list[str], line: int) -> CallRow | BrokenRow:
        """One row, which begins on `line`."""
        if len(fields) > self._width and not any(fields[self._width :]):
            del fields[self._width :]
        if len(fields) != self._width:
            reason = "too_few_fields" if len(fields) < self._width else "too_many_fields"
            return BrokenRow(line, "", reason, f"{len(fields)} / {self._width}")
        try:
            return self._call([*fields, ""])
        except BadValue as bad:
            return self._broken([*fields, ""], line, bad)

    def _call(self, fields: list[str]) -> CallRow:
        id_, start, seconds, charge, connection, *told = self._pick(fields)
        user, destination, call_type, capability, currency = self._label(tuple(told))
        day, started_at = moment_of(start)
        paid, connected = micros_of(charge), optional_micros_of(connection)
        if not currency and (paid or connected):
            raise BadValue("missing", "")
        figures = (seconds_of(seconds), paid, connected)
        return CallRow(_required(id_), day, started_at, user, call_type, destination, capability, *figures, currency)

    def _label(self, told: tuple[str, ...]) -> Told:
        """Kept, because the same few come again and again."""
        user_id, address, call_type, destination, capability, currency = map(str.strip, told)
        user = None if call_type.startswith("ucap_") else (user_id or address).lower() or None
        label = (user, destination, call_type, capability, currency_of(currency))
        if len(self._labels) >= KEPT_LABELS:
            self._labels.clear()
        self._labels[told] = label
        return label

    def _broken(self, fields: list[str], line: int, bad: BadValue) -> BrokenRow:
        """Finds the column again, which the way of the good rows does not keep track of."""
        for name, parse in _PARSERS.items():
            try:
                parse(fields[self._columns[name]])
            except BadValue as found:
                return BrokenRow(line, self._header[self._columns[name]], found.reason, excerpt(found.value))
        return BrokenRow(line, self._header[self._columns["currency"]], bad.reason, "")


def _required(text: str) -> str:
    plain = text.strip()
    if not plain:
        raise BadValue("missing", "")
    return plain


_PARSERS: dict[str, Callable[[str], object]] = {
    "id": _required,
    "started_at": moment_of,
    "duration": seconds_of,
    "connection": optional_micros_of,
    "charge": micros_of,
    "currency": currency_of,
}
