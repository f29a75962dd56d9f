"""The history of a request: each step in words, what it changed and why, in the reader's language and zone."""

import pytest

from bot.domain.events import Event
from bot.domain.requests import State
from bot.locale.catalogue import catalogue
from cards.actions import Verb
from cards.trail import STEPS as ON_A_PAGE
from cards.trail import TrailValues, trail_card, trail_line
from cards.trail_words import STEPS, below, step_words
from tests.cards.request_samples import RECHARGE
from tests.cards.samples import BUTTONS, READERS
from tests.cards.trail_samples import PEOPLE, earlier, emergency, licenses, life

EN, ES = READERS["en"], READERS["es"]
EDITED = "Amount: €1,500.00 → €1,200.00 · PO number: “PO-1” · Reason: “Q1 campaign” → “Q1 'campaign', smaller”"


def test_every_event_of_a_request_has_its_words() -> None:
    events = {event.__name__.lower() for event in Event.__args__}
    beside = {"draft", "order_answer", "order_confirm", "order_desk", "overdue", "reminders"}
    assert beside | events == STEPS


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_state_that_a_step_may_lead_to_has_its_word(language: str) -> None:
    assert [state for state in State if catalogue(language).gettext(f"stage.{state}") == f"stage.{state}"] == []


def told(number: int, lines: object = None) -> tuple[str, str]:
    one = (lines or life())[number]  # type: ignore[index]  # a tuple of lines
    return step_words(one.record, PEOPLE, EN), below(one.record, PEOPLE, EN)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, ("Ana Torres sent it to the approvers", "Waiting for approval")),
        (2, ("Luis Vega asked for more", "“Why so much?”")),
        (
            4,
            (
                "Ana Torres changed what is asked for",
                EDITED,
            ),
        ),
        (5, ("Luis Vega for Carmen Soler approved", "“fine”")),
        (7, ("Carmen Soler had somebody else asked", "Asked: Luis Vega")),
        (12, ("Carmen Soler placed the order", "Order or invoice: 4711")),
        (13, ("operator root confirmed the order", "Credited: €1,200.00")),
        (
            14,
            (
                "Saldo heard that the money arrived",
                "Done · Credited: €1,200.00 · Invoiced: €1,452.00 · Tax: €252.00 · Order or invoice: INV-9",
            ),
        ),
    ],
)
def test_a_step_is_told_in_words(number: int, expected: tuple[str, str]) -> None:
    assert told(number) == expected


def test_an_emergency_names_the_clause_and_the_reason() -> None:
    words, more = told(0, emergency())
    assert words == "Ana Torres went ahead in an emergency"
    assert "By the emergency clause of the policy" in more
    assert "“The hotline would be silent on Monday.”" in more
    assert "Waits to be approved afterwards" in more
    assert told(3, emergency())[1] == "Failed · the payment card has expired"
    assert told(4, emergency())[1] == "the payment was not accepted"
    assert told(7, emergency())[0] == "somebody-unknown commented"
    assert len(told(7, emergency())[1]) < 210


def test_each_license_has_its_person_and_its_result() -> None:
    assert told(0, licenses())[1] == "For: Eva Ruiz and Tom Baker"
    assert told(1, licenses())[1] == "Eva Ruiz: Assigned"
    assert told(2, licenses())[1] == "Tom Baker: Failed: no licences are left"
    assert told(3, licenses())[1] == "Tom Baker: Failed: Later."
    assert told(5, licenses())[1] == ""


def test_what_earlier_versions_recorded_is_told_too() -> None:
    assert told(1, earlier()) == ("Luis Vega rejected", "“too much”")
    assert told(3, earlier())[0] == "Time ran out: Saldo for Carmen Soler closed it"
    assert told(4, earlier()) == ("Saldo: expected.opened", "")


def test_pages_turn_from_the_newest_steps_to_the_oldest_and_back() -> None:
    first, last = (str(trail_card(TrailValues(RECHARGE, life(), page), EN, BUTTONS)) for page in (0, 1))
    assert ("Earlier" in first, "Later" in first) == (True, False)
    assert ("Earlier" in last, "Later" in last) == (False, True)
    assert "prepared it" in last
    assert "prepared it" not in first
    assert len(life()) - ON_A_PAGE == last.count("'type': 'TableRow'") - 1


def test_a_history_leads_back_to_its_request() -> None:
    card = trail_card(TrailValues(RECHARGE, life()), EN, BUTTONS)
    assert card["actions"][-1]["verb"] == Verb.REQUEST_SHOW


def test_the_first_line_says_how_much_there_is_and_when_it_was_last() -> None:
    assert trail_line(TrailValues(RECHARGE, life()[:1]), EN) == (
        "Recharge of €1,500.00: 1 step so far, the last one on Nov 20, 2026, 4:30\u202fAM."
    )
    assert "10:30" in trail_line(TrailValues(RECHARGE, life()[:1]), ES)
    assert trail_line(TrailValues(RECHARGE, ()), ES) == "Recarga de 1.500,00\xa0€: todavía no hay nada registrado."


@pytest.mark.parametrize("step", sorted(STEPS))
def test_every_step_is_told_with_a_name_in_both_languages(step: str) -> None:
    for reader in (EN, ES):
        assert "Ana" in reader.text(f"trail.{step}", name="Ana")
