"""docs/states.md says what the transition table does, all of it, and is fresh."""

from typing import get_args

from bot.domain.decisions import TABLE
from bot.domain.events import Event
from bot.domain.requests import Order, State
from tests.docs.states import EVENTS, ORDERS, PAGE, STATES, states_page
from tests.docs.walked import steps


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == states_page(), "run `python -m tests.docs.states`"


def test_every_state_every_event_and_every_order_is_explained() -> None:
    assert set(STATES) == set(State)
    assert set(EVENTS) == set(get_args(Event))
    assert set(ORDERS) == set(Order)


def test_every_entry_of_the_table_was_carried_out() -> None:
    assert {(step.before.state, step.event) for step in steps()} == set(TABLE)


def test_every_state_is_reached_from_a_draft() -> None:
    assert {step.after.state for step in steps()} == set(State)
