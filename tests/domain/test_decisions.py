"""The transition table: what is in it works, what is not in it is refused by name."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.domain.consequences import Outcome
from bot.domain.decisions import TABLE, decide
from bot.domain.errors import Refusal
from bot.domain.events import (
    SALDO,
    Approve,
    Begin,
    Book,
    By,
    Decline,
    Event,
    Expire,
    Fund,
    Outdate,
    Place,
    Ratify,
    Reject,
    Revise,
    SettleSeat,
    Submit,
    VoidApproval,
    Withdraw,
)
from bot.domain.ledger import Adjustment, Purchase
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.policy import Band, Policy, Scale
from bot.domain.reconciliation import split_of
from bot.domain.requests import (
    Assignment,
    Correction,
    Order,
    Raise,
    Recharge,
    Request,
    Seat,
    State,
    draft_adjustment,
    draft_budget,
    draft_licenses,
    draft_recharge,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ANA = By(PersonId("ana"), "Ana Torres")
CARMEN = By(PersonId("carmen"), "Carmen Soler", may_decide=True)
EUR_500 = Money.of(500, "EUR")
ALONE = Policy(1, (Scale("EUR", (Band(None, 1),)),))  # one approver, whatever it costs
FUND = Fund(EUR_500, date(2026, 11, 22), "SBX-1")
EVENTS: list[Event] = [
    Revise(Recharge(EUR_500)),
    Submit(ALONE),
    Approve(),
    Reject(),
    Withdraw(),
    Expire(),
    VoidApproval(CARMEN.id),
    Begin(),
    FUND,
    Decline("card_expired"),
    SettleSeat(PersonId("eva"), Assignment.ASSIGNED),
]


def recharge(state: State = State.DRAFT) -> Request:
    return replace(draft_recharge("r1", ANA.id, ANA.name, Recharge(EUR_500, "phones"), NOW), state=state)


def licenses(state: State = State.DRAFT) -> Request:
    seats = (Seat(PersonId("eva"), "Eva Ruiz"), Seat(PersonId("tom"), "Tom Baker"))
    return replace(draft_licenses("l1", ANA.id, ANA.name, seats, NOW), state=state)


def run(request: Request, *steps: tuple[Event, By]) -> Outcome:
    assert steps
    outcome: Outcome | None = None
    for event, by in steps:
        outcome = decide(outcome.request if outcome else request, event, by, NOW)
    assert outcome
    return outcome


def job_kinds(outcome: Outcome) -> set[str]:
    return {job.kind for _, job in outcome.jobs}


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_what_the_table_does_not_hold_is_refused_by_the_states_name(state: State, event: Event) -> None:
    if (state, type(event)) in TABLE:
        return
    with pytest.raises(Refusal) as refusal:
        decide(recharge(state), event, CARMEN, NOW)
    assert refusal.value.code == f"state_{state.value}"


def test_an_order_is_for_recharges_and_a_seat_for_licences() -> None:
    wrong: list[tuple[Request, Event]] = [
        (recharge(State.EXECUTING), SettleSeat(PersonId("eva"), Assignment.ASSIGNED)),
        (licenses(State.EXECUTING), FUND),
        (licenses(State.EXECUTING), Decline("limit")),
    ]
    for request, event in wrong:
        with pytest.raises(Refusal, match="state_executing"):
            decide(request, event, SALDO, NOW)


def adjustment(state: State = State.DRAFT) -> Request:
    split = split_of([], EUR_500, NOW, Money.zero("EUR"))
    return replace(draft_adjustment("a1", ANA.id, ANA.name, Correction(EUR_500, NOW, split), NOW), state=state)


def budget(state: State = State.DRAFT) -> Request:
    raised = Raise(EUR_500, Money.of(400, "EUR"))
    return replace(draft_budget("b1", ANA.id, ANA.name, raised, NOW), state=state)


ADJUSTMENT = Adjustment("request:a1", NOW.date(), NOW, EUR_500, Money.of(480, "EUR"), NOW)


def test_readings_and_budgets_are_booked_and_neither_ordered_nor_revised() -> None:
    wrong: list[tuple[Request, Event]] = [
        (adjustment(), Revise(Recharge(EUR_500))),
        (budget(), Revise(Recharge(EUR_500))),
        (adjustment(State.APPROVED), Begin()),
        (budget(State.APPROVED), Begin()),
        (budget(State.APPROVED), Outdate()),
        (recharge(State.APPROVED), Book()),
        (licenses(State.APPROVED), Book(ADJUSTMENT)),
        (recharge(State.APPROVED), Outdate()),
    ]
    for request, event in wrong:
        with pytest.raises(Refusal, match=f"state_{request.state.value}"):
            decide(request, event, SALDO, NOW)


def test_an_approved_reading_is_entered_into_the_books_once_and_everybody_hears() -> None:
    approved = run(adjustment(), (Submit(ALONE), ANA), (Approve(), CARMEN))
    assert job_kinds(approved) == {"book_reading", "refresh_cards"}
    booked = run(approved.request, (Book(ADJUSTMENT), SALDO))
    assert (booked.request.state, booked.entries) == (State.DONE, (ADJUSTMENT,))
    assert job_kinds(booked) == {"watch_balance", "tell_requester", "refresh_cards"}
    assert booked.audit.details["estimate"] == "480.00"


def test_a_reading_that_a_later_one_has_overtaken_fails_and_enters_nothing() -> None:
    outcome = run(adjustment(), (Submit(ALONE), ANA), (Approve(), CARMEN), (Outdate(), SALDO))
    assert (outcome.request.state, outcome.entries) == (State.FAILED, ())


def test_an_approved_budget_enters_nothing_into_the_books() -> None:
    approved = run(budget(), (Submit(ALONE), ANA), (Approve(), CARMEN))
    assert job_kinds(approved) == {"raise_budget", "refresh_cards"}
    outcome = run(approved.request, (Book(), SALDO))
    assert (outcome.request.state, outcome.entries) == (State.DONE, ())
    assert outcome.audit.details == {"revision": "1"}
    assert (outcome.audit.before, outcome.audit.after) == ({"state": "approved"}, {"state": "done"})


def test_terminal_states_never_move_but_a_late_confirmation_is_booked_and_an_exception_ratified() -> None:
    moving = {state for state, event in TABLE if event is not Ratify}
    assert moving == {State.DRAFT, State.PENDING, State.APPROVED, State.EXECUTING, State.LAPSED}
    assert {event for state, event in TABLE if state is State.LAPSED} == {Fund, Ratify}


def test_a_sent_request_asks_its_approvers_and_is_open() -> None:
    outcome = run(recharge(), (Submit(ALONE), ANA))
    assert outcome.request.state is State.PENDING
    assert outcome.request.open
    assert outcome.request.step == 2
    assert job_kinds(outcome) == {"ask_approvers", "pursue_request", "refresh_cards"}
    assert outcome.audit.verb == "request.submit"


def test_only_the_requester_sends_revises_and_withdraws() -> None:
    forbidden: list[tuple[Request, Event]] = [
        (recharge(), Submit(ALONE)),
        (recharge(), Revise(Recharge(EUR_500))),
        (recharge(), Withdraw()),
        (recharge(State.PENDING), Withdraw()),
    ]
    for request, event in forbidden:
        with pytest.raises(Refusal, match="not_the_requester"):
            decide(request, event, CARMEN, NOW)


def test_a_requester_cannot_approve_or_reject_their_own_request_whatever_their_rights() -> None:
    for event in (Approve(), Reject()):
        with pytest.raises(Refusal, match="own_request"):
            decide(recharge(State.PENDING), event, replace(ANA, may_decide=True), NOW)


def test_nobody_decides_without_the_right() -> None:
    for event in (Approve(), Reject()):
        with pytest.raises(Refusal, match="not_an_approver"):
            decide(recharge(State.PENDING), event, replace(CARMEN, may_decide=False), NOW)


def test_revising_a_draft_makes_a_new_revision_and_no_job() -> None:
    outcome = run(recharge(), (Revise(Recharge(Money.of(600, "EUR"))), ANA))
    assert outcome.request.revision == 2
    assert outcome.request.asked.amount == Money.of(600, "EUR")
    assert outcome.jobs == ()
    assert (outcome.audit.before["amount"], outcome.audit.after["amount"]) == ("500.00 EUR", "600.00 EUR")


def test_revising_a_licence_draft_names_its_people() -> None:
    outcome = run(licenses(), (Revise(seats=(Seat(PersonId("eva"), "Eva Ruiz"),)), ANA))
    assert [seat.person for seat in outcome.request.seats] == ["eva"]
    assert (outcome.audit.before["people"], outcome.audit.after["people"]) == ("eva,tom", "eva")


def test_a_draft_is_revised_only_to_another_of_its_kind() -> None:
    for request, event in (
        (recharge(), Revise(seats=(Seat(PersonId("eva"), "Eva Ruiz"),))),
        (licenses(), Revise(Recharge(EUR_500))),
    ):
        with pytest.raises(Refusal, match="state_draft"):
            run(request, (event, ANA))


def test_an_approval_leads_to_the_order_and_keeps_its_comment_and_revision() -> None:
    outcome = run(recharge(), (Submit(ALONE), ANA), (Approve("  fine "), CARMEN))
    (approval,) = outcome.request.approvals
    assert (approval.comment, approval.revision, approval.person) == ("fine", 1, CARMEN.id)
    assert job_kinds(outcome) == {"place_order", "refresh_cards"}
    assert outcome.entries == ()
    assert outcome.audit.why == "fine"


def test_a_rejection_ends_it_and_the_requester_hears() -> None:
    outcome = run(recharge(), (Submit(ALONE), ANA), (Reject(), CARMEN))
    assert outcome.request.state is State.REJECTED
    assert not outcome.request.open
    assert outcome.request.approvals == ()
    assert job_kinds(outcome) == {"tell_requester", "refresh_cards"}


def test_money_is_created_by_the_desks_confirmation_only_and_under_a_derived_id() -> None:
    ordered = run(recharge(), (Submit(ALONE), ANA), (Approve(), CARMEN), (Begin(), SALDO), (Place(), SALDO))
    assert ordered.entries == ()
    assert ordered.request.asked.order is Order.ORDERED
    assert "follow_order" in job_kinds(ordered)
    funded = run(ordered.request, (FUND, SALDO))
    (purchase,) = funded.entries
    assert isinstance(purchase, Purchase)
    assert (purchase.id, purchase.amount, purchase.request_id) == ("request:r1", EUR_500, "r1")
    assert funded.request.state is State.DONE
    assert job_kinds(funded) == {"watch_balance", "tell_requester", "refresh_cards"}
    assert funded.audit.details["reference"] == "SBX-1"


def test_a_declined_order_fails_with_its_reason_and_books_nothing() -> None:
    steps: list[tuple[Event, By]] = [
        (Submit(ALONE), ANA),
        (Approve(), CARMEN),
        (Begin(), SALDO),
        (Decline("card_expired"), SALDO),
    ]
    outcome = run(recharge(), *steps)
    assert outcome.request.state is State.FAILED
    assert outcome.request.asked.declined_reason == "card_expired"
    assert outcome.entries == ()
    assert outcome.audit.details["reason"] == "card_expired"


def test_a_void_approval_does_not_count_and_the_request_is_pending_again() -> None:
    outcome = run(recharge(), (Submit(ALONE), ANA), (Approve(), CARMEN), (VoidApproval(CARMEN.id), SALDO))
    assert outcome.request.state is State.PENDING
    assert outcome.request.approvals == ()
    again = run(outcome.request, (Approve(), replace(CARMEN, id=PersonId("luis"))))
    assert len(again.request.approvals) == 1


def test_a_withdrawn_or_expired_request_is_closed_quietly() -> None:
    assert run(recharge(), (Withdraw(), ANA)).request.state is State.WITHDRAWN
    expired = run(recharge(), (Expire(), SALDO))
    assert (expired.request.state, expired.jobs) == (State.EXPIRED, ())


def test_job_ids_are_derived_from_the_step_so_that_each_follows_once() -> None:
    first = run(recharge(), (Submit(ALONE), ANA))
    assert [id_ for id_, _ in first.jobs] == ["ask_approvers:r1:2", "pursue_request:r1:2", "refresh_cards:r1:2"]


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ((Assignment.ASSIGNED, Assignment.ALREADY), State.DONE),
        ((Assignment.ASSIGNED, Assignment.REFUSED), State.PARTLY_DONE),
        ((Assignment.REFUSED, Assignment.REFUSED), State.FAILED),
    ],
)
def test_licences_end_as_their_seats_do(results: tuple[Assignment, Assignment], state: State) -> None:
    begun = run(licenses(), (Submit(ALONE), ANA), (Approve(), CARMEN), (Begin(), SALDO)).request
    assert begun.state is State.EXECUTING
    first = run(begun, (SettleSeat(PersonId("eva"), results[0], "no_seats", "words"), SALDO)).request
    assert first.state is State.EXECUTING
    outcome = run(first, (SettleSeat(PersonId("tom"), results[1]), SALDO))
    assert outcome.request.state is state
    assert "tell_requester" in job_kinds(outcome)


def test_a_settled_seat_stays_as_it_is() -> None:
    begun = run(licenses(), (Submit(ALONE), ANA), (Approve(), CARMEN), (Begin(), SALDO)).request
    eva = PersonId("eva")
    once = run(begun, (SettleSeat(eva, Assignment.ASSIGNED), SALDO)).request
    twice = run(once, (SettleSeat(eva, Assignment.REFUSED, "no_seats"), SALDO)).request
    assert twice.seats[0].result is Assignment.ASSIGNED


def test_a_licence_request_has_no_recharge() -> None:
    with pytest.raises(TypeError):
        _ = licenses().asked
