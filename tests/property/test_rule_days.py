"""Whole seasons of a wallet, day by day: calls, purchases of others, proposals that are approved, rejected, lost or
late. No rule fires twice for one dip, and what one proposal brings closes its gap in the books themselves."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.balance import balances_of
from bot.domain.ledger import Entry, Purchase, UsageChange, expiry_of
from bot.domain.money import MICROS, Money
from bot.domain.rule_course import RuleState, look_by, month_name
from bot.domain.rules import Gap, Look, Rule, RuleKind, check_rule, gap_of, is_well
from bot.domain.usage import Source, UsageSum
from bot.usecases.run_rules import look_of
from tests.property.test_rules import BY, rules
from tests.usecases.world import eur

FIRST = date(2026, 1, 5)
KNOWN_BEFORE = 28  # days of usage before the rule is made
LOOKS = (time(1, tzinfo=UTC), time(9, tzinfo=UTC), time(9, 15, tzinfo=UTC), time(21, tzinfo=UTC))


@dataclass(frozen=True)
class Day:
    """`spent` in cents; `bought` by somebody else, in whole units. `fate` of a proposal made on this day: after how
    many days it is credited; None: it comes to nothing, after `delay` days."""

    spent: int
    bought: int
    delay: int
    comes: bool


days = st.lists(
    st.builds(
        Day,
        spent=st.sampled_from([0, 500, 3_000, 12_000]),
        bought=st.sampled_from([0, 0, 0, 0, 0, 0, 0, 0, 0, 400]),
        delay=st.integers(0, 12),
        comes=st.booleans() | st.just(True),
    ),
    min_size=20,
    max_size=70,
)


openings = st.tuples(st.sampled_from([300, 2_000, 9_000]), st.sampled_from([KNOWN_BEFORE, 250, 320]))
tight = st.builds(lambda rule, share: _capped(rule, share), rules(), st.none() | st.sampled_from([10, 15, 30]))


def _capped(rule: Rule, tenths: int | None) -> Rule:
    """Where a rule brings so much at once: little more than that a month."""
    least = rule.amount or (rule.target - rule.below if rule.target and rule.below else None)
    return check_rule(replace(rule, cap=least.times(tenths, 10))) if least and tenths else rule


@dataclass
class Season:
    """One wallet and one rule. What is on its way is neither in the books nor proposed again."""

    rule: Rule
    lag: int
    entries: list[Entry] = field(default_factory=list)
    state: RuleState = field(default_factory=RuleState)
    on_its_way: tuple[date, Gap, bool] | None = None
    fired: list[tuple[datetime, Gap]] = field(default_factory=list)
    ended: list[datetime] = field(default_factory=list)  # looks at which nothing was short; arrivals
    arrived: bool = False

    def buy(self, on: date, amount: Money) -> None:
        now = datetime.combine(on, LOOKS[0])
        self.entries.append(Purchase(f"p{len(self.entries)}", on, amount, now))

    def spend(self, on: date, cents: int) -> None:
        sums = (UsageSum("EUR", cents * MICROS // 100, 0, 0),) if cents else ()
        now = datetime.combine(on, LOOKS[0])
        self.entries.append(UsageChange(f"u{len(self.entries)}", on, Source.GRAPH, sums, now))

    def look_on(self, on: date) -> Look:
        (balance,) = balances_of(self.entries, on, len(self.entries)).each
        return look_of(balance, on)

    def live(self, on: date, day: Day) -> None:
        if day.bought:
            self.buy(on, eur(day.bought))
        for moment in LOOKS:
            self._look(datetime.combine(on, moment), day)
        if self.on_its_way and self.on_its_way[0] <= on:
            _, gap, comes = self.on_its_way
            self.on_its_way = None
            self.arrived = comes
            if comes:
                self.buy(on, gap.proposal)
                self.ended.append(datetime.combine(on, LOOKS[-1]))

    def _look(self, now: datetime, day: Day) -> None:
        look = self.look_on(now.date())
        before = self.state
        busy = self.on_its_way is not None
        looked = look_by(self.rule, before, look, now, under_way=busy, arrived=self.arrived)
        self.state = looked.state
        if gap_of(self.rule, look, before.covered) is None and is_well(self.rule, look):
            self.ended.append(now)
        if not looked.fires:
            return
        assert looked.gap is not None
        assert self.on_its_way is None
        self._closes(look, looked.gap, now)
        self._is_the_first_of_its_dip(now, looked.gap)
        self.fired.append((now, looked.gap))
        self.arrived = False
        self.on_its_way = (now.date() + timedelta(days=day.delay), looked.gap, day.comes)

    def _closes(self, look: Look, gap: Gap, now: datetime) -> None:
        """Were it credited at once: by the books."""
        bought = replace(self, entries=[*self.entries])
        bought.buy(now.date(), gap.proposal)
        after = bought.look_on(now.date())
        assert after.balance == look.balance + gap.proposal
        assert gap_of(self.rule, after, gap.through) is None
        assert is_well(self.rule, after)

    def _is_the_first_of_its_dip(self, now: datetime, gap: Gap) -> None:
        """Since the last proposal the wallet was well at some look, or what it brought was there (and spent); its
        cooldown is over, and its cap holds."""
        proposed = [gap.proposal for at, gap in (*self.fired, (now, gap)) if month_name(at) == month_name(now)]
        assert self.rule.cap is None or sum(proposed, eur(0)) <= self.rule.cap
        if not self.fired:
            return
        last = self.fired[-1][0]
        assert now - last >= timedelta(days=self.rule.cooldown_days)
        if gap.through is None:
            assert any(last <= end <= now for end in self.ended)
        else:  # each lot that expires is a dip of its own
            assert gap.through > max(before.through for _, before in self.fired if before.through)


def season(rule: Rule, lag: int, opening: tuple[int, int], course: list[Day]) -> Season:
    """`lag`: usage of a day is known so many days later. `opening`: a sum, and how many days ago it was bought."""
    made = Season(rule, lag)
    made.buy(FIRST - timedelta(days=opening[1]), eur(opening[0]))
    for number in range(KNOWN_BEFORE, 0, -1):
        made.spend(FIRST - timedelta(days=number + lag), course[number % len(course)].spent)
    for number, day in enumerate(course):
        on = FIRST + timedelta(days=number)
        made.spend(on - timedelta(days=lag), course[max(0, number - lag)].spent)
        made.live(on, day)
    return made


@settings(max_examples=12, deadline=None)
@given(tight, st.integers(1, 3), openings, days)
def test_whatever_a_season_brings_a_dip_has_one_proposal_which_closes_it(
    rule: Rule, lag: int, opening: tuple[int, int], course: list[Day]
) -> None:
    season(rule, lag, opening, course)


@pytest.mark.soak
@settings(max_examples=2_000, deadline=None)
@given(tight, st.integers(1, 3), openings, days)
def test_whatever_two_thousand_seasons_bring_a_dip_has_one_proposal(
    rule: Rule, lag: int, opening: tuple[int, int], course: list[Day]
) -> None:
    season(rule, lag, opening, course)


@pytest.mark.parametrize("kind", [RuleKind.THRESHOLD, RuleKind.TARGET, RuleKind.RUNWAY])
@pytest.mark.parametrize("delay", [0, 1, 9])
def test_a_wallet_that_is_spent_evenly_is_filled_again_and_again(kind: RuleKind, delay: int) -> None:
    """Ninety days at 20.00 a day: however long the money is on its way, the rule does not fall silent."""
    made = season(by_hand(kind), 1, (400, KNOWN_BEFORE), [Day(2_000, 0, delay, True)] * 90)
    assert made.fired[-1][0].date() >= FIRST + timedelta(days=60)
    assert made.look_on(FIRST + timedelta(days=89)).balance > eur(-300)


def test_what_expires_is_replaced_once_also_after_its_money_came() -> None:
    course = [Day(2_000, 0, 1, True)] * 60
    made = season(replace(by_hand(RuleKind.EXPIRY), days=60), 1, (9_000, 320), course)
    assert [gap.through for _, gap in made.fired] == [expiry_of(FIRST - timedelta(days=320))]


def by_hand(kind: RuleKind) -> Rule:
    limit = None if kind in {RuleKind.RUNWAY, RuleKind.EXPIRY} else eur(100)
    return Rule(
        "u1",
        kind,
        BY,
        datetime.combine(FIRST, LOOKS[0]),
        below=limit,
        amount=eur(300) if kind is RuleKind.THRESHOLD else None,
        target=eur(400) if kind is RuleKind.TARGET else None,
        days=10 if kind in {RuleKind.RUNWAY, RuleKind.EXPIRY} else 0,
    )
