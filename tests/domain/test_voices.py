"""Whose approvals count, when they are enough, and the two clauses that stand in for them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.consequences import Outcome
from bot.domain.decisions import decide
from bot.domain.errors import Refusal
from bot.domain.events import (
    SALDO,
    Approve,
    Begin,
    Break,
    By,
    Edit,
    Event,
    Evidence,
    Fund,
    Place,
    Ratify,
    Reject,
    Retract,
    StandingApproval,
    Submit,
    VoidApproval,
)
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.policy import FALLBACK, Band, Policy, PolicyChange, Scale
from bot.domain.reconciliation import split_of
from bot.domain.requests import (
    Clause,
    Correction,
    Raise,
    Ratification,
    Recharge,
    Request,
    Seat,
    State,
    draft_adjustment,
    draft_budget,
    draft_licenses,
    draft_policy,
    draft_recharge,
)
from bot.domain.settings import NamedPerson
from bot.domain.voices import asks_twice, has_spoken, settled, taken_back, wants

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ANA = By(PersonId("ana"), "Ana")
LUIS = By(PersonId("luis"), "Luis", may_decide=True, finance=True)
CARMEN = By(PersonId("carmen"), "Carmen", may_decide=True)
OMAR = By(PersonId("omar"), "Omar", may_decide=True)
EVA = By(PersonId("eva"), "Eva", may_decide=True)
REASON = "the trade fair opens tomorrow"
NEED = Break(REASON, 95, Evidence.FORECAST, FALLBACK)


def eur(amount: int) -> Money:
    return Money.of(amount, "EUR")


def for_(by: By, whose: By) -> By:
    return replace(by, finance=whose.finance, behalf=NamedPerson(whose.id, whose.name))


def recharge(amount: int = 500, **facts: object) -> Request:
    draft = draft_recharge("r1", ANA.id, ANA.name, Recharge(eur(amount)), NOW)
    return replace(draft, **facts)  # type: ignore[arg-type]  # the facts are Request's own fields


def run(request: Request, *steps: tuple[Event, By], at: datetime = NOW) -> Request:
    return last(request, *steps, at=at).request


def last(request: Request, *steps: tuple[Event, By], at: datetime = NOW) -> Outcome:
    outcome: Outcome | None = None
    for event, by in steps:
        outcome = decide(outcome.request if outcome else request, event, by, at)
    assert outcome
    return outcome


def sent(amount: int = 500, policy: Policy = FALLBACK, **facts: object) -> Request:
    return run(recharge(amount, **facts), (Submit(policy), ANA))


def refused(request: Request, event: Event, by: By, *, at: datetime = NOW) -> str:
    with pytest.raises(Refusal) as refusal:
        decide(request, event, by, at)
    return refusal.value.code


def test_a_request_is_stamped_with_the_policy_and_keeps_to_it() -> None:
    strict = Policy(7, (Scale("EUR", (Band(None, 3),)),))
    request = sent(500, strict)
    assert (request.policy, wants(request).approvals) == (7, 3)
    assert wants(sent(200)).approvals == 1


def test_each_kind_has_its_band() -> None:
    split = split_of([], eur(300), NOW, Money.zero("EUR"))
    policy = replace(FALLBACK, license_approvals=4)
    change = PolicyChange(policy, FALLBACK)
    asked = {
        4: draft_licenses("l1", ANA.id, ANA.name, (Seat(EVA.id, "Eva"),), NOW),
        2: draft_adjustment("a1", ANA.id, ANA.name, Correction(eur(300), NOW, split), NOW),
        1: draft_budget("b1", ANA.id, ANA.name, Raise(eur(150), eur(100)), NOW),
    }
    for approvals, draft in asked.items():
        assert wants(run(draft, (Submit(policy), ANA))).approvals == approvals
    of_policy = draft_policy("p1", ANA.id, ANA.name, change, NOW)
    assert wants(run(of_policy, (Submit(policy), ANA))).approvals == 4
    assert wants(run(of_policy, (Submit(FALLBACK), ANA))).approvals == 1


def test_two_are_waited_for_where_two_are_asked_and_the_first_leaves_the_request_pending() -> None:
    first = last(sent(), (Approve(), CARMEN))
    assert first.request.state is State.PENDING
    assert {job.kind for _, job in first.jobs} == {"refresh_cards"}
    assert run(first.request, (Approve(), OMAR)).state is State.APPROVED


def test_above_the_last_limit_one_of_them_is_of_finance_in_whichever_order() -> None:
    asked = sent(5_000)
    without = run(asked, (Approve(), CARMEN), (Approve(), OMAR))
    assert without.state is State.PENDING
    assert run(without, (Approve(), LUIS)).state is State.APPROVED
    assert run(asked, (Approve(), LUIS), (Approve(), OMAR)).state is State.APPROVED


def test_one_person_counts_once() -> None:
    once = run(sent(), (Approve(), CARMEN))
    assert refused(once, Approve(), CARMEN) == "already_approved"


def test_a_voice_that_was_handed_on_is_the_delegators_and_uses_up_both() -> None:
    handed = run(sent(), (Approve(), for_(CARMEN, LUIS)))
    assert [(d.person, d.behalf) for d in handed.approvals] == [("carmen", NamedPerson(LUIS.id, "Luis"))]
    assert handed.approvals[0].finance
    assert refused(handed, Approve(), LUIS) == "already_approved"
    assert refused(handed, Approve(), CARMEN) == "already_approved"
    assert refused(handed, Approve(), for_(OMAR, LUIS)) == "already_approved"
    assert refused(handed, Approve(), for_(OMAR, CARMEN)) == "already_approved"
    assert run(handed, (Approve(), OMAR)).state is State.APPROVED


def test_a_delegate_and_a_delegator_who_each_have_a_right_of_their_own_count_once_each() -> None:
    assert run(sent(), (Approve(), CARMEN), (Approve(), LUIS)).state is State.APPROVED


def test_for_whom_it_was_said_is_in_the_audit() -> None:
    audit = last(sent(), (Approve("fine"), for_(CARMEN, LUIS))).audit
    assert (audit.actor, audit.details["for"], audit.details["for_name"]) == ("carmen", "luis", "Luis")
    assert audit.why == "fine"


def test_the_requester_decides_through_nobody_and_for_nobody() -> None:
    for by in (replace(ANA, may_decide=True), for_(replace(ANA, may_decide=True), LUIS), for_(CARMEN, ANA)):
        for event in (Approve(), Reject()):
            assert refused(sent(), event, by) == "own_request"


def test_a_rules_last_editor_counts_as_its_requester() -> None:
    request = run(recharge(requester=SALDO.id, edited_by=NamedPerson(CARMEN.id, "Carmen")), (Submit(FALLBACK), SALDO))
    assert refused(request, Approve(), CARMEN) == "own_request"
    assert run(request, (Approve(), LUIS)).approvals
    assert run(request, (Edit(FALLBACK, Recharge(eur(100))), CARMEN)).revision == 2


def test_changing_what_is_asked_makes_a_revision_drops_the_approvals_and_keeps_them_on_record() -> None:
    once = run(sent(), (Approve(), CARMEN))
    edited = last(once, (Edit(FALLBACK, Recharge(eur(5_000))), ANA))
    request = edited.request
    assert (request.revision, request.state, request.approvals) == (2, State.PENDING, ())
    assert [decision.person for decision in request.decisions] == ["carmen"]
    assert wants(request).needs_finance
    assert edited.audit.before["amount"] == "500.00 EUR"
    assert edited.audit.after["amount"] == "5000.00 EUR"
    assert {job.kind for _, job in edited.jobs} == {"ask_approvers", "refresh_cards"}
    assert run(request, (Approve(), CARMEN)).approvals[0].revision == 2


def test_only_the_requester_edits_and_only_to_another_of_its_kind() -> None:
    assert refused(sent(), Edit(FALLBACK, Recharge(eur(100))), CARMEN) == "not_the_requester"
    assert refused(sent(), Edit(FALLBACK, seats=(Seat(EVA.id, "Eva"),)), ANA) == "state_pending"


def test_an_approval_can_be_taken_back_until_the_order_leaves() -> None:
    once = run(sent(), (Approve(), CARMEN))
    back = run(once, (Retract(), CARMEN))
    assert (back.state, back.approvals, len(back.decisions)) == (State.PENDING, (), 1)
    approved = run(sent(100), (Approve(), CARMEN))
    assert run(approved, (Retract(), CARMEN)).state is State.PENDING
    assert refused(run(approved, (Begin(), SALDO)), Retract(), CARMEN) == "state_executing"


def test_a_voice_is_taken_back_by_whoever_gave_it_or_by_whom_it_belongs_to() -> None:
    handed = run(sent(), (Approve(), for_(CARMEN, LUIS)))
    for by in (CARMEN, LUIS):
        assert run(handed, (Retract(), by)).approvals == ()
    assert refused(handed, Retract(), OMAR) == "nothing_to_retract"


def test_a_click_that_arrives_again_does_not_undo_that_an_approval_was_taken_back() -> None:
    back = run(sent(), (Approve(), CARMEN), (Retract(), CARMEN))
    assert taken_back(back, CARMEN.id) == 1
    assert refused(back, Approve(), CARMEN) == "state_pending"
    assert run(back, (Approve(taken_back=1), CARMEN)).approvals


def test_a_void_approval_lets_the_others_stand() -> None:
    approved = run(sent(), (Approve(), CARMEN), (Approve(), OMAR))
    void = run(approved, (VoidApproval(OMAR.id), SALDO))
    assert (void.state, [one.person for one in void.approvals]) == (State.PENDING, ["carmen"])


def test_nothing_is_carried_out_without_the_voices() -> None:
    forged = replace(sent(), state=State.APPROVED)
    assert refused(forged, Begin(), SALDO) == "not_approved"


def test_only_above_the_first_band_an_approval_is_asked_for_twice() -> None:
    assert [asks_twice(sent(amount)) for amount in (200, 201, 5_000)] == [False, True, True]
    licenses = draft_licenses("l1", ANA.id, "Ana", (Seat(EVA.id, "Eva"),), NOW)
    assert not asks_twice(run(licenses, (Submit(FALLBACK), ANA)))


def test_in_an_emergency_the_order_goes_before_the_approvals_under_its_clause() -> None:
    outcome = last(sent(200), (NEED, ANA))
    request = outcome.request
    assert (request.state, request.clause, request.ratification) == (
        State.APPROVED,
        Clause.BREAK_GLASS,
        Ratification.UNRATIFIED,
    )
    assert request.ratify_by == NOW + timedelta(hours=72)
    assert settled(request)
    assert outcome.audit.details["clause"] == "break_glass"
    assert (outcome.audit.why, outcome.audit.details["hours_left"]) == (REASON, "95")
    kinds = {"place_order", "ask_to_ratify", "pursue_ratification", "refresh_cards"}
    assert {job.kind for _, job in outcome.jobs} == kinds
    assert run(request, (Begin(), SALDO)).state is State.EXECUTING


def test_an_emergency_has_a_reason_is_urgent_and_capped_and_is_called_by_a_party() -> None:
    asked = sent(200)
    assert refused(asked, replace(NEED, reason=" too short to count    "), ANA) == "break_reason_short"
    assert refused(asked, replace(NEED, hours_left=96), ANA) == "break_not_urgent"
    assert refused(sent(201), NEED, ANA) == "break_above_cap"
    assert refused(asked, NEED, By(PersonId("tom"), "Tom")) == "not_an_approver"
    assert run(asked, (NEED, CARMEN)).state is State.APPROVED


def test_what_a_clause_carries_is_nobodys_to_take_back() -> None:
    request = run(sent(150), (NEED, ANA))
    assert refused(request, Retract(), CARMEN) == "nothing_to_retract"
    assert refused(request, VoidApproval(CARMEN.id), SALDO) == "nothing_to_retract"


def test_an_emergency_is_approved_afterwards_by_those_it_takes_within_72_hours() -> None:
    policy = Policy(1, (Scale("EUR", (Band(eur(100), 1), Band(None, 2)), break_glass=eur(900)),))
    request = run(sent(500, policy), (replace(NEED, policy=policy), CARMEN))
    assert refused(request, Ratify(), CARMEN) == "own_request"
    assert refused(request, Ratify(), for_(OMAR, CARMEN)) == "own_request"
    assert refused(request, Ratify(), replace(ANA, may_decide=True)) == "own_request"
    assert refused(request, Ratify(), replace(OMAR, may_decide=False)) == "not_an_approver"
    late = NOW + timedelta(hours=72, seconds=1)
    assert refused(request, Ratify(), OMAR, at=late) == "too_late_to_ratify"
    once = run(request, (Ratify("fine"), OMAR))
    assert (once.ratification, has_spoken(once, OMAR.id)) == (Ratification.UNRATIFIED, True)
    assert refused(once, Ratify(), OMAR) == "already_approved"
    twice = run(once, (Begin(), SALDO), (Ratify(), EVA))
    assert (twice.ratification, twice.state) == (Ratification.RATIFIED, State.EXECUTING)
    assert refused(twice, Ratify(), LUIS) == "already_ratified"


def test_what_was_ratified_is_what_was_seen_and_no_more() -> None:
    seen = Ratify(amount=eur(150).micros)
    order = run(sent(150), (NEED, CARMEN), (Begin(), SALDO), (Place(), SALDO))
    assert run(order, (seen, OMAR)).ratification is Ratification.RATIFIED
    less = run(order, (Fund(eur(100), NOW.date(), "PO-1"), SALDO), (seen, OMAR))
    assert less.ratification is Ratification.RATIFIED
    more = run(order, (seen, OMAR), (Fund(eur(900), NOW.date(), "PO-1"), SALDO))
    assert refused(more, seen, OMAR) == "state_done"
    assert run(more, (Ratify(amount=eur(900).micros), OMAR)).ratification is Ratification.UNRATIFIED  # it takes two


def test_what_needs_no_ratification_is_not_ratified() -> None:
    approved = run(sent(100), (Approve(), CARMEN))
    assert refused(approved, Ratify(), OMAR) == "state_approved"


def test_a_standing_approval_is_for_what_a_rule_proposes_up_to_its_sum() -> None:
    policy = Policy(3, (Scale("EUR", (Band(None, 2),), standing=eur(300)),))
    rule = {"requester": SALDO.id, "edited_by": NamedPerson(CARMEN.id, "Carmen")}
    proposed = run(recharge(300, **rule), (Submit(policy), SALDO))
    outcome = last(proposed, (StandingApproval(policy), SALDO))
    request = outcome.request
    assert (request.state, request.clause, request.ratification) == (State.APPROVED, Clause.STANDING, None)
    assert outcome.audit.details["clause"] == "standing"
    above = run(recharge(301, **rule), (Submit(policy), SALDO))
    assert refused(above, StandingApproval(policy), SALDO) == "no_standing_approval"
    assert refused(proposed, StandingApproval(FALLBACK), SALDO) == "no_standing_approval"
    assert refused(sent(100, policy), StandingApproval(policy), SALDO) == "no_standing_approval"


def funded(amount: int, credited: int) -> Outcome:
    steps: list[tuple[Event, By]] = [(Approve(), CARMEN), (Begin(), SALDO), (Place(), SALDO)]
    return last(sent(amount), *steps, (Fund(eur(credited), date(2026, 11, 22), "PO-1"), SALDO))


def test_more_than_was_approved_is_booked_flagged_and_sent_for_approval_afterwards() -> None:
    outcome = funded(200, 900)
    request = outcome.request
    assert (request.state, request.ratification, request.ratify_by) == (State.DONE, Ratification.UNRATIFIED, None)
    assert [str(entry.amount) for entry in outcome.entries] == ["900.00"]
    assert "ask_to_ratify" in {job.kind for _, job in outcome.jobs}
    assert wants(request).approvals == 2  # what came takes more than what was asked
    once = run(request, (Ratify(), CARMEN))  # whoever approved the smaller sum may approve the larger one
    assert run(once, (Ratify(), OMAR)).ratification is Ratification.RATIFIED


def test_as_much_as_was_approved_or_less_is_nobodys_to_approve_again() -> None:
    for credited in (200, 150):
        assert funded(200, credited).request.ratification is None


def test_who_ratified_an_emergency_has_not_ratified_what_came_beyond_it() -> None:
    request = run(sent(200), (NEED, ANA), (Ratify(), CARMEN), (Begin(), SALDO), (Place(), SALDO))
    assert request.ratification is Ratification.RATIFIED
    more = last(request, (Fund(eur(900), date(2026, 11, 22), "PO-1"), SALDO))
    assert (more.request.ratification, more.request.ratifications) == (Ratification.UNRATIFIED, ())
    assert "ask_to_ratify" in {job.kind for _, job in more.jobs}
    assert run(more.request, (Ratify(), CARMEN)).ratifications
