"""Who must approve what: bands by amount, per currency and before tax, and caps. Pure; no I/O here.

A policy has versions. Each request carries the bands of the policy under which it was sent, so that a later version
changes nothing that was asked before it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from bot.domain.errors import Refusal
from bot.domain.money import MICROS, Money
from bot.domain.settings import NamedGroup, NamedPerson

FALLBACK_LIMITS = (200, 2_000)  # units of whichever currency: one approver, two, and above two with finance
MOST_APPROVALS = 5
MOST_BANDS = 5
MANY_TIMES = 5  # the usual purchase, and one approver is no longer enough by far


@dataclass(frozen=True, slots=True)
class Band:
    """Up to and with `up_to` (None: any amount) it takes so many `approvals`. `needs_finance`: one of them is by a
    Global or Billing administrator, or by somebody whom the policy names for finance."""

    up_to: Money | None = None
    approvals: int = 1
    needs_finance: bool = False

    def holds(self, amount: Money) -> bool:
        return self.up_to is None or amount <= self.up_to


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be approved at once, in a UTC day, a month, a fiscal year, and on one purchase order. None:
    there is no such limit."""

    operation: Money | None = None
    day: Money | None = None
    month: Money | None = None
    fiscal_year: Money | None = None
    po: Money | None = None

    @property
    def each(self) -> tuple[tuple[str, Money | None], ...]:
        names = ("operation", "day", "month", "fiscal_year", "po")
        return tuple((name, getattr(self, name)) for name in names)


@dataclass(frozen=True, slots=True)
class Scale:
    """What holds for one currency. `standing`: what rules may order in a UTC month without anybody's approval (None:
    nothing). `break_glass`: what may be ordered in an emergency before anybody approves (None: up to the first band).
    """

    currency: str
    bands: tuple[Band, ...]
    caps: Caps = Caps()
    standing: Money | None = None
    break_glass: Money | None = None

    @property
    def emergency(self) -> Money:
        """The most that break-glass may order."""
        if self.break_glass is not None:
            return self.break_glass
        return self.bands[0].up_to or Money.of(FALLBACK_LIMITS[0], self.currency)


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a tenant's policy. Version 0 is the fallback, while the organisation has chosen none.

    `expires_after_days` None: a request waits as long as it takes. Quiet hours are whole hours of a person's day.
    """

    version: int = 0
    scales: tuple[Scale, ...] = ()
    license_approvals: int = 1
    finance_group: NamedGroup | None = None
    finance: tuple[NamedPerson, ...] = ()
    fiscal_year_month: int = 1
    expires_after_days: int | None = None
    quiet_from: int = 20
    quiet_until: int = 8
    made_at: datetime | None = None
    request_id: str = ""  # the request by which it was changed

    def scale(self, currency: str) -> Scale:
        """A currency that the policy does not name is no way around it: the fallback, and at least as strict as
        anything that the policy says of another one."""
        named = next((one for one in self.scales if one.currency == currency), None)
        if named is not None:
            return named
        scale, least = fallback(currency), self._strictest_money
        return replace(scale, bands=tuple(_at_least(band, least) for band in scale.bands))

    def wanted(self, amount: Money) -> Band:
        """What an amount takes."""
        return band_for(self.scale(amount.currency).bands, amount)

    @property
    def strictest(self) -> Band:
        """What changing the policy itself takes: as much as anything that it governs. While nothing was chosen, one
        other person."""
        money = self._strictest_money
        return Band(None, max(money.approvals, self.license_approvals), money.needs_finance)

    @property
    def _strictest_money(self) -> Band:
        bands = [band for scale in self.scales for band in scale.bands]
        approvals = max((band.approvals for band in bands), default=1)
        return Band(None, approvals, any(band.needs_finance for band in bands))


FALLBACK = Policy()


def fallback(currency: str) -> Scale:
    """Up to 200 one approver, up to 2,000 two, above two of whom one is of finance."""
    return _scale(currency, *(Money.of(limit, currency) for limit in FALLBACK_LIMITS))


def _at_least(band: Band, least: Band) -> Band:
    finance = band.needs_finance or least.needs_finance
    return Band(band.up_to, max(band.approvals, least.approvals), finance)


def band_for(bands: tuple[Band, ...], amount: Money) -> Band:
    """The first band that holds the amount. The last one holds any."""
    return next((band for band in bands if band.holds(amount)), bands[-1])


def proposed(purchases: Iterable[Money], currency: str) -> Scale:
    """What an organisation's own purchases of a year speak for: what it usually buys takes one approver, many times
    as much two, and above one of the two is of finance. The fallback where nothing was bought."""
    sums = sorted(one.micros for one in purchases if one.currency == currency and one.micros > 0)
    if not sums:
        return fallback(currency)
    usual = _round_up(sums[-(-len(sums) * 4 // 5) - 1])  # four of five purchases: one that stands out sets no rule
    return _scale(currency, Money(usual, currency), Money(_round_up(usual * MANY_TIMES), currency))


def _scale(currency: str, first: Money, second: Money) -> Scale:
    return Scale(currency, (Band(first, 1), Band(second, 2), Band(None, 2, needs_finance=True)))


def _round_up(micros: int) -> int:
    """The next of 1, 2, 5, 10, 20, … units."""
    step = MICROS
    while True:
        for times in (1, 2, 5):
            if micros <= step * times:
                return step * times
        step *= 10


def check_policy(policy: Policy) -> None:
    """Raises Refusal("policy_…") for what no policy can say."""
    for scale in policy.scales:
        _check_scale(scale)
    if not 1 <= policy.license_approvals <= MOST_APPROVALS:
        raise Refusal("policy_approvals", most=MOST_APPROVALS)
    if not 1 <= policy.fiscal_year_month <= 12:
        raise Refusal("policy_month")
    if not (0 <= policy.quiet_from < 24 and 0 <= policy.quiet_until < 24):
        raise Refusal("policy_quiet_hours")
    if policy.expires_after_days is not None and not 1 <= policy.expires_after_days <= 400:
        raise Refusal("policy_expiry")


def _check_scale(scale: Scale) -> None:
    limits = [band.up_to for band in scale.bands]
    sums = [*limits[:-1], *(cap for _, cap in scale.caps.each), scale.standing, scale.break_glass]
    if not limits or len(limits) > MOST_BANDS or limits[-1] is not None or None in limits[:-1]:
        raise Refusal("policy_bands")
    if any(one is not None and (one.currency != scale.currency or one.micros <= 0) for one in sums):
        raise Refusal("policy_sums", currency=scale.currency)
    ascending = [limit.micros for limit in limits if limit is not None]
    if ascending != sorted(set(ascending)):
        raise Refusal("policy_bands_order")
    if not all(1 <= band.approvals <= MOST_APPROVALS for band in scale.bands):
        raise Refusal("policy_approvals", most=MOST_APPROVALS)
    strict = [(band.approvals, band.needs_finance) for band in scale.bands]
    if any(more[0] < less[0] or more[1] < less[1] for less, more in pairwise(strict)):
        raise Refusal("policy_bands_order")


@dataclass(frozen=True, slots=True)
class Eligible:
    """How many people could approve: recharges at all, those of them who count as finance, and licences."""

    approvers: int
    finance: int
    licenses: int


def check_eligible(policy: Policy, eligible: Eligible) -> None:
    """Raises Refusal("policy_deadlock" or "policy_no_finance") for a policy that asks for more people than there
    are: what it governs could never be approved."""
    bands = [band for scale in policy.scales for band in scale.bands]
    needed = max((band.approvals for band in bands), default=1)
    if needed > eligible.approvers:
        raise Refusal("policy_deadlock", needed=needed, eligible=eligible.approvers)
    if policy.license_approvals > eligible.licenses:
        raise Refusal("policy_deadlock", needed=policy.license_approvals, eligible=eligible.licenses)
    if any(band.needs_finance for band in bands) and not eligible.finance:
        raise Refusal("policy_no_finance")


@dataclass(frozen=True, slots=True)
class Who:
    """The approvers whom a tenant names: a group, and people."""

    group: NamedGroup | None = None
    people: tuple[NamedPerson, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """A policy in the place of the one that was in force when it was proposed. `who` None: the approvers stay."""

    to: Policy
    before: Policy
    who: Who | None = None
