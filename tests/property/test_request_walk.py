"""Wherever requests go: no money without the approvals that the policy asks for, no way out of an end, nothing twice.

Every path through the transition table is walked, for each kind of request: all states, events, actors and policies.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product

import pytest

from bot.domain.decisions import KINDS, TABLE, decide
from bot.domain.errors import Refusal
from bot.domain.events import (
    SALDO,
    Approve,
    Begin,
    Book,
    Break,
    By,
    Comment,
    Edit,
    Event,
    Fund,
    Ratify,
    Reject,
    Revise,
    StandingApproval,
    Submit,
)
from bot.domain.ledger import Adjustment, Purchase
from bot.domain.policy import Policy
from bot.domain.requests import OPEN, Clause, Kind, Ratification, Recharge, Request, State
from tests.property.paths import (
    ACTORS,
    ANA,
    APPROVER,
    CARRIED_OUT,
    CARRY_OUT_JOBS,
    EMERGENCY,
    ENDS,
    EVA,
    FINANCE,
    FOR_APPROVER,
    GRACE,
    LUIS,
    NOW,
    OF_ALL,
    OF_BOOKS,
    OF_MONEY,
    OF_SEATS,
    POLICIES,
    REQUESTER,
    SECOND,
    STANDING,
    SUMS,
    WALKS,
    Count,
    Step,
    walk,
)
from tests.usecases.world import eur

EVENTS: list[Event] = [event for event, _ in (*OF_ALL, *OF_MONEY, *OF_SEATS, *OF_BOOKS)]


def carries_out_what_was_approved_by_enough_others_or_under_a_clause_that_the_audit_names(step: Step) -> None:
    jobs = {job.kind for _, job in step.outcome.jobs}
    if not (isinstance(step.event, CARRIED_OUT) or step.outcome.entries or jobs & CARRY_OUT_JOBS):
        return
    count = step.count.after(step.event, step.actor)
    if count.enough and count.clause is None:
        assert step.after.exemption is None
        return
    assert count.clause is not None
    assert step.outcome.audit.details["clause"] == count.clause.value
    held = EMERGENCY if count.clause is Clause.BREAK_GLASS else STANDING
    assert any((version, count.asked) in held for version in (1, 2))
    assert count.clause is Clause.BREAK_GLASS or step.after.edited_by is not None


def calls_on_a_clause_within_its_cap_and_with_its_reason(step: Step) -> None:
    match step.event:
        case Break(reason, hours_left, _, policy):
            assert (policy.version, step.count.asked) in EMERGENCY
            assert len(reason) >= 20
            assert hours_left < 96
            assert step.outcome.audit.why == reason
            assert step.after.ratify_by == NOW + timedelta(hours=72)
        case StandingApproval(policy):
            assert (policy.version, step.count.asked) in STANDING
            assert step.after.edited_by is not None
            assert step.outcome.audit.details["policy"] == str(policy.version)


def makes_money_by_a_confirmation_and_corrects_it_by_a_reading_only(step: Step) -> None:
    kinds = {type(entry) for entry in step.outcome.entries}
    assert (kinds == {Purchase}) == (isinstance(step.event, Fund) and not step.event.booked)
    assert (kinds == {Adjustment}) == (isinstance(step.event, Book) and step.event.adjustment is not None)
    assert len(step.outcome.entries) < 2


def flags_what_came_beyond_its_approval(step: Step) -> None:
    asked = step.after.recharge
    if isinstance(step.event, Fund) and asked is not None and asked.excess is not None:
        assert step.after.ratification is Ratification.UNRATIFIED


def is_decided_by_others_with_the_right(step: Step) -> None:
    if isinstance(step.event, Approve | Reject | Ratify):
        assert step.actor.may_decide
        assert ANA not in {step.actor.id, step.actor.behalf.id if step.actor.behalf else ""}
    assert {decision.person for decision in step.after.decisions} <= {LUIS, GRACE, EVA}


def leaves_an_end_only_as_late_money(step: Step) -> None:
    """What came before its approval is approved afterwards, and money that comes late is booked all the same."""
    if step.before.state not in ENDS:
        return
    late = (State.LAPSED, Fund, State.DONE)
    assert (step.before.state, type(step.event), step.after.state) == late or (
        isinstance(step.event, Ratify) and step.after.state is step.before.state
    )


def counts_one_and_changes_only_what_is_not_decided(step: Step) -> None:
    before, after = step.before, step.after
    assert (after.step, after.open) == (before.step + 1, after.state in OPEN)
    revised = isinstance(step.event, Revise | Edit)
    assert after.revision == before.revision + revised
    assert before.state in {State.DRAFT, State.PENDING} or not revised
    assert revised or asked(after) == asked(before)


def asked(request: Request) -> tuple[object, ...]:
    """What is approved."""
    return (
        request.requester,
        request.edited_by,
        request.recharge and request.recharge.amount,
        [seat.person for seat in request.seats],
        request.correction,
        request.budget,
        request.policy_change,
    )


def stays_of_its_kind(step: Step) -> None:
    assert step.after.kind is step.before.kind
    assert (step.after.recharge is None) == (step.before.recharge is None)
    assert bool(step.after.seats) == bool(step.before.seats)


def is_followed_by_jobs_of_that_step_alone(step: Step) -> None:
    assert all(id_.endswith(f":{step.after.id}:{step.after.step}") for id_, _ in step.outcome.jobs)


RULES: tuple[Callable[[Step], None], ...] = (
    carries_out_what_was_approved_by_enough_others_or_under_a_clause_that_the_audit_names,
    calls_on_a_clause_within_its_cap_and_with_its_reason,
    makes_money_by_a_confirmation_and_corrects_it_by_a_reading_only,
    flags_what_came_beyond_its_approval,
    is_decided_by_others_with_the_right,
    leaves_an_end_only_as_late_money,
    counts_one_and_changes_only_what_is_not_decided,
    stays_of_its_kind,
    is_followed_by_jobs_of_that_step_alone,
)


@pytest.mark.parametrize("name", WALKS)
def test_every_step_of_every_path_keeps_every_rule(name: str) -> None:
    """The count of voices is kept beside the machine, and what each sum takes is written by hand."""
    taken, transitions = 0, set[tuple[State, type[Event]]]()
    for step in walk(name):
        for rule in RULES:
            rule(step)
        taken += 1
        transitions.add((step.before.state, type(step.event)))
    print(f"\n{name}: {taken} steps, {len(transitions)} transitions")  # noqa: T201 -- how far it went
    kind = WALKS[name][0].kind
    assert kind is not Kind.RECHARGE or {(State.EXECUTING, Fund), (State.LAPSED, Fund)} <= transitions
    assert transitions == {
        (state, event) for state, event in TABLE if kind in KINDS.get(event, Kind)
    } - NOT_ON_THE_WAY.get(name, frozenset())


_AT_ONCE = frozenset({(State.EXECUTING, Comment)})  # what is booked is never under way
NOT_ON_THE_WAY: dict[str, frozenset[tuple[State, type[Event]]]] = {
    "recharge": frozenset({(State.PENDING, StandingApproval)}),  # what people ask for, people approve
    "adjustment": _AT_ONCE,
    "budget": _AT_ONCE,
    "policy": _AT_ONCE,
}


def test_what_is_not_in_the_table_is_refused_whoever_tries_it() -> None:
    for (first, _), state, event, actor in product(WALKS.values(), State, EVENTS, ACTORS):
        known = (state, type(event)) in TABLE and first.kind in KINDS.get(type(event), Kind)
        if not known:
            with pytest.raises(Refusal, match=f"state_{state.value}"):
                decide(replace(first, state=state), event, actor, NOW)


@pytest.mark.parametrize("amount", SUMS)
@pytest.mark.parametrize("policy", POLICIES.values())
def test_whoever_approves_in_whatever_order_it_leaves_with_enough_voices_only(policy: Policy, amount: int) -> None:
    """Two of them without a voice of finance, which the long walk does not have."""
    people = (APPROVER, SECOND, FINANCE, FOR_APPROVER)
    for order in (order for size in range(5) for order in permutations(people, size)):
        request = replace(WALKS["recharge"][0], recharge=Recharge(eur(amount)))
        count = Count(asked=amount)
        steps: list[tuple[Event, By]] = [(Submit(policy), REQUESTER)]
        for event, actor in [*steps, *((Approve(), one) for one in order), (Begin(), SALDO)]:
            try:
                request = decide(request, event, actor, NOW).request
            except Refusal:
                continue
            count = count.after(event, actor)
        assert (request.state is State.EXECUTING) == count.enough, order


def test_every_event_is_tried_by_somebody() -> None:
    assert {type(event) for event in EVENTS} == {event for _, event in TABLE}
    assert SALDO in ACTORS
