"""What new rows do to a day: which are unseen, and what its totals change by. No I/O here.

A day has one source. Rows of a file are added where they are unseen; Graph's rows take the place of the whole day.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, compress
from operator import add

from bot.domain.usage import (
    KNOWN_CALL_TYPES,
    DetailLine,
    Source,
    UsageDay,
    UsageDetail,
    UsageIds,
    UsageSum,
    is_known_capability,
)
from bot.domain.usage_batch import DayRows, Figures, Label, UsageBatch, contents, ids_in


@dataclass(frozen=True, slots=True)
class BookedDay:
    """A day as it is kept: its three documents."""

    total: UsageDay
    detail: UsageDetail
    ids: UsageIds


@dataclass(frozen=True, slots=True)
class DayChange:
    """What rows do to a day. `after` is the day with them; the same object as before where nothing changes.

    `known`: rows that are there already, in the day or earlier in the same file; `differing`: rows whose id is there
    with another content, which are not booked; `skipped`: rows of a file for a day that is Graph's.
    """

    after: BookedDay
    sums: tuple[UsageSum, ...] = ()
    new: int = 0
    known: int = 0
    differing: int = 0
    skipped: int = 0
    unknown_types: dict[str, int] | None = None
    unknown_capabilities: dict[str, int] | None = None


def add_unseen(before: BookedDay | None, batch: UsageBatch, day: date) -> DayChange:
    """A file's rows of a day: what is unseen is added."""
    if before is not None and before.total.source is Source.GRAPH:
        return DayChange(before, skipped=len(batch.rows(day)))
    base = before or empty_day(day, Source.CSV)
    fresh = _Fresh(base.ids, batch, day)
    after = base if before and not fresh.new else fresh.onto(base)
    return DayChange(
        after,
        difference(base.total.sums, after.total.sums),
        fresh.new,
        fresh.known,
        fresh.differing,
        unknown_types=dict(fresh.unknown_types),
        unknown_capabilities=dict(fresh.unknown_capabilities),
    )


def replace_day(before: BookedDay | None, batch: UsageBatch, day: date) -> DayChange:
    """Graph's rows of a day, all of them: they take its place. None at all is an answer too.

    Which rows they are is not kept: no file's are ever added to them.
    """
    blank = empty_day(day, Source.GRAPH)
    fresh = _Fresh(blank.ids, batch, day)
    after = replace(fresh.onto(blank), ids=blank.ids)
    known = fresh.known + batch.repeated
    if before is not None and (before.total, before.detail) == (after.total, after.detail):
        return DayChange(before, known=fresh.new + known, differing=fresh.differing)
    return DayChange(
        after,
        difference(before.total.sums if before else (), after.total.sums),
        fresh.new,
        known,
        fresh.differing,
        unknown_types=dict(fresh.unknown_types),
        unknown_capabilities=dict(fresh.unknown_capabilities),
    )


def empty_day(day: date, source: Source) -> BookedDay:
    return BookedDay(UsageDay(day, source, (), 0), UsageDetail(day, ()), UsageIds(day, b""))


def difference(before: Iterable[UsageSum], after: Iterable[UsageSum]) -> tuple[UsageSum, ...]:
    """What sums changed by, for every currency that occurs."""
    return add_sums(
        [*(UsageSum(s.currency, -s.charge_micros, -s.connection_micros, -s.other_micros) for s in before), *after]
    )


def add_sums(sums: Iterable[UsageSum]) -> tuple[UsageSum, ...]:
    """One sum a currency."""
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in sums:
        total = totals[each.currency]
        total[0] += each.charge_micros
        total[1] += each.connection_micros
        total[2] += each.other_micros
    return tuple(UsageSum(currency, *totals[currency]) for currency in sorted(totals))


class _Fresh:
    """The rows of a day that are not among `ids`, summed by label."""

    def __init__(self, ids: UsageIds, batch: UsageBatch, day: date) -> None:
        self.new = self.known = self.differing = 0
        self.unknown_types: Counter[str] = Counter()
        self.unknown_capabilities: Counter[str] = Counter()
        self._keys = bytearray(ids.rows)
        self._labels = batch.labels
        self._totals: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._sum(self._unseen(batch.rows(day)))
        self._count_unknown(batch.strange & self._totals.keys())

    def onto(self, base: BookedDay) -> BookedDay:
        """`base` with these rows."""
        total = base.total
        lines = _lines_of(self._totals, self._labels)
        return BookedDay(
            UsageDay(
                total.day,
                total.source,
                add_sums([*total.sums, *sums_of(lines)]),
                total.rows + self.new,
                dict(sorted((Counter(total.unknown_types) + self.unknown_types).items())),
                dict(sorted((Counter(total.unknown_capabilities) + self.unknown_capabilities).items())),
            ),
            UsageDetail(total.day, merge_lines([*base.detail.lines, *lines])),
            UsageIds(total.day, bytes(self._keys)),
        )

    def _unseen(self, rows: DayRows) -> Iterable[Figures]:
        """The figures of the rows that count. As a rule all of them do, and none is looked at alone."""
        told = ids_in(rows.keys)
        if rows.keys and (len(told) < len(rows) or not told.isdisjoint(ids_in(self._keys))):
            return compress(rows.read_figures(), [*self._sifted(rows)])
        self.new = len(rows)
        self._keys += rows.keys
        return rows.read_figures()

    def _sifted(self, rows: DayRows) -> Iterator[bool]:
        """Of each row whether it counts."""
        seen = dict(contents(self._keys))
        for id_, content in rows.read_keys():
            counts = id_ not in seen
            if counts:
                seen[id_] = content
                self.new += 1
                self._keys += id_ + content
            else:
                self.known += seen[id_] == content
                self.differing += seen[id_] != content
            yield counts

    def _sum(self, figures: Iterable[Figures]) -> None:
        totals = self._totals
        for label, charge, connection, seconds in figures:
            total = totals[label]
            total[0] += charge
            total[1] += connection
            total[2] += seconds
            total[3] += 1

    def _count_unknown(self, strange: Iterable[int]) -> None:
        for number in strange:
            calls, label = self._totals[number][3], self._labels[number]
            if label.call_type not in KNOWN_CALL_TYPES:
                self.unknown_types[label.call_type] += calls
            if not is_known_capability(label.capability):
                self.unknown_capabilities[label.capability] += calls


def sums_of(lines: Iterable[DetailLine]) -> list[UsageSum]:
    """What lines add to the sums of their currencies."""
    totals: dict[tuple[str, bool], list[int]] = defaultdict(lambda: [0, 0])
    for line in lines:
        total = totals[line.currency, line.wallet]
        total[0] += line.charge_micros
        total[1] += line.connection_micros
    return [
        UsageSum(currency, charge, connection, 0) if wallet else UsageSum(currency, 0, 0, charge)
        for (currency, wallet), (charge, connection) in totals.items()
        if currency
    ]


def merge_lines(lines: Sequence[DetailLine]) -> tuple[DetailLine, ...]:
    """One line for each user, destination, type, currency and payer, in a stable order: what is nobody's first."""
    merged = {line[:5]: line for line in lines}
    if len(merged) < len(lines):
        merged = {}
        for line in lines:
            known = merged.get(line[:5])
            merged[line[:5]] = _sum_of(known, line) if known else line
    nobodys = sorted(place for place in merged if place[0] is None)
    places = chain(nobodys, sorted(place for place in merged if place[0] is not None))
    return tuple(map(merged.__getitem__, places))


def _sum_of(one: DetailLine, other: DetailLine) -> DetailLine:
    return DetailLine._make((*one[:5], *map(add, one[5:], other[5:])))


def _lines_of(totals: dict[int, list[int]], labels: list[Label]) -> list[DetailLine]:
    return [DetailLine._make((*labels[number][:5], *figures)) for number, figures in totals.items()]
