"""What was denied within a minute is one record with a count, and names only what fits it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.denials import MOST_SUBJECTS, Denial, is_denial
from bot.domain.people import PersonId

NOON = datetime(2026, 11, 22, 12, 0, 20, tzinfo=UTC)
ONE = Denial(PersonId("id-eva"), "request.approve", NOON, NOON, codes=("not_an_approver",), subjects=("r1",))


@pytest.mark.parametrize("code", ["not_allowed_view", "own_request", "button_unknown", "activate_role"])
def test_whoever_may_not_was_denied(code: str) -> None:
    assert is_denial(code)


@pytest.mark.parametrize(
    "code", ["amount_malformed", "state_done", "service_busy", "missing_permission", "code_wrong"]
)
def test_any_other_refusal_is_no_denial(code: str) -> None:
    assert not is_denial(code)


def test_a_minute_ends_with_the_clocks_minute() -> None:
    assert (ONE.minute, ONE.over_at) == (NOON.replace(second=0), NOON.replace(minute=1, second=0))


def test_more_of_the_same_minute_is_counted_with_each_reason_and_request_once() -> None:
    later = replace(ONE, first_at=NOON + timedelta(seconds=9), last_at=NOON + timedelta(seconds=9), count=3)
    both = ONE.plus(replace(later, codes=("own_request", "not_an_approver"), subjects=("r2", "r1")))
    assert both == replace(
        ONE,
        last_at=later.last_at,
        count=4,
        codes=("not_an_approver", "own_request"),
        subjects=("r1", "r2"),
    )
    assert both.id == ONE.id


def test_of_many_requests_the_first_are_named() -> None:
    many = replace(ONE, subjects=tuple(f"r{number}" for number in range(99)))
    assert len(ONE.plus(many).subjects) == MOST_SUBJECTS


def test_the_record_says_who_what_when_how_often_and_why() -> None:
    record = replace(ONE, count=7, subjects=("r1", "r2")).record()
    assert (record.at, record.actor, record.verb, record.subject) == (NOON, "id-eva", "denied.request.approve", "r1")
    assert record.details == {
        "count": "7",
        "codes": "not_an_approver",
        "first_at": NOON.isoformat(),
        "subjects": "r1,r2",
    }
    assert replace(ONE, subjects=()).record().subject == ""
