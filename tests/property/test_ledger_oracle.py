"""`burn_down` against the naive oracle, over ledgers that Hypothesis thinks of: any entries in any order."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.balance import balances_of
from bot.domain.ledger import Adjustment, Entry, Purchase, Statement, UsageChange
from bot.domain.money import Money
from bot.domain.usage import Source, UsageSum
from tests.property.oracle import Arrival, Bought, Oracle, Seen

FIRST = date(2023, 12, 1)  # so that 29 Feb 2024 is within
DAYS = 1_000
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def arrivals_of(entries: Sequence[Entry], currency: str) -> list[Arrival]:
    arrivals: list[Arrival] = []
    for entry in entries:
        if isinstance(entry, Purchase) and entry.amount.currency == currency:
            arrivals.append(Bought(entry.on, entry.amount.amount))
        if isinstance(entry, Adjustment) and entry.portal.currency == currency:
            arrivals.append(Seen(entry.on, entry.portal.amount, entry.oldest_purchase))
    return arrivals


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
        oracle, currency = Oracle(), balance.statement.currency
        arrivals = arrivals_of(entries, currency)
        oracle.live_through(arrivals, partial(spent_on, entries, currency), FIRST - timedelta(days=30), as_of)
        assert told_by(balance.statement) == oracle.told(as_of)
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
