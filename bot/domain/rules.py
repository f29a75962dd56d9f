"""The organization's own rules: what each is short of, and how large a recharge closes that gap. No I/O here.

When a gap leads to a proposal is in `rule_course.py`.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.domain.advice import Wallet, burn, is_enough
from bot.domain.errors import Refusal
from bot.domain.forecast import Outlook
from bot.domain.money import LARGEST_ENTRY_MICROS, MICROS, Money
from bot.domain.settings import NamedPerson

MOST_RULES = 10  # they are shown on one card
MOST_DAYS = 150  # of runway: twice as much is bought for, and what is bought expires after a year
MOST_COOLDOWN_DAYS = 90
DEFAULT_COOLDOWN_DAYS = 3
ROUND_TO_MICROS = 10 * MICROS  # people order round sums
WELL_SHARE = 10  # a tenth of its limit (or of what is bought, where that is less) above the limit a dip is over
WELL_DAYS = 3
ENOUGH_FOR = 2  # times the runway that is kept: else it would be short again tomorrow


class RuleKind(StrEnum):
    THRESHOLD = "threshold"  # below `below`: as many times `amount` as it takes
    TARGET = "target"  # below `below`: up to `target`
    RUNWAY = "runway"  # lasts for less than `days`: enough for twice as many
    EXPIRY = "expiry"  # within `days`: what will be forfeited


@dataclass(frozen=True, slots=True)
class Rule:
    """`edited_by` counts as the requester of what it proposes. `cap`: the most that it proposes in a month (UTC).
    `po_number`: the purchase order on which it buys, where the account wants one."""

    id: str
    kind: RuleKind
    edited_by: NamedPerson
    edited_at: datetime
    revision: int = 1
    below: Money | None = None
    amount: Money | None = None
    target: Money | None = None
    days: int = 0
    cap: Money | None = None
    cooldown_days: int = DEFAULT_COOLDOWN_DAYS
    po_number: str = ""
    made_at: datetime | None = None

    def says_as(self, other: "Rule") -> bool:
        """The same but for who made and edited it, and when."""
        mine = replace(self, edited_by=other.edited_by, edited_at=other.edited_at, made_at=other.made_at)
        return replace(mine, revision=other.revision) == other


def check_rule(rule: Rule) -> Rule:
    """The same. Raises Refusal: rule_incomplete, amount_not_positive, amount_too_large, currency_mixed,
    rule_target_below, rule_days, rule_cooldown, rule_cap."""
    moneys = [money for money in (rule.below, rule.amount, rule.target, rule.cap) if money is not None]
    if any(money.micros <= 0 for money in moneys):
        raise Refusal("amount_not_positive")
    if any(money.micros > LARGEST_ENTRY_MICROS for money in moneys):
        raise Refusal("amount_too_large")
    if len({money.currency for money in moneys}) > 1:
        raise Refusal("currency_mixed")
    if not 0 <= rule.cooldown_days <= MOST_COOLDOWN_DAYS:
        raise Refusal("rule_cooldown", most=MOST_COOLDOWN_DAYS)
    _check_kind(rule)
    if rule.target and rule.below and not rule.below < rule.target:
        raise Refusal("rule_target_below", target=rule.target, below=rule.below)
    least = rule.amount or (rule.target - rule.below if rule.target and rule.below else None)
    if rule.cap and least and rule.cap < least:
        raise Refusal("rule_cap", cap=rule.cap, least=least)
    return rule


def _check_kind(rule: Rule) -> None:
    match rule.kind:
        case RuleKind.THRESHOLD if rule.below is None or rule.amount is None:
            raise Refusal("rule_incomplete")
        case RuleKind.TARGET if rule.below is None or rule.target is None:
            raise Refusal("rule_incomplete")
        case RuleKind.RUNWAY | RuleKind.EXPIRY if not 1 <= rule.days <= MOST_DAYS:
            raise Refusal("rule_days", most=MOST_DAYS)


@dataclass(frozen=True, slots=True)
class Look:
    """The wallet as a rule sees it on the day `wallet.today`: `balance` is negative where it is overdrawn."""

    balance: Money
    wallet: Wallet
    outlook: Outlook

    @property
    def lag(self) -> int:
        """Days for which usage is not known yet."""
        return (self.wallet.today - self.wallet.as_of).days


@dataclass(frozen=True, slots=True)
class Gap:
    """What a rule is short of, and what it proposes: enough to close it. `through`: of what expires, the last day."""

    short: Money
    proposal: Money
    through: date | None = None


def gap_of(rule: Rule, look: Look, covered: date | None = None) -> Gap | None:
    """None where the rule is content, or where too little is known. `covered`: what expires by then was proposed."""
    match rule.kind:
        case RuleKind.THRESHOLD:
            return _below(rule, look)
        case RuleKind.TARGET:
            return _up_to(rule, look)
        case RuleKind.RUNWAY:
            return _for_days(rule, look)
        case _:
            return _before_expiry(rule, look, covered)


def _below(rule: Rule, look: Look) -> Gap | None:
    if rule.below is None or rule.amount is None or not _is_lower(look.balance, rule.below):
        return None
    short = rule.below - look.balance
    times = -(-(short + _margin(rule)).micros // rule.amount.micros)
    return Gap(short, rule.amount.times(times))


def _up_to(rule: Rule, look: Look) -> Gap | None:
    if rule.below is None or rule.target is None or not _is_lower(look.balance, rule.below):
        return None
    short = rule.target - look.balance
    return Gap(short, rounded_up(short))


def _is_lower(balance: Money, limit: Money) -> bool:
    """Of another currency it tells nothing."""
    return balance.currency == limit.currency and balance < limit


def _for_days(rule: Rule, look: Look) -> Gap | None:
    if not is_enough(look.outlook) or not burn(look.wallet, look.outlook, look.lag + rule.days).short:
        return None
    short = burn(look.wallet, look.outlook, look.lag + ENOUGH_FOR * rule.days).short
    return Gap(short, rounded_up(short))


def _before_expiry(rule: Rule, look: Look, covered: date | None) -> Gap | None:
    if not is_enough(look.outlook):
        return None
    today = look.wallet.today
    forfeits = burn(look.wallet, look.outlook, look.lag + rule.days).forfeits
    due = [one for one in forfeits if one.on > max(today, covered or today)]
    if not due:
        return None
    short = sum((one.amount for one in due), Money.zero(look.balance.currency))
    return Gap(short, rounded_up(short), max(one.on for one in due))


def rounded_up(money: Money) -> Money:
    return Money(-(-money.micros // ROUND_TO_MICROS) * ROUND_TO_MICROS, money.currency)


def _margin(rule: Rule) -> Money:
    """So much above its limit a dip is over. What one proposal brings reaches it: the next dip is another one."""
    assert rule.below is not None
    share = rule.below.times(1, WELL_SHARE)
    brings = rule.target - rule.below if rule.target else (rule.amount or rule.below).times(1, WELL_SHARE)
    return min(share, brings)


def is_well(rule: Rule, look: Look) -> bool:
    """Whether a dip is over, where there is no gap: not while it is just about so."""
    match rule.kind:
        case RuleKind.THRESHOLD | RuleKind.TARGET:
            limit = rule.below
            return limit is None or not _is_lower(look.balance, limit + _margin(rule))
        case RuleKind.RUNWAY:
            days = look.lag + rule.days + min(WELL_DAYS, rule.days)
            return not is_enough(look.outlook) or not burn(look.wallet, look.outlook, days).short
        case _:
            return True  # what expired, or was proposed
