"""`burn_down` against an oracle that walks every single day and keeps the money in decimal heaps.

The oracle follows the rules as `bot/domain/ledger.py` states them, in their most naive form, and shares no
code with it: its own calendar, its own arithmetic, every lot looked at every day.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.balance import balances_of
from bot.domain.ledger import Adjustment, Entry, Purchase, Statement, UsageChange
from bot.domain.money import Money
from bot.domain.usage import Source, UsageSum

FIRST = date(2023, 12, 1)  # so that 29 Feb 2024 is within
DAYS = 1_000
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@dataclass
class Heap:
    """One lot of the oracle."""

    bought: date
    amount: Decimal
    left: Decimal
    lost: Decimal = Decimal(0)
    guessed: bool = False
    age_unknown: bool = False


@dataclass
class Oracle:
    heaps: list[Heap] = field(default_factory=list)
    debt: Decimal = Decimal(0)
    history: dict[date, Decimal] = field(default_factory=dict)

    def balance(self) -> Decimal:
        return sum((heap.left for heap in self.heaps), Decimal(0)) - self.debt

    def live_through(self, entries: Sequence[Entry], currency: str, last: date) -> None:
        today = FIRST - timedelta(days=400)
        while today <= last:
            self.live(entries, currency, today)
            self.history[today] = self.balance()
            today += timedelta(days=1)

    def live(self, entries: Sequence[Entry], currency: str, today: date) -> None:
        for heap in self.heaps:
            if today >= a_year_after(heap.bought):
                heap.lost += heap.left
                heap.left = Decimal(0)
        for entry in entries:
            if isinstance(entry, Purchase) and entry.on == today and entry.amount.currency == currency:
                self.add(Heap(today, entry.amount.amount, entry.amount.amount))
            if isinstance(entry, Adjustment) and entry.on == today and entry.portal.currency == currency:
                self.correct(entry)
        self.spend(spent_on(entries, currency, today))

    def add(self, heap: Heap) -> None:
        paid = min(self.debt, heap.left)
        self.debt -= paid
        heap.left -= paid
        older = [other for other in self.heaps if other.bought <= heap.bought]
        self.heaps.insert(len(older), heap)

    def correct(self, entry: Adjustment) -> None:
        gap = entry.portal.amount - self.balance()
        if gap > 0:
            told = entry.oldest_purchase
            self.add(Heap(told or entry.on, gap, gap, guessed=True, age_unknown=told is None))
        else:
            self.spend(-gap)

    def spend(self, amount: Decimal) -> None:
        for heap in self.heaps:
            taken = min(heap.left, amount)
            heap.left -= taken
            amount -= taken
        self.debt += amount


def a_year_after(bought: date) -> date:
    days_in_month = calendar.monthrange(bought.year + 1, bought.month)[1]
    return date(bought.year + 1, bought.month, min(bought.day, days_in_month))


def spent_on(entries: Sequence[Entry], currency: str, today: date) -> Decimal:
    total = Decimal(0)
    for entry in entries:
        if isinstance(entry, UsageChange) and entry.day == today:
            total += sum(Decimal(one.charge_micros) / 1_000_000 for one in entry.sums if one.currency == currency)
    return total


days = st.integers(0, DAYS).map(lambda n: FIRST + timedelta(days=n)) | st.sampled_from(
    [date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1), date(2025, 2, 28), date(2025, 3, 1)]
)
currencies = st.sampled_from(("EUR", "EUR", "EUR", "JPY", "USD"))  # mostly one, so that its entries meet
sums = st.integers(1, 3) | st.integers(1, 2_000_000_000)


@st.composite
def purchases(draw: st.DrawFn) -> Purchase:
    amount = Money(draw(sums), draw(currencies))
    return Purchase("", draw(days), amount, NOW)


@st.composite
def usage(draw: st.DrawFn) -> UsageChange:
    changes = tuple(
        UsageSum(draw(currencies), draw(sums), draw(sums), draw(sums)) for _ in range(draw(st.integers(0, 2)))
    )
    return UsageChange("", draw(days), Source.CSV, changes, NOW)


@st.composite
def readings(draw: st.DrawFn) -> Adjustment:
    on, currency = draw(days), draw(currencies)
    age = draw(st.none() | st.integers(0, 364) | st.integers(200, 364))
    portal = Money(draw(st.integers(-1_000_000, 9_000_000_000)), currency)
    oldest = on - timedelta(days=age) if age is not None else None
    return Adjustment("", on, NOW, portal, Money.zero(currency), NOW, oldest)


ledgers = st.lists(purchases() | usage() | readings(), max_size=30)


@settings(max_examples=150, deadline=None)
@given(ledgers, days)
def test_burn_down_agrees_with_the_oracle_to_the_millionth(entries: list[Entry], as_of: date) -> None:
    for balance in balances_of(entries, as_of, len(entries)).each:
        oracle = Oracle()
        oracle.live_through(entries, balance.statement.currency, as_of)
        assert told_by(balance.statement) == told_by_oracle(oracle, as_of)
        for point in balance.statement.series:
            assert point.balance.amount == oracle.history[point.day]


@settings(max_examples=150, deadline=None)
@given(ledgers, days)
def test_no_money_is_made_or_lost(entries: list[Entry], as_of: date) -> None:
    """Without readings: what was bought is left, forfeited or spent; what was spent is paid for or overdrawn."""
    booked = [entry for entry in entries if not isinstance(entry, Adjustment)]
    for balance in balances_of(booked, as_of, len(booked)).each:
        of = balance.statement
        bought = sum(
            e.amount.micros for e in booked if isinstance(e, Purchase) and counts(e, e.on, as_of, of.currency)
        )
        spent = sum(
            one.charge_micros
            for e in booked
            if isinstance(e, UsageChange) and e.day <= as_of
            for one in e.sums
            if one.currency == of.currency
        )
        assert of.available.micros + of.forfeited.micros + spent == bought + of.overdrawn.micros
        assert not (of.available and of.overdrawn)


@settings(max_examples=100, deadline=None)
@given(ledgers, days)
def test_the_order_of_recording_matters_only_for_what_arrives_on_one_day(entries: list[Entry], as_of: date) -> None:
    days_first = sorted(entries, key=lambda entry: entry.day if isinstance(entry, UsageChange) else entry.on)
    assert balances_of(entries, as_of, 0) == balances_of(days_first, as_of, 0)


@settings(max_examples=100, deadline=None)
@given(ledgers, days)
def test_after_a_reading_the_balance_is_what_was_read(entries: list[Entry], on: date) -> None:
    portal = Money(123_456_789, "EUR")
    reading = Adjustment("", on, NOW, portal, Money.zero("EUR"), NOW)
    used = sum(
        one.charge_micros
        for e in entries
        if isinstance(e, UsageChange) and e.day == on
        for one in e.sums
        if one.currency == "EUR"
    )
    (balance,) = [b for b in balances_of([*entries, reading], on, 0).each if b.statement.currency == "EUR"]
    assert balance.statement.balance.micros == portal.micros - used


def counts(entry: Purchase, on: date, as_of: date, currency: str) -> bool:
    return on <= as_of and entry.amount.currency == currency


def told_by(of: Statement) -> object:
    lots = [
        (lot.purchased_on, lot.amount.amount, lot.remaining.amount, lot.forfeited.amount, lot.expires_on, lot.assumed)
        for lot in of.lots
    ]
    return of.available.amount, of.overdrawn.amount, of.forfeited.amount, lots


def told_by_oracle(oracle: Oracle, as_of: date) -> object:
    left = sum((heap.left for heap in oracle.heaps), Decimal(0))
    lost = sum((heap.lost for heap in oracle.heaps), Decimal(0))
    lots = []
    for heap in oracle.heaps:
        gone_on = a_year_after(heap.bought)
        if heap.age_unknown and heap.left > 0:
            gone_on = as_of + timedelta(days=1)
        lots.append((heap.bought, heap.amount, heap.left, heap.lost, gone_on, heap.guessed))
    return left, oracle.debt, lost, lots
