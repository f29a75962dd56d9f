"""When the money runs out: lots burned down along a curve of spending. No I/O here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.domain.burn import Burn, burn
from bot.domain.ledger import Lot, expiry_of
from bot.domain.money import Money
from bot.domain.rhythm import Rhythm
from bot.domain.spend_curve import TENTH, Habits, Prospect, SpendCurve

POINTS = 12  # of the course that is drawn
LEAST_DAYS = 380  # so far ahead is always looked: what is bought next week expires within
WAYS = (TENTH, 0.0, -TENTH)  # that spending may go: of P10, P50 and P90


@dataclass(frozen=True, slots=True)
class Runway:
    """The days by which the money has run out with a probability of 0.1, 0.5 and 0.9: those that come closest to it
    both by the end of the day and before its beginning."""

    p10: date
    p50: date
    p90: date


@dataclass(frozen=True, slots=True)
class Expiring:
    """Money that, as things go, will still be there when its lot expires."""

    purchased_on: date
    expires_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """What will be left at the end of a day: with one chance in ten less than `low`, in two than `middle`, and in ten
    more than `high`."""

    day: date
    low: Money
    middle: Money
    high: Money


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is foretold of one currency, as it was worked out at the ledger's entry `seq` on the day `made_on`.

    `runway` None: no day can be told, because too few days are known (`days`), or because nothing is left. `warn_on`
    is the P10 day by the cautious reading, in which connection fees come on top of charges. `pending` is approved and
    not funded yet: it is in `with_pending` only. `expiring` is what P50 leaves to expire before the end. `holidays`:
    how many working days are off until P90. `approval_days`: working days that an approval takes here.
    """

    currency: str
    seq: int
    made_on: date
    days: int
    usage_through: date | None = None
    runway: Runway | None = None
    warn_on: date | None = None
    pending: Money | None = None
    with_pending: Runway | None = None
    expiring: tuple[Expiring, ...] = ()
    course: tuple[CoursePoint, ...] = ()
    habits: Habits | None = None
    holidays: int = 0
    approval_days: int = 0

    @property
    def is_early(self) -> bool:
        """Too few days are known to tell any."""
        return self.habits is None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a wallet: its `lots` with what they have left, after usage through `usage_through` (`days` of
    which are known). `pending`: approved and not funded yet. `unpaid_fees`: what connection fees would have taken
    from the balance if they came on top of charges; `fees_percent`: the same of what is spent, on top of it."""

    currency: str
    seq: int
    made_on: date
    days: int
    lots: tuple[Lot, ...]
    usage_through: date | None = None
    pending: Money | None = None
    unpaid_fees: int = 0
    fees_percent: int = 0
    approval_days: int = 0

    @property
    def horizon(self) -> int:
        """Days ahead within which all of it is spent or expired."""
        lots = (*self.lots, *self.funded)
        last = max((expiry_of(lot.purchased_on) for lot in lots), default=self.made_on)
        return max(LEAST_DAYS, (last - (self.usage_through or self.made_on)).days)

    @property
    def funded(self) -> tuple[Lot, ...]:
        """The lot of what is pending, if it came today."""
        money = self.pending
        if money is None:
            return ()
        return (Lot(self.made_on, money, money, Money.zero(self.currency), expiry_of(self.made_on)),)


def forecast_of(known: Known, prospect: Prospect | None) -> Forecast:
    """`prospect` of the days after `usage_through`, at least `known.horizon` of them; None: too few are known."""
    told = Forecast(
        known.currency,
        known.seq,
        known.made_on,
        known.days,
        known.usage_through,
        pending=known.pending,
        approval_days=known.approval_days,
    )
    if prospect is None:
        return told
    if not any(lot.remaining for lot in known.lots):
        return replace(told, habits=prospect.habits, with_pending=_pending(known, prospect.curve))
    return _foretold(told, known, prospect)


def _foretold(told: Forecast, known: Known, prospect: Prospect) -> Forecast:
    curve = prospect.curve
    burns = _burns(known.lots, curve)
    runway = _runway(burns, curve)
    return replace(
        told,
        runway=runway,
        warn_on=_cautious(known, curve),
        with_pending=_pending(known, curve),
        expiring=tuple(_expiring(burns[1], known.currency)),
        course=tuple(_course(burns, curve.through, known.currency)),
        habits=prospect.habits,
        holidays=_days_off(prospect.rhythm, known.made_on, runway.p90),
    )


def runway_of(lots: Sequence[Lot], curve: SpendCurve) -> Runway:
    """When `lots` (one of them with something left) run out. The curve must reach beyond the last expiry."""
    return _runway(_burns(lots, curve), curve)


def _burns(lots: Sequence[Lot], curve: SpendCurve) -> list[Burn]:
    return [burn(lots, curve.by_each_day(far), curve.through) for far in WAYS]


def _runway(burns: Sequence[Burn], curve: SpendCurve) -> Runway:
    return Runway(*(curve.day(one.days, one.share, far) for one, far in zip(burns, WAYS, strict=True)))


def _pending(known: Known, curve: SpendCurve) -> Runway | None:
    return runway_of((*known.lots, *known.funded), curve) if known.funded else None


def _cautious(known: Known, curve: SpendCurve) -> date:
    spent = [micros * (100 + known.fees_percent) // 100 for micros in curve.by_each_day(TENTH)]
    end = burn(known.lots, spent, curve.through, known.unpaid_fees)
    return curve.day(end.days, end.share, TENTH)


def _days_off(rhythm: Rhythm, today: date, last: date) -> int:
    return sum(rhythm.is_off(today + timedelta(days=number)) for number in range(1, (last - today).days + 1))


def _expiring(middle: Burn, currency: str) -> Iterator[Expiring]:
    for lot, micros in middle.expired:
        yield Expiring(lot.purchased_on, expiry_of(lot.purchased_on), Money(micros, currency))


def _course(burns: Sequence[Burn], through: date, currency: str) -> Iterator[CoursePoint]:
    """A dozen days or so, evenly spaced, the last of them the one on which nothing is left on any of the ways."""
    days = max(len(one.left) for one in burns)
    step = -(-days // POINTS)
    for number in range((days - 1) % step, days, step):
        low, middle, high = (Money(one.left_after(number), currency) for one in burns)
        yield CoursePoint(through + timedelta(days=number + 1), low, middle, high)
