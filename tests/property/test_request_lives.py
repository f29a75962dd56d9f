"""Whole lives of requests, with restarts, other policies, lost roles, delegations, emergencies, rules and recharges
that come by themselves: money is created only by a confirmation, ends never move, what is done again changes nothing.

What people do goes through the true dispatch, as pressed on the newest card or on an older one; jobs, store and
use-cases are the real ones. The outside, which outlives each restart, is held in the hand.
"""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from bot.domain.auto_recharge import Mirror
from bot.domain.people import Person, Role
from bot.domain.policy import Policy, Scale
from bot.domain.rules import Rule, RuleKind
from bot.domain.settings import NamedPerson
from bot.domain.voices import ratifiable, taken_back
from bot.ports.order_desk import Declined, Funded
from bot.usecases.change_rules import keep_rule
from bot.usecases.mirror_auto_recharge import set_mirror
from bot.usecases.policy import load_policy
from bot.usecases.reconcile_opening import Reading, reconcile
from bot.usecases.watch_balance import ask_to_watch
from cards.actions import Verb
from tests.attack.deliveries import pressed, turn
from tests.fakes import ANA, CARMEN, EVA, GRACE, LUIS, TENANT
from tests.property.lives import (
    ANY,
    ASKED,
    BANDS,
    EMERGENCY,
    OF_THEM,
    PEOPLE,
    STANDING,
    UNDER_WAY,
    WAITS,
    Watched,
)
from tests.usecases.world import SEEN_ON, World, eur

WHICH = st.integers(0, 5)  # of those to which it can happen
MOST = 5  # requests in one world
SUMS = st.sampled_from([150, 500, 5_000])
APPROVERS = st.sampled_from([LUIS, CARMEN, GRACE, EVA, ANA])
ANYBODY = st.sampled_from(PEOPLE)
TALK = st.sampled_from([Verb.REQUEST_COMMENT, Verb.REQUEST_ASK, Verb.REQUEST_ANSWER, Verb.REQUEST_REMIND])
DECISIONS = st.sampled_from([Verb.REQUEST_APPROVE, Verb.REQUEST_REJECT, Verb.BREAK_GLASS, Verb.REQUEST_RETRACT])
ANSWERS = st.sampled_from([Verb.EXPECTED_YES, Verb.EXPECTED_OTHER, Verb.EXPECTED_NOT_YET, Verb.EXPECTED_FAILED])
REASON = "the trade fair opens tomorrow"


class Lives(Watched):
    """Requests of Ana's and of her rule's. Luis and Grace may approve by their roles, Carmen and Ana by name, Eva for
    whoever lets her. That they are hers is all that keeps Ana from it."""

    @initialize()
    def found(self) -> None:
        self.run(self._found())
        self.look()

    async def _found(self) -> None:
        self.world = World(await self.open_again())
        await self.world.introduce(ANA, LUIS, CARMEN, GRACE, EVA)
        self.world.directory.roles[GRACE.id] = frozenset({Role.GLOBAL_ADMINISTRATOR})
        await self.world.configure(approvers=tuple(NamedPerson(one.id, one.name) for one in (CARMEN, ANA)))
        await self._adopt(1)
        await self.world.buy(100)
        by, now = NamedPerson(ANA.id, ANA.name), self.world.clock.now()
        rule_ = Rule("u1", RuleKind.THRESHOLD, by, now, below=eur(60), amount=eur(150), cooldown_days=0)
        await keep_rule(self.world.store, self.world.clock, TENANT, rule_)
        await set_mirror(self.world.store, self.world.clock, TENANT, Mirror(True, by, now, eur(500), eur(40)))
        self.books = await self.ledger()

    async def _adopt(self, version: int) -> None:
        number = (version - 1) % 3
        scale = Scale("EUR", BANDS[number], break_glass=EMERGENCY, standing=STANDING[number])
        days = 30 if version % 2 else None
        await self.world.adopt(Policy(version, (scale,), expires_after_days=days))

    @precondition(lambda self: len(self.requests) < MOST)
    @rule(amount=SUMS, revised=st.booleans())
    def asks(self, amount: int, revised: bool) -> None:
        id_ = f"r{len(self.requests)}"
        for wanted in [500, amount] if revised else [amount]:
            self.press(ANA, Verb.RECHARGE_PROPOSE, id_, amount=str(wanted))
        self.press(ANA, Verb.RECHARGE_SEND, id_)

    @precondition(lambda self: self.has(WAITS))
    @rule(which=WHICH, who=APPROVERS)
    def approves(self, which: int, who: Person) -> None:
        id_ = self.one_of(WAITS, which)
        self.press(who, Verb.REQUEST_APPROVE, id_, confirmed="yes", taken_back=self._gone(id_, who))

    @precondition(lambda self: self.has(WAITS))
    @rule(which=WHICH)
    def those_approve_who_usually_do(self, which: int) -> None:
        id_ = self.one_of(WAITS, which)
        for who in (LUIS, CARMEN):
            self.press(who, Verb.REQUEST_APPROVE, id_, confirmed="yes", taken_back=self._gone(id_, who))

    @precondition(lambda self: self.has(WAITS))
    @rule(which=WHICH)
    def they_approve_and_one_loses_the_role_before_the_order_leaves(self, which: int) -> None:
        self.those_approve_who_usually_do(which)
        self.world.directory.roles[LUIS.id] = frozenset()
        self.work()
        self.world.directory.roles[LUIS.id] = frozenset({OF_THEM[LUIS.id]})

    @precondition(lambda self: self.has(ASKED))
    @rule(which=WHICH, who=ANYBODY)
    def takes_back(self, which: int, who: Person) -> None:
        id_ = self.one_of(ASKED, which)
        self.press(who, Verb.REQUEST_RETRACT, id_, taken_back=self._gone(id_, who))

    def _gone(self, id_: str, who: Person) -> str:
        return str(taken_back(self.requests[id_], who.id))

    @precondition(lambda self: self.has(ASKED))
    @rule(which=WHICH, who=ANYBODY, verb=st.sampled_from([Verb.REQUEST_REJECT, Verb.REQUEST_WITHDRAW]))
    def ends(self, which: int, who: Person, verb: Verb) -> None:
        self.press(who, verb, self.one_of(ASKED, which))

    @precondition(lambda self: self.has(ASKED))
    @rule(which=WHICH, amount=SUMS)
    def edits(self, which: int, amount: int) -> None:
        self.press(ANA, Verb.RECHARGE_CHANGE, self.one_of(ASKED, which), amount=str(amount))

    @precondition(lambda self: self.has(ASKED))
    @rule(which=WHICH, who=ANYBODY, verb=TALK, text=st.sampled_from(["Hm.", "Why?"]))
    def talks(self, which: int, who: Person, verb: Verb, text: str) -> None:
        id_ = self.one_of(ASKED, which)
        known = self.requests[id_]
        said = sum(one.person == who.id for one in known.remarks)
        reminded = known.reminded_at.isoformat() if known.reminded_at else ""
        self.press(who, verb, id_, comment=text, said=str(said), reminded=reminded)

    @precondition(lambda self: self.has(WAITS))
    @rule(which=WHICH, who=ANYBODY)
    def breaks_the_glass(self, which: int, who: Person) -> None:
        """After the admin center has shown that nothing is left."""
        self.run(self._read(0))
        self.look()
        self.press(who, Verb.BREAK_GLASS, self.one_of(WAITS, which), reason=REASON)

    async def _read(self, amount: int) -> None:
        self.world.clock.move(seconds=1)
        reading = Reading(eur(amount), self.world.clock.now())
        await reconcile(self.world.store, self.world.clock, TENANT, reading, ANA.id)
        self.books = await self.ledger()

    @rule(left=st.sampled_from([0, 30, 50, 90]))
    def the_wallet_is_looked_at(self, left: int) -> None:
        """Below 60 Ana's rule proposes, below 40 the admin center is expected to recharge by itself."""
        self.run(self._read(left))
        self.run(ask_to_watch(self.world.store, self.world.clock, TENANT))
        self.work()

    @precondition(lambda self: bool(self.expected))
    @rule(which=WHICH, who=ANYBODY, verb=ANSWERS, step=st.integers(0, 1))
    def somebody_says_of_the_expected(self, which: int, who: Person, verb: Verb, step: int) -> None:
        id_ = sorted(self.expected)[which % len(self.expected)]
        if verb in {Verb.EXPECTED_YES, Verb.EXPECTED_OTHER}:
            self.confirmed.add(f"expected:{id_}")
        revision = self.expected[id_].step - step
        self.press(who, verb, id_, revision=revision, amount="480", on=SEEN_ON.isoformat(), reason="limit")

    @rule(who=ANYBODY)
    def somebody_tells_of_a_purchase_outside(self, who: Person) -> None:
        number = self.number()
        self.confirmed.add(f"O-{number}")
        on, order = SEEN_ON.isoformat(), f"O-{number}"
        self.press(who, Verb.ORDER_CONFIRM, f"outside{number}", amount="120", on=on, order_number=order)

    @precondition(lambda self: any(one.ratification for one in self.requests.values()))
    @rule(which=WHICH, who=APPROVERS)
    def ratifies(self, which: int, who: Person) -> None:
        found = sorted(id_ for id_, one in self.requests.items() if one.ratification)
        id_ = found[which % len(found)]
        self.press(who, Verb.REQUEST_RATIFY, id_, amount=str(ratifiable(self.requests[id_])))

    @precondition(lambda self: self.has(WAITS))
    @rule(which=WHICH, who=ANYBODY, to=APPROVERS)
    def somebody_else_is_asked(self, which: int, who: Person, to: Person) -> None:
        id_ = self.one_of(WAITS, which)
        asked = self.requests[id_].reassigned_to
        self.press(who, Verb.REQUEST_REASSIGN, id_, people=to.id, asked=asked.id if asked else "")

    @precondition(lambda self: any(one.revision > 1 for one in self.requests.values()))
    @rule(which=WHICH, who=APPROVERS, verb=DECISIONS)
    def an_old_card_is_pressed(self, which: int, who: Person, verb: Verb) -> None:
        """By whoever has not looked at the newest: nothing is decided."""
        found = sorted(id_ for id_, one in self.requests.items() if one.revision > 1)
        id_ = found[which % len(found)]
        before, gone = self.known, self._gone(id_, who)
        self.press(who, verb, id_, revision=1, confirmed="yes", taken_back=gone, reason=REASON)
        assert self.known == before

    @precondition(lambda self: self.has(UNDER_WAY))
    @rule(which=WHICH, who=ANYBODY)
    def somebody_buys_by_hand(self, which: int, who: Person) -> None:
        id_ = self.one_of(UNDER_WAY, which)
        self.press(who, Verb.ORDER_BOUGHT, id_, order_number=f"B-{id_}")

    @precondition(lambda self: self.has(UNDER_WAY))
    @rule(which=WHICH, amount=SUMS)
    def the_desk_funds(self, which: int, amount: int) -> None:
        id_ = self.one_of(UNDER_WAY, which)
        self.world.desk.answers.setdefault(id_, Funded(eur(amount), SEEN_ON, f"D-{id_}"))
        self.confirmed.add(id_)
        self.work()

    @precondition(lambda self: self.has(UNDER_WAY))
    @rule(which=WHICH)
    def the_desk_declines(self, which: int) -> None:
        self.world.desk.answers.setdefault(self.one_of(UNDER_WAY, which), Declined("limit"))
        self.work()

    @precondition(lambda self: self.has(ANY))
    @rule(which=WHICH, who=ANYBODY)
    def somebody_confirms(self, which: int, who: Person) -> None:
        id_ = self.one_of(ANY, which)
        self.confirmed.add(id_)
        self.press(who, Verb.ORDER_CONFIRM, id_, amount="500", on=SEEN_ON.isoformat(), order_number=f"H-{id_}")

    @precondition(lambda self: self.has(ANY))
    @rule(which=WHICH, who=ANYBODY)
    def somebody_reports(self, which: int, who: Person) -> None:
        self.press(who, Verb.ORDER_DECLINED, self.one_of(ANY, which), reason="limit")

    @rule(who=st.sampled_from([LUIS, GRACE]))
    def a_role_goes_or_comes(self, who: Person) -> None:
        roles = self.world.directory.roles
        roles[who.id] = frozenset() if roles.get(who.id) else frozenset({OF_THEM[who.id]})

    @rule(who=APPROVERS, to=APPROVERS)
    def somebody_hands_on(self, who: Person, to: Person) -> None:
        until = (self.world.clock.now() + timedelta(days=3)).date().isoformat()
        form = f"form{self.number()}"
        event = pressed(Verb.DELEGATE_START, "", 0, "c", people=to.id, until=until, form=form)
        self.deliver(turn(self.number(), who, event))

    @rule(who=APPROVERS)
    def somebody_decides_themselves_again(self, who: Person) -> None:
        event = pressed(Verb.DELEGATE_END, "", 0, "c")
        self.deliver(turn(self.number(), who, event))

    @rule()
    def the_policy_changes(self) -> None:
        self.run(self._adopt(self.run(load_policy(self.world.store, TENANT)).version + 1))

    @rule(hours=st.sampled_from([1, 30, 24 * 8, 24 * 40]))
    def time_passes(self, hours: int) -> None:
        self.world.clock.move(hours=hours)
        self.work()

    @rule()
    def the_bot_starts_anew(self) -> None:
        self.run(self._start_anew())
        self.look()

    async def _start_anew(self) -> None:
        await self.world.store.close()
        old = self.world
        self.world = World(await self.open_again(), old.clock, old.directory, messenger=old.messenger, desk=old.desk)

    @rule()
    def jobs_are_done(self) -> None:
        self.work()

    @precondition(lambda self: bool(self.clicks))
    @rule(number=st.integers(0, 1_000))
    def an_old_click_comes_again(self, number: int) -> None:
        self.comes_again(self.clicks[number % len(self.clicks)])


@pytest.mark.parametrize("part", range(3))  # side by side
def test_whatever_happens_money_needs_a_confirmation_ends_stay_and_nothing_counts_twice(part: int) -> None:
    run_state_machine_as_test(Lives, settings=settings(max_examples=8, stateful_step_count=50, deadline=None))


@pytest.mark.soak
def test_it_holds_in_long_lives_too() -> None:
    run_state_machine_as_test(Lives, settings=settings(max_examples=500, stateful_step_count=100, deadline=None))
