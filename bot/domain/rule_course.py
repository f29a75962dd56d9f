"""When a rule proposes a recharge: once a dip, never beside another one, never beyond its cap. No I/O here.

A gap opens a dip, and a dip leads to one proposal that closes it. The rule waits while another recharge is under way,
while its cooldown lasts, and where it would be more than the rule may propose in a month.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.rules import Gap, Look, Rule, gap_of, is_well


class Held(StrEnum):
    """Why a rule that is short of something waits."""

    UNDER_WAY = "under_way"  # another recharge is on its way, or expected
    COOLDOWN = "cooldown"
    CAP = "cap"
    REFUSED = "refused"  # the policy, or the kind of account, does not allow what it would propose


@dataclass(frozen=True, slots=True)
class RuleState:
    """How far a rule is. `dip` counts from 1; `fired`: it has led to its proposal, at `fired_at` (of the latest one).
    `proposed`: so much in `month` (`2026-11`). `covered`: what expires by then was proposed. `revision`: of the rule;
    an edited one begins anew."""

    revision: int = 0
    dip: int = 0
    open: bool = False
    fired: bool = False
    fired_at: datetime | None = None
    month: str = ""
    proposed: Money | None = None
    covered: date | None = None
    held: Held | None = None


@dataclass(frozen=True, slots=True)
class RuleStates:
    """Of all rules, by their ids: one document, so that no two of them propose at the same moment."""

    by_rule: dict[str, RuleState]


@dataclass(frozen=True, slots=True)
class Openings:
    """How many recharges were sent for approval: of somebody who sends one while a rule looks, one is first."""

    sent: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """The state after a look, what the rule is short of, and whether it proposes it now."""

    state: RuleState
    gap: Gap | None = None
    fires: bool = False


def look_by(
    rule: Rule, state: RuleState, look: Look, now: datetime, *, under_way: bool, arrived: bool = False
) -> Looked:
    """`under_way`: a recharge waits for approval, is being carried out, or is expected. `arrived`: the money that it
    proposed last is there, which ends the dip: if that was spent on its way, what is short now is another one."""
    if state.revision != rule.revision:
        state = replace(state, revision=rule.revision, open=False, fired=False)
    if arrived and state.fired:
        state = replace(state, open=False, fired=False)
    gap = gap_of(rule, look, state.covered)
    if gap is None:
        return Looked(replace(state, open=state.open and not is_well(rule, look), held=None))
    if not state.open:
        state = replace(state, dip=state.dip + 1, open=True, fired=False)
    if state.fired:
        return Looked(replace(state, held=None), gap)
    held = _held(rule, state, gap, now, under_way=under_way)
    if held is not None:
        return Looked(replace(state, held=held), gap)
    return Looked(_fired(state, gap, now), gap, fires=True)


def _fired(state: RuleState, gap: Gap, now: datetime) -> RuleState:
    return replace(
        state,
        fired=True,
        fired_at=now,
        month=month_name(now),
        proposed=gap.proposal + proposed_in(state, month_name(now), gap.proposal.currency),
        covered=gap.through or state.covered,
        held=None,
    )


def _held(rule: Rule, state: RuleState, gap: Gap, now: datetime, *, under_way: bool) -> Held | None:
    if under_way:
        return Held.UNDER_WAY
    if state.fired_at is not None and now - state.fired_at < timedelta(days=rule.cooldown_days):
        return Held.COOLDOWN
    currency = gap.proposal.currency
    if rule.cap is None:
        return None
    exceeds = rule.cap.currency != currency or rule.cap < gap.proposal + proposed_in(state, month_name(now), currency)
    return Held.CAP if exceeds else None


def proposed_in(state: RuleState, month: str, currency: str) -> Money:
    """What the rule has proposed in a month so far."""
    if state.month != month or state.proposed is None or state.proposed.currency != currency:
        return Money.zero(currency)
    return state.proposed


def month_name(now: datetime) -> str:
    return f"{now:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Fired:
    """What a rule would have proposed on a day. `held`: it would have been too much for its cap."""

    day: date
    gap: Gap
    held: bool = False


def rehearse(rule: Rule, looks: Iterable[tuple[Look, datetime]]) -> list[Fired]:
    """What the rule would have proposed at these looks, the oldest first, if nothing else was under way. A dip that
    its cap kept back is told once, on its first day."""
    state, told, fired = RuleState(), 0, list[Fired]()
    for look, now in looks:
        looked = look_by(rule, state, look, now, under_way=False)
        state = looked.state
        if looked.gap and looked.fires:
            fired.append(Fired(look.wallet.today, looked.gap))
        elif looked.gap and state.held is Held.CAP and told != state.dip:
            fired.append(Fired(look.wallet.today, looked.gap, held=True))
            told = state.dip
    return fired
