"""A judge that objects to nothing would be none."""

from copy import deepcopy

from cards.balance import balance_card
from tests.cards.judges import objections_of_the_models, objections_of_the_schema
from tests.cards.samples import BUTTONS, LOW, READERS


def test_both_judges_object_to_a_key_that_does_not_exist() -> None:
    card = deepcopy(balance_card(LOW, READERS["en"], BUTTONS))
    card["body"][0]["colour"] = "Good"
    assert objections_of_the_schema(card)
    assert objections_of_the_models(card) == ["TextBlock: unknown colour"]


def test_both_judges_object_to_a_value_that_does_not_exist() -> None:
    card = deepcopy(balance_card(LOW, READERS["en"], BUTTONS))
    card["body"][0]["size"] = "Huge"
    assert objections_of_the_schema(card)
    assert objections_of_the_models(card)


def test_the_models_object_to_an_unknown_key_of_a_part_without_a_type() -> None:
    card = deepcopy(balance_card(LOW, READERS["en"], BUTTONS))
    facts = next(part for part in card["body"] if part["type"] == "FactSet")
    facts["facts"][0]["color"] = "Good"
    assert objections_of_the_models(card) == ["FactSet: unknown color"]


def test_the_models_object_to_an_element_that_microsoft_does_not_know() -> None:
    card = deepcopy(balance_card(LOW, READERS["en"], BUTTONS))
    card["body"].append({"type": "Chart.Radar"})
    assert objections_of_the_models(card) == ["Chart.Radar is no element of Microsoft's"]
