"""Where the numbers of a balance come from: the ledger's entries, in the order of their effect. No I/O here.

The steps of an explanation add up to its balance, and what they took from each lot leaves what remains of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from bot.domain.forecast import Outlook, outlook_of
from bot.domain.ledger import Arrival, Cause, Entry, Lot, Movement, Purchase, UsageChange, burn_down
from bot.domain.money import Money

Numbered = tuple[int, Entry]  # an entry and its number in the ledger


@dataclass(frozen=True, slots=True)
class Step:
    """What one thing did on a day: `amount` is signed, `balance` is what it left. `entries` are the numbers of the
    ledger entries behind it: several where late rows changed a day; those of the purchase where a lot expired."""

    day: date
    cause: Cause
    amount: Money
    balance: Money
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LotStory:
    """A lot, the entry that brought it, and what became of it: amount = repaid + used + corrected + forfeited +
    remaining. `repaid`: what it paid that was overdrawn before. `days`: the first and last on which usage took from
    it."""

    entry: int
    lot: Lot
    repaid: Money
    used: Money
    corrected: Money
    days: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One currency at the end of `as_of`; steps oldest first. `pace` is what spending per day comes from: the usage
    of its days up to `usage_through`."""

    currency: str
    as_of: date
    balance: Money
    steps: tuple[Step, ...]
    lots: tuple[LotStory, ...]
    pace: Outlook
    usage_through: date | None = None

    def total(self, cause: Cause) -> Money:
        return Money(sum(step.amount.micros for step in self.steps if step.cause is cause), self.currency)

    def entries(self, cause: Cause) -> tuple[int, ...]:
        """The numbers of all entries behind the steps of one cause."""
        return tuple(sorted({number for step in self.steps if step.cause is cause for number in step.entries}))


def explain(entries: Iterable[Numbered], as_of: date) -> tuple[Explanation, ...]:
    """Every currency, by its code. `entries` in the order of recording."""
    wallets: dict[str, _Wallet] = defaultdict(_Wallet)
    imported: set[date] = set()
    for number, entry in entries:
        if isinstance(entry, UsageChange):
            imported.add(entry.day)
            for one in entry.sums:
                if one.charge_micros or one.connection_micros:
                    wallets[one.currency].spend(entry.day, number, one.charge_micros)
        else:
            amount = entry.amount if isinstance(entry, Purchase) else entry.portal
            wallets[amount.currency].arrive(entry, number)
    known = sorted(day for day in imported if day <= as_of)
    return tuple(_explained(currency, wallets[currency], known, as_of) for currency in sorted(wallets))


@dataclass(slots=True)
class _Wallet:
    arrivals: list[Arrival] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)  # of arrivals, by their id
    spent: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    of_days: dict[date, list[int]] = field(default_factory=lambda: defaultdict(list))

    def arrive(self, arrival: Arrival, number: int) -> None:
        self.arrivals.append(arrival)
        self.numbers[arrival.id] = number

    def spend(self, day: date, number: int, micros: int) -> None:
        self.spent[day] += micros
        self.of_days[day].append(number)

    def entries_of(self, movement: Movement) -> tuple[int, ...]:
        """Of what expired those of its purchase."""
        if movement.cause is Cause.USAGE:
            return tuple(self.of_days[movement.day])
        return (self.numbers[movement.entry or movement.lot or ""],)


def _explained(currency: str, wallet: _Wallet, imported: list[date], as_of: date) -> Explanation:
    trace: list[Movement] = []
    statement = burn_down(currency, wallet.arrivals, wallet.spent, as_of, trace=trace)
    return Explanation(
        currency=currency,
        as_of=as_of,
        balance=statement.balance,
        steps=_steps(currency, wallet, trace),
        lots=_stories(currency, wallet, trace, statement.lots),
        pace=outlook_of(currency, wallet.spent, imported),
        usage_through=imported[-1] if imported else None,
    )


def _steps(currency: str, wallet: _Wallet, trace: list[Movement]) -> tuple[Step, ...]:
    """Movements of one cause on one day, and of one entry or lot, are one step, whatever lots they took from."""
    steps = []
    balance = Money.zero(currency)
    for (day, cause, _), group in groupby(trace, key=_of_one_step):
        movements = list(group)
        amount = Money(sum(movement.micros for movement in movements), currency)
        balance += amount
        steps.append(Step(day, cause, amount, balance, wallet.entries_of(movements[0])))
    return tuple(steps)


def _of_one_step(movement: Movement) -> tuple[date, Cause, str | None]:
    return movement.day, movement.cause, movement.lot if movement.cause is Cause.EXPIRY else movement.entry


def _stories(currency: str, wallet: _Wallet, trace: list[Movement], lots: Sequence[Lot]) -> tuple[LotStory, ...]:
    taken: dict[str, list[Movement]] = defaultdict(list)
    repaid: dict[str, int] = defaultdict(int)
    for movement in trace:
        if movement.lot is not None:
            taken[movement.lot].append(movement)
        elif movement.micros > 0:
            repaid[movement.entry] += movement.micros
    arrivals = _of_lots(wallet.arrivals, trace)
    return tuple(
        _story(wallet.numbers[arrival.id], lot, taken[arrival.id], Money(repaid[arrival.id], currency))
        for arrival, lot in zip(arrivals, lots, strict=True)
    )


def _of_lots(arrivals: Iterable[Arrival], trace: Iterable[Movement]) -> list[Arrival]:
    """What brought each lot, in the order in which lots pay: by their purchase day, then as they came."""
    brought = (one.entry for one in trace if one.micros > 0)  # nothing else makes a balance grow
    by_id = {arrival.id: arrival for arrival in arrivals}
    return sorted((by_id[id_] for id_ in dict.fromkeys(brought)), key=_purchase_day)


def _purchase_day(arrival: Arrival) -> date:
    return arrival.on if isinstance(arrival, Purchase) else arrival.oldest_purchase or arrival.on


def _story(number: int, lot: Lot, movements: list[Movement], repaid: Money) -> LotStory:
    used = [movement for movement in movements if movement.cause is Cause.USAGE]
    corrected = [one for one in movements if one.cause is Cause.READING and one.micros < 0]
    return LotStory(
        entry=number,
        lot=lot,
        repaid=repaid,
        used=Money(-sum(movement.micros for movement in used), repaid.currency),
        corrected=Money(-sum(movement.micros for movement in corrected), repaid.currency),
        days=(used[0].day, used[-1].day) if used else None,
    )
