"""Rules are kept with their editor and propose once a dip, for approval by somebody else or by standing approval."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.auto_recharge import Mirror
from bot.domain.errors import Refusal
from bot.domain.policy import Caps, Policy, fallback
from bot.domain.requests import Clause, State
from bot.domain.rule_course import Held, RuleState
from bot.domain.rules import MOST_RULES, Rule, RuleKind
from bot.domain.settings import Account, NamedPerson
from bot.ports.collections import RULES
from bot.ports.order_desk import Funded
from bot.ports.store import Conflict
from bot.usecases.change_rules import ATTEMPTS, keep_rule, read_rules, remove_rule
from bot.usecases.expect_recharge import expect_recharge
from bot.usecases.fund_order import confirm_order
from bot.usecases.mirror_auto_recharge import set_mirror
from bot.usecases.propose_recharge import withdraw_request
from bot.usecases.run_rules import read_states, run_rules
from bot.usecases.try_rules import try_rules
from tests.clock import StillClock
from tests.fakes import ANA, LUIS, TENANT
from tests.usecases.world import EN, SEEN_ON, World, by, eur, touch

NOW = StillClock().now()
BY = NamedPerson(ANA.id, ANA.name)
RULE = Rule("u1", RuleKind.THRESHOLD, BY, NOW, 1, below=eur(100), amount=eur(500), cooldown_days=0)
OTHER = replace(RULE, id="u2", below=eur(90))


async def keep(world: World, *rules: Rule) -> list[Rule]:
    for number, rule in enumerate(rules):
        at = rule.edited_at + timedelta(minutes=number)
        await keep_rule(world.store, world.clock, TENANT, replace(rule, edited_at=at))
    return await kept(world)


async def kept(world: World) -> list[Rule]:
    return [document.body for document in await read_rules(world.store, TENANT)]


async def run(world: World) -> None:
    await run_rules(world.outside, TENANT, lambda rule: f"rule {rule.id}")


async def state(world: World, id_: str = "u1") -> RuleState:
    return (await read_states(world.store, TENANT))[0].by_rule[id_]


async def policy(world: World, **facts: object) -> None:
    """What the policy says about euros."""
    scale = replace(fallback("EUR"), **facts)  # type: ignore[arg-type]  # the scale's own fields
    await world.adopt(Policy(version=2, scales=(scale,)))


async def test_a_rule_is_kept_with_its_audit_and_looked_at(world: World) -> None:
    assert await kept(world) == []
    assert [rule.id for rule in await keep(world, OTHER, RULE)] == ["u2", "u1"]
    first, second = await world.audit()
    assert (first.verb, first.actor, first.subject, second.subject) == ("rule.add", ANA.id, "u2", "u1")
    assert first.after["below"] == "90.00 EUR"
    assert await world.job_kinds() == ["watch_balance"] * 2


async def test_the_same_again_changes_nothing_not_even_its_editor(world: World) -> None:
    luis = replace(RULE, edited_by=NamedPerson(LUIS.id, LUIS.name), edited_at=NOW + timedelta(days=1))
    (rule,) = await keep(world, RULE, luis)
    assert (rule.edited_by, rule.made_at) == (BY, NOW)
    assert len(await world.audit()) == 1


async def test_an_edited_rule_is_a_new_revision_with_its_editor(world: World) -> None:
    luis = replace(RULE, edited_by=NamedPerson(LUIS.id, LUIS.name), below=eur(150))
    rule, _ = await keep(world, RULE, OTHER, luis)
    assert (rule.revision, rule.edited_by.id, rule.below, rule.made_at) == (2, LUIS.id, eur(150), NOW)
    record = (await world.audit())[-1]
    assert (record.verb, record.actor) == ("rule.edit", LUIS.id)
    assert ("below", "100.00 EUR", "150.00 EUR") in record.changes


async def test_whoever_saw_an_older_revision_is_told_by_whom_it_was_changed(world: World) -> None:
    await keep(world, RULE, replace(RULE, below=eur(150)))
    with pytest.raises(Refusal, match="rule_changed") as refused:
        await keep(world, replace(RULE, below=eur(200)))
    assert refused.value.values == {"name": "Ana Torres"}


async def test_a_rule_that_is_removed_is_gone_and_stays_gone(world: World) -> None:
    await keep(world, RULE, OTHER)
    for _ in range(2):
        await remove_rule(world.store, world.clock, TENANT, "u1", by(LUIS))
    assert [rule.id for rule in await kept(world)] == ["u2"]
    assert [record.verb for record in await world.audit()] == ["rule.add", "rule.add", "rule.remove"]


async def test_there_are_only_so_many_rules_and_none_that_makes_no_sense(world: World) -> None:
    await keep(world, *(replace(RULE, id=f"u{number}", cooldown_days=number) for number in range(MOST_RULES)))
    with pytest.raises(Refusal, match="too_many_rules"):
        await keep(world, replace(RULE, id="one more"))
    with pytest.raises(Refusal, match="rule_incomplete"):
        await keep(world, replace(RULE, below=None))


async def test_two_who_change_rules_at_once_both_do(world: World) -> None:
    await keep(world, RULE)
    deed = touch(world, RULES.key(TENANT, "u1"))
    dearer = replace(RULE, below=eur(200))
    assert (await keep_rule(world.beside(deed).store, world.clock, TENANT, dearer)).below == eur(200)
    for change in (
        keep_rule(world.beside(*[deed] * ATTEMPTS).store, world.clock, TENANT, replace(RULE, revision=2)),
        remove_rule(world.beside(*[deed] * ATTEMPTS).store, world.clock, TENANT, "u1", by(ANA)),
    ):
        with pytest.raises(Conflict):
            await change
    await remove_rule(world.beside(deed).store, world.clock, TENANT, "u1", by(ANA))
    assert await kept(world) == []


async def test_a_dip_leads_to_one_request_whose_requester_is_saldo_and_the_last_editor(world: World) -> None:
    await keep(world, RULE)
    await world.buy(99)
    for _ in range(3):
        await run(world)
    (request,) = await world.requests()
    assert (request.id, request.requester, request.requester_name) == ("rule-u1-1", "saldo", "Saldo")
    assert (request.state, request.asked.amount, request.asked.reason) == (State.PENDING, eur(500), "rule u1")
    assert request.askers == {"saldo", ANA.id}
    record = next(record for record in await world.audit() if record.verb == "rule.fire")
    assert record.details == {"request": "rule-u1-1", "short": "1.00 EUR", "amount": "500.00 EUR"}
    assert "ask_approvers" in await world.job_kinds()


async def test_its_last_editor_hears_of_it_and_whoever_is_asked_reads_whose_rule_it_is(world: World) -> None:
    await keep(world, RULE)
    await world.introduce(ANA, LUIS)
    await world.buy(99)
    await run(world)
    await world.work()
    heard = {chat: message for chat, message in world.messenger.sent if "rule" in message.text}
    assert {chat: message.text for chat, message in heard.items()} == {
        f"chat-{ANA.id}": EN.text("lock.rule_proposes"),
        f"chat-{LUIS.id}": EN.text("lock.approval_rule", name="Ana"),
    }
    assert EN.text("request.by_rule", name=ANA.name) in str(heard[f"chat-{LUIS.id}"].card)
    assert EN.text("button.withdraw") in str(heard[f"chat-{ANA.id}"].card)
    with pytest.raises(Refusal) as refusal:
        await withdraw_request(world.store, world.clock, TENANT, "rule-u1-1", by(LUIS))
    assert (refusal.value.code, refusal.value.values) == ("not_the_requester", {"requester": ANA.name})


async def test_the_last_editor_does_not_approve_it_and_somebody_else_does(world: World) -> None:
    await keep(world, replace(RULE, edited_by=NamedPerson(LUIS.id, LUIS.name)))
    await world.configure(approvers=(BY,))
    await world.buy(99)
    await policy(world, bands=(replace(fallback("EUR").bands[0], up_to=None),))
    await run(world)
    with pytest.raises(Refusal, match="own_request"):
        await world.approve("rule-u1-1", LUIS)
    assert (await world.approve("rule-u1-1", ANA)).state is State.APPROVED


async def test_without_rules_or_books_nothing_happens(world: World) -> None:
    await world.buy(5)
    await run(world)
    await keep(world, RULE)
    await world.configure(currency="USD")
    await run(world)
    await world.configure(currency="EUR")
    assert await world.requests() == []


async def test_usage_alone_tells_nothing_of_what_is_left(world: World) -> None:
    await keep(world, RULE)
    await world.spend(5)
    await run(world)
    assert await world.requests() == []


async def test_while_somebody_asks_for_a_recharge_rules_wait(world: World) -> None:
    await keep(world, RULE)
    await world.buy(99)
    await world.send()
    await run(world)
    assert (await state(world)).held is Held.UNDER_WAY
    await world.approve()
    await run(world)
    assert len(await world.requests()) == 1


async def test_while_a_recharge_is_expected_rules_wait(world: World) -> None:
    await keep(world, RULE)
    await world.buy(99)
    mirror = Mirror(True, BY, world.clock.now(), eur(500), eur(100))
    await set_mirror(world.store, world.clock, TENANT, mirror)
    await expect_recharge(world.outside, TENANT)
    await run(world)
    assert await world.requests() == []
    world.clock.move(days=7)
    await expect_recharge(world.outside, TENANT)
    await run(world)
    assert len(await world.requests()) == 1


async def test_of_several_rules_one_proposes_and_the_others_wait(world: World) -> None:
    await keep(world, RULE, OTHER)
    await world.buy(5)
    await run(world)
    assert [request.id for request in await world.requests()] == ["rule-u1-1"]
    assert (await state(world, "u2")).held is Held.UNDER_WAY


async def test_states_of_rules_that_are_gone_are_dropped(world: World) -> None:
    await keep(world, RULE, OTHER)
    await world.buy(5)
    await run(world)
    await remove_rule(world.store, world.clock, TENANT, "u1", by(ANA))
    await run(world)
    assert set((await read_states(world.store, TENANT))[0].by_rule) == {"u2"}


@pytest.mark.parametrize(("account", "held"), [(Account.MCA, Held.REFUSED), (Account.EA, Held.REFUSED)])
async def test_what_the_account_does_not_allow_is_not_proposed(world: World, account: Account, held: Held) -> None:
    await world.configure(account=account)
    await keep(world, RULE)
    await world.buy(99)
    await run(world)
    await run(world)
    assert await world.requests() == []
    after = await state(world)
    assert (after.held, after.fired, after.dip, after.proposed) == (held, False, 1, None)


async def test_with_its_purchase_order_a_rule_proposes_where_the_account_wants_one(world: World) -> None:
    await world.configure(account=Account.EA)
    await keep(world, replace(RULE, po_number="4500"))
    await world.buy(99)
    await run(world)
    assert (await world.request("rule-u1-1")).asked.po_number == "4500"


async def test_what_the_policy_caps_is_not_proposed_until_there_is_room(world: World) -> None:
    await policy(world, caps=Caps(operation=eur(499)))
    await keep(world, RULE)
    await world.buy(99)
    await run(world)
    assert (await state(world)).held is Held.CAP
    assert await world.requests() == []


async def test_money_that_was_spent_while_it_was_on_its_way_is_proposed_anew_once_it_is_there(world: World) -> None:
    """Else a rule whose proposal came too late for a busy week would be silent for ever."""
    await keep(world, RULE)
    await world.buy(99)
    await run(world)
    await world.approve("rule-u1-1")
    await world.work()
    await world.spend(520)
    await run(world)
    assert len(await world.requests()) == 1
    world.desk.answers["rule-u1-1"] = Funded(eur(500), SEEN_ON, "PO-1")
    world.clock.move(minutes=10)
    await world.work()
    for _ in range(3):
        await run(world)
    assert sorted(one.id for one in await world.requests()) == ["rule-u1-1", "rule-u1-2"]


async def test_standing_approval_sends_what_it_holds_without_a_person(world: World) -> None:
    await policy(world, standing=eur(500), caps=Caps(month=eur(900)))
    await keep(world, RULE)
    await world.buy(99)
    await run(world)
    request = await world.request("rule-u1-1")
    assert (request.state, request.clause, request.policy) == (State.APPROVED, Clause.STANDING, 2)
    assert [verb for verb in await world.verbs() if verb.startswith("request")] == [
        "request.submit",
        "request.standingapproval",
    ]
    kinds = await world.job_kinds()
    assert "place_order" in kinds
    assert "ask_approvers" not in kinds


async def test_standing_approval_does_not_go_beyond_its_sum(world: World) -> None:
    await policy(world, standing=eur(499))
    await keep(world, RULE)
    await world.buy(99)
    await run(world)
    assert (await world.request("rule-u1-1")).state is State.PENDING


async def test_a_standing_approval_counts_all_that_rules_ordered_however_many(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.usecases.guard_caps.CHUNK", 1)
    await policy(world, standing=eur(1_400))
    await world.buy(99)
    for number in (1, 2, 3):
        rule = replace(RULE, revision=number - 1, below=eur(100 + 500 * (number - 1)), cooldown_days=0)
        await keep(world, rule)
        await run(world)
        await world.work()
        if (await world.request(f"rule-u1-{number}")).state is State.EXECUTING:
            funded = Funded(eur(500), world.clock.now().date(), "")
            await confirm_order(world.store, world.clock, TENANT, f"rule-u1-{number}", funded, by(LUIS))
    states = [(await world.request(f"rule-u1-{number}")).state for number in (1, 2, 3)]
    assert states == [State.DONE, State.DONE, State.PENDING]


async def test_a_look_that_was_overtaken_writes_nothing(world: World) -> None:
    await keep(world, RULE)
    await world.buy(99)
    rival = world.beside(touch(world, RULES.key(TENANT, "u1")))
    await run(rival)
    assert await world.requests() == []
    await run(world)
    assert len(await world.requests()) == 1


async def test_of_two_looks_at_the_same_moment_one_proposes(world: World) -> None:
    await keep(world, RULE)
    await world.buy(99)
    await asyncio.gather(*(run(world) for _ in range(10)))
    assert [request.id for request in await world.requests()] == ["rule-u1-1"]
    assert (await world.verbs()).count("rule.fire") == 1


async def test_whoever_sends_a_recharge_while_a_rule_looks_is_first_and_the_rule_waits(world: World) -> None:
    await keep(world, RULE)
    await world.buy(99)
    await world.draft()
    await run(world.beside(world.submit))
    assert [(one.id, one.state) for one in await world.requests()] == [("r1", State.PENDING)]
    await run(world)
    assert (await state(world)).held is Held.UNDER_WAY
    assert len(await world.requests()) == 1


async def test_many_who_send_at_once_all_get_through(world: World) -> None:
    drafts = [f"r{number}" for number in range(4)]
    for id_ in drafts:
        await world.draft(id_)
    await asyncio.gather(*(world.submit(id_) for id_ in drafts))
    assert {request.state for request in await world.requests()} == {State.PENDING}


async def test_an_expected_recharge_that_opens_while_a_rule_looks_is_first(world: World) -> None:
    await keep(world, RULE)
    await world.buy(99)
    await set_mirror(world.store, world.clock, TENANT, Mirror(True, BY, world.clock.now(), eur(500), eur(100)))

    async def look() -> None:
        await expect_recharge(world.outside, TENANT)

    await run(world.beside(look))
    assert await world.requests() == []


async def test_rules_are_tried_on_the_last_90_days_and_write_nothing(world: World) -> None:
    await keep(world, RULE, replace(OTHER, kind=RuleKind.RUNWAY, days=30))
    await world.buy(120, SEEN_ON - timedelta(days=10))
    await world.spend(30, SEEN_ON - timedelta(days=5))
    before = await world.audit()
    tried = await try_rules(world.store, world.clock, TENANT)
    ((_, fired), (_, nothing)) = tried.rules
    assert [(one.day, one.gap.proposal) for one in fired] == [(SEEN_ON - timedelta(days=5), eur(500))]
    assert nothing == ()
    assert (tried.days, (tried.last - tried.first).days) == (13, 89)
    assert (await world.audit(), await world.requests()) == (before, [])
