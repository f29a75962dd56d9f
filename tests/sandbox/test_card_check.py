"""What the simulated Teams finds wrong with a card, and where."""

from typing import Any

import pytest

from bot.sandbox.card_check import card_faults
from tests.sandbox.teams_bot import button, card

TEXT = {"type": "TextBlock", "text": "a"}
INPUT = {"type": "Input.Text", "id": "a", "label": "A"}
REFRESH = {"type": "Action.Execute", "verb": "look"}


def test_a_good_card_has_no_faults() -> None:
    inner = {"type": "AdaptiveCard", "body": [INPUT], "actions": [button("Sí")]}
    good = card(
        TEXT,
        {"type": "Table", "rows": [{"cells": [{"items": [TEXT]}]}]},
        {"type": "ColumnSet", "columns": [{"items": [TEXT]}]},
        {"type": "FactSet", "facts": [{"title": "a", "value": "b"}]},
        {"type": "Container", "items": [TEXT], "selectAction": {"type": "Action.Execute", "verb": "go"}},
        {"type": "Chart.Line", "data": [], "fallback": TEXT},
        {"type": "Icon", "name": "x", "fallback": "drop"},
        {"type": "Input.ChoiceSet", "id": "b", "label": "B", "choices": [], "choices.data": {"dataset": "x"}},
        actions=(
            {"type": "Action.ShowCard", "title": "Más", "card": inner},
            {"type": "Action.OpenUrl", "title": "Portal", "url": "https://admin.example"},
        ),
        refresh={"action": REFRESH, "userIds": ["29:a"]},
    )
    assert card_faults(good) == []


@pytest.mark.parametrize(
    ("bad", "fault"),
    [
        ("card", "content: an Adaptive Card is a JSON object"),
        ({**card(), "type": "Card"}, "type: must be AdaptiveCard"),
        ({**card(), "version": "1.6"}, "version: Teams takes cards up to 1.5 everywhere; say 1.5"),
        ({**card(), "body": []}, "body: the card is empty"),
        ({**card(), "body": {}, "actions": [button("x")]}, "body: must be a list"),
        (card(actions=tuple(button(str(at)) for at in range(7))), "actions: more than 6 primary ones"),
        (card("a"), "body[0]: must be an object"),  # type: ignore[arg-type]  # the fault that is tested
        (card({"text": "a"}), "body[0].type: missing"),
        (card({"type": "Chart.Line"}), "body[0]: Chart.Line is no element of 1.5 and has no fallback"),
        (
            card({"type": "Badge", "fallback": {"type": "TextBlock"}}),
            "body[0].fallback.text: TextBlock needs a text here",
        ),
        (card({"type": "Image", "url": "https://x"}), "body[0].altText: Image needs a text here"),
        (card({"type": "Container"}), "body[0].items: Container needs a list here"),
        (card({"type": "FactSet", "facts": [{"title": "a"}]}), "body[0].facts[0].value: must be a text"),
        (card({"type": "Input.Text", "label": "A"}), "body[0].id: an input needs one"),
        (card({"type": "Input.Text", "id": "a"}), "body[0].label: an input needs one"),
        (card({**INPUT, "isRequired": True}), "body[0].errorMessage: a required input needs one"),
        (card({"type": "Input.ChoiceSet", "id": "a", "label": "A"}), "body[0].choices: missing"),
        (card(INPUT, INPUT), "id a: two inputs share it"),
        (
            card(actions=({"type": "Action.Execute", "title": "x"},)),
            "actions[0].verb: Action.Execute needs a text here",
        ),
        (card(actions=(button("x", data=3),)), "actions[0].data: must be an object"),
        (
            card(actions=({"type": "Action.OpenUrl", "title": "x", "url": "javascript:1"},)),
            "actions[0].url: must be https",
        ),
        (card(actions=({"type": "Action.ShowCard", "title": "x"},)), "actions[0].card: missing"),
        (card(refresh=[]), "refresh.action: must be an Action.Execute with a verb"),
        (card(refresh={"action": REFRESH, "userIds": ["29:a"] * 61}), "refresh.userIds: a list of at most 60"),
        (card(refresh={"action": REFRESH, "userIds": ["ana"]}), "refresh.userIds: Teams ids begin with 29:"),
    ],
)
def test_a_fault_is_named_with_its_place(bad: Any, fault: str) -> None:
    assert fault in card_faults(bad)


def test_a_card_that_is_too_large_for_a_phone_is_refused() -> None:
    (fault,) = card_faults(card({"type": "TextBlock", "text": "ñ" * 15_000}))
    assert fault.endswith("more than 28672")
