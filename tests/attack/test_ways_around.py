"""Ways around the policy of approvals: another currency, another spelling, people who have left, repetition."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Refusal
from bot.domain.money import Money
from bot.domain.people import Person
from bot.domain.policy import Band, Caps, Policy, Scale
from bot.domain.requests import Recharge, State
from bot.domain.rules import Rule, RuleKind
from bot.domain.settings import NamedPerson
from bot.ports.errors import MissingPermission
from bot.ports.order_desk import Funded
from bot.usecases import guard_caps as caps
from bot.usecases.break_glass import break_glass
from bot.usecases.change_rules import keep_rule
from bot.usecases.delegate import delegate
from bot.usecases.fund_order import confirm_order
from bot.usecases.propose_recharge import propose_recharge
from bot.usecases.run_rules import run_rules
from bot.usecases.tell_order import report_declined
from cards.actions import Verb
from tests.commands.talk import Talk, signed
from tests.fakes import ANA, CARMEN, EVA, LUIS, TENANT
from tests.usecases.test_break_glass import empty
from tests.usecases.world import World, by, eur

STRICT = Policy(2, (Scale("EUR", (Band(None, 3, needs_finance=True),), Caps(day=eur(100)), standing=eur(50)),))

BY = NamedPerson(ANA.id, ANA.name)  # who edits rules


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


async def test_a_button_that_names_another_currency_than_the_wallets_proposes_nothing(world: World) -> None:
    for currency in ("USD", "KWD", "eur", "XTS"):
        await Talk(world, ANA).press(signed(Verb.RECHARGE_AMOUNT, "d1", 0), amount="199", currency=currency)
    assert await world.requests() == []


def test_a_currency_that_the_policy_does_not_name_is_no_way_around_it() -> None:
    for amount in (1, 200, 2_000, 10_000):
        wanted = STRICT.wanted(dollars(amount))
        assert (wanted.approvals, wanted.needs_finance) == (3, True)
    assert STRICT.scale("USD").standing is None


def test_nor_does_what_the_policy_lets_pass_in_one_currency_pass_in_another() -> None:
    generous = Policy(2, (Scale("EUR", (Band(None, 1),), standing=eur(5_000)),))
    assert generous.wanted(dollars(1_000)).approvals == 2
    assert generous.wanted(dollars(2_001)).needs_finance


@pytest.mark.parametrize("spelling", ["po-7", " PO-7", "PO -7", "PO–7", "ＰＯ-7", "PO-\u200b7"])
async def test_a_cap_by_purchase_order_holds_however_its_number_is_typed(world: World, spelling: str) -> None:
    await world.adopt(Policy(2, (Scale("EUR", (Band(),), Caps(po=eur(600))),)))
    for id_, number in (("r1", "PO-7"), ("r2", spelling)):
        recharge = Recharge(eur(500), "phones", number)
        await propose_recharge(world.store, world.clock, TENANT, id_, by(ANA), recharge)
    await world.submit("r1")
    await world.approve("r1")
    with pytest.raises(Refusal) as refused:
        await world.submit("r2")
    assert refused.value.code == "cap_po"


# People who have left


@pytest.fixture
async def named(world: World) -> World:
    """Carmen is named as an approver, and Eva decides for her."""
    await world.configure(approvers=(NamedPerson(CARMEN.id, CARMEN.name),))
    until = world.clock.now() + timedelta(days=80)
    await delegate(world.outside, world.standings, TENANT, (CARMEN.id, CARMEN.name), EVA, until)
    await world.send()
    return world


def leave(world: World, person: Person, *, deleted: bool) -> None:
    if deleted:
        del world.directory.people[person.id]
    else:
        world.directory.people[person.id] = replace(person, enabled=False)


@pytest.mark.parametrize("deleted", [True, False])
@pytest.mark.parametrize("who", [CARMEN, EVA])
async def test_nobody_decides_with_the_voice_of_an_account_that_is_gone(
    named: World, who: Person, deleted: bool
) -> None:
    leave(named, CARMEN, deleted=deleted)
    with pytest.raises(Refusal) as refused:
        await named.approve("r1", who)
    assert refused.value.code == "not_an_approver"


@pytest.mark.parametrize("deleted", [True, False])
@pytest.mark.parametrize("who", [CARMEN, LUIS])
async def test_whoever_leaves_before_the_order_does_has_approved_nothing(
    named: World, who: Person, deleted: bool
) -> None:
    """Named, or by a role, which a disabled account keeps."""
    await named.approve("r1", who)
    leave(named, who, deleted=deleted)
    if deleted:
        named.directory.roles.pop(who.id, None)
    await named.work()
    assert named.desk.orders == {}
    assert (await named.request()).state is State.PENDING


async def test_where_people_cannot_be_read_those_who_are_named_still_decide(named: World) -> None:
    named.directory.broken["person"] = MissingPermission("User.Read.All")
    assert (await named.approve("r1", CARMEN)).state is State.APPROVED


# Break-glass


@pytest.mark.parametrize(
    "reason", ["a" + " " * 30 + "b", "\u3164" * 30, "\u2800" * 30, "urgent" + "\u200b" * 30, "." * 30, "ha" * 15]
)
async def test_a_reason_that_says_nothing_breaks_no_glass(world: World, reason: str) -> None:
    await empty(world)
    with pytest.raises(Refusal) as refused:
        await break_glass(world.outside, world.standings, TENANT, "r1", (ANA.id, ANA.name), reason)
    assert refused.value.code == "break_reason_short"
    assert (await world.request()).state is State.PENDING


async def test_a_reason_in_any_script_is_a_reason(world: World) -> None:
    await empty(world)
    reason = "余额不足，今晚客服热线将中断，请立即充值以免影响客户"
    request = await break_glass(world.outside, world.standings, TENANT, "r1", (ANA.id, ANA.name), reason)
    assert request.exemption is not None
    assert request.exemption.reason == reason


# Standing approval


async def test_a_standing_approval_is_not_stretched_by_editing_the_rule_again_and_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It holds for all that rules order in a month (UTC), however many there are and however often they change."""
    monkeypatch.setattr(caps, "CHUNK", 1)  # requests at once
    await world.adopt(Policy(2, (Scale("EUR", (Band(),), standing=eur(1_000)),)))
    await world.buy(99)
    states = []
    for number, below in enumerate((100, 700, 1_200, 1_700)):
        rule = Rule("u1", RuleKind.THRESHOLD, BY, world.clock.now(), number, below=eur(below), amount=eur(500))
        await keep_rule(world.store, world.clock, TENANT, replace(rule, cooldown_days=0))
        await run_rules(world.outside, TENANT, lambda rule: rule.id)
        request = await world.request(f"rule-u1-{number + 1}")
        states.append(request.state)
        if request.state is State.APPROVED:
            await world.work()
            funded = Funded(eur(500), world.clock.now().date(), f"G-{number}")
            await confirm_order(world.store, world.clock, TENANT, request.id, funded, by(LUIS))
            continue
        break
    assert states == [State.APPROVED, State.APPROVED, State.PENDING]


async def test_what_came_to_nothing_and_what_was_last_month_leave_a_standing_approval_whole(world: World) -> None:
    await world.adopt(Policy(2, (Scale("EUR", (Band(),), standing=eur(500)),)))
    await world.buy(99)
    rule = Rule("u1", RuleKind.THRESHOLD, BY, world.clock.now(), 0, below=eur(100), amount=eur(500), cooldown_days=0)
    for number, days in enumerate((0, 0, 9)):
        world.clock.move(days=days)
        edited = replace(rule, revision=number, below=eur(100 + number))
        await keep_rule(world.store, world.clock, TENANT, edited)
        await run_rules(world.outside, TENANT, lambda rule: rule.id)
        request = await world.request(f"rule-u1-{number + 1}")
        assert request.state is State.APPROVED
        await world.work()
        if number:
            funded = Funded(eur(1), world.clock.now().date(), "")
            await confirm_order(world.store, world.clock, TENANT, request.id, funded, by(LUIS))
        else:
            await report_declined(world.store, world.clock, TENANT, request.id, "limit", by(LUIS))
