"""What to recharge, from which sum on, and what will be forfeited: from lots and from what days cost. No I/O here.

Spending is taken to go on at the pace of the last four weeks. Old money is spent first; what is unused 12 months
after its purchase is forfeited, so money that is bought now should be used up by then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.forecast import Outlook
from bot.domain.ledger import Lot, expiry_of
from bot.domain.money import MICROS, Money

DEFAULT_MONTHS = 3
MOST_MONTHS = 12  # what is bought for longer expires before it is spent
YEAR_DAYS = 365
ROUND_TO_MICROS = 50 * MICROS  # people order round sums
TRIGGER_TO_MICROS = 10 * MICROS
TRIGGER_PERCENT = 95
WINDOW_DAYS = 180  # of which the dearest stretches are looked for
ENOUGH_STRETCHES = 14


@dataclass(frozen=True, slots=True)
class Forfeit:
    """What is left of a purchase when it expires, at the present pace. `assumed`: its day is not known for sure, and
    then it is forfeited on `on` at the latest."""

    purchased_on: date
    on: date
    amount: Money
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """Below `amount` a recharge should be on its way: so much is spent in `days` (the lag of usage and the time an
    approval takes) in all but the dearest 5 % of such stretches."""

    amount: Money
    days: int


@dataclass(frozen=True, slots=True)
class Advice:
    """`amount` to recharge so that it lasts `months`; zero where what is there lasts that long.

    `monthly` is what a month costs, `needed` what the months cost, `usable` what of the money that is there is spent
    in that time. `buy_on`: until then a recharge can wait (None: it should not wait). `most`: more than this, bought
    today, would be forfeited in part.
    """

    months: int
    days_known: int
    monthly: Money
    needed: Money
    usable: Money
    amount: Money
    most: Money
    runs_out_on: date
    lasts_until: date
    forfeits: tuple[Forfeit, ...] = ()
    trigger: Trigger | None = None
    buy_on: date | None = None

    @property
    def budget(self) -> Money:
        """What a month may cost, where it is paid afterwards."""
        return _rounded_up(self.monthly, ROUND_TO_MICROS)


@dataclass(frozen=True, slots=True)
class Wallet:
    """What is there at the end of `as_of`: lots in the order in which they pay, and what is overdrawn. Usage is known
    through `as_of`, which is before `today`."""

    as_of: date
    today: date
    lots: tuple[Lot, ...]
    overdrawn: Money


@dataclass(frozen=True, slots=True)
class Burnt:
    """What became of lots: what of each is forfeited, and what was spent beyond all of them."""

    forfeits: tuple[Forfeit, ...]
    short: Money


def advise(wallet: Wallet, outlook: Outlook, months: int, trigger: Trigger | None = None) -> Advice:
    """`outlook` must know enough days for a pace, and some spending (see `is_enough`)."""
    days = (_months_later(wallet.as_of, months) - wallet.as_of).days
    needed = outlook.spent.times(days, outlook.days)
    short = burn(wallet, outlook, days).short
    most = burn(wallet, outlook, YEAR_DAYS).short
    amount = _rounded_up(short, ROUND_TO_MICROS)
    if amount > most:
        amount = Money(most.micros // ROUND_TO_MICROS * ROUND_TO_MICROS, most.currency)
    runs_out_on = _runs_out_on(wallet, outlook)
    return Advice(
        months=months,
        days_known=outlook.days,
        monthly=outlook.spent.times(YEAR_DAYS, 12 * outlook.days),
        needed=needed,
        usable=needed - short if needed > short else Money.zero(needed.currency),
        amount=amount,
        most=most,
        runs_out_on=runs_out_on,
        lasts_until=_runs_out_on(with_purchase(wallet, amount), outlook) if amount else runs_out_on,
        forfeits=burn(wallet, outlook, (expiry_of(wallet.today) - wallet.as_of).days).forfeits,
        trigger=trigger,
        buy_on=_buy_on(wallet.today, runs_out_on, trigger),
    )


def is_enough(outlook: Outlook) -> bool:
    """Whether there is a pace to tell from: two weeks, on which something was spent."""
    return not outlook.is_early and outlook.spent.micros > 0


def burn(wallet: Wallet, outlook: Outlook, days: int) -> Burnt:
    """The lots after so many days at the present pace."""
    left = [lot.remaining.micros for lot in wallet.lots]
    forfeits: list[Forfeit] = []
    short = wallet.overdrawn.micros
    for number in range(1, days + 1):
        day = wallet.as_of + timedelta(days=number)
        forfeits += _expire(wallet.lots, left, day)
        short += _pay(left, _cost_of_day(outlook, number))
    return Burnt(tuple(forfeits), Money(short, wallet.overdrawn.currency))


def with_purchase(wallet: Wallet, amount: Money) -> Wallet:
    """The same with money that is bought today."""
    repaid = min(amount.micros, wallet.overdrawn.micros)
    rest = Money(amount.micros - repaid, amount.currency)
    lot = Lot(wallet.today, amount, rest, Money.zero(amount.currency), expiry_of(wallet.today))
    overdrawn = Money(wallet.overdrawn.micros - repaid, amount.currency)
    return replace(wallet, lots=(*wallet.lots, lot), overdrawn=overdrawn)


def trigger_of(spent: Mapping[date, Money], days: int) -> Trigger | None:
    """`spent` by day, without gaps where days are known; None where fewer than 14 stretches of `days` are."""
    sums = [total for total in _stretches(spent, days) if total is not None]
    if len(sums) < ENOUGH_STRETCHES:
        return None
    amount = sorted(sums)[-(-len(sums) * TRIGGER_PERCENT // 100) - 1]
    return Trigger(_rounded_up(amount, TRIGGER_TO_MICROS), days)


def _stretches(spent: Mapping[date, Money], days: int) -> Iterable[Money | None]:
    for day in spent:
        stretch = [spent.get(day + timedelta(days=number)) for number in range(days)]
        known = [money for money in stretch if money is not None]
        yield sum(known[1:], known[0]) if len(known) == days else None


def _expire(lots: Sequence[Lot], left: list[int], day: date) -> Iterable[Forfeit]:
    for number, lot in enumerate(lots):
        # Of an assumed lot the earliest expiry is told; it is certain to be gone 12 months after it was seen.
        if left[number] and expiry_of(lot.purchased_on) <= day:
            yield Forfeit(lot.purchased_on, day, Money(left[number], lot.amount.currency), lot.assumed)
            left[number] = 0


def _pay(left: list[int], micros: int) -> int:
    """What no lot pays."""
    for number, remaining in enumerate(left):
        taken = min(remaining, micros)
        left[number] -= taken
        micros -= taken
    return micros


def _cost_of_day(outlook: Outlook, number: int) -> int:
    """So that any number of days costs its exact share."""
    total = outlook.spent.micros
    return total * number // outlook.days - total * (number - 1) // outlook.days


def _runs_out_on(wallet: Wallet, outlook: Outlook) -> date:
    """The first day on which the lots do not pay all. It comes, because every lot expires."""
    left = [lot.remaining.micros for lot in wallet.lots]
    number = 0
    while True:
        number += 1
        day = wallet.as_of + timedelta(days=number)
        list(_expire(wallet.lots, left, day))  # what is forfeited is told elsewhere
        if _pay(left, _cost_of_day(outlook, number)):
            return day


def _buy_on(today: date, runs_out_on: date, trigger: Trigger | None) -> date | None:
    """So long before the money runs out as a recharge takes."""
    day = runs_out_on - timedelta(days=trigger.days) if trigger else today
    return day if day > today else None


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = (first + timedelta(days=32)).replace(day=1)
    return first.replace(day=min(day.day, (following - first).days))


def _rounded_up(money: Money, to_micros: int) -> Money:
    return Money(-(-money.micros // to_micros) * to_micros, money.currency)
