"""Whoever tries what they may not is told so, and the audit knows of it: one record for each minute."""

import pytest

from bot.domain.contacts import RoleSeen
from bot.domain.denials import DENIED, is_denial
from bot.domain.people import Person, Role
from bot.locale.extract import CODE
from bot.locale.keys_in_code import keys_in
from bot.ports.collections import DENIALS, ROLES_SEEN
from bot.ports.store import Put
from bot.ports.turn import OfferAnswered, Scope
from cards.actions import Verb
from tests.commands.talk import Talk, signed
from tests.fakes import ANA, EVA, GRACE, LUIS, OMAR, TENANT
from tests.usecases.world import OTHER_TENANT, World


async def denied(world: World) -> list[tuple[str, str, str, str]]:
    """(actor, verb, subject, codes) of the records, once the minute is over."""
    world.clock.move(minutes=1)
    await world.work()
    records = [record for record in await world.audit() if record.verb.startswith("denied.")]
    return [(record.actor, record.verb, record.subject, record.details["codes"]) for record in records]


@pytest.mark.parametrize(("who", "code"), [(EVA, "not_an_approver"), (ANA, "own_request")])
async def test_a_click_of_somebody_who_may_not_decide_is_noted(world: World, who: Person, code: str) -> None:
    await world.send()
    for _ in range(3):
        await Talk(world, who).press(signed(Verb.REQUEST_APPROVE, "r1", 1))
    assert await denied(world) == [(who.id, "denied.request.approve", "r1", code)]


async def test_a_withdrawal_by_somebody_else_is_noted(world: World) -> None:
    await world.send()
    await Talk(world, LUIS).press(signed(Verb.REQUEST_WITHDRAW, "r1", 1))
    assert await denied(world) == [(LUIS.id, "denied.request.withdraw", "r1", "not_the_requester")]


async def test_a_role_that_is_not_active_is_noted_as_what_was_lacking(world: World) -> None:
    seen = RoleSeen(GRACE.id, GRACE.name, Role.BILLING_ADMINISTRATOR, world.clock.now())
    await world.store.commit([Put(ROLES_SEEN.key(TENANT, "grace"), seen, 0)])
    await world.send()
    await Talk(world, GRACE).press(signed(Verb.REQUEST_APPROVE, "r1", 1))
    await Talk(world, GRACE).say("balance")
    assert await denied(world) == [
        (GRACE.id, "denied.request.approve", "r1", "activate_role"),
        (GRACE.id, "denied.say.balance", "", "activate_role"),
    ]


async def test_a_typed_command_without_the_right_is_noted_by_its_name(world: World) -> None:
    await Talk(world, EVA).say("balance")
    await Talk(world, EVA).say("¿cuánto nos queda?")
    await Talk(world, OMAR).say("threshold 300")
    assert await denied(world) == [
        (EVA.id, "denied.say.balance", "", "not_allowed_view"),
        (OMAR.id, "denied.say.threshold", "", "not_allowed_change_settings"),
    ]


async def test_forged_buttons_are_noted_under_few_names_and_what_they_claim_is_not_believed(world: World) -> None:
    eva = Talk(world, EVA)
    await eva.press({**signed(Verb.REQUEST_APPROVE, "r1", 1), "r": "r2"})
    await eva.press(signed(Verb.REQUEST_REJECT, "r1", 1, tenant=OTHER_TENANT))
    for number in range(5):
        await eva.press(signed(f"made.up.{number}"))
    assert await denied(world) == [
        (EVA.id, "denied.button", "", "button_unknown"),
        (EVA.id, "denied.request.approve", "", "button_unknown"),
        (EVA.id, "denied.request.reject", "", "button_unknown"),
    ]


async def test_an_answer_to_an_offer_that_was_made_up_is_noted(world: World) -> None:
    await Talk(world, EVA).hear(OfferAnswered({"t": TENANT}, None))
    assert await denied(world) == [(EVA.id, "denied.report.accept", "", "button_unknown")]


async def test_a_cards_own_refresh_is_nobodys_attempt(world: World) -> None:
    await Talk(world, EVA).refresh(signed(Verb.BALANCE_SHOW))
    assert await world.store.count(DENIALS, TENANT) == 0
    assert await denied(world) == []


async def test_what_is_merely_refused_is_no_denied_attempt(world: World) -> None:
    await Talk(world, ANA).say("recharge 0.001")
    await Talk(world, ANA).press(signed(Verb.REQUEST_SHOW, "gone", 1))
    assert await denied(world) == []


async def test_a_file_that_is_dropped_without_the_right_is_noted(world: World) -> None:
    await Talk(world, EVA).drop("calls.csv", text="balance")
    assert await denied(world) == [(EVA.id, "denied.drop", "", "not_allowed_change_settings")]


async def test_in_a_channel_it_is_the_same(world: World) -> None:
    await Talk(world, EVA, Scope.CHANNEL).say("balance")
    assert await denied(world) == [(EVA.id, "denied.say.balance", "", "not_allowed_view")]


def test_every_refusal_that_says_you_may_not_is_known_as_one() -> None:
    codes = {key.removeprefix("refusal.") for key in keys_in(CODE).asked}
    said = {code for code in codes if code.startswith(("not_", "own_"))}
    about_something_else = {"not_a_recharge", "not_approved", "not_eligible"}
    assert {code for code in said if not is_denial(code)} == said & about_something_else
    assert codes >= DENIED
