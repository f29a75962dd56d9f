"""The organization's own rules: what each is short of, and when it proposes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.advice import Wallet
from bot.domain.errors import Refusal
from bot.domain.forecast import Outlook
from bot.domain.ledger import Adjustment, Entry, Lot, Purchase, UsageChange, expiry_of
from bot.domain.money import LARGEST_ENTRY_MICROS, Money
from bot.domain.people import PersonId
from bot.domain.rule_course import Fired, Held, Looked, RuleState, look_by, rehearse
from bot.domain.rule_history import looks_back
from bot.domain.rules import (
    MOST_COOLDOWN_DAYS,
    MOST_DAYS,
    Gap,
    Look,
    Rule,
    RuleKind,
    check_rule,
    gap_of,
    is_well,
)
from bot.domain.settings import NamedPerson
from bot.domain.usage import Source, UsageSum

ANA = NamedPerson(PersonId("ana"), "Ana Torres")
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def eur(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


def rule(kind: RuleKind, **facts: object) -> Rule:
    return replace(Rule("u1", kind, ANA, NOW, cooldown_days=0), **facts)  # type: ignore[arg-type]  # Rule's own fields


THRESHOLD = rule(RuleKind.THRESHOLD, below=eur(100), amount=eur(500))
TARGET = rule(RuleKind.TARGET, below=eur(200), target=eur(800))
RUNWAY = rule(RuleKind.RUNWAY, days=30)
EXPIRY = rule(RuleKind.EXPIRY, days=14)


def lot(left: int, bought: date = date(2026, 9, 1)) -> Lot:
    return Lot(bought, eur(left), eur(left), eur(0), expiry_of(bought))


def look(balance: int, *lots: Lot, per_day: int = 10, days: int = 28, lag: int = 2, today: date = TODAY) -> Look:
    """A wallet whose lots, where none are told, are one of the balance; negative: overdrawn."""
    lots = lots or ((lot(balance),) if balance > 0 else ())
    overdrawn = eur(max(0, -balance))
    wallet = Wallet(today - timedelta(days=lag), today, lots, overdrawn)
    return Look(eur(balance), wallet, Outlook(eur(per_day * days), days))


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (replace(THRESHOLD, below=None), "rule_incomplete"),
        (replace(THRESHOLD, amount=None), "rule_incomplete"),
        (replace(TARGET, below=None), "rule_incomplete"),
        (replace(TARGET, target=None), "rule_incomplete"),
        (replace(TARGET, target=eur(200)), "rule_target_below"),
        (replace(RUNWAY, days=0), "rule_days"),
        (replace(EXPIRY, days=MOST_DAYS + 1), "rule_days"),
        (replace(RUNWAY, cooldown_days=-1), "rule_cooldown"),
        (replace(RUNWAY, cooldown_days=MOST_COOLDOWN_DAYS + 1), "rule_cooldown"),
        (replace(THRESHOLD, amount=eur(0)), "amount_not_positive"),
        (replace(THRESHOLD, cap=Money(LARGEST_ENTRY_MICROS + 1, "EUR")), "amount_too_large"),
        (replace(THRESHOLD, cap=Money.of(900, "USD")), "currency_mixed"),
        (replace(THRESHOLD, cap=eur(499)), "rule_cap"),
        (replace(TARGET, cap=eur(599)), "rule_cap"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(wrong: Rule, code: str) -> None:
    with pytest.raises(Refusal, match=code):
        check_rule(wrong)


@pytest.mark.parametrize("good", [THRESHOLD, TARGET, RUNWAY, EXPIRY, replace(TARGET, cap=eur(600))])
def test_a_rule_that_makes_sense_is_kept_as_it_is(good: Rule) -> None:
    assert check_rule(good) == good


def test_rules_are_compared_without_their_editor() -> None:
    edited = replace(
        THRESHOLD, edited_by=NamedPerson(PersonId("luis"), "Luis"), edited_at=NOW + timedelta(1), revision=4
    )
    assert THRESHOLD.says_as(edited)
    assert not THRESHOLD.says_as(replace(edited, cooldown_days=9))


@pytest.mark.parametrize(
    ("balance", "gap"),
    [
        (100, None),
        (99, Gap(eur(1), eur(500))),
        (-390, Gap(eur(490), eur(500))),
        (-391, Gap(eur(491), eur(1000))),  # else it would be at the edge, and its next dip no dip of its own
    ],
)
def test_below_a_threshold_it_is_as_many_recharges_as_it_takes(balance: int, gap: Gap | None) -> None:
    assert gap_of(THRESHOLD, look(balance)) == gap


def test_after_one_proposal_the_next_dip_is_a_dip_of_its_own() -> None:
    small = replace(THRESHOLD, below=eur(1_000), amount=eur(50))
    near = replace(TARGET, below=eur(1_000), target=eur(1_040))
    for rule, after in ((small, 1_049), (near, 1_040)):
        fired = look_by(rule, RuleState(), look(999), NOW, under_way=False)
        assert fired.fires
        filled = look_by(rule, fired.state, look(after), NOW + timedelta(9), under_way=False)
        assert look_by(rule, filled.state, look(999), NOW + timedelta(18), under_way=False).fires


def test_a_target_is_filled_up_with_a_round_sum() -> None:
    assert gap_of(TARGET, look(200)) is None
    assert gap_of(TARGET, look(199)) == Gap(eur(601), eur(610))
    assert gap_of(TARGET, look(-1)) == Gap(eur(801), eur(810))


def test_of_another_currency_a_sum_tells_nothing() -> None:
    dollars = replace(look(1), balance=Money.of(1, "USD"))
    assert gap_of(THRESHOLD, dollars) is None
    assert gap_of(TARGET, dollars) is None


def test_a_rule_without_its_sums_is_content() -> None:
    assert gap_of(replace(THRESHOLD, below=None), look(1)) is None
    assert gap_of(replace(TARGET, target=None), look(1)) is None
    assert is_well(replace(THRESHOLD, below=None), look(1))


def test_days_that_the_money_lasts_are_doubled_where_they_are_too_few() -> None:
    assert gap_of(RUNWAY, look(320)) is None
    assert gap_of(RUNWAY, look(319)) == Gap(eur(301), eur(310))  # 62 days with those that are not known yet
    assert gap_of(RUNWAY, look(319, days=13)) is None
    assert gap_of(RUNWAY, look(319, per_day=0)) is None


def test_what_will_be_forfeited_soon_is_replaced_once() -> None:
    old = lot(300, TODAY - timedelta(days=365 - 10))
    gap = gap_of(EXPIRY, look(300, old))
    assert gap == Gap(eur(190), eur(190), TODAY + timedelta(days=10))
    assert gap_of(EXPIRY, look(300, old), gap.through) is None
    assert gap_of(EXPIRY, look(300, old, days=13)) is None
    assert gap_of(EXPIRY, look(300, lot(300, TODAY - timedelta(days=365 - 15)))) is None
    later = lot(50, TODAY - timedelta(days=365 - 12))
    assert gap_of(EXPIRY, look(350, old, later), gap.through) == Gap(eur(30), eur(30), TODAY + timedelta(days=12))


def test_a_dip_is_over_when_it_is_not_just_about_so() -> None:
    assert [is_well(THRESHOLD, look(balance)) for balance in (109, 110)] == [False, True]
    assert [is_well(RUNWAY, look(balance)) for balance in (349, 350)] == [False, True]
    assert is_well(RUNWAY, look(1, days=3))
    assert is_well(EXPIRY, look(1))


def course(
    rule_: Rule, *looks: Look | tuple[Look, bool], every: timedelta = timedelta(hours=1)
) -> tuple[list[Looked], RuleState]:
    state, now, found = RuleState(), NOW, list[Looked]()
    for one in looks:
        seen, under_way = one if isinstance(one, tuple) else (one, False)
        found.append(look_by(rule_, state, seen, now, under_way=under_way))
        state, now = found[-1].state, now + every
    return found, state


def fired(looked: list[Looked]) -> list[int]:
    return [number for number, one in enumerate(looked) if one.fires]


def test_a_dip_fires_once_and_the_next_one_again() -> None:
    looked, state = course(THRESHOLD, *(look(balance) for balance in (120, 99, 50, -5, 105, 99, 110, 99)))
    assert fired(looked) == [1, 7]
    assert (state.dip, state.open, state.fired) == (2, True, True)


def test_it_waits_while_another_recharge_is_under_way() -> None:
    looked, _ = course(THRESHOLD, (look(99), True), (look(50), True), look(40))
    assert fired(looked) == [2]
    assert [one.state.held for one in looked] == [Held.UNDER_WAY, Held.UNDER_WAY, None]


def test_a_dip_that_recovers_while_it_waits_proposes_nothing() -> None:
    looked, state = course(THRESHOLD, (look(99), True), look(300))
    assert fired(looked) == []
    assert (state.open, state.held) == (False, None)


def test_between_two_proposals_lies_the_cooldown() -> None:
    slow = replace(THRESHOLD, cooldown_days=3)
    looked, _ = course(slow, *(look(balance) for balance in (99, 300, 99, 99, 99)), every=timedelta(days=1))
    assert fired(looked) == [0, 3]
    assert looked[2].state.held is Held.COOLDOWN


def test_a_month_holds_no_more_than_the_cap() -> None:
    capped = replace(THRESHOLD, cap=eur(900))
    looked, state = course(capped, *(look(balance) for balance in (99, 300, 99, 99)), every=timedelta(days=4))
    assert fired(looked) == [0, 2 + 1]
    assert looked[2].state.held is Held.CAP
    assert (state.month, state.proposed) == ("2026-12", eur(500))
    looked, _ = course(capped, look(-901))
    assert looked[0].state.held is Held.CAP


def test_a_cap_of_another_currency_lets_nothing_through() -> None:
    foreign = replace(RUNWAY, cap=Money.of(10_000, "USD"))
    looked, _ = course(foreign, look(5))
    assert looked[0].state.held is Held.CAP


def test_what_was_proposed_in_another_currency_does_not_count() -> None:
    state = RuleState(revision=1, month="2026-11", proposed=Money.of(900, "USD"))
    looked = look_by(replace(THRESHOLD, cap=eur(500)), state, look(99), NOW, under_way=False)
    assert looked.state.proposed == eur(500)


def test_an_edited_rule_begins_anew() -> None:
    _, state = course(THRESHOLD, look(99))
    edited = replace(THRESHOLD, revision=2, below=eur(99_000))
    looked = look_by(edited, state, look(99), NOW, under_way=False)
    assert looked.fires
    assert looked.state.dip == 2


def test_each_lot_that_expires_is_replaced() -> None:
    first, second = (lot(300, TODAY - timedelta(days=365 - days)) for days in (10, 20))
    looks = [look(600, first, second, today=TODAY + timedelta(days=number)) for number in range(8)]
    looked, state = course(EXPIRY, *looks, every=timedelta(days=1))
    assert fired(looked) == [0, 6]
    assert state.covered == TODAY + timedelta(days=20)


def test_a_trial_tells_when_a_rule_would_have_fired_and_what_its_cap_kept_back() -> None:
    capped = replace(THRESHOLD, cap=eur(500))
    days = [(look(balance), NOW + timedelta(hours=number)) for number, balance in enumerate((99, 300, 98, 97, 300))]
    told = rehearse(capped, days)
    assert told == [
        Fired(TODAY, Gap(eur(1), eur(500))),
        Fired(TODAY, Gap(eur(2), eur(500)), held=True),
    ]


def usage(day: date, amount: int, currency: str = "EUR") -> UsageChange:
    total = UsageSum(currency, Money.of(amount, currency).micros, 0, 0)
    return UsageChange(f"usage:{day}", day, Source.GRAPH, (total,), NOW)


def test_the_wallet_is_seen_as_it_was() -> None:
    entries: list[Entry] = [
        Purchase("p1", date(2026, 11, 10), eur(100), NOW),
        Purchase("p2", date(2026, 11, 10), Money.of(7, "USD"), NOW),
        usage(date(2026, 11, 11), 30),
        usage(date(2026, 11, 12), 90),
        Adjustment("a1", date(2026, 11, 13), NOW, eur(50), eur(-20), NOW, oldest_purchase=date(2026, 3, 1)),
    ]
    looks = [one for one, _ in looks_back(entries, "EUR", (date(2026, 11, 9), date(2026, 11, 14)))]
    assert [one.wallet.today.day for one in looks] == [10, 11, 12, 13, 14]
    assert [one.balance for one in looks] == [eur(100), eur(70), eur(-20), eur(50), eur(50)]
    assert [one.wallet.overdrawn for one in looks] == [eur(0), eur(0), eur(20), eur(0), eur(0)]
    assert [[lot_.purchased_on.month for lot_ in one.wallet.lots] for one in looks] == [[11], [11], [], [3], [3]]
    assert looks[2].outlook == Outlook(eur(120), 2)
    assert looks[3].wallet.lots[0].assumed


def test_before_the_first_entry_there_is_nothing_to_see() -> None:
    days = (date(2026, 11, 9), date(2026, 11, 14))
    assert list(looks_back([], "EUR", days)) == []
    assert list(looks_back([usage(date(2026, 11, 10), 5)], "EUR", days)) == []
