"""Why the balance that was read differs from the estimate, and who may book the difference. No I/O here.

What was read less what was expected is the drift. It is split into
- the known lag: what calls usually cost that nobody can know yet, up to the moment of reading;
- what counts twice: calls of the last reading's day that were made before it, because the ledger counts a day from
  its midnight;
- days that could be known and were not imported, at what such days usually cost;
- sums that are kept apart because nothing tells whether the wallet pays them: connection fees, and charges of other
  capabilities. Whichever reading makes the figures meet is taken;
- an automatic recharge that nobody booked: what remains is about what the organization usually buys;
- and the rest, which is unexplained.
The estimate, its lag and its missing days are uncertain, so figures meet when no more than half of that is left
over.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import product

from bot.domain.ledger import OF_A_REQUEST, Adjustment, Entry, Purchase, UsageChange
from bot.domain.money import MICROS, Money

WINDOW_DAYS = 28  # four whole weeks tell what a weekday usually costs
RECENT_PURCHASES = 5  # whose sums are what this organization usually buys
ALONE_PERCENT = 2
STEPS_ARE_ONE = timedelta(days=7)
ALONE_MICROS = 5 * MICROS
DAY_SECONDS = 86_400


class Paid(StrEnum):
    """What a reading says about sums of which nothing else tells whether the wallet pays them."""

    NONE = "none"  # there are no such sums
    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"  # the figures meet either way
    NEITHER = "neither"  # they meet in no way


@dataclass(frozen=True, slots=True)
class Split:
    """`lag`, `gap`, `twice`, `fees`, `other`, `recharge` and `unexplained` add up to `drift`, which is what was read
    less `estimate`; what lowers the balance is negative. `gap_days`: how many days were not imported."""

    estimate: Money
    drift: Money
    lag: Money
    gap: Money
    twice: Money
    fees: Money
    other: Money
    recharge: Money
    unexplained: Money
    gap_days: int = 0
    fees_paid: Paid = Paid.NONE
    other_paid: Paid = Paid.NONE

    @property
    def parts(self) -> tuple[tuple[str, Money], ...]:
        """What the drift consists of, by name."""
        names = ("lag", "gap", "twice", "fees", "other", "recharge", "unexplained")
        return tuple((name, getattr(self, name)) for name in names)


def may_book_alone(portal: Money, drift: Money) -> bool:
    """One admin books a drift up to the larger of 2 % of what was read and 5.00; above, a second one has to agree."""
    return abs(drift.micros) * 100 <= max(ALONE_MICROS * 100, abs(portal.micros) * ALONE_PERCENT)


def without_small_steps(entries: Iterable[Entry], now: datetime) -> list[Entry]:
    """The books as they would be if nobody had booked a reading alone in the week before `now`: many small steps in a
    row are one large one, so a reading is held against these, too."""
    kept, opened = list[Entry](), set[str | None]()
    for entry in entries:
        currency = _currency(entry)
        if currency not in opened or not isinstance(entry, Adjustment) or not _is_small_step(entry, now):
            kept.append(entry)
        opened.add(currency)
    return kept


def _is_small_step(reading: Adjustment, now: datetime) -> bool:
    """A large one that took no second person began the books."""
    is_agreed = reading.id.startswith(OF_A_REQUEST)
    is_recent = reading.recorded_at > now - STEPS_ARE_ONE
    return not is_agreed and is_recent and may_book_alone(reading.portal, reading.amount)


def is_opening(entries: Iterable[Entry], currency: str) -> bool:
    """Whether nothing has come into this wallet yet: then a reading begins the books, and corrects nothing."""
    return not any(_currency(entry) == currency for entry in entries)


def split_of(
    entries: Sequence[Entry], portal: Money, read_at: datetime, estimate: Money, awaited: Iterable[Money] = ()
) -> Split:
    """`estimate` is what the ledger expects as the UTC day of `read_at` begins; `awaited` are recharges that are
    approved and not confirmed yet."""
    known = _Known.of(entries, portal.currency, read_at.astimezone(UTC))
    lag, twice = known.lag(), known.twice()
    gap, gap_days = known.gap()
    rest = (portal - estimate).micros + lag + gap - twice
    ways = _ways(known, [money.micros for money in awaited if money.currency == portal.currency])
    fitting = _fitting(ways, rest, max(MICROS, (lag + gap + twice) // 2))
    best = min(fitting, key=lambda way: (way.parts, abs(rest - way.micros)), default=_Way())

    def money(micros: int) -> Money:
        return Money(micros, portal.currency)

    return Split(
        estimate=estimate,
        drift=portal - estimate,
        lag=money(-lag),
        gap=money(-gap),
        twice=money(twice),
        fees=money(-best.fees),
        other=money(-best.other),
        recharge=money(best.recharge),
        unexplained=money(rest - best.micros),
        gap_days=gap_days,
        fees_paid=_paid(known.fees, [bool(way.fees) for way in fitting]),
        other_paid=_paid(known.other, [bool(way.other) for way in fitting]),
    )


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to explain what lag and missing days leave over, in millionths."""

    fees: int = 0
    other: int = 0
    recharge: int = 0

    @property
    def micros(self) -> int:
        return self.recharge - self.fees - self.other

    @property
    def parts(self) -> int:
        return sum(map(bool, (self.fees, self.other, self.recharge)))


def _ways(known: "_Known", awaited: list[int]) -> list[_Way]:
    recharges = dict.fromkeys((0, *awaited, *known.bought[-RECENT_PURCHASES:][::-1]))
    choices = product({0, known.fees}, {0, known.other}, recharges)
    return [_Way(fees, other, recharge) for fees, other, recharge in choices]


def _fitting(ways: list[_Way], rest: int, slack: int) -> list[_Way]:
    """Those that leave no more than `slack`, and of a recharge a twentieth. One is believed only where nothing fits
    without it."""
    fitting = [way for way in ways if abs(rest - way.micros) <= slack + way.recharge // 20]
    return [way for way in fitting if not way.recharge] or fitting


def _paid(micros: int, found: list[bool]) -> Paid:
    """What all ways that fit agree on."""
    if not micros:
        return Paid.NONE
    agreed = set(found)
    if len(agreed) != 1:
        return Paid.UNCLEAR if agreed else Paid.NEITHER
    return Paid.YES if found[0] else Paid.NO


@dataclass(slots=True)
class _Known:
    """What the ledger knows of one currency when a reading is made at `read_at` (UTC). `last` is the reading before
    it; `first` the first day whose usage the estimate holds; `spent` by day, of all days that are known; `fees` and
    `other` of the days that the estimate holds."""

    read_at: datetime
    last: datetime | None = None
    spent: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    fees: int = 0
    other: int = 0
    bought: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, entries: Sequence[Entry], currency: str, read_at: datetime) -> "_Known":
        known = cls(read_at, _last(entries, currency, read_at.date()))
        for change in entries:
            if isinstance(change, UsageChange):
                known._add(change, currency)
        known.bought = [e.amount.micros for e in entries if isinstance(e, Purchase) and _currency(e) == currency]
        return known

    @property
    def on(self) -> date:
        return self.read_at.date()

    @property
    def first(self) -> date:
        return self.last.date() if self.last else min(self.spent, default=self.on)

    def lag(self) -> int:
        """The day before the reading, where it is not known, and the day itself: usage is 24 to 48 hours late."""
        yesterday = self.on - timedelta(days=1)
        late = self._cost(yesterday) if self.first <= yesterday and yesterday not in self.spent else 0
        return late + self._until(self.read_at)

    def twice(self) -> int:
        """What the day of the last reading had cost by then: that reading held it, and the ledger counts it again."""
        return self._until(self.last) if self.last else 0

    def gap(self) -> tuple[int, int]:
        """What older days cost that are not known, and how many they are."""
        older = (self.on - timedelta(days=1) - self.first).days
        days = [day for day in (self.first + timedelta(days=n) for n in range(older)) if day not in self.spent]
        return sum(self._cost(day) for day in days), len(days)

    def _add(self, change: UsageChange, currency: str) -> None:
        self.spent[change.day] += 0  # a day of nothing is known too
        since = self.last.date() if self.last else date.min
        for each in change.sums:
            if each.currency == currency:
                self.spent[change.day] += each.charge_micros
                if since <= change.day < self.on:
                    self.fees += each.connection_micros
                    self.other += each.other_micros

    def _until(self, moment: datetime) -> int:
        """What the day of `moment` cost by then."""
        since_midnight = moment - moment.replace(hour=0, minute=0, second=0, microsecond=0)
        return self._cost(moment.date()) * since_midnight.seconds // DAY_SECONDS

    def _cost(self, day: date) -> int:
        """What the day cost, or what such a weekday usually does; then what any day does."""
        if day in self.spent:
            return self.spent[day]
        recent = {
            known: micros
            for known, micros in self.spent.items()
            if self.on - timedelta(days=WINDOW_DAYS) <= known < self.on
        }
        alike = [micros for known, micros in recent.items() if known.weekday() == day.weekday()]
        usual = alike or list(recent.values())
        return sum(usual) // len(usual) if usual else 0


def _last(entries: Iterable[Entry], currency: str, on: date) -> datetime | None:
    """When the last reading up to the day `on` was made: it settles all that was before."""
    made = [e.read_at for e in entries if isinstance(e, Adjustment) and e.on <= on and _currency(e) == currency]
    return max(made, default=None)


def _currency(entry: Entry) -> str | None:
    """Of what came into a wallet; None for usage, which may hold several."""
    match entry:
        case Purchase():
            return entry.amount.currency
        case Adjustment():
            return entry.portal.currency
        case _:
            return None
