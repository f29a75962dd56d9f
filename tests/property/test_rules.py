"""Whatever the wallet does: no rule proposes twice for one dip, a proposal closes its gap, no cap is exceeded."""

import asyncio
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.advice import Wallet, burn, with_purchase
from bot.domain.balance import balances_of
from bot.domain.events import Reject
from bot.domain.forecast import Outlook
from bot.domain.ledger import Entry, Lot, expiry_of
from bot.domain.money import MICROS, Money
from bot.domain.rule_course import RuleState, look_by, month_name
from bot.domain.rule_history import looks_back
from bot.domain.rules import Look, Rule, RuleKind, check_rule, gap_of, is_well
from bot.domain.settings import NamedPerson
from bot.usecases.change_rules import keep_rule
from bot.usecases.read_balance import read_balance
from bot.usecases.reconcile_opening import Reading, reconcile
from bot.usecases.run_rules import look_of, run_rules
from tests.fakes import ANA, LUIS, TENANT
from tests.property.test_ledger_oracle import days, ledgers
from tests.property.worlds import in_a_new_world
from tests.usecases.world import World, eur

BY = NamedPerson(ANA.id, ANA.name)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TODAY = NOW.date()


def cents(least: int, most: int) -> st.SearchStrategy[Money]:
    return st.integers(least, most).map(lambda count: Money(count * MICROS // 100, "EUR"))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    kind = draw(st.sampled_from(RuleKind))
    below = draw(cents(1, 100_000))
    rule = Rule(
        "u1",
        kind,
        BY,
        NOW,
        below=below if kind in {RuleKind.THRESHOLD, RuleKind.TARGET} else None,
        amount=draw(cents(1, 50_000)) if kind is RuleKind.THRESHOLD else None,
        target=below + draw(cents(1, 100_000)) if kind is RuleKind.TARGET else None,
        days=draw(st.integers(1, 150)) if kind in {RuleKind.RUNWAY, RuleKind.EXPIRY} else 0,
        cooldown_days=draw(st.integers(0, 9)),
    )
    cap = draw(st.none() | cents(100_001, 400_000))
    return check_rule(replace(rule, cap=cap))


@st.composite
def looks(draw: st.DrawFn, today: date = TODAY) -> Look:
    lag = draw(st.integers(0, 3))
    as_of = today - timedelta(days=lag)
    bought = draw(st.lists(st.tuples(st.integers(0, 360), st.integers(1, 90_000)), max_size=4))
    lots = tuple(lot(as_of - timedelta(days=ago), left) for ago, left in sorted(bought, reverse=True))
    overdrawn = eur(0) if lots else draw(cents(0, 50_000))
    balance = sum((lot.remaining for lot in lots), -overdrawn)
    outlook = Outlook(draw(cents(0, 200_000)), draw(st.integers(0, 28)))
    return Look(balance, Wallet(as_of, today, lots, overdrawn), outlook)


def lot(on: date, cents_left: int) -> Lot:
    left = Money(cents_left * MICROS // 100, "EUR")
    return Lot(on, left, left, eur(0), expiry_of(on))


def with_money(look: Look, money: Money) -> Look:
    """The same wallet with what was proposed in it."""
    return replace(look, balance=look.balance + money, wallet=with_purchase(look.wallet, money))


@given(rules(), looks())
def test_one_proposal_closes_the_gap(rule: Rule, look: Look) -> None:
    gap = gap_of(rule, look)
    assume(gap is not None)
    assert gap is not None
    assert gap.proposal >= gap.short
    after = with_money(look, gap.proposal)
    assert gap_of(rule, after, gap.through) is None
    assert is_well(rule, after)  # else the next dip would count as this one, and be passed over in silence
    if rule.kind is RuleKind.RUNWAY:
        assert not burn(after.wallet, after.outlook, look.lag + 2 * rule.days).short
    if rule.kind is RuleKind.TARGET:
        assert rule.target is not None
        assert after.balance >= rule.target


@given(rules(), st.lists(st.tuples(looks(), st.integers(0, 20), st.booleans()), max_size=30))
def test_a_dip_leads_to_one_proposal_and_a_month_to_no_more_than_its_cap(
    rule: Rule, course: list[tuple[Look, int, bool]]
) -> None:
    state, now, well = RuleState(), NOW, True
    months: dict[str, int] = defaultdict(int)
    last: datetime | None = None
    for look, later, under_way in course:
        now += timedelta(days=later)
        covered = state.covered
        looked = look_by(rule, state, look, now, under_way=under_way)
        state = looked.state
        if gap_of(rule, look, covered) is None and is_well(rule, look):
            well = True
        if looked.fires:
            assert looked.gap is not None
            assert well
            assert not under_way
            assert last is None or now - last >= timedelta(days=rule.cooldown_days)
            well, last = False, now
            months[month_name(now)] += looked.gap.proposal.micros
    assert rule.cap is None or all(spent <= rule.cap.micros for spent in months.values())


@settings(max_examples=50)
@given(ledgers, days)
def test_a_look_back_sees_what_the_balance_was(entries: list[Entry], last: date) -> None:
    booked = [replace(entry, id=f"e{number}") for number, entry in enumerate(entries)]
    seen = {look.wallet.today: look for look, _ in looks_back(booked, "EUR", (last - timedelta(days=20), last))}
    for number in range(21):
        day = last - timedelta(days=number)
        balances = [one for one in balances_of(booked, day, 0).each if one.statement.currency == "EUR"]
        known = bool(balances and balances[0].is_known)
        assert (day in seen) == known
        if known:
            now = look_of(balances[0], day)
            assert (seen[day].balance, seen[day].wallet.overdrawn) == (now.balance, now.wallet.overdrawn)
            assert lots_of(seen[day]) == lots_of(now)
            assert seen[day].outlook == now.outlook


def lots_of(look: Look) -> list[tuple[date, Money]]:
    return [(lot.purchased_on, lot.remaining) for lot in look.wallet.lots]


BALANCES = st.lists(st.sampled_from([0, 50, 99, 100, 105, 110, 400]), max_size=8)


@settings(max_examples=25)
@given(BALANCES, st.integers(1, 3), st.sampled_from([RuleKind.THRESHOLD, RuleKind.TARGET]))
def test_whoever_looks_and_how_often_a_dip_has_one_request(balances: list[int], times: int, kind: RuleKind) -> None:
    amount, target = (eur(500), None) if kind is RuleKind.THRESHOLD else (None, eur(500))
    rule = Rule("u1", kind, BY, NOW, 1, eur(100), amount, target, cooldown_days=0)

    async def story(world: World) -> None:
        await keep_rule(world.store, world.clock, TENANT, rule)
        state, expected = RuleState(), list[str]()
        for number, balance in enumerate(balances):
            world.clock.move(hours=1)
            await reconcile(world.store, world.clock, TENANT, Reading(eur(balance), world.clock.now()), ANA.id)
            await asyncio.gather(*(run_rules(world.outside, TENANT, str) for _ in range(times)))
            (now,) = (await read_balance(world.store, world.clock, TENANT)).each
            look = look_of(now, world.clock.now().date())
            looked = look_by(rule, state, look, world.clock.now(), under_way=False)
            state = looked.state
            if looked.fires:
                expected.append(f"rule-u1-{state.dip}")
            await withdraw_all(world)
            assert sorted(one.id for one in await world.requests()) == sorted(expected), number

    in_a_new_world(story)


async def withdraw_all(world: World) -> None:
    """An approver says no to whatever waits, so that nothing is under way."""
    for request in await world.requests():
        if request.open:
            await world.decide(request.id, LUIS, Reject())
