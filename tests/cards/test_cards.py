"""Every card in every state and both languages: as it was, and as two independent judges allow."""

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.ports.turn import Card
from cards.kit import LIMIT_BYTES, unescape
from tests.cards import (
    anomaly_samples,
    approval_samples,
    auto_recharge_samples,
    conversation_samples,
    money_samples,
    order_samples,
    report_samples,
    request_samples,
    runway_samples,
    samples,
    timing_samples,
    trail_samples,
)
from tests.cards.judges import objections_of_the_models, objections_of_the_schema
from tests.cards.samples import BUTTONS, READERS, Draw

FAMILIES: dict[str, dict[str, Draw]] = {
    "balance": samples.balances(),
    "recharge": samples.recharges(),
    "request": request_samples.requests(),
    "decision": request_samples.own_decisions(),
    "requests": request_samples.lists(),
    "conversation": conversation_samples.conversation(),
    "people_asked": conversation_samples.people_asked(),
    "licenses": samples.licenses(),
    "usage": samples.usages(),
    "import": samples.imports(),
    "setup": samples.setups(),
    "others": samples.others(),
    "threshold": samples.thresholds(),
    "runway": runway_samples.runways(),
    "anomalies": anomaly_samples.anomalies(),
    "reconcile": money_samples.reconciles(),
    "budget": money_samples.budget_cards(),
    "advice": money_samples.advices(),
    "questions": money_samples.questions(),
    "month_end": report_samples.month_ends(),
    "explain": report_samples.explanations(),
    "auto_recharge": auto_recharge_samples.auto_recharges(),
    "recharge_mail": auto_recharge_samples.recharge_mails(),
    "rules": auto_recharge_samples.rules(),
    "order": order_samples.orders(),
    "order_forms": order_samples.order_forms(),
    "order_news": order_samples.order_news(),
    "trail": trail_samples.trails(),
    "break_glass": timing_samples.break_glass(),
    "went_ahead": timing_samples.went_ahead(),
    "policy": approval_samples.policies(),
    "policy_requests": approval_samples.policy_requests(),
    "delegate": approval_samples.delegations(),
    "lacking": approval_samples.too_few(),
}
each = pytest.mark.parametrize("language", READERS)
family = pytest.mark.parametrize("name", FAMILIES)


@cache
def drawn(name: str, language: str) -> dict[str, Card]:
    return {state: draw(READERS[language], BUTTONS) for state, draw in FAMILIES[name].items()}


def nodes(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from nodes(value)
    elif isinstance(part, list):
        for item in part:
            yield from nodes(item)


@each
@family
def test_a_card_is_as_it_was(name: str, language: str, snapshot: SnapshotAssertion) -> None:
    assert drawn(name, language) == snapshot(extension_class=JSONSnapshotExtension)


@each
@family
def test_the_official_schema_accepts_what_an_ordinary_client_draws(name: str, language: str) -> None:
    objections = {state: objections_of_the_schema(card) for state, card in drawn(name, language).items()}
    assert {state: found for state, found in objections.items() if found} == {}


@each
@family
def test_microsofts_models_accept_every_node(name: str, language: str) -> None:
    objections = {state: objections_of_the_models(card) for state, card in drawn(name, language).items()}
    assert {state: found for state, found in objections.items() if found} == {}


@each
@family
def test_the_first_line_is_a_sentence_that_is_also_spoken(name: str, language: str) -> None:
    for card in drawn(name, language).values():
        assert card["lang"] == language
        assert card["body"][0]["type"] == "TextBlock"
        assert card["speak"] == unescape(card["fallbackText"])
        assert card["speak"][-1] in ".?:" or re.search(r": [\w-]+$", card["speak"])


@each
@family
def test_a_card_has_no_two_inputs_of_one_id_and_none_that_is_signed(name: str, language: str) -> None:
    for card in drawn(name, language).values():
        ids = [node["id"] for node in nodes(card) if "id" in node and node.get("type", "").startswith("Input.")]
        assert len(ids) == len(set(ids))
        assert not {"verb", "t", "r", "v", "k", "m"} & set(ids)


@each
@family
def test_every_button_reads_back_as_what_was_signed(name: str, language: str) -> None:
    for card in drawn(name, language).values():
        for node in nodes(card):
            if node.get("type") == "Action.Execute":
                button = BUTTONS.signer.read(node["verb"], node["data"], BUTTONS.tenant)
                assert button is not None
                assert all(isinstance(value, str) for key, value in node["data"].items() if key != "v")


@each
@family
def test_every_card_fits_teams(name: str, language: str) -> None:
    for card in drawn(name, language).values():
        assert len(json.dumps(card, ensure_ascii=False).encode()) <= LIMIT_BYTES
        assert card["msteams"] == {"width": "full"}
        assert card["version"] == "1.5"


@each
def test_whoever_has_no_part_in_a_request_sees_no_sum_and_no_button(language: str) -> None:
    for state, card in drawn("request", language).items():
        if state.endswith("anybody"):
            assert not re.search(r"\d|Q1|PO-", card["speak"])
            assert len(card["body"]) == 1
            assert "actions" not in card
