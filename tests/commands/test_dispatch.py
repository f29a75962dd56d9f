import logging
from dataclasses import replace
from typing import Any

import pytest

from bot.commands.dispatch import BUTTONS, COMMANDS, broken
from bot.domain.caps import CapGuard
from bot.domain.contacts import RoleSeen
from bot.domain.people import Role
from bot.domain.policy import Caps
from bot.domain.requests import State
from bot.ports.collections import CAP_GUARDS, CONTACTS, PLACES, ROLES_SEEN
from bot.ports.errors import Final, MissingPermission, PortError, Retry
from bot.ports.store import Put
from bot.ports.turn import OfferAnswered, Pressed, Said, Scope, Upload
from cards.actions import Verb
from tests.commands.talk import Talk, signed
from tests.fakes import ANA, EVA, LUIS, TENANT
from tests.usecases.world import EN, ES, OTHER_TENANT, POLICY, World, eur, touch


def test_every_button_that_a_card_can_hold_is_answered() -> None:
    assert set(BUTTONS) == set(Verb) - {Verb.SAY, Verb.REPORT_ACCEPT}  # a typed line, and the answer to an offer


async def test_what_rides_on_an_offered_file_is_no_button(world: World) -> None:
    await world.introduce(ANA)
    carried = signed(Verb.REPORT_ACCEPT, "2026-10/excel/t1")
    assert (await Talk(world, ANA).press(carried)).text == EN.text("refusal.button_unknown")
    assert await world.job_kinds() == ["record_denial"]
    upload = Upload("https://up.example/1", "saldo.xlsx", "https://files.example/1", "u1", "xlsx")
    await Talk(world, ANA).hear(OfferAnswered(carried, upload))
    assert await world.job_kinds() == ["record_denial", "transfer_file"]


def test_every_command_is_told_by_help_with_an_example_in_both_languages() -> None:
    for command in COMMANDS:
        for reader in (EN, ES):
            for text in ("example", "description"):
                assert reader.text(f"command.{command.name}.{text}")


async def test_a_typed_line_finds_its_command_in_either_language(world: World) -> None:
    await world.buy(100)
    assert EN.money((await world.purchases())[0].amount) in (await Talk(world, ANA).say("balance")).shown
    assert "100,00" in (await Talk(world, ANA).say("¿cuánto saldo queda?")).shown
    contact = await world.store.get(CONTACTS.key(TENANT, ANA.id))
    assert contact is not None
    assert contact.body.language == "es"


async def test_the_language_last_used_stays_until_another_one_is_written(world: World) -> None:
    ana = Talk(world, ANA)
    await ana.say("¿cuánto saldo queda?")
    assert (await ana.say("gracias")).text == ES.text("smalltalk.thanks")
    assert (await ana.press(signed("nonsense"))).text == ES.text("refusal.button_unknown")
    await ana.say("show me the balance please")
    assert (await ana.press(signed("nonsense"))).text == EN.text("refusal.button_unknown")


async def test_times_are_in_the_clients_zone_and_one_that_nobody_knows_counts_as_the_last_told(world: World) -> None:
    async def read_at(zone: str) -> object:
        compared = await Talk(world, ANA, zone=zone).say("reconcile 500 at 9:30 on 20 november")
        return compared.button(Verb.RECONCILE_BOOK)["read_at"]

    assert await read_at("") == "2026-11-20T09:30:00+00:00"
    await world.configure(zone="Europe/Madrid")
    assert await read_at("Nowhere/Else") == "2026-11-20T08:30:00+00:00"
    await world.introduce(ANA, zone="America/Lima")
    assert await read_at("") == "2026-11-20T14:30:00+00:00"
    assert await read_at("America/New_York") == "2026-11-20T14:30:00+00:00"


async def test_a_greeting_and_an_empty_line_are_answered_with_help(world: World) -> None:
    ana = Talk(world, ANA)
    for text in ("hello", "", "   "):
        assert EN.text("command.balance.example") in (await ana.say(text)).shown


async def test_what_nobody_understands_is_answered_with_the_nearest_suggestion(world: World) -> None:
    answer = await Talk(world, ANA).say("qwertyuiop asdfgh")
    assert EN.text("command.help.example") in answer.shown


async def test_a_suggestion_that_is_pressed_is_as_good_as_typed(world: World) -> None:
    await world.buy(100)
    answer = await Talk(world, ANA).press(signed(Verb.SAY), text="balance")
    assert EN.money((await world.purchases())[0].amount) in answer.shown


async def test_a_text_without_end_is_refused_as_such(world: World) -> None:
    answer = await Talk(world, ANA).press(signed(Verb.SAY), text="x" * 501)
    assert answer.text == EN.text("refusal.text_too_long", limit=500)
    assert (await Talk(world, ANA).say("balance " * 10_000)).messages


FORGED: list[dict[str, Any]] = [
    {"verb": Verb.REQUEST_APPROVE.value},
    {**signed(Verb.REQUEST_APPROVE, "r1", 1), "r": "r2"},
    {**signed(Verb.REQUEST_APPROVE, "r1", 1), "v": 2},
    {**signed(Verb.REQUEST_SHOW, "r1", 1), "verb": Verb.REQUEST_APPROVE.value},
    {**signed(Verb.REQUEST_APPROVE, "r1", 1), "m": "AAAA"},
    {**signed(Verb.REQUEST_APPROVE, "r1", 1), "m": 7},
    {**signed(Verb.REQUEST_APPROVE, "r1", 1), "k": "another key"},
    signed(Verb.REQUEST_APPROVE, "r1", 1, OTHER_TENANT),
    signed("request.pay", "r1", 1),
]


@pytest.mark.parametrize("button", FORGED)
async def test_a_button_that_no_card_ever_held_does_nothing(world: World, button: dict[str, Any]) -> None:
    before = await world.send()
    answer = await Talk(world, LUIS).press(button)
    assert answer.text == EN.text("refusal.button_unknown")
    assert await world.request() == before


async def test_a_button_of_this_tenant_is_worth_nothing_in_another(world: World) -> None:
    await world.send()
    stranger = Talk(world, LUIS, tenant=OTHER_TENANT)
    assert (await stranger.press(signed(Verb.REQUEST_APPROVE, "r1", 1))).text == EN.text("refusal.button_unknown")
    theirs = signed(Verb.REQUEST_APPROVE, "r1", 1, OTHER_TENANT)
    assert (await stranger.press(theirs)).text == EN.text("refusal.request_unknown")


async def test_a_refused_line_gets_a_card_and_a_refused_button_leaves_its_card_as_it_is(world: World) -> None:
    eva = Talk(world, EVA)
    assert EN.text("refusal.not_allowed_view") in (await eva.say("balance")).shown
    pressed = await eva.press(signed(Verb.BALANCE_SHOW))
    assert pressed.text == EN.text("refusal.not_allowed_view")


async def test_a_permission_that_is_missing_is_named_with_where_it_is_granted(world: World) -> None:
    world.consent_url = "https://login.example/consent"
    world.__post_init__()
    world.directory.broken["active_roles"] = MissingPermission("RoleManagement.Read.Directory")
    for answer in (
        await Talk(world, ANA).say("balance"),
        await Talk(world, ANA).press(signed(Verb.BALANCE_SHOW)),
    ):
        assert "RoleManagement.Read.Directory" in answer.shown
        assert "https://login.example/consent" in answer.shown


async def test_a_permission_that_is_missing_in_the_middle_of_a_command_is_named_too(world: World) -> None:
    world.directory.broken["search"] = MissingPermission("User.Read.All")
    assert "User.Read.All" in (await Talk(world, ANA).say("assign license to Tom Baker")).shown


@pytest.mark.parametrize("error", [Retry("busy"), Final("odd", code="bad_request", request_id="g-1")])
async def test_a_service_that_fails_is_told_and_logged_without_what_was_said(
    world: World, error: PortError, caplog: pytest.LogCaptureFixture
) -> None:
    world.directory.broken["search"] = error
    with caplog.at_level(logging.WARNING, "saldo.turns"):
        answer = await Talk(world, ANA).say("assign license to Tom Baker")
    assert EN.text("refusal.service_busy") in answer.shown
    (record,) = caplog.records
    assert vars(record)["error"] == type(error).__name__
    assert "Tom" not in str(vars(record))


async def test_who_never_gets_through_to_what_others_change_is_told_so(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """Two who approve what has a cap look again for each other; eight times are enough."""
    await world.adopt(replace(POLICY, version=2, scales=(replace(POLICY.scales[0], caps=Caps(day=eur(5_000))),)))
    await world.send()
    guard = CAP_GUARDS.key(TENANT, "approvals")
    await world.store.commit([Put(guard, CapGuard(1), 0)])
    busy = world.beside(*[touch(world, guard)] * 20)
    with caplog.at_level(logging.WARNING, "saldo.turns"):
        answer = await Talk(busy, LUIS).press(signed(Verb.REQUEST_APPROVE, "r1", 1))
    assert answer.text == EN.text("refusal.too_busy")
    assert [record.message for record in caplog.records] == ["others were always faster"]
    assert (await world.request()).state is State.PENDING
    await Talk(world, LUIS).press(signed(Verb.REQUEST_APPROVE, "r1", 1))
    assert (await world.request()).state is State.APPROVED


async def test_rights_that_cannot_be_read_are_told_and_change_nothing(world: World) -> None:
    world.directory.broken["active_roles"] = Retry("busy")
    assert EN.text("refusal.rights_unreadable") in (await Talk(world, ANA).say("balance")).shown


async def test_who_must_activate_a_role_is_told_so(world: World) -> None:
    seen = RoleSeen(EVA.id, EVA.name, Role.BILLING_ADMINISTRATOR, world.clock.now())
    await world.store.commit([Put(ROLES_SEEN.key(TENANT, "eva"), seen, 0)])
    assert EN.text("refusal.activate_role") in (await Talk(world, EVA).say("balance")).shown


async def test_thanks_are_answered_and_do_nothing(world: World) -> None:
    assert (await Talk(world, ANA).say("thanks")).text == EN.text("smalltalk.thanks")
    assert (await Talk(world, ANA).say("don't recharge 500")).text == EN.text("smalltalk.declined")
    assert await world.requests() == []


async def test_in_a_channel_figures_go_to_the_personal_chat_and_the_channel_hears_a_word(world: World) -> None:
    await world.introduce(ANA)
    await world.buy(1000)
    await world.spend(900)
    answer = await Talk(world, ANA, Scope.CHANNEL).say("balance")
    assert "100" not in answer.text
    assert answer.text
    ((conversation, message),) = world.messenger.sent
    assert conversation == f"chat-{ANA.id}"
    assert message.text == message.summary == EN.text("lock.figures")
    assert "€100.00" in str(message.card)


async def test_in_a_channel_other_commands_say_only_where_the_answer_is(world: World) -> None:
    await world.introduce(ANA)
    answer = await Talk(world, ANA, Scope.GROUP).say("requests")
    assert answer.text == EN.text("private.sent")
    assert len(world.messenger.sent) == 1


async def test_who_has_no_personal_chat_gets_one_where_that_can_be_opened(world: World) -> None:
    answer = await Talk(world, ANA, Scope.CHANNEL).say("requests")
    assert answer.text == EN.text("private.sent")
    assert world.messenger.sent[0][0] == f"chat-29:{ANA.id}"


async def test_who_cannot_be_reached_is_told_how_and_nothing_is_said_in_the_channel(world: World) -> None:
    world.messenger.broken[f"29:{ANA.id}"] = Final("no", code="blocked")
    await world.buy(1000)
    channel = Talk(world, ANA, Scope.CHANNEL)
    assert (await channel.say("requests")).text == EN.text("private.install")
    assert "1,000" not in (await channel.say("balance")).text
    assert world.messenger.sent == []


async def test_a_word_without_figures_needs_no_private_chat(world: World) -> None:
    assert (await Talk(world, ANA, Scope.CHANNEL).say("thanks")).text == EN.text("smalltalk.thanks")
    assert world.messenger.sent == []


async def test_in_a_channel_a_refusal_is_one_line_without_a_card(world: World) -> None:
    answer = await Talk(world, EVA, Scope.CHANNEL).say("balance")
    assert answer.text == EN.text("refusal.not_allowed_view")


async def test_a_button_that_is_pressed_in_a_channel_is_answered_in_private(world: World) -> None:
    await world.introduce(LUIS)
    await world.send()
    answer = await Talk(world, LUIS, Scope.CHANNEL).press(signed(Verb.REQUEST_SHOW, "r1", 1))
    assert answer.text == EN.text("private.sent")
    assert "€500.00" in str(world.messenger.sent[0][1].card)


async def test_a_cards_own_refresh_is_answered_in_its_place_and_writes_nothing(world: World) -> None:
    await world.send()
    before = await world.audit()
    for scope in (Scope.PERSONAL, Scope.CHANNEL):
        answer = await Talk(world, LUIS, scope).refresh(signed(Verb.REQUEST_SHOW, "r1", 1))
        assert Verb.REQUEST_APPROVE in answer.verbs
        answer = await Talk(world, LUIS, scope).refresh(signed(Verb.REQUEST_APPROVE, "r1", 1))
        assert Verb.REQUEST_APPROVE in answer.verbs
    assert await world.audit() == before
    assert await world.store.get(CONTACTS.key(TENANT, LUIS.id)) is None


async def test_who_takes_saldo_out_is_not_reached_any_more_unless_it_was_only_a_channel(world: World) -> None:
    ana, channel = Talk(world, ANA), Talk(world, ANA, Scope.CHANNEL)
    await ana.install()
    await channel.install()
    assert (await channel.remove()).messages == ()
    contact = await world.store.get(CONTACTS.key(TENANT, ANA.id))
    assert contact is not None
    assert contact.body.installed
    assert await world.store.count(PLACES, TENANT) == 0
    assert (await ana.remove()).messages == ()
    contact = await world.store.get(CONTACTS.key(TENANT, ANA.id))
    assert contact is not None
    assert not contact.body.installed


async def test_of_files_in_a_channel_nothing_is_read(world: World) -> None:
    channel = Talk(world, ANA, Scope.CHANNEL)
    assert (await channel.drop("calls.csv")).messages == ()
    assert await world.jobs() == {}


def test_a_bug_is_told_with_an_id_and_needs_neither_store_nor_directory(world: World) -> None:
    for event in (Said("¿cuánto saldo queda?"), Pressed("x", {})):
        reply = broken(world.house, Talk(world, ANA).turn(event), "turn-4711")
        assert "turn-4711" in str(reply.here[0].card)
