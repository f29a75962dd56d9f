"""What people say about a request before it is decided, and how it is dropped."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.asking import MOST_REMARKS, REMIND_EVERY
from bot.domain.consequences import Outcome
from bot.domain.decisions import decide
from bot.domain.errors import Refusal
from bot.domain.events import (
    SALDO,
    Answer,
    Approve,
    AskMore,
    Begin,
    By,
    Comment,
    Edit,
    Event,
    Expire,
    Reassign,
    Remind,
    Retract,
    Submit,
    VoidApproval,
)
from bot.domain.money import Money
from bot.domain.people import PersonId
from bot.domain.policy import FALLBACK
from bot.domain.requests import COMMENT_LIMIT, Recharge, Request, Saying, State, draft_recharge
from bot.domain.settings import NamedPerson

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ANA = By(PersonId("ana"), "Ana")
CARMEN = By(PersonId("carmen"), "Carmen", may_decide=True)
TOM = By(PersonId("tom"), "Tom")
OMAR = NamedPerson(PersonId("omar"), "Omar")
DRAFT = draft_recharge("r1", ANA.id, ANA.name, Recharge(Money.of(500, "EUR")), NOW)


def last(request: Request, *steps: tuple[Event, By], at: datetime = NOW) -> Outcome:
    outcome: Outcome | None = None
    for event, by in steps:
        outcome = decide(outcome.request if outcome else request, event, by, at)
    assert outcome
    return outcome


def run(request: Request, *steps: tuple[Event, By]) -> Request:
    return last(request, *steps).request


SENT = run(DRAFT, (Submit(FALLBACK), ANA))


def told(outcome: Outcome) -> dict[str, dict[str, str]]:
    return {job.kind: job.payload for _, job in outcome.jobs}


def refused(request: Request, event: Event, by: By, *, at: datetime = NOW) -> str:
    with pytest.raises(Refusal) as refusal:
        decide(request, event, by, at)
    return refusal.value.code


def test_a_comment_changes_nothing_but_what_was_said() -> None:
    outcome = last(SENT, (Comment("  as last year  "), ANA), (Comment("fine by me"), CARMEN))
    request = outcome.request
    assert [(one.name, one.saying, one.text) for one in request.remarks] == [
        ("Ana", Saying.COMMENT, "as last year"),
        ("Carmen", Saying.COMMENT, "fine by me"),
    ]
    assert (request.state, request.revision, request.question) == (State.PENDING, 1, None)
    assert set(told(outcome)) == {"refresh_cards"}
    assert outcome.audit.details["text"] == "fine by me"


def test_whoever_has_no_part_in_it_says_nothing() -> None:
    for event in (Comment("x"), AskMore("x"), Reassign(OMAR)):
        assert refused(SENT, event, TOM) == "not_an_approver"
    for other in (Answer("x"), Remind()):
        assert refused(SENT, other, CARMEN) == "not_the_requester"


def test_something_is_said_and_not_too_much() -> None:
    assert refused(SENT, Comment("   "), ANA) == "text_missing"
    request = SENT
    for number in range(MOST_REMARKS):
        request = run(request, (Comment("x" * (COMMENT_LIMIT + 1), said=number), ANA))
    assert len(request.remarks[0].text) == COMMENT_LIMIT
    assert refused(request, Comment("x", said=MOST_REMARKS), ANA) == "too_many_remarks"


def test_the_same_words_are_the_same_click_whatever_came_in_between() -> None:
    asked = run(SENT, (AskMore("why now?"), CARMEN), (Answer("the fair"), ANA), (AskMore("which?"), CARMEN))
    assert refused(asked, AskMore("why now?"), CARMEN) == "said_already"
    assert refused(asked, Answer(" the fair "), ANA) == "said_already"
    assert refused(run(asked, (Answer("Ifema"), ANA)), Answer("the fair"), ANA) == "said_already"
    later = run(asked, (Answer("the fair", said=1), ANA), (AskMore("why now?", said=2), CARMEN))
    assert [one.text for one in later.remarks] == ["why now?", "the fair", "which?", "the fair", "why now?"]


def test_an_approver_asks_for_more_the_requester_is_told_once_and_answers() -> None:
    asked = last(SENT, (AskMore("why now?"), CARMEN))
    assert asked.request.state is State.PENDING
    assert asked.request.question is not None
    assert asked.request.question.text == "why now?"
    assert told(asked)["tell_person"] == {
        "request": "r1",
        "since": NOW.isoformat(),
        "to": "ana",
        "line": "asked_more",
    }
    answered = last(asked.request, (Comment("let me see"), ANA), (Answer("the fair"), ANA))
    assert answered.request.question is None
    assert (told(answered)["tell_person"]["to"], told(answered)["tell_person"]["line"]) == ("carmen", "answered")
    assert refused(answered.request, Answer("again"), ANA) == "nothing_to_answer"


def test_what_a_rule_asked_for_is_answered_by_its_last_editor() -> None:
    of_a_rule = replace(SENT, requester=SALDO.id, edited_by=NamedPerson(ANA.id, "Ana"))
    assert told(last(of_a_rule, (AskMore("why?"), CARMEN)))["tell_person"]["to"] == "ana"


def test_the_requester_asks_themselves_nothing() -> None:
    assert refused(SENT, AskMore("why?"), replace(ANA, may_decide=True)) == "own_request"


def test_somebody_else_is_asked_by_the_requester_or_by_an_approver() -> None:
    for by in (ANA, CARMEN):
        outcome = last(SENT, (Reassign(OMAR), by))
        assert outcome.request.reassigned_to == OMAR
        assert (told(outcome)["tell_person"]["to"], outcome.audit.details["to"]) == ("omar", "omar")


def test_neither_the_requester_nor_who_has_spoken_is_asked() -> None:
    assert refused(SENT, Reassign(NamedPerson(ANA.id, "Ana")), CARMEN) == "own_request"
    spoken = run(SENT, (Approve(), CARMEN))
    assert refused(spoken, Reassign(NamedPerson(CARMEN.id, "Carmen")), ANA) == "already_approved"


def test_a_reminder_by_hand_goes_out_at_most_once_in_four_hours() -> None:
    once = last(SENT, (Remind(), ANA))
    assert "remind_approvers" in told(once)
    assert refused(once.request, Remind(), ANA, at=NOW + REMIND_EVERY - timedelta(seconds=1)) == "reminded_already"
    again = decide(once.request, Remind(), ANA, NOW + REMIND_EVERY)
    assert again.request.reminded_at == NOW + REMIND_EVERY


def test_by_default_a_request_waits_as_long_as_it_takes() -> None:
    assert SENT.expires_at is None
    assert refused(SENT, Expire(), SALDO, at=NOW + timedelta(days=400)) == "state_pending"


def test_where_the_policy_says_so_it_expires_and_the_requester_hears() -> None:
    outcome = last(DRAFT, (Submit(replace(FALLBACK, expires_after_days=28)), ANA))
    due = NOW + timedelta(days=28)
    assert {job.kind: job.due_at for _, job in outcome.jobs}["expire_request"] == due
    assert refused(outcome.request, Expire(), SALDO, at=due - timedelta(seconds=1)) == "state_pending"
    gone = decide(outcome.request, Expire(), SALDO, due)
    assert (gone.request.state, gone.request.open) == (State.EXPIRED, False)
    assert set(told(gone)) == {"tell_requester", "refresh_cards"}


def test_changing_what_is_asked_does_not_begin_the_waiting_anew() -> None:
    sent = run(DRAFT, (Submit(replace(FALLBACK, expires_after_days=28)), ANA))
    edited = last(sent, (Edit(FALLBACK, Recharge(Money.of(100, "EUR"))), ANA))
    assert edited.request.expires_at == sent.expires_at
    assert "expire_request" not in told(edited)


@pytest.mark.parametrize(("days", "until"), [(1, 28), (27.5, 28.5), (40, 41)])
@pytest.mark.parametrize(("event", "who"), [(Retract(), CARMEN), (VoidApproval(CARMEN.id), SALDO)])
def test_what_comes_back_from_an_approval_keeps_its_day_and_has_one_at_least(
    days: float, until: float, event: Event, who: By
) -> None:
    small = draft_recharge("r2", ANA.id, "Ana", Recharge(Money.of(100, "EUR")), NOW)
    approved = run(small, (Submit(replace(FALLBACK, expires_after_days=28)), ANA), (Approve(), CARMEN))
    back = decide(approved, event, who, NOW + timedelta(days=days))
    due = NOW + timedelta(days=until)
    assert {job.kind: job.due_at for _, job in back.jobs}["expire_request"] == back.request.expires_at == due
    assert decide(back.request, Expire(), SALDO, due).request.state is State.EXPIRED


def test_taking_back_one_of_two_voices_gives_no_more_time() -> None:
    sent = run(DRAFT, (Submit(replace(FALLBACK, expires_after_days=28)), ANA), (Approve(), CARMEN))
    assert sent.state is State.PENDING
    back = decide(sent, Retract(), CARMEN, NOW + timedelta(days=27.5))
    assert (back.request.expires_at, "expire_request" in told(back)) == (sent.expires_at, False)


def test_while_the_order_is_under_way_one_may_still_say_something() -> None:
    small = run(DRAFT, (Submit(FALLBACK), ANA))
    approved = run(replace(small, bands=small.bands[-1:]), (Comment("x"), ANA))
    assert approved.remarks
    ordered = run(
        run(draft_recharge("r2", ANA.id, "Ana", Recharge(Money.of(100, "EUR")), NOW), (Submit(FALLBACK), ANA)),
        (Approve(), CARMEN),
        (Comment("thanks"), ANA),
        (Begin(), SALDO),
        (Comment("on its way"), ANA),
    )
    assert [one.text for one in ordered.remarks] == ["thanks", "on its way"]
